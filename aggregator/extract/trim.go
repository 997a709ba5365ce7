package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// trim leaves out the blocks that are no text of the article: links to others, notices, headings that have lost all
// that stood below them, and what stands before the first or after the last paragraph without being one.
func trim(all []block, title string) []block {
	drop := make([]bool, len(all))
	elsewhere := false // at or in a list below a line that leads to other articles
	for i, b := range all {
		elsewhere = leadsElsewhere(b) || elsewhere && b.tag == atom.Li
		drop[i] = elsewhere || mostlyLinks(b) || isNotice(b)
	}
	dropEmptyHeadings(all, drop)
	kept := make([]block, 0, len(all))
	for i, b := range all {
		if !drop[i] {
			kept = append(kept, b)
		}
	}
	return trimEnd(trimStart(kept, title))
}

// mostlyLinks reports whether a block is there to be clicked. A paragraph of an article that quotes a whole sentence
// from elsewhere and links it is lost by this; it is much rarer than a link to another article.
func mostlyLinks(b block) bool {
	return b.letters > 0 && float64(b.linked) >= linksShare*float64(b.letters)
}

// linksShare leaves room for a bullet's number or a date beside the link.
const linksShare = .9

// dropEmptyHeadings drops each heading below which nothing is left up to the next.
func dropEmptyHeadings(all []block, drop []bool) {
	empty := false // whether what follows block i, up to a heading, is dropped to the last, and is not nothing
	for i, b := range slices.Backward(all) {
		switch {
		case isHeading(b.tag):
			drop[i] = drop[i] || empty
			empty = false
		case i == len(all)-1 || isHeading(all[i+1].tag):
			empty = drop[i]
		default:
			empty = empty && drop[i]
		}
	}
}

func isHeading(tag atom.Atom) bool {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// trimStart leaves out what stands before the first paragraph: the headline, the section, authors and dates.
func trimStart(bs []block, title string) []block {
	first := slices.IndexFunc(bs, isProse)
	if first < 0 {
		return bs
	}
	if bs[first].text == title {
		return trimStart(bs[first+1:], "")
	}
	return bs[first:]
}

// trimEnd leaves out what stands after the last paragraph, but for the last items of a list or rows of a table.
func trimEnd(bs []block) []block {
	if !slices.ContainsFunc(bs, isProse) {
		return bs
	}
	for len(bs) > 0 {
		b := bs[len(bs)-1]
		if isProse(b) && !isSignature(b) || b.tag == atom.Li || b.tag == atom.Tr || b.tag == atom.Pre || b.tag == atom.Blockquote {
			break
		}
		bs = bs[:len(bs)-1]
	}
	return bs
}

// shortest is the number of letters from which a block that ends as a sentence does is a paragraph.
const shortest = 20

// longest is the number of letters from which a block is a paragraph, however it ends.
const longest = 100

// isProse reports whether a block reads as a paragraph.
func isProse(b block) bool {
	return !isHeading(b.tag) && (b.letters >= longest || b.letters >= shortest && endsSentence(b.text))
}

// endsSentence reports whether s ends in a mark that ends a sentence, in quotes or brackets or not.
func endsSentence(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Pe, unicode.Pf, unicode.Pi) || r == '"' || r == '\'' || unicode.IsSpace(r)
	})
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.Is(unicode.Sentence_Terminal, r) || r == '…' || r == ':'
}
