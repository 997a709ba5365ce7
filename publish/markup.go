package publish

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"wireroom/news"
)

// line returns s as it may stand in a title or a name: clean, on one line, and nothing that a program could take for HTML;
// "" where there would be nothing to see.
// Where markup has come in with a headline, as after escaping twice, what it means is what it shows.
func line(s string) string {
	s = news.OneLine(clean(s))
	for range 3 { // nobody escapes oftener
		if !looksLikeMarkup(s) {
			break
		}
		s = news.OneLine(clean(news.PlainText(s)))
	}
	if !strings.ContainsFunc(s, isVisible) {
		return ""
	}
	return s
}

// isVisible reports whether a character leaves anything to be seen: no blank, nothing of width zero, no mark of direction.
func isVisible(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point)
}

// halfReference finds what is text and stays text, and yet validators take for half a reference, as in "S&P500".
var halfReference = regexp.MustCompile(`&\w*[0-9_]`)

var markup = regexp.MustCompile(`</[A-Za-z]\w*>|&#?\w+`)

// looksLikeMarkup reports whether plain text holds what programs take for HTML: an end tag, or a reference to a
// character. A plain & or < is none.
func looksLikeMarkup(text string) bool {
	if !strings.ContainsAny(text, "&<") {
		return false
	}
	for _, m := range markup.FindAllString(text, -1) {
		name := m[1:]
		if m[0] == '<' || strings.HasPrefix(name, "#") {
			return true
		}
		whole := "&" + name + ";"
		if html.UnescapeString(whole) != whole {
			return true
		}
	}
	return false
}

// hexText is a text of XML with & and < as hexadecimal references, as the RSS profile advises: readers that take it for
// HTML and readers that take it for text then show the same, and who looks for markup sees that none is meant.
type hexText struct {
	XML string `xml:",innerxml"`
}

func hexTextOf(s string) hexText { return hexText{XML: hexReferences.Replace(s)} }

// optionalText is nil for an empty text.
func optionalText(s string) *hexText {
	if s == "" {
		return nil
	}
	t := hexTextOf(s)
	return &t
}

var hexReferences = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")
