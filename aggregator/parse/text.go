package parse

import (
	"html"
	"strings"
	"unicode/utf8"

	"wireroom/news"
)

// maxTitle bounds a title, in characters. The longest of the corpus of feeds has 277.
const maxTitle = 1000

// plainTitle makes one line of plain text of a title given as HTML.
func plainTitle(fragment string) string {
	if strings.Contains(fragment, "<") {
		fragment = escapeForeignTags(fragment)
	}
	return news.Cut(cleanText(news.OneLine(news.PlainText(fragment))), maxTitle)
}

// escapeForeignTags escapes each "<" that begins no element of HTML: in a title it is a sign of its own.
func escapeForeignTags(s string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "<")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if name := tagName(rest); isHTMLElement(name) || strings.HasPrefix(rest, "!--") {
			out.WriteByte('<')
		} else {
			out.WriteString("&lt;")
		}
		s = rest
	}
}

func plainAll(fragments []string) []string {
	var out []string
	for _, f := range fragments {
		if t := plainTitle(f); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// escapeText makes an HTML fragment of plain text.
func escapeText(s string) string {
	if !strings.ContainsAny(s, "<>&") {
		return s
	}
	return html.EscapeString(s)
}

// lineEnds writes every line end as XML and HTML read it (XML 1.0, section 2.11).
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// cleanText returns s as valid UTF-8 without the characters that XML 1.0 forbids, and with every bidirectional
// embedding, override and isolate closed that it opens, so that it cannot turn around the text after it.
func cleanText(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = lineEnds.Replace(s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexFunc(s, isForbidden) >= 0 {
		s = strings.Map(func(r rune) rune {
			if isForbidden(r) {
				return -1
			}
			return r
		}, s)
	}
	return balanceBidi(s)
}

// isForbidden reports whether XML 1.0 (section 2.2) has no place for r.
func isForbidden(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// The controls of the Unicode bidirectional algorithm (UAX #9) that open a run, and the two that close one.
const (
	bidiEmbeddings = "\u202A\u202B\u202D\u202E"
	bidiIsolates   = "\u2066\u2067\u2068"
	popEmbedding   = '\u202C'
	popIsolate     = '\u2069'
)

// balanceBidi closes what s leaves open, innermost first, and drops closing controls without an opening one.
func balanceBidi(s string) string {
	if !strings.ContainsAny(s, bidiEmbeddings+bidiIsolates+string(popEmbedding)+string(popIsolate)) {
		return s
	}
	var out strings.Builder
	var open []rune // the closing controls that are due
	for _, r := range s {
		switch {
		case strings.ContainsRune(bidiEmbeddings, r):
			open = append(open, popEmbedding)
		case strings.ContainsRune(bidiIsolates, r):
			open = append(open, popIsolate)
		case r == popEmbedding || r == popIsolate:
			if len(open) == 0 || open[len(open)-1] != r {
				continue
			}
			open = open[:len(open)-1]
		}
		out.WriteRune(r)
	}
	for i := len(open) - 1; i >= 0; i-- {
		out.WriteRune(open[i])
	}
	return out.String()
}

// looksLikeHTML reports whether a text that is not said to be HTML is: it holds an element that HTML knows, or an
// entity.
func looksLikeHTML(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '<':
			if name := tagName(s[i+1:]); name != "" && isHTMLElement(name) {
				return true
			}
		case '&':
			if end := strings.IndexByte(s[i:min(len(s), i+12)], ';'); end > 1 && html.UnescapeString(s[i:i+end+1]) != s[i:i+end+1] {
				return true
			}
		}
	}
	return false
}

// tagName returns the name of the tag whose text after "<" is rest, in lower case, or "" if it is none.
func tagName(rest string) string {
	rest = strings.TrimPrefix(rest, "/")
	n := 0
	for n < len(rest) && n < 16 && (isNameStart(rest[n]) || '0' <= rest[n] && rest[n] <= '9') {
		n++
	}
	if n == 0 || n == len(rest) || !endsName(rest[n]) {
		return ""
	}
	return strings.ToLower(rest[:n])
}

// isHTMLElement reports whether HTML has an element by that name, and it is not more likely a word in angle brackets.
func isHTMLElement(name string) bool {
	switch name {
	case "span", "font", "big", "nobr", "time", "label", "form", "input", "embed", "param", "source", "col", "colgroup",
		"fieldset", "legend", "html", "body", "meta", "bdi", "bdo", "picture":
		return true
	case "title", "summary", "map", "main", "dir", "object":
		return false
	}
	_, renamed := renamedElements[name]
	_, allowed := allowedElements[name]
	return allowed || renamed || droppedElements[name]
}
