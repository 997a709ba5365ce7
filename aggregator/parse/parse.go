package parse

import (
	"errors"
	"fmt"
	"net/url"
	"slices"

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

	Entries []Entry  // in the document's order
	Repairs []string // names of the repairs that were needed, in the order they were made
	Damaged string   // why the document is not whole, as a sentence; empty if it is
	Skipped []string // a sentence for each item that could not be read or was over a limit
}

// NotAFeedError is returned by [Parse] for a document that is no feed. What says what it is instead.
type NotAFeedError struct{ What string }

func (e *NotAFeedError) Error() string {
	return "not a feed but " + e.What + ": check the source's URL"
}

// errPanicked marks a defect of a library that was met on the way.
var errPanicked = errors.New("the parser failed on this document")

// Parse reads a document as it came over the wire. contentType is the header's value and may be empty. documentURL is
// the final URL of the document, against which relative links are resolved; if it is empty they stay relative.
//
// The error is a [*NotAFeedError] if the document is something else than a feed, or a plain error if it is a feed that
// cannot be read at all. Parse never panics. data is not changed and, but for its bytes being shared with the result's
// strings, not kept.
func Parse(data []byte, contentType, documentURL string) (doc *Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("parse %s: %w: %v", documentURL, errPanicked, r)
		}
	}()
	base, err := url.Parse(documentURL)
	if err != nil {
		return nil, fmt.Errorf("parse: document URL: %w", err)
	}
	doc, err = read(data, contentType, base)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", news.WithoutCredentials(documentURL), err)
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
