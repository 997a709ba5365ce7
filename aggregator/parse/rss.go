package parse

import (
	"net/url"

	"github.com/mmcdole/gofeed/rss"
)

func completeRSS(doc *Document, feed *rss.Feed, base *url.URL) {
	doc.Title, doc.Link = feed.Title, resolve(base, feed.Link)
	for _, item := range feed.Items {
		e := Entry{Title: item.Title, URL: resolve(base, item.Link), Summary: item.Description, Content: item.Content, base: base}
		if item.GUID != nil {
			e.GUID = item.GUID.Value
		}
		if item.PubDateParsed != nil {
			e.Published = *item.PubDateParsed
		}
		doc.Entries = append(doc.Entries, e)
	}
}
