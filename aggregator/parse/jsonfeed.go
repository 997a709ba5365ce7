package parse

import (
	"net/url"

	"github.com/mmcdole/gofeed/json"
)

func completeJSON(doc *Document, feed *json.Feed, base *url.URL) {
	doc.Title, doc.Link = feed.Title, resolve(base, feed.HomePageURL)
	for _, item := range feed.Items {
		doc.Entries = append(doc.Entries, Entry{GUID: item.ID, Title: escapeText(item.Title), URL: resolve(base, item.URL), base: base})
	}
}
