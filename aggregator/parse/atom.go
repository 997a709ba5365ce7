package parse

import (
	"cmp"
	"encoding/base64"
	"strings"
	"unicode/utf8"

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
	d.Language = languageTag(c.language)
	d.Title = plainTitle(c.atomText(c.o.kids, feed.Title, "title"))
	d.Description = news.PlainText(c.atomText(c.o.kids, feed.Subtitle, c.subtitle()))
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
	idBase := e.base
	if k, ok := c.o.kid(note.kids, c.prefixed("id")); ok {
		e.GUID, idBase = c.o.text(k), c.o.baseOf(k, e.base) // gofeed escapes what is no URL
	}
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
	e.URL = cmp.Or(e.URL, permalink(idBase, e.GUID))
	e.Published = firstDate(entry.Published, value(exts, "dcterms", "issued"), value(exts, "dc", "date"))
	e.Updated = firstDate(entry.Updated, value(exts, "dcterms", "modified"))
	if k, ok := c.o.kid(note.kids, c.prefixed("created")); ok && e.Published.IsZero() && e.Updated.IsZero() {
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
	if k, ok := c.o.kid(note.kids, "tags"); ok {
		e.category(strings.Split(c.o.text(k), ",")...)
	}
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
func (c *completer) atomText(kids []node, read, name string) string {
	if read == "" {
		return ""
	}
	k, ok := c.o.kid(kids, c.prefixed(name))
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
		return decodeBase64(read)
	}
	return read
}

// decodeBase64 returns the text that is encoded, or nothing where it is none, such as a picture. gofeed may have decoded
// it already.
func decodeBase64(read string) string {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(read), ""))
	if err == nil {
		read = string(raw)
	}
	if !utf8.ValidString(read) || strings.ContainsRune(read, 0) {
		return ""
	}
	return read
}

// subtitle is the name of the feed's subtitle: that of Atom 0.3 where the feed has one.
func (c *completer) subtitle() string {
	if _, ok := c.o.kid(c.o.kids, c.prefixed("tagline")); ok {
		return "tagline"
	}
	return "subtitle"
}

// prefixed returns the name of an Atom element with the prefix that the feed's own has.
func (c *completer) prefixed(local string) string {
	outermost := c.o.feed
	if outermost.inner == 0 { // a lone entry
		outermost = c.o.root
	}
	name := c.o.name(outermost)
	if i := strings.IndexByte(name, ':'); i >= 0 {
		return name[:i+1] + local
	}
	return local
}
