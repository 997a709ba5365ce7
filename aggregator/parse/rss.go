package parse

import (
	"cmp"
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"wireroom/news"
)

// rss completes a document of the RSS family.
func (c *completer) rss(feed *rss.Feed) {
	exts := feed.Extensions
	links := c.feedLinks()
	c.language = cmp.Or(feed.Language, value(exts, "dc", "language"), c.language)
	d := c.doc
	d.Language = languageTag(c.language)
	d.Title = plainTitle(cmp.Or(feed.Title, value(exts, "dc", "title"), value(exts, "media", "title")))
	d.Description = news.PlainText(cmp.Or(feed.Description, value(exts, "dc", "description"), value(exts, "itunes", "summary")))
	d.Link = cmp.Or(resolve(c.base, firstOf(feed.Links)), pageLink(links), resolve(c.base, c.o.attr(c.o.feed, "href")))
	if feed.Image != nil {
		d.Icon = resolve(c.base, feed.Image.URL)
	}
	d.Hints = hints(exts, feed.TTL, feed.SkipHours, feed.SkipDays)
	notes := c.notes(len(feed.Items))
	d.Entries = make([]Entry, 0, len(feed.Items))
	for i, item := range feed.Items {
		d.Entries = append(d.Entries, c.rssEntry(item, notes[i]))
	}
}

// rssEntry completes one item.
func (c *completer) rssEntry(item *rss.Item, note itemNote) Entry {
	e := c.start(note)
	exts := item.Extensions
	e.Title = cmp.Or(c.inline(note, "title", item.Title), value(exts, "dc", "title"), atomValue(exts, "title"))
	e.Summary = cmp.Or(c.inline(note, "description", item.Description), value(exts, "dc", "description"),
		value(exts, "itunes", "summary"), atomValue(exts, "summary"), value(exts, "dcterms", "abstract"))
	e.Summary = cmp.Or(e.Summary, custom(item, "summary", "abstract"))
	e.Content = cmp.Or(item.Content, c.xhtmlBody(note), atomValue(exts, "content"), custom(item, "encoded", "content", "fullitem"))
	if item.GUID != nil {
		e.GUID = item.GUID.Value
	}
	e.GUID = cmp.Or(e.GUID, c.o.attr(note.node, "rdf:about"), atomValue(exts, "id"), custom(item, "id"),
		value(exts, "dc", "identifier"))
	e.URL = c.rssURL(item, note, e.base)
	e.Published = firstDate(item.PubDate, atomValue(exts, "published"), value(exts, "dcterms", "issued"),
		value(exts, "dc", "date"), custom(item, "published", "date", "issued"))
	e.Updated = firstDate(atomValue(exts, "updated"), value(exts, "dcterms", "modified"), custom(item, "updated", "modified", "lastBuildDate"),
		c.o.attr(note.node, "lastmod"))
	if e.Published.IsZero() && e.Updated.IsZero() {
		e.Published = firstDate(value(exts, "dcterms", "created"), atomValue(exts, "created"), value(exts, "dcterms", "available"))
	}
	c.rssPeople(&e, item)
	c.rssCategories(&e, item)
	c.rssFiles(&e, item, note)
	e.media(exts)
	return e
}

// rssFiles takes an item's files from its enclosures and from Atom's links.
func (c *completer) rssFiles(e *Entry, item *rss.Item, note itemNote) {
	for _, f := range item.Enclosures {
		e.enclosure(e.base, f.URL, f.Type, f.Length)
	}
	if len(item.Enclosures) > 0 && len(e.Enclosures) == 0 {
		if k, ok := c.o.kid(note.kids, "enclosure"); ok {
			e.enclosure(e.base, c.o.attr(k, "href"), c.o.attr(k, "type"), c.o.attr(k, "length"))
		}
	}
	for _, l := range c.links(note.kids, e.base) {
		if l.rel == "enclosure" {
			e.enclosure(nil, l.href, l.mediaType, l.length)
		}
	}
	for _, f := range e.Enclosures {
		if e.Image == "" && strings.HasPrefix(f.Type, "image/") {
			e.Image = f.URL
		}
	}
}

// inline returns the text of an item's child as gofeed read it, but as written where it holds elements: gofeed decodes
// the entities of inline markup once too often.
func (c *completer) inline(note itemNote, name, read string) string {
	if !strings.Contains(read, "<") {
		return read
	}
	if k, ok := c.o.kid(note.kids, name); ok {
		if raw := c.o.raw(k); strings.Contains(raw, "<") && !strings.Contains(raw, "<![CDATA[") {
			return raw
		}
	}
	return read
}

// xhtmlBody returns the inside of an XHTML body or div beside the description.
func (c *completer) xhtmlBody(note itemNote) string {
	if k, ok := c.o.kid(note.kids, "body", "xhtml:body", "xhtml:div", "div"); ok {
		return c.o.raw(k)
	}
	return ""
}

// rssURL chooses an item's link: the link element, an Atom link within, the guid or rdf:about where it is a URL and not
// said to be none.
func (c *completer) rssURL(item *rss.Item, note itemNote, base *url.URL) string {
	if k, ok := c.o.kid(note.kids, "link"); ok {
		base = c.o.baseOf(k, base)
	}
	if ref := firstOf(item.Links); ref != "" {
		return resolve(base, ref)
	}
	if ref := pageLink(c.links(note.kids, base)); ref != "" {
		return ref
	}
	if k, ok := c.o.kid(note.kids, "guid"); ok {
		id := c.o.text(k)
		if ref := permalink(base, id); ref != "" {
			return ref
		}
		// Not said to be none, a guid is the item's URL (RSS 2.0).
		if !strings.EqualFold(c.o.attr(k, "isPermaLink"), "false") && id != "" && !strings.ContainsAny(id, ": \t\n") {
			return resolve(base, id)
		}
	}
	if ref := c.o.attr(note.node, "rdf:about"); isWebURL(ref) {
		return ref
	}
	return resolve(base, c.o.attr(note.node, "href"))
}

// rssPeople takes an item's authors from RSS, Dublin Core, iTunes or Atom.
func (c *completer) rssPeople(e *Entry, item *rss.Item) {
	exts := item.Extensions
	e.author(personName(news.PlainText(item.Author)))
	if len(e.Authors) == 0 {
		for _, name := range [...]string{"creator", "author"} {
			for _, v := range values(exts, "dc", name) {
				e.author(personName(v))
			}
		}
	}
	if len(e.Authors) == 0 {
		e.author(personName(value(exts, "itunes", "author")))
	}
	if len(e.Authors) == 0 {
		for _, prefix := range atomPrefixes {
			for _, a := range exts[prefix]["author"] {
				e.author(childValue(a, "name", "email"))
			}
		}
	}
}

func (c *completer) rssCategories(e *Entry, item *rss.Item) {
	for _, cat := range item.Categories {
		text, markup, _ := strings.Cut(cat.Value, "<")
		if text == "" && markup != "" {
			text = escapeText(news.PlainText(cat.Value))
		}
		e.category(text)
	}
	e.category(strings.Split(custom(item, "tags", "keywords"), ",")...)
	for _, element := range strings.Split(custom(item, "categories"), "</") { // categories within a list of them
		e.category(element[strings.LastIndexByte(element, '>')+1:])
	}
	for _, cat := range item.Extensions["itunes"]["category"] {
		e.category(cat.Attrs["text"])
	}
	e.category(values(item.Extensions, "dc", "subject")...)
	e.category(strings.Split(value(item.Extensions, "itunes", "keywords"), ",")...)
	for _, prefix := range atomPrefixes {
		for _, cat := range item.Extensions[prefix]["category"] {
			e.category(cat.Attrs["term"])
		}
	}
}

// atomPrefixes are the names under which gofeed keeps Atom's elements within RSS.
var atomPrefixes = [...]string{"atom", "atom03", "atom10"}

// atomValue returns the text of an Atom element within an RSS item.
func atomValue(exts ext.Extensions, name string) string {
	for _, prefix := range atomPrefixes {
		if v := value(exts, prefix, name); v != "" {
			return v
		}
	}
	return ""
}

// childValue returns the text of the first child by one of the names, else the element's own.
func childValue(e ext.Extension, names ...string) string {
	for _, name := range names {
		for _, k := range e.Children[name] {
			if k.Value != "" {
				return k.Value
			}
		}
	}
	return e.Value
}

// custom returns the text of an item's child that is no element of RSS, by the first of the names that has one.
func custom(item *rss.Item, names ...string) string {
	for _, name := range names {
		for key, v := range item.Custom {
			if strings.EqualFold(key, name) && v != "" {
				return v
			}
		}
	}
	return ""
}

func firstOf(refs []string) string {
	for _, ref := range refs {
		if ref = strings.TrimSpace(ref); ref != "" {
			return ref
		}
	}
	return ""
}
