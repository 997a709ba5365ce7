package extract

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wireroom/news"
)

// canonical returns the first rel=canonical of a page, made absolute by base, if it is an address of the web.
func canonical(doc *html.Node, base *url.URL) string {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Link || !hasWord(attribute(n, "rel"), "canonical") {
			continue
		}
		u, err := base.Parse(strings.TrimSpace(attribute(n, "href")))
		if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			return u.String()
		}
	}
	return ""
}

// byline returns what the page says of its authors, on one line. A link to an author's page is no name.
func byline(s string) string {
	s = news.OneLine(s)
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		return ""
	}
	if len(s) > len("by ") && strings.EqualFold(s[:len("by ")], "by ") {
		s = s[len("by "):]
	}
	return s
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// hasWord reports whether one of the words in list is word; case does not matter.
func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
