package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// largestAside is the share of the article's letters up to which an element is believed to stand beside the text. A
// class name that says so of more is a name that the page's author gave to the article itself.
const largestAside = 0.3

// asideWords are the words in class names and ids by which pages mark what is no text of the article.
var asideWords = map[string]bool{
	"caption": true, "credit": true, "credits": true, "byline": true, "timestamp": true, "dateline": true, "pubdate": true,
	"newsletter": true, "subscribe": true, "subscription": true, "signup": true, "paywall": true, "promo": true,
	"related": true, "recommended": true, "recommendations": true, "recirc": true, "readmore": true, "teaser": true,
	"rail": true, "trending": true, "popular": true, "share": true, "sharing": true, "social": true, "follow": true,
	"tags": true, "breadcrumb": true, "breadcrumbs": true, "menu": true, "nav": true, "navigation": true, "toolbar": true,
	"comments": true, "advert": true, "advertisement": true, "ad": true, "ads": true, "sponsor": true, "sponsored": true,
	"rollover": true, "popup": true, "tooltip": true, "modal": true, "gallery": true, "slideshow": true,
	"copyright": true, "disclaimer": true, "cookie": true, "cookies": true, "consent": true, "bio": true, "hidden": true,
}

// besideText reports whether an element's class names or id say that what it holds is beside the article's text.
func (s *splitter) besideText(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		for word := range nameWords(a.Val) {
			if asideWords[word] {
				return float64(letters(n)) <= largestAside*float64(s.total)
			}
		}
	}
	return false
}

// nameWords yields the words of class names and ids in lower case: "relatedLinks" and "related-links" have two.
func nameWords(names string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, lower := 0, false
		for i, r := range names {
			cut := !unicode.IsLetter(r)
			if cut || lower && unicode.IsUpper(r) {
				if start < i && !yield(strings.ToLower(names[start:i])) {
					return
				}
				start = i
				if cut {
					start += len(string(r))
				}
			}
			lower = unicode.IsLower(r)
		}
		if start < len(names) {
			yield(strings.ToLower(names[start:]))
		}
	}
}
