package parse

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// read is the three stages one after the other.
func read(data []byte, contentType string, base *url.URL) (*Document, error) {
	doc := &Document{}
	text, repair := toUTF8(data, contentType)
	if repair != "" {
		doc.Repairs = append(doc.Repairs, repair)
	}
	_, text = xmlDeclaration(text)
	switch gofeed.DetectFeedType(bytes.NewReader(text[:min(len(text), 4096)])) {
	case gofeed.FeedTypeRSS:
		feed, err := new(rss.Parser).Parse(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("rss: %w", err)
		}
		completeRSS(doc, feed, base)
	case gofeed.FeedTypeAtom:
		feed, err := new(atom.Parser).Parse(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("atom: %w", err)
		}
		completeAtom(doc, feed, base)
	case gofeed.FeedTypeJSON:
		feed, err := new(json.Parser).Parse(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("json: %w", err)
		}
		completeJSON(doc, feed, base)
	default:
		return nil, &NotAFeedError{What: "something else"}
	}
	return doc, nil
}
