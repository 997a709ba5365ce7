package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wireroom/news"
)

// A block is a run of text between two block elements: a paragraph, a heading, a list item, a table's cell.
type block struct {
	text    string
	letters int       // letters and digits in text
	linked  int       // those of them that stand in links
	tag     atom.Atom // the innermost block element around it
	aside   bool      // the page's own markup says that it is beside the article's text
}

// blocks splits what lies below n, in the order of the document.
func blocks(n *html.Node) []block {
	s := splitter{total: letters(n)}
	s.walk(n, place{tag: atom.Div})
	s.end(place{})
	return s.done
}

// A place is what the elements around a text say of it.
type place struct {
	tag    atom.Atom
	aside  bool
	link   bool
	pre    bool
	figure bool
}

// A splitter collects the blocks of one walk.
type splitter struct {
	total int // letters of the whole article
	done  []block
	text  strings.Builder
	now   block
}

func (s *splitter) walk(n *html.Node, at place) {
	switch n.Type {
	case html.TextNode:
		s.add(n.Data, at)
		return
	case html.ElementNode:
		if n.DataAtom == atom.Br {
			s.text.WriteByte('\n')
			return
		}
		if unread[n.DataAtom] {
			return
		}
	}
	inner := s.enter(n, at)
	isBlock := n.Type == html.ElementNode && !inline[n.DataAtom]
	if isBlock {
		s.end(at)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, inner)
	}
	if isBlock {
		s.end(inner)
	}
}

// enter returns the place within n.
func (s *splitter) enter(n *html.Node, at place) place {
	if n.Type != html.ElementNode {
		return at
	}
	switch n.DataAtom {
	case atom.A:
		at.link = true
	case atom.Pre:
		at.pre = true
	case atom.Figure:
		at.figure = true
	case atom.Blockquote, atom.Table:
		at.figure = false
	}
	if !inline[n.DataAtom] {
		at.tag = n.DataAtom
	}
	at.aside = at.aside || n.DataAtom == atom.Figcaption || s.besideText(n)
	return at
}

func (s *splitter) add(text string, at place) {
	if !at.pre {
		text = blanks(text)
	}
	s.text.WriteString(text)
	n := countLetters(text)
	s.now.letters += n
	if at.link {
		s.now.linked += n
	}
	if n > 0 {
		s.now.aside = s.now.aside || (at.aside || at.figure) && s.now.letters == n
	}
}

// end closes the block that stands at the end of at.
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
	atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Nav: true, atom.Svg: true, atom.Video: true, atom.Audio: true,
}

// inline are the elements that a paragraph goes on through.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.Acronym: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Big: true,
	atom.Cite: true, atom.Code: true, atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true,
	atom.I: true, atom.Img: true, atom.Ins: true, atom.Kbd: true, atom.Label: true, atom.Mark: true, atom.Q: true,
	atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strike: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true, atom.Wbr: true,
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

// tidy trims each line and leaves out empty ones. Preformatted text keeps its lines as they are.
func tidy(s string, pre bool) string {
	if pre {
		return strings.Trim(s, "\r\n\t ")
	}
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, line := range lines {
		if line = news.OneLine(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// letters counts the letters and digits below n.
func letters(n *html.Node) int {
	if n.Type == html.TextNode {
		return countLetters(n.Data)
	}
	count := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		count += letters(c)
	}
	return count
}

func countLetters(s string) int {
	count := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			count++
		}
	}
	return count
}
