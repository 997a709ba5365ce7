package parse

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// HTML returns what may be shown of an HTML fragment: text, its structure, links and pictures. Scripts, handlers,
// frames, forms, styles and tracking pixels are gone, elements are closed and nested at most maxNesting deep, addresses
// are absolute URLs of the web, resolved against base; without a base (nil) relative ones are dropped. What is beyond
// maxHTML bytes is cut off. HTML of its own result is that result.
//
// Two passes, each sufficient against the attacks that are known: [arrange] builds the result from a list of what is
// allowed, and bluemonday, which is kept by people who do nothing else, has the last word.
func HTML(fragment string, base *url.URL) string {
	fragment = strings.TrimSpace(fragment)
	if !strings.ContainsAny(fragment, "<&>") {
		return strings.TrimSpace(cleanText(cutBytes(fragment, maxHTML)))
	}
	out := strings.TrimSpace(cleanText(arrange(fragment, base)))
	if !strings.Contains(out, "<") {
		return out
	}
	var clean strings.Builder
	clean.Grow(len(out))
	if err := policy().SanitizeReaderToWriter(strings.NewReader(out), &clean); err != nil {
		return "" // what is in memory can be read
	}
	// Attributes stand in double quotes, so that an apostrophe needs no escape anywhere.
	return strings.ReplaceAll(clean.String(), "&#39;", "'")
}

// policy is what arrange may have left. It is built once and only read.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name := range allowedElements {
		p.AllowElements(name)
	}
	exactly := func(values string) *regexp.Regexp { return regexp.MustCompile("^(?:" + values + ")$") }
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(exactly(linkRel)).OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(exactly("[0-9]{1,4}")).OnElements("img")
	p.AllowAttrs("referrerpolicy").Matching(exactly("no-referrer")).OnElements("img")
	p.AllowAttrs("loading").Matching(exactly("lazy")).OnElements("img")
	p.AllowAttrs("colspan", "rowspan").Matching(exactly("[0-9]{1,2}")).OnElements("td", "th")
	p.AllowAttrs("dir").Matching(exactly("ltr|rtl|auto")).Globally()
	return p
})

// linkRel keeps the page that a link opens from reaching back, and search engines from taking a republished link for a
// recommendation.
const linkRel = "noopener noreferrer nofollow"

// cutBytes returns s, or its beginning of at most n bytes that ends with a whole character.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return string(trimPartialRune([]byte(s[:n])))
}

// firstImage returns the address of the first picture in the result of HTML, or "".
func firstImage(fragment string) string {
	_, rest, ok := strings.Cut(fragment, `<img src="`)
	if !ok {
		return ""
	}
	address, _, _ := strings.Cut(rest, `"`)
	return strings.NewReplacer("&amp;", "&", "&#34;", `"`).Replace(address)
}
