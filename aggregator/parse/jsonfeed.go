package parse

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/mmcdole/gofeed/json"
)

func readJSON(doc *Document, text []byte, base *url.URL) error {
	feed, err := new(json.Parser).Parse(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("json: %w", err)
	}
	completeJSON(doc, feed, base)
	return nil
}

func completeJSON(doc *Document, feed *json.Feed, base *url.URL) {
	doc.Title, doc.Link = feed.Title, resolve(base, feed.HomePageURL)
	for _, item := range feed.Items {
		e := Entry{GUID: item.ID, Title: escapeText(item.Title), URL: resolve(base, item.URL), base: base}
		e.Summary = escapeText(item.Summary)
		e.Content = item.ContentHTML
		if e.Content == "" {
			e.Content = escapeText(item.ContentText)
		}
		e.Published, e.Updated = firstDate(item.DatePublished), firstDate(item.DateModified)
		for _, a := range item.Authors {
			e.author(a.Name)
		}
		if item.Author != nil {
			e.author(item.Author.Name)
		}
		e.category(item.Tags...)
		if item.Attachments != nil {
			for _, a := range *item.Attachments {
				e.enclosure(base, a.URL, a.MimeType, fmt.Sprint(a.SizeInBytes))
			}
		}
		doc.Entries = append(doc.Entries, e)
	}
}
