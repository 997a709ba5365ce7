package cluster

import (
	"unicode/utf8"

	"wireroom/news"
)

const (
	// minWords is how many words title and text together must have to be known by: shorter ones ("Live updates", a lone
	// headline) recur with other meanings.
	minWords = 20
	// firstWords is how many words of the text count. What outlets change in wire copy is mostly the end, where they put
	// "read on" and their own name.
	firstWords = 60
)

// A Candidate is a Report with what copies of it are known by for good.
type Candidate struct {
	Report

	urlPrint, namedPrint, textPrint news.Key
	hasURL, hasNamed, hasText       bool
}

// NewCandidate prepares a Report. url is that of its page; empty if it has none of its own.
func NewCandidate(r Report, url string) Candidate {
	c := Candidate{Report: r}
	c.urlPrint, c.hasURL = URLPrint(url)
	title, n := fold(r.Title, firstWords)
	text, m := fold(r.Text, firstWords)
	if n+m >= minWords {
		c.textPrint, c.hasText = news.KeyOf("print-text", title+"\n"+text), true
	}
	return c
}

// URLPrint returns what copies of the page at a URL are known by; false if the URL names no page.
func URLPrint(url string) (news.Key, bool) {
	canonical := news.CanonicalURL(url)
	if canonical == "" {
		return news.Key{}, false
	}
	return news.KeyOf("print-url", canonical), true
}

// Naming returns the Candidate with the address that its page gives itself; empty for none.
func (c Candidate) Naming(canonical string) Candidate {
	c.namedPrint, c.hasNamed = URLPrint(canonical)
	return c
}

// Prints returns what the Item, as an original, is known by.
func (c Candidate) Prints() []news.Key {
	var prints []news.Key
	if c.hasURL {
		prints = append(prints, c.urlPrint)
	}
	if c.hasNamed {
		prints = append(prints, c.namedPrint)
	}
	if c.hasText {
		prints = append(prints, c.textPrint)
	}
	return prints
}

// twin finds the original that has a Candidate's page or text, in another Source.
func (e *Engine) twin(c Candidate, originals map[news.Key]news.Original) (news.Original, news.Method) {
	if o, ok := originals[c.urlPrint]; ok && c.hasURL && o.Source != c.Source {
		return o, news.MethodURL
	}
	if o, ok := originals[c.namedPrint]; ok && c.hasNamed && o.Source != c.Source {
		return o, news.MethodCanonical
	}
	if o, ok := originals[c.textPrint]; ok && c.hasText && o.Source != c.Source && !e.hasRecurring(c, o.Source, o.Ref) {
		return o, news.MethodText
	}
	return news.Original{}, ""
}

// Sort places a Candidate among the originals known so far and the Items in memory. If it is an original itself, it is
// added to both.
func (e *Engine) Sort(c Candidate, originals map[news.Key]news.Original) Placement {
	if o, why := e.twin(c, originals); why != "" {
		return Placement{DuplicateOf: o.Ref, Why: why, Story: o.Story, Method: news.MethodCopy, Clock: c.Seen}
	}
	p := e.Place(c.Report)
	if p.DuplicateOf != 0 {
		return p
	}
	for _, print := range c.Prints() {
		if _, ok := originals[print]; !ok {
			originals[print] = news.Original{Ref: c.Ref, Source: c.Source, Story: p.Story}
		}
	}
	return p
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
