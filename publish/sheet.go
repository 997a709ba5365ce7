package publish

import (
	"fmt"
	"slices"
	"time"

	"wireroom/news"
)

// A sheet is what every format says of a Feed: of a Topic's head, of a sealed page, of corrections. Rendering it is a pure
// function of its fields.
type sheet struct {
	site               Site
	id                 string // a URI, the same in all formats
	title, description string
	home               string    // the page for people
	updated            time.Time // zero if there never was an entry
	interval           time.Duration
	archive            bool // never changes again: what is said of polling is left out
	// The addresses of the document in a format, of the one that goes on being changed, and of the next older one; "" for
	// none.
	self, current, older func(Format) string
	hub                  string // whom to ask to be told of changes; "" for none
	entries              []entry
	tombstones           []news.Tombstone // of what was withdrawn
}

// nowhere is an address that there is not.
func nowhere(Format) string { return "" }

func (s sheet) render(format Format) ([]byte, error) {
	switch format {
	case Atom:
		return s.atom()
	case RSS:
		return s.rss()
	case JSONFeed:
		return s.json()
	}
	return nil, fmt.Errorf("unknown format")
}

// located reports whether any entry says where it is.
func (s sheet) located() bool {
	return slices.ContainsFunc(s.entries, func(e entry) bool { return e.point() != "" })
}

// document is the sheet in one format, as it is served.
func (s sheet) document(format Format, caching string) (*document, error) {
	body, err := s.render(format)
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", s.self(format), err)
	}
	links := []string{
		`<` + s.self(format) + `>; rel="self"; type="` + format.MediaType() + `"`,
		`<` + s.home + `>; rel="alternate"; type="text/html"`,
	}
	if s.hub != "" {
		links = append(links, `<`+s.hub+`>; rel="hub"`)
	}
	return &document{
		mediaType: format.MediaType(), caching: caching, updated: s.updated, links: links, plain: newRepresentation(identity, body),
	}, nil
}
