package publish

import (
	"html"
	"regexp"
	"strings"

	"wireroom/news"
)

// line returns s as it may stand in a title or a name: clean, on one line, and nothing that a program could take for HTML.
// Where markup has come in with a headline, as after escaping twice, what it means is what it shows.
func line(s string) string {
	s = news.OneLine(clean(s))
	for range 3 { // nobody escapes oftener
		if !looksLikeMarkup(s) {
			break
		}
		s = news.OneLine(clean(news.PlainText(s)))
	}
	return s
}

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
