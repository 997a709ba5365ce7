package parse

import (
	"net/url"

	"github.com/mmcdole/gofeed/atom"
)

func completeAtom(doc *Document, feed *atom.Feed, base *url.URL) {
	doc.Title = feed.Title
	for _, entry := range feed.Entries {
		e := Entry{GUID: entry.ID, Title: entry.Title, Summary: entry.Summary, base: base}
		for _, l := range entry.Links {
			if l.Rel == "alternate" {
				e.URL = resolve(base, l.Href)
				break
			}
		}
		if entry.Content != nil {
			e.Content = entry.Content.Value
		}
		if entry.PublishedParsed != nil {
			e.Published = *entry.PublishedParsed
		}
		if entry.UpdatedParsed != nil {
			e.Updated = *entry.UpdatedParsed
		}
		doc.Entries = append(doc.Entries, e)
	}
}
