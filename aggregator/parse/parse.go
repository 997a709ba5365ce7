package parse

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"wireroom/news"
)

// A Document is a feed as it was read.
type Document struct {
	Title, Description string     // plain text
	Link               string     // absolute URL of the page the feed belongs to; empty if none
	Language           string     // BCP 47 as published; empty if none
	Icon               string     // absolute URL; empty if none
	Self               string     // absolute URL that the feed states for itself; empty if none
	Hints              news.Hints // ttl, sy:update*, skipHours, skipDays
	Hubs               []string   // absolute URLs of its WebSub hubs

	Sitemaps []Sitemap // that an index of sitemaps lists; nil for every other document

	Entries []Entry  // in the document's order
	Repairs []string // names of the repairs that were needed, in the order they were made
	Damaged string   // why the document is not whole, as a sentence; empty if it is
	Skipped []string // a sentence for each item that could not be read or was over a limit
}

// NotAFeedError is returned for a document that is not what its reader reads. What says what it is instead.
type NotAFeedError struct {
	What  string
	Want  string     // what was wanted; empty: a feed
	Feeds []FeedLink // that a page offers, where a feed was wanted
}

func (e *NotAFeedError) Error() string {
	text := "not " + cmp.Or(e.Want, "a feed") + " but " + e.What
	if len(e.Feeds) == 0 {
		return text + ": check the source's URL"
	}
	return text + "; it offers these feeds: " + inWords(e.Feeds) + ": give the source one of these as its URL"
}

// errPanicked marks a defect of a library that was met on the way.
var errPanicked = errors.New("the parser failed on this document")

// Parse reads a document as it came over the wire. contentType is the header's value and may be empty. documentURL is
// the final URL of the document, against which relative links are resolved; if it is empty they stay relative.
//
// The error is a [*NotAFeedError] if the document is something else than a feed, or a plain error if it is a feed that
// cannot be read at all. Parse never panics. data is not changed and, but for its bytes being shared with the result's
// strings, not kept.
func Parse(data []byte, contentType, documentURL string) (*Document, error) {
	return ParseNew(data, contentType, documentURL, func(news.Fingerprint) bool { return false })
}

// ParseNew is Parse for a document of which something may be known from an earlier reading: items whose digest is known
// are not read, and their entries, in their places, have nothing but that. known is called from the same goroutine.
func ParseNew(data []byte, contentType, documentURL string, known func(digest news.Fingerprint) bool) (*Document, error) {
	return parseWith(documentURL, func(doc *Document, base *url.URL) error { return doc.read(data, contentType, base, known) })
}

// parseWith makes a Document with one of the readers, and what all of them have in common.
func parseWith(documentURL string, read func(*Document, *url.URL) error) (doc *Document, err error) {
	named, _, _ := strings.Cut(news.WithoutCredentials(documentURL), "?") // publishers hand out keys in queries
	step := strings.TrimSpace("parse " + named)
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("%s: %w: %v", step, errPanicked, r)
		}
	}()
	base, err := url.Parse(documentURL)
	if err != nil {
		return nil, fmt.Errorf("parse: document URL: %w", err)
	}
	doc = new(Document)
	if err = read(doc, base); err != nil {
		return nil, fmt.Errorf("%s: %w", step, err)
	}
	decodeOnce(doc)
	doc.keepWebAddresses()
	return doc, nil
}

// keepWebAddresses leaves out addresses of the document that are none of the web.
func (doc *Document) keepWebAddresses() {
	for _, ref := range []*string{&doc.Link, &doc.Icon, &doc.Self} {
		*ref = webURL(*ref)
	}
	doc.Hubs = slices.DeleteFunc(doc.Hubs, func(hub string) bool { return webURL(hub) == "" })
}
