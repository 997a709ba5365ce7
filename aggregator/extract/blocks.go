package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wireroom/news"
)

// A block is a run of text between two block elements: a paragraph, a heading, a list item, a table's row.
type block struct {
	text    string
	letters int       // letters and digits in text
	linked  int       // those of them that stand in links
	tag     atom.Atom // the innermost block element around it
}

// blocks splits what lies below n, in the order of the document.
func blocks(n *html.Node) []block {
	s := splitter{asides: asidesOf(n)}
	s.walk(n, place{tag: atom.Div})
	s.end(place{tag: atom.Div})
	return s.done
}

// A place is what the elements around a text say of it.
type place struct {
	tag    atom.Atom // the block element, as in block
	link   bool
	pre    bool
	figure bool // a picture with its captions, as opposed to a table or a quotation set as a figure
}

// A splitter collects the blocks of one walk.
type splitter struct {
	asides asides
	done   []block
	text   strings.Builder // of the block under way
	now    block           // its counts
}

func (s *splitter) walk(n *html.Node, at place) {
	switch {
	case n.Type == html.TextNode:
		s.add(n.Data, at)
	case n.Type != html.ElementNode:
	case n.DataAtom == atom.Br:
		s.text.WriteByte('\n')
	case unread[n.DataAtom], s.asides.has(n):
	case inline[n.DataAtom]:
		at.link = at.link || n.DataAtom == atom.A
		s.walkChildren(n, at)
	case n.DataAtom == atom.Td, n.DataAtom == atom.Th:
		s.text.WriteByte(' ')
		s.walkChildren(n, at)
	default:
		s.end(at)
		inner := at.within(n.DataAtom)
		s.walkChildren(n, inner)
		s.end(inner)
	}
}

func (s *splitter) walkChildren(n *html.Node, at place) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, at)
	}
}

// within returns the place in a block element that stands at p. A paragraph in a list item or in a quotation is a
// part of that.
func (p place) within(element atom.Atom) place {
	switch element {
	case atom.Pre:
		p.pre = true
	case atom.Figure:
		p.figure = true
	case atom.Blockquote, atom.Table:
		p.figure = false
	}
	part := (p.tag == atom.Li || p.tag == atom.Blockquote) && (element == atom.P || element == atom.Div)
	if !part {
		p.tag = element
	}
	return p
}

func (s *splitter) add(text string, at place) {
	if at.figure {
		return
	}
	if !at.pre {
		text = blanks(text)
	}
	text = strings.Map(visible, text)
	s.text.WriteString(text)
	n := countLetters(text)
	s.now.letters += n
	if at.link {
		s.now.linked += n
	}
}

// end closes the block that ends at a place.
func (s *splitter) end(at place) {
	b := s.now
	b.text, b.tag = tidy(s.text.String(), at.pre), at.tag
	s.text.Reset()
	s.now = block{}
	if b.text != "" {
		s.done = append(s.done, b)
	}
}

// unread are elements whose text is none of the article's.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true, atom.Object: true,
	atom.Figcaption: true, atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Nav: true, atom.Svg: true, atom.Video: true, atom.Audio: true,
}

// inline are the elements that a paragraph goes on through.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.Acronym: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true,
	atom.Cite: true, atom.Code: true, atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true,
	atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true, atom.Label: true, atom.Mark: true, atom.Q: true,
	atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// visible is for strings.Map: it drops control characters and marks that only say where a word may break.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r == '\u00ad', r == '\u200b', r == '\u2060', r == '\ufeff':
		return -1
	}
	return r
}

// blanks writes each run of white space as one blank. A blank at either end stays, since the text goes on there.
func blanks(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// tidy trims each line and leaves out empty ones. Preformatted text keeps the blanks within and before its lines.
func tidy(s string, pre bool) string {
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, line := range lines {
		if pre {
			line = strings.TrimRightFunc(line, unicode.IsSpace)
		} else {
			line = news.OneLine(line)
		}
		if line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// countLetters counts letters and digits. Other signs tell nothing of how much there is to read.
func countLetters(s string) int {
	count := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			count++
		}
	}
	return count
}
