package parse

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"wireroom/news"
)

// An Entry is an item as a document carries it, completed but not sanitised. Title, Summary and Content are HTML
// fragments: what a format declares to be plain text has been escaped. An Entry must not be shown to anyone; see
// [Entry.Item].
type Entry struct {
	GUID       string // as published: guid, atom:id, rdf:about or JSON id; empty if none
	URL        string // absolute; empty if none
	Title      string
	Summary    string
	Content    string
	Authors    []string // names, or addresses where no name is given
	Categories []string
	Enclosures []news.Enclosure // absolute URLs
	Image      string           // absolute URL; empty if none
	Language   string           // BCP 47 as published; empty if neither entry nor feed says
	Published  time.Time        // UTC; zero if not stated
	Updated    time.Time        // UTC; zero if not stated
	Damaged    bool             // read from a document that was cut off or repaired around it

	// Digest is a hash of the item as it stands in the document, with what it inherits; zero where it cannot be read apart
	// from the rest. An Entry that is Known has nothing else.
	Digest news.Fingerprint
	Known  bool

	base *url.URL // for the relative links within the texts
}

// Keys returns the entry's identity keys within its Source, strongest first.
func (e Entry) Keys() []news.Key {
	canonical := news.CanonicalURL(e.URL)
	if e.GUID != "" || canonical != "" {
		return news.ItemKeys(e.GUID, canonical, "", "")
	}
	return news.ItemKeys("", "", plainTitle(e.Title), news.PlainText(e.Summary+e.Content))
}

// Fingerprint returns a hash of what a reader would see of the entry. Dates, images and the query parts of file
// addresses are left out: publishers' programs renew them without a change of the text.
func (e Entry) Fingerprint() news.Fingerprint {
	parts := make([]string, 0, 8+len(e.Authors)+len(e.Categories)+len(e.Enclosures))
	parts = append(parts, e.GUID, e.URL, e.Title, e.Summary, e.Content, e.Language)
	parts = append(parts, e.Authors...)
	parts = append(parts, "")
	parts = append(parts, e.Categories...)
	parts = append(parts, "")
	for _, f := range e.Enclosures {
		parts = append(parts, withoutQuery(f.URL))
	}
	return news.FingerprintOf(parts...)
}

// Item makes the first version of a news.Item of the entry, for the Source with the given id, seen at the given time.
// This is the expensive part: it sanitises the texts, and leaves out addresses that are none of the web. ID and Place
// are left to the caller.
func (e Entry) Item(source string, at time.Time) news.Item {
	at = at.UTC().Truncate(time.Millisecond)
	summary, content := HTML(e.Summary, e.base), HTML(e.Content, e.base)
	return news.Item{
		Source:      source,
		Version:     1,
		GUID:        cleanText(e.GUID),
		URL:         webURL(e.URL),
		Title:       plainTitle(e.Title),
		Summary:     summary,
		Content:     content,
		Authors:     plainAll(e.Authors),
		Categories:  plainAll(e.Categories),
		Language:    languageTag(e.Language),
		Enclosures:  webFiles(e.Enclosures),
		Image:       cmp.Or(webURL(e.Image), firstImage(content), firstImage(summary)),
		Stated:      e.Published,
		Updated:     e.Updated,
		Published:   news.Believable(e.Published, at),
		FirstSeen:   at,
		Seen:        at,
		Damaged:     e.Damaged,
		Keys:        e.Keys(),
		Fingerprint: e.Fingerprint(),
	}
}

// webFiles returns the files that have an address of the web.
func webFiles(files []news.Enclosure) []news.Enclosure {
	var kept []news.Enclosure
	for _, f := range files {
		if f.URL = webURL(f.URL); f.URL != "" {
			f.Type = cleanText(f.Type)
			kept = append(kept, f)
		}
	}
	return kept
}

// languageTag returns a language in the form of BCP 47, or "" for what cannot be one.
func languageTag(name string) string {
	name = strings.ReplaceAll(strings.TrimSpace(name), "_", "-")
	if len(name) < 2 || len(name) > 35 {
		return ""
	}
	for i := range len(name) {
		if c := name[i]; !isNameByte(c) || c == '.' || c == ':' || c == '_' {
			return ""
		}
	}
	return name
}
