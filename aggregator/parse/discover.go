package parse

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
)

// A FeedLink is a feed that a page says it has.
type FeedLink struct {
	URL   string // absolute
	Type  string // media type
	Title string // plain text; may be empty
}

// Discover returns the feeds that an HTML page offers by links of its own (rel="alternate", with the media type of a
// feed), in the page's order, each once. Arguments are as with [Parse]. A page that offers none, or a document that is no
// page, gives nil.
func Discover(data []byte, contentType, documentURL string) []FeedLink {
	base, err := url.Parse(documentURL)
	if err != nil {
		return nil
	}
	return offers(new(Document).prepare(data, pageCharset(data, contentType)), base)
}

// How far into a page its links are looked for, in bytes, and how many are kept. They stand in its head, which seldom
// has more than a tenth of this.
const (
	offerWindow = 512 << 10
	maxOffers   = 50
)

// offers finds the feeds that a page offers.
func offers(page []byte, base *url.URL) (found []FeedLink) {
	z := nethtml.NewTokenizer(bytes.NewReader(page[:min(len(page), offerWindow)]))
	for len(found) < maxOffers {
		switch z.Next() {
		case nethtml.ErrorToken: // the end
			return found
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
		default:
			continue
		}
		tag := z.Token()
		switch tag.Data {
		case "base":
			base = pageBase(base, tagAttributes(tag.Attr).of("href"))
		case "link":
			link, ok := feedLink(tag.Attr, base)
			if ok && !slices.ContainsFunc(found, func(l FeedLink) bool { return l.URL == link.URL }) {
				found = append(found, link)
			}
		}
	}
	return found
}

// pageBase returns what a page's references are resolved against after a base element with the given href.
func pageBase(page *url.URL, href string) *url.URL {
	if base, err := url.Parse(resolve(page, href)); err == nil && isWebURL(base.String()) {
		return base
	}
	return page
}

// feedLink reads a link element; ok is false if it leads to no feed.
func feedLink(attributes []nethtml.Attribute, base *url.URL) (link FeedLink, ok bool) {
	a := tagAttributes(attributes)
	mediaType, _, err := mime.ParseMediaType(a.of("type"))
	rels := strings.Fields(strings.ToLower(a.of("rel")))
	if err != nil || !isFeedType(mediaType) || !slices.Contains(rels, "alternate") || strings.TrimSpace(a.of("href")) == "" {
		return FeedLink{}, false
	}
	link = FeedLink{URL: webURL(resolve(base, a.of("href"))), Type: mediaType, Title: plainTitle(escapeText(a.of("title")))}
	return link, link.URL != ""
}

// isFeedType reports whether a media type is one that feeds are offered under. The general ones, of XML and JSON, are
// none: programs offer other things than feeds under them.
func isFeedType(mediaType string) bool {
	switch mediaType {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
		return true
	}
	return false
}

// tagAttributes are the attributes of an HTML element.
type tagAttributes []nethtml.Attribute

// of returns the value of the first attribute by that name, or "".
func (all tagAttributes) of(name string) string {
	for _, a := range all {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// withOffers adds to the error for a document that is no feed what feeds it offers.
func withOffers(err error, page []byte, base *url.URL) error {
	var not *NotAFeedError
	if errors.As(err, &not) && strings.HasPrefix(not.What, htmlPage) {
		not.Feeds = offers(page, base)
	}
	return err
}

// namedOffers is how many feeds a sentence names.
const namedOffers = 5

func inWords(feeds []FeedLink) string {
	var names []string
	for _, f := range feeds[:min(len(feeds), namedOffers)] {
		names = append(names, f.URL)
	}
	text := strings.Join(names, ", ")
	if more := len(feeds) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
