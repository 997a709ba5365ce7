package news

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// PlainText returns the text of an HTML fragment: tags removed, entities decoded once, white space folded to one blank,
// paragraphs and other blocks kept apart by a line end. The contents of script, style and similar elements are left
// out. PlainText of a text without markup is that text, folded.
func PlainText(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return foldLines(fragment)
	}
	var out strings.Builder
	out.Grow(len(fragment))
	z := html.NewTokenizer(strings.NewReader(fragment))
	hidden := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return foldLines(out.String())
		case html.TextToken:
			if hidden == 0 {
				out.Write(spacesForLines(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case isHidden(a):
				hidden++
			case isBlock(a):
				out.WriteByte('\n')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case isHidden(a) && hidden > 0:
				hidden--
			case isBlock(a):
				out.WriteByte('\n')
			}
		}
	}
}

// spacesForLines replaces the line ends inside a text node, which mean no more than a blank in HTML.
func spacesForLines(text []byte) []byte {
	for i, c := range text {
		if c == '\n' || c == '\r' {
			text[i] = ' '
		}
	}
	return text
}

func isHidden(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Title:
		return true
	}
	return false
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Br, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Blockquote, atom.Pre, atom.Tr, atom.Td, atom.Th, atom.Table, atom.Section, atom.Article, atom.Hr,
		atom.Figure, atom.Figcaption, atom.Dd, atom.Dt, atom.Dl, atom.Header, atom.Footer, atom.Aside:
		return true
	}
	return false
}

// foldLines folds runs of blanks to one, and runs of white space with a line end in it to one line end.
func foldLines(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for len(s) > 0 {
		start := strings.IndexFunc(s, notSpace)
		if start < 0 {
			break
		}
		if start > 0 && out.Len() > 0 {
			if strings.IndexByte(s[:start], '\n') >= 0 {
				out.WriteByte('\n')
			} else {
				out.WriteByte(' ')
			}
		}
		end := start + wordEnd(s[start:])
		out.WriteString(s[start:end])
		s = s[end:]
	}
	return out.String()
}

func notSpace(r rune) bool { return !unicode.IsSpace(r) }

// wordEnd returns the index of the first white space in s, or its length.
func wordEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			if end := strings.IndexFunc(s[i:], unicode.IsSpace); end >= 0 {
				return i + end
			}
			return len(s)
		case c == ' ' || c >= '\t' && c <= '\r':
			return i
		}
	}
	return len(s)
}

// OneLine returns s with every run of white space as one blank.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Cut returns s if it has at most n characters (runes), else its beginning up to the last whole word within n
// characters, with an ellipsis.
func Cut(s string, n int) string {
	i := runeIndex(s, n)
	if i == len(s) {
		return s
	}
	head := s[:i]
	if j := strings.LastIndexFunc(head, unicode.IsSpace); j > i/2 {
		head = head[:j]
	}
	return strings.TrimRightFunc(head, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}

// SplitLead splits an Item's plain text into its lead, the first [LeadLength] characters, and the body, the rest. A
// word that the limit falls into belongs to the body.
func SplitLead(text string) (lead, body string) {
	i := runeIndex(text, LeadLength)
	if i == len(text) {
		return text, ""
	}
	if j := strings.LastIndexFunc(text[:i], unicode.IsSpace); j > 0 {
		i = j
	}
	return text[:i], text[i:]
}

// runeIndex returns the byte index of the nth rune of s, or len(s) if it has fewer.
func runeIndex(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
