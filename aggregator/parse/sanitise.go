package parse

import (
	"net/url"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// policy is what may stand in a text that is published again. It is built once and only read.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "b", "i", "em", "strong", "u", "s", "small",
		"sub", "sup", "code", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody",
		"tfoot", "tr", "th", "td", "caption", "figure", "figcaption", "div", "span", "a", "img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt", "width", "height").OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto")
	return p
})

// HTML returns an HTML fragment with everything removed that is not text, its structure, links or pictures. Relative
// links are resolved against base; base may be nil.
func HTML(fragment string, base *url.URL) string {
	if !strings.ContainsAny(fragment, "<&") {
		return cleanText(strings.TrimSpace(fragment))
	}
	return cleanText(strings.TrimSpace(policy().Sanitize(fragment)))
}
