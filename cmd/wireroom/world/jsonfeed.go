package world

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

// jsonFeed is JSON Feed 1.1.
type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePageURL string     `json:"home_page_url"`
	FeedURL     string     `json:"feed_url"`
	Description string     `json:"description"`
	Language    string     `json:"language"`
	Items       []jsonItem `json:"items"`
}

type jsonItem struct {
	ID            string           `json:"id"`
	URL           string           `json:"url"`
	Title         string           `json:"title"`
	ContentHTML   string           `json:"content_html"`
	Image         string           `json:"image,omitempty"`
	DatePublished string           `json:"date_published"`
	DateModified  string           `json:"date_modified,omitempty"`
	Authors       []jsonAuthor     `json:"authors,omitempty"`
	Tags          []string         `json:"tags,omitempty"`
	Attachments   []jsonAttachment `json:"attachments,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonAttachment struct {
	URL      string `json:"url"`
	MimeType string `json:"mime_type"`
	Size     int    `json:"size_in_bytes"`
}

func renderJSON(d document) ([]byte, error) {
	feed := jsonFeed{
		Version:     "https://jsonfeed.org/version/1.1",
		Title:       d.outlet.Name,
		HomePageURL: d.home(),
		FeedURL:     d.self(),
		Description: d.outlet.About + " " + Rights,
		Language:    d.outlet.Language,
		Items:       []jsonItem{},
	}
	for _, r := range d.reports {
		feed.Items = append(feed.Items, d.jsonItem(r))
	}
	out, err := json.MarshalIndent(feed, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write JSON Feed: %w", err)
	}
	return append(out, '\n'), nil
}

func (d document) jsonItem(r report) jsonItem {
	item := jsonItem{
		ID:            r.GUID,
		URL:           d.link(r),
		Title:         r.Title,
		ContentHTML:   cmp.Or(d.body(r), d.lead(r)),
		DatePublished: r.Published.Format(time.RFC3339),
		Tags:          r.Categories,
	}
	if r.Updated.After(r.Published) {
		item.DateModified = r.Updated.Format(time.RFC3339)
	}
	for _, name := range r.Authors {
		item.Authors = append(item.Authors, jsonAuthor{name})
	}
	if r.Picture != "" {
		item.Image = d.base + picturePath(r.Picture)
	}
	if r.Audio != "" {
		item.Attachments = []jsonAttachment{{d.base + soundPath(r.Audio), "audio/wav", len(sound())}}
	}
	return item
}
