package parse

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"wireroom/news"
)

// A completer makes entries of what gofeed read and what the outline notes.
type completer struct {
	doc      *Document
	o        *outline
	base     *url.URL // of the feed: the document's URL, or its xml:base
	language string   // of the feed
}

func newCompleter(doc *Document, o *outline, documentURL *url.URL) *completer {
	c := &completer{doc: doc, o: o, base: documentURL}
	for _, n := range [...]node{o.root, o.feed} {
		if o.before == "" || n.start == o.feed.start {
			c.base = o.baseOf(n, c.base)
			c.language = cmp.Or(o.attr(n, "xml:lang"), c.language)
		}
	}
	return c
}

// baseOf returns the base of an element's references: its xml:base, resolved against its parent's base.
func (o *outline) baseOf(n node, parent *url.URL) *url.URL {
	ref := o.attr(n, "xml:base")
	if ref == "" {
		return parent
	}
	u, err := url.Parse(cleanRef(ref))
	if err != nil {
		return parent
	}
	if parent == nil {
		return u
	}
	if u = parent.ResolveReference(u); u.Scheme != "http" && u.Scheme != "https" {
		return parent
	}
	return u
}

// notes returns the outline's notes in the order in which gofeed lists n items: a channel's own, then those beside it.
// It returns empty notes if the two disagree about how many there are.
func (c *completer) notes(n int) []itemNote {
	if len(c.o.items) != n {
		return make([]itemNote, n)
	}
	notes := slices.Clone(c.o.items)
	slices.SortStableFunc(notes, func(a, b itemNote) int {
		switch {
		case a.atRoot == b.atRoot:
			return 0
		case b.atRoot:
			return -1
		}
		return 1
	})
	return notes
}

// start begins an entry with what holds for every format.
func (c *completer) start(note itemNote) Entry {
	return Entry{
		base:     c.o.baseOf(note.node, c.base),
		Language: cmp.Or(c.o.attr(note.node, "xml:lang"), c.language),
		Damaged:  c.doc.Damaged != "",
	}
}

// link is a link element with an address in an attribute.
type link struct{ rel, href, mediaType, length string }

// links returns the link elements among kids that have an address, made absolute. Without rel they are "alternate".
func (c *completer) links(kids []node, base *url.URL) []link {
	var links []link
	for _, k := range kids {
		if c.o.local(k) != "link" {
			continue
		}
		if href, ok := c.address(k, base); ok {
			links = append(links, link{
				rel:       strings.ToLower(cmp.Or(c.o.attr(k, "rel"), "alternate")),
				href:      href,
				mediaType: c.o.attr(k, "type"),
				length:    c.o.attr(k, "length"),
			})
		}
	}
	return links
}

// address returns where a link element leads. An empty href is the base itself (RFC 3986, section 4.4). Where there is
// no href at all, a URL between the tags stands for it.
func (c *completer) address(k node, base *url.URL) (string, bool) {
	base = c.o.baseOf(k, base)
	href, ok := c.o.lookup(k, "href")
	switch {
	case href != "":
		return resolve(base, href), true
	case ok && base != nil:
		return base.String(), true
	}
	text := c.o.text(k)
	return text, isWebURL(text)
}

// feedLinks takes hubs and the feed's own address from its links.
func (c *completer) feedLinks() []link {
	links := c.links(c.o.kids, c.base)
	for _, l := range links {
		switch l.rel {
		case "hub":
			c.doc.Hubs = append(c.doc.Hubs, l.href)
		case "self":
			c.doc.Self = cmp.Or(c.doc.Self, l.href)
		}
	}
	return links
}

// pageLink chooses the link that leads to a page: the first "alternate" that is not of another media type, else the
// first.
func pageLink(links []link) string {
	first := ""
	for _, l := range links {
		if l.rel != "alternate" {
			continue
		}
		if l.mediaType == "" || strings.Contains(l.mediaType, "html") {
			return l.href
		}
		first = cmp.Or(first, l.href)
	}
	return first
}

// enclosure adds a file to an entry, once.
func (e *Entry) enclosure(base *url.URL, address, mediaType, length string) {
	address = resolve(base, address)
	if address == "" || slices.ContainsFunc(e.Enclosures, func(f news.Enclosure) bool { return f.URL == address }) {
		return
	}
	size, err := strconv.ParseInt(strings.TrimSpace(length), 10, 64)
	if err != nil || size < 0 {
		size = 0
	}
	e.Enclosures = append(e.Enclosures, news.Enclosure{URL: address, Type: strings.TrimSpace(mediaType), Length: size})
}

// category adds categories to an entry, each once.
func (e *Entry) category(names ...string) {
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(e.Categories, name) {
			e.Categories = append(e.Categories, name)
		}
	}
}

// author adds authors to an entry, each once.
func (e *Entry) author(names ...string) {
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(e.Authors, name) {
			e.Authors = append(e.Authors, name)
		}
	}
}

// value returns the text of the first extension element by that name, or "".
func value(exts ext.Extensions, prefix, name string) string {
	for _, e := range exts[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

func values(exts ext.Extensions, prefix, name string) []string {
	var all []string
	for _, e := range exts[prefix][name] {
		all = append(all, e.Value)
	}
	return all
}
