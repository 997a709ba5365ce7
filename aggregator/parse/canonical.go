package parse

import (
	"encoding/json"
	"time"

	"wireroom/news"
)

// canonical is the form in which feed parsers are compared, field by field; times are Unix seconds, null if unknown.
type canonical struct {
	Path    string           `json:"path"`
	OK      bool             `json:"ok"`
	Error   string           `json:"error"`
	Title   string           `json:"title"`
	Link    string           `json:"link"`
	Entries []canonicalEntry `json:"entries"`
}

type canonicalEntry struct {
	ID         string   `json:"id"`
	Link       string   `json:"link"`
	Title      string   `json:"title"`
	Published  *int64   `json:"published"`
	Updated    *int64   `json:"updated"`
	Author     string   `json:"author"`
	Categories []string `json:"categories"`
	Enclosures []string `json:"enclosures"`
	Content    string   `json:"content"`
}

// Canonical parses a document and returns the result as one JSON object, without a line end, in the form by which feed
// parsers are compared: what was read, before anything is sanitised. path is repeated in it. A document that cannot be
// read gives ok false and the reason.
func Canonical(path string, data []byte, documentURL string) []byte {
	out := canonical{Path: path, Entries: []canonicalEntry{}}
	doc, err := Parse(data, "", documentURL)
	if err != nil {
		out.Error = err.Error()
	} else {
		out.OK, out.Title, out.Link = true, doc.Title, doc.Link
		for _, e := range doc.Entries {
			out.Entries = append(out.Entries, canonicalOf(e))
		}
	}
	line, _ := json.Marshal(out) // strings and numbers always marshal
	return line
}

func canonicalOf(e Entry) canonicalEntry {
	c := canonicalEntry{
		ID: e.GUID, Link: e.URL, Title: e.Title, Published: seconds(e.Published), Updated: seconds(e.Updated),
		Categories: append([]string{}, e.Categories...), Enclosures: []string{}, Content: e.Summary,
	}
	if len(e.Authors) > 0 {
		c.Author = e.Authors[0]
	}
	for _, f := range e.Enclosures {
		c.Enclosures = append(c.Enclosures, f.URL)
	}
	if len(news.PlainText(e.Content)) >= len(news.PlainText(e.Summary)) && e.Content != "" {
		c.Content = e.Content
	}
	return c
}

func seconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	s := t.Unix()
	return &s
}
