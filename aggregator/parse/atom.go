package parse

import (
	"cmp"
	"encoding/base64"
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"wireroom/news"
)

// kind is how the content of an Atom text is written.
type kind uint8

const (
	kindPlain  kind = iota // text, entities decoded
	kindHTML               // escaped HTML
	kindXHTML              // elements
	kindBase64             // encoded bytes
	kindGuess              // not said: plain by the letter, often HTML
)

// textKind reads the attributes of an Atom text: type in Atom 1.0 (RFC 4287, section 3.1.1), type and mode in 0.3.
func textKind(mediaType, mode string) kind {
	mediaType, mode = strings.ToLower(mediaType), strings.ToLower(mode)
	isHTML := mediaType == "html" || strings.HasPrefix(mediaType, "text/html")
	switch {
	case mode == "base64":
		return kindBase64
	case strings.Contains(mediaType, "xhtml"):
		return kindXHTML
	case isHTML && mode != "xml":
		return kindHTML
	case mode == "escaped" && (mediaType == "" || isHTML), mediaType == "" && mode == "":
		return kindGuess
	case mode == "xml", strings.HasSuffix(mediaType, "/xml"), strings.HasSuffix(mediaType, "+xml"):
		return kindXHTML
	case mediaType == "text" || strings.HasPrefix(mediaType, "text/") || mode == "escaped":
		return kindPlain
	}
	return kindBase64
}

// atom completes an Atom document.
func (c *completer) atom(feed *atom.Feed) {
	d := c.doc
	links := c.feedLinks()
	d.Language = c.language
	d.Title = plainTitle(c.atomText(c.o.kids, feed.Title, "title"))
	d.Description = news.PlainText(c.atomText(c.o.kids, feed.Subtitle, "subtitle", "tagline"))
	d.Link = pageLink(links)
	d.Icon = resolve(c.base, cmp.Or(feed.Icon, feed.Logo))
	d.Hints = hints(feed.Extensions, "", nil, nil)
	notes := c.notes(len(feed.Entries))
	d.Entries = make([]Entry, 0, len(feed.Entries))
	var feedAuthors Entry
	feedAuthors.people(feed.Authors)
	for i, entry := range feed.Entries {
		e := c.atomEntry(entry, notes[i])
		if len(e.Authors) == 0 { // RFC 4287, section 4.2.1
			e.Authors = feedAuthors.Authors
		}
		d.Entries = append(d.Entries, e)
	}
}

// atomEntry completes one entry.
func (c *completer) atomEntry(entry *atom.Entry, note itemNote) Entry {
	e := c.start(note)
	exts := entry.Extensions
	e.GUID = entry.ID
	e.Title = cmp.Or(c.atomText(note.kids, entry.Title, "title"), value(exts, "dc", "title"))
	e.Summary = c.atomText(note.kids, entry.Summary, "summary")
	if entry.Content != nil {
		e.Content = c.atomText(note.kids, entry.Content.Value, "content")
	}
	links := c.links(note.kids, e.base)
	e.URL = pageLink(links)
	for _, l := range links {
		if l.rel == "enclosure" {
			e.enclosure(nil, l.href, l.mediaType, l.length)
		}
	}
	if e.URL == "" && isWebURL(entry.ID) {
		e.URL = entry.ID
	}
	e.Published = firstDate(entry.Published, value(exts, "dcterms", "issued"), value(exts, "dc", "date"))
	e.Updated = firstDate(entry.Updated, value(exts, "dcterms", "modified"))
	if k, ok := c.o.kid(note.kids, "created"); ok && e.Published.IsZero() && e.Updated.IsZero() {
		e.Published = firstDate(c.o.text(k))
	}
	e.people(entry.Authors)
	if len(e.Authors) == 0 {
		e.author(values(exts, "dc", "creator")...)
	}
	if len(e.Authors) == 0 && entry.Source != nil {
		e.people(entry.Source.Authors)
	}
	for _, cat := range entry.Categories {
		e.category(cmp.Or(cat.Label, cat.Term))
	}
	e.category(values(exts, "dc", "subject")...)
	e.media(exts)
	return e
}

// people adds the names of Atom persons, or their addresses.
func (e *Entry) people(persons []*atom.Person) {
	for _, p := range persons {
		e.author(cmp.Or(p.Name, p.Email, p.URI))
	}
}

// atomText returns an Atom text as HTML. read is what gofeed made of the element: entities decoded once, or, for inline
// XHTML, what is written; see [drafter.neutralise].
func (c *completer) atomText(kids []node, read string, names ...string) string {
	if read == "" {
		return ""
	}
	k, ok := c.o.kid(kids, names...)
	if !ok {
		return read
	}
	switch textKind(c.o.attr(k, "type"), c.o.attr(k, "mode")) {
	case kindPlain:
		return escapeText(read)
	case kindGuess:
		if raw := c.o.raw(k); strings.Contains(raw, "<") && !strings.Contains(raw, "<![CDATA[") {
			return raw
		}
		if !looksLikeHTML(read) {
			return escapeText(read)
		}
	case kindBase64:
		if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(read), "")); err == nil {
			return string(raw)
		}
	}
	return read
}
