package world

import (
	"encoding/xml"
	"time"
)

// atomFeed is RFC 4287.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle"`
	Rights   string      `xml:"rights"`
	Updated  string      `xml:"updated"`
	Author   atomPerson  `xml:"author"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Length int    `xml:"length,attr,omitempty"`
}

type atomText struct {
	Type  string `xml:"type,attr"`
	Value string `xml:",chardata"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Links      []atomLink     `xml:"link"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Authors    []atomPerson   `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Summary    *atomText      `xml:"summary"`
	Content    *atomText      `xml:"content"`
}

func renderAtom(d document) ([]byte, error) {
	feed := atomFeed{
		Lang:     d.outlet.Language,
		ID:       "tag:" + d.outlet.ID + ".example,2026:feed",
		Title:    d.outlet.Name,
		Subtitle: d.outlet.About,
		Rights:   Rights,
		Updated:  d.changed.Format(time.RFC3339),
		Author:   atomPerson{Name: d.outlet.Name},
		Links: []atomLink{
			{Rel: "alternate", Type: "text/html", Href: d.home()},
			{Rel: "self", Type: "application/atom+xml", Href: d.self()},
		},
	}
	for _, r := range d.reports {
		feed.Entries = append(feed.Entries, d.atomEntry(r))
	}
	return encodeXML(feed, d.outlet.Charset)
}

func (d document) atomEntry(r report) atomEntry {
	entry := atomEntry{
		ID:        r.GUID,
		Title:     r.Title,
		Links:     []atomLink{{Rel: "alternate", Type: "text/html", Href: d.link(r)}},
		Published: r.Published.Format(time.RFC3339),
		Updated:   r.Updated.Format(time.RFC3339),
		Summary:   &atomText{Type: "html", Value: d.lead(r)},
	}
	for _, name := range r.Authors {
		entry.Authors = append(entry.Authors, atomPerson{Name: name})
	}
	for _, term := range r.Categories {
		entry.Categories = append(entry.Categories, atomCategory{Term: term})
	}
	if body := d.body(r); body != "" {
		entry.Content = &atomText{Type: "html", Value: body}
	}
	if r.Audio != "" {
		entry.Links = append(entry.Links,
			atomLink{Rel: "enclosure", Type: "audio/wav", Href: d.base + soundPath(r.Audio), Length: len(sound())})
	}
	return entry
}
