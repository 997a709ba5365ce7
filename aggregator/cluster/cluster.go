// Package cluster places Items: each is a duplicate of an original, or belongs to a Story. It does no I/O; what it must
// know of earlier Items is handed to it.
//
// A duplicate is the same page, or the same text under the same title, from another Source. The text is known by its first
// sixty words: what outlets change in wire copy is mostly the end, where they put "read on" and their own name. An Item
// that is no duplicate founds a Story of its own.
package cluster

import (
	"cmp"
	"unicode"
	"unicode/utf8"

	"wireroom/news"
)

const (
	// minWords is how many words title and text together must have to be known by: shorter ones ("Live updates", a lone
	// headline) recur with other meanings.
	minWords = 20
	// firstWords is how many words of the text count.
	firstWords = 60
)

// A Candidate is an Item to be placed, with what copies of it will be known by.
type Candidate struct {
	Ref    int64
	Source string
	ID     string

	urlPrint, textPrint news.Key
	hasURL, hasText     bool
}

// NewCandidate prepares an Item. summary and content are its plain texts.
func NewCandidate(ref int64, it news.Item, summary, content string) Candidate {
	c := Candidate{Ref: ref, Source: it.Source, ID: it.ID}
	if canonical := news.CanonicalURL(it.URL); canonical != "" && !it.SharedURL {
		c.urlPrint, c.hasURL = news.KeyOf("print-url", canonical), true
	}
	title, n := fold(it.Title, firstWords)
	text, m := fold(cmp.Or(content, summary), firstWords)
	if n+m >= minWords {
		c.textPrint, c.hasText = news.KeyOf("print-text", title+"\n"+text), true
	}
	return c
}

// Prints returns what the Item, as an original, is known by.
func (c Candidate) Prints() []news.Key {
	var prints []news.Key
	if c.hasURL {
		prints = append(prints, c.urlPrint)
	}
	if c.hasText {
		prints = append(prints, c.textPrint)
	}
	return prints
}

// A Placement is where an Item belongs.
type Placement struct {
	DuplicateOf int64  // Ref of the original; 0 for an original
	Why         string // "url" or "text"; empty for an original
	StoryID     string // of the Story that an original founds; empty for a duplicate
}

// Place places one Candidate among the originals known so far, and, if it is an original itself, adds it to them. The
// order of the calls is the Sorter's order; the result is a function of it.
func Place(c Candidate, originals map[news.Key]news.Original) Placement {
	if o, ok := originals[c.urlPrint]; ok && c.hasURL && o.Source != c.Source {
		return Placement{DuplicateOf: o.Ref, Why: "url"}
	}
	if o, ok := originals[c.textPrint]; ok && c.hasText && o.Source != c.Source {
		return Placement{DuplicateOf: o.Ref, Why: "text"}
	}
	for _, print := range c.Prints() {
		if _, ok := originals[print]; !ok {
			originals[print] = news.Original{Ref: c.Ref, Source: c.Source}
		}
	}
	return Placement{StoryID: news.StoryID(c.ID, 0)}
}

// fold returns the first words of a text in lower case, one blank before each, and how many there are.
func fold(text string, atMost int) (string, int) {
	out := make([]byte, 0, min(len(text)+1, 12*atMost))
	words, inWord := 0, false
	for _, r := range text {
		lower, ok := wordRune(r)
		if !ok {
			inWord = false
			continue
		}
		if !inWord {
			if words == atMost {
				break
			}
			inWord = true
			words++
			out = append(out, ' ')
		}
		out = utf8.AppendRune(out, lower)
	}
	return string(out), words
}

// wordRune returns r in lower case if it is part of a word.
func wordRune(r rune) (rune, bool) {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return r, true
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A', true
	case r < utf8.RuneSelf:
		return 0, false
	}
	return unicode.ToLower(r), unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
