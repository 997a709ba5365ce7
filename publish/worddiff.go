package publish

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// A stretch is a piece of a text before or after an edit.
type stretch struct {
	Text string
	Was  fate
}

// fate is what an edit did with a stretch.
type fate int

// The fates.
const (
	kept  fate = iota
	cut        // it was in the text before
	added      // it is in the text after
)

// wordsCompared bounds what is compared of a text, in words and signs. The effort grows with the square of the
// difference: two texts of so many words without one in common take a fifth of a second.
const wordsCompared = 4000

// wordDiff compares two plain texts word by word. Cut stretches stand before those added in their place; the texts are
// the kept and cut, and the kept and added stretches put together. Of long texts the beginning is compared.
func wordDiff(before, after string) []stretch {
	if before == after {
		return stretchesOf(nil, kept, before)
	}
	a, b := wordsOf(before), wordsOf(after)
	a, b = a[:min(len(a), wordsCompared)], b[:min(len(b), wordsCompared)]
	coding := newWordCoding()
	engine := diffmatchpatch.New()
	engine.DiffTimeout = 0 // the result is a function of the texts, not of the load
	var out []stretch
	for _, d := range engine.DiffMainRunes(coding.encode(a), coding.encode(b), false) {
		out = stretchesOf(out, fates[d.Type], coding.decode(d.Text))
	}
	return ordered(bridged(out))
}

var fates = map[diffmatchpatch.Operation]fate{
	diffmatchpatch.DiffEqual: kept, diffmatchpatch.DiffDelete: cut, diffmatchpatch.DiffInsert: added,
}

func stretchesOf(all []stretch, was fate, text string) []stretch {
	if text == "" {
		return all
	}
	return append(all, stretch{text, was})
}

// bridged takes blanks and signs between two changes for changed, too: what is read is phrases, not single words.
func bridged(all []stretch) []stretch {
	var out []stretch
	for i, s := range all {
		between := s.Was == kept && i > 0 && i < len(all)-1
		if between && utf8.RuneCountInString(s.Text) <= 2 && !strings.ContainsFunc(s.Text, isWordRune) {
			out = append(out, stretch{s.Text, cut}, stretch{s.Text, added})
			continue
		}
		out = append(out, s)
	}
	return out
}

// ordered joins neighbours of one fate, and puts what was cut before what was added in its place.
func ordered(all []stretch) []stretch {
	var out []stretch
	var gone, new strings.Builder
	flush := func() {
		out = stretchesOf(stretchesOf(out, cut, gone.String()), added, new.String())
		gone.Reset()
		new.Reset()
	}
	for _, s := range all {
		switch {
		case s.Was == cut:
			gone.WriteString(s.Text)
		case s.Was == added:
			new.WriteString(s.Text)
		default:
			flush()
			out = append(out, s)
		}
	}
	flush()
	return out
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// wordsOf splits a text into words, runs of blanks, and single signs; of scripts without blanks between words, into
// characters. Put together they are the text.
func wordsOf(text string) []string {
	var words []string
	for text != "" {
		n := wordLength(text)
		words = append(words, text[:n])
		text = text[n:]
	}
	return words
}

func wordLength(text string) int {
	first, size := utf8.DecodeRuneInString(text)
	var same func(rune) bool
	switch {
	case isIdeograph(first):
		return size
	case isWordRune(first):
		same = func(r rune) bool { return isWordRune(r) && !isIdeograph(r) }
	case unicode.IsSpace(first):
		same = unicode.IsSpace
	default:
		return size
	}
	if end := strings.IndexFunc(text, func(r rune) bool { return !same(r) }); end >= 0 {
		return end
	}
	return len(text)
}

func isIdeograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// A wordCoding writes words as single characters, which is what the library compares.
type wordCoding struct {
	runes map[string]rune
	words []string // by rune, from firstRune on
}

// firstRune begins the private use planes: room for more words than are compared, and none of them a surrogate.
const firstRune = 0xf0000

func newWordCoding() *wordCoding { return &wordCoding{runes: make(map[string]rune)} }

func (c *wordCoding) encode(words []string) []rune {
	out := make([]rune, len(words))
	for i, w := range words {
		r, ok := c.runes[w]
		if !ok {
			r = rune(firstRune + len(c.words))
			c.runes[w] = r
			c.words = append(c.words, w)
		}
		out[i] = r
	}
	return out
}

func (c *wordCoding) decode(text string) string {
	var out strings.Builder
	for _, r := range text {
		out.WriteString(c.words[r-firstRune])
	}
	return out.String()
}

// contextWords is how much of what was kept stands around a change.
const contextWords = 8

// ellipsis stands for what is left out.
const ellipsis = " … "

// excerpted leaves out of a comparison what was kept far from any change.
func excerpted(all []stretch) []stretch {
	out := make([]stretch, 0, len(all))
	for i, s := range all {
		if s.Was == kept {
			s.Text = around(s.Text, i > 0, i < len(all)-1)
		}
		out = append(out, s)
	}
	return out
}

// around keeps the words at those ends of a text that touch a change.
func around(text string, start, end bool) string {
	words := wordsOf(text)
	head, tail := 0, len(words)
	if start {
		head = min(2*contextWords, len(words)) // every other one is a blank
	}
	if end {
		tail = max(len(words)-2*contextWords, 0)
	}
	switch {
	case head >= tail:
		return text
	case !start && tail == 0:
		return text
	}
	return strings.Join(slices.Concat(words[:head], []string{ellipsis}, words[tail:]), "")
}
