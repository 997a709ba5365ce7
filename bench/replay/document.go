package main

import (
	"bytes"
	"encoding/xml"
	"time"
)

// everything and twoDays are how far back a document goes.
const (
	everything = 100 * 365 * 24 * time.Hour
	twoDays    = 48 * time.Hour
)

// leastItems is how many items a document shows even where its time holds fewer: quiet feeds keep their last ones.
const leastItems = 20

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	GUID        string `xml:"guid"` // a permalink, as RSS 2.0 takes it to be
	Description string `xml:"description,omitempty"`
	Creator     string `xml:"dc:creator,omitempty"`
	PubDate     string `xml:"pubDate"`
}

// document renders what the feed shows at a time: its items of the span before it, and at least the newest [leastItems].
func (f feed) document(at time.Time, span time.Duration) ([]byte, error) {
	doc := rss{Version: "2.0", DC: "http://purl.org/dc/elements/1.1/", Channel: channel{
		Title: f.name, Link: "http://origin.example/" + f.id, Description: "Stored items, replayed",
	}}
	for _, it := range f.items {
		if it.Published.After(at) {
			continue
		}
		if len(doc.Channel.Items) >= leastItems && !it.Published.After(at.Add(-span)) {
			break
		}
		doc.Channel.Items = append(doc.Channel.Items, rssItem{
			Title: it.Title, Link: it.Link, GUID: it.Link, Description: it.Description, Creator: it.Author,
			PubDate: it.Published.Format(time.RFC1123Z),
		})
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	err := xml.NewEncoder(&out).Encode(doc)
	return out.Bytes(), err
}
