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
//
// Every Item's text passes here, so it scans and does not parse: a tag ends at the first ">" outside its quoted values.
func PlainText(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return foldLines(fragment)
	}
	var out strings.Builder
	out.Grow(len(fragment))
	for fragment != "" {
		text, rest, found := strings.Cut(fragment, "<")
		writeText(&out, text)
		if !found {
			break
		}
		fragment = skipMarkup(&out, rest)
	}
	return foldLines(out.String())
}

// writeText writes a text node. Line ends inside it mean no more than a blank in HTML.
func writeText(out *strings.Builder, text string) {
	if strings.IndexByte(text, '&') >= 0 {
		text = html.UnescapeString(text)
	}
	for {
		i := strings.IndexAny(text, "\r\n")
		if i < 0 {
			out.WriteString(text)
			return
		}
		out.WriteString(text[:i])
		out.WriteByte(' ')
		text = text[i+1:]
	}
}

// skipMarkup passes over what stands after a "<": a tag, a comment, an instruction. A "<" that begins none of these is
// text. It returns what follows.
func skipMarkup(out *strings.Builder, rest string) string {
	name := strings.TrimPrefix(rest, "/")
	switch {
	case strings.HasPrefix(rest, "!--"):
		_, after, _ := strings.Cut(rest[len("!--"):], "-->")
		return after
	case strings.HasPrefix(rest, "!"), strings.HasPrefix(rest, "?"):
		_, after, _ := strings.Cut(rest, ">")
		return after
	case name == "" || !isLetter(name[0]):
		out.WriteByte('<')
		return rest
	}
	element := elementName(name)
	after := rest[tagEnd(rest):]
	switch {
	case isBlock(element):
		out.WriteByte('\n')
	case isHidden(element) && name == rest:
		return afterElement(after, element.String())
	}
	return after
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// elementName returns the element that a tag names; 0 for one that HTML does not know.
func elementName(tag string) atom.Atom {
	var name [16]byte
	n := 0
	for n < len(tag) && n < len(name) && (isLetter(tag[n]) || tag[n] >= '0' && tag[n] <= '9') {
		name[n] = tag[n]
		if isLetter(tag[n]) {
			name[n] |= 0x20
		}
		n++
	}
	return atom.Lookup(name[:n])
}

// tagEnd returns the index after the ">" that ends a tag, or the length of s if none does.
func tagEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '>':
			return i + 1
		case '"', '\'':
			if !strings.HasSuffix(strings.TrimRight(s[:i], " \t\r\n"), "=") {
				continue
			}
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return len(s)
			}
			i += 1 + end
		}
	}
	return len(s)
}

// afterElement returns what follows the end tag of an element whose content is not shown.
func afterElement(s, name string) string {
	for {
		i := strings.Index(s, "</")
		if i < 0 {
			return ""
		}
		s = s[i+len("</"):]
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			return s[tagEnd(s):]
		}
	}
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
