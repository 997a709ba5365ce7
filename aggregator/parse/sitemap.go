package parse

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Sitemap is one that a sitemap index lists.
type Sitemap struct {
	URL     string    // absolute
	LastMod time.Time // UTC; zero if not stated
}

// ParseSitemap reads a sitemap (sitemaps.org, protocol 0.9) with Google's extension for news into a Document. Its entries
// are the pages that have a title of news; of more than 1,000 the newest. An index of sitemaps gives a Document whose
// Sitemaps are those that it lists, and that has no entries.
//
// Arguments, errors and damage are as with [Parse]; a document that is no sitemap is a [*NotAFeedError]. Elements are
// told by their names and places, whatever their namespace is declared to be.
func ParseSitemap(data []byte, contentType, documentURL string) (*Document, error) {
	return parseWith(documentURL, func(doc *Document, base *url.URL) error {
		text := doc.prepare(data, contentType)
		r := &sitemapReader{scanner: scanner{doc: text}, out: doc, base: base}
		if err := r.read(); err != nil {
			return err
		}
		r.finish()
		return nil
	})
}

// A sitemapReader reads a sitemap in one pass over its tokens.
type sitemapReader struct {
	scanner
	out  *Document
	base *url.URL

	path    []string // the local names of the elements that are open
	inner   int      // where the content of the innermost begins; -1 once it has children
	page    Entry    // of the entry that is open
	titled  int      // entries with a title so far
	noTitle int
	noURL   int
}

func (r *sitemapReader) read() error {
	for {
		t, ok := r.next()
		switch {
		case !ok || t.unfinished:
			if len(r.path) == 0 {
				return notASitemap(r.doc)
			}
			r.out.Damaged = "the document is cut off"
			return nil
		case t.kind == openToken:
			if done, err := r.open(t); done || err != nil {
				return err
			}
		case t.kind == emptyToken:
			if len(r.path) == 0 {
				if name := r.tagName(t); name != "urlset" && name != "sitemapindex" {
					return notASitemap(r.doc)
				}
				return nil // an empty sitemap
			}
		case t.kind == closeToken:
			if r.close(t); len(r.path) == 0 {
				return nil
			}
		}
	}
}

func notASitemap(doc []byte) error {
	return &NotAFeedError{What: describe(doc), Want: "a sitemap"}
}

func (r *sitemapReader) tagName(t token) string {
	from := t.start + 1
	if t.kind == closeToken {
		from++
	}
	return localName(r.doc[from:t.nameEnd])
}

// open enters an element. done says that the rest of the document is not to be read.
func (r *sitemapReader) open(t token) (done bool, err error) {
	name := r.tagName(t)
	if len(r.path) == 0 && name != "urlset" && name != "sitemapindex" {
		return true, notASitemap(r.doc)
	}
	if len(r.path) == maxDepth {
		r.out.Damaged = fmt.Sprintf("elements are nested deeper than %d", maxDepth)
		return true, nil
	}
	r.body = true
	if len(r.path) == 1 {
		r.page = Entry{}
	}
	r.path, r.inner = append(r.path, name), t.end
	return false, nil
}

// close leaves the innermost element of the tag's name, and with it those within that were never closed. A tag without
// such an element is passed over.
func (r *sitemapReader) close(t token) {
	name := r.tagName(t)
	for i := len(r.path) - 1; i >= 0; i-- {
		if r.path[i] != name {
			continue
		}
		if i == len(r.path)-1 && r.inner >= 0 {
			r.leaf(elementText(r.doc[r.inner:t.start]))
		}
		r.path, r.inner = r.path[:i], -1
		if i == 1 {
			r.entry(name)
		}
		return
	}
}

// leaf takes the text of an element without children, by its place below the entry.
func (r *sitemapReader) leaf(text string) {
	if len(r.path) < 3 || text == "" {
		return
	}
	e := &r.page
	switch strings.Join(r.path[2:], "/") {
	case "loc":
		e.URL = webURL(resolve(r.base, text))
	case "lastmod":
		e.Updated = firstDate(text)
	case "news/title":
		e.Title = text
	case "news/publication_date":
		e.Published = firstDate(text)
	case "news/publication/name":
		r.out.Title = cmp.Or(r.out.Title, plainTitle(text))
	case "news/publication/language":
		e.Language = languageTag(text)
	case "news/keywords":
		if len(e.Categories) < maxKeywords {
			words := strings.SplitN(text, ",", maxKeywords+1)
			e.category(words[:min(len(words), maxKeywords)]...)
		}
	case "image/loc":
		e.Image = cmp.Or(e.Image, resolve(r.base, text))
	}
}

// entry takes what stood in a url or sitemap element.
func (r *sitemapReader) entry(name string) {
	p := r.page
	switch {
	case name == "sitemap" && r.path[0] == "sitemapindex":
		if p.URL != "" && len(r.out.Sitemaps) < maxSitemaps {
			r.out.Sitemaps = append(r.out.Sitemaps, Sitemap{URL: p.URL, LastMod: p.Updated})
		}
	case name != "url":
	case p.URL == "":
		r.noURL++
	case plainTitle(p.Title) == "":
		r.noTitle++
	default:
		p.GUID, p.base = p.URL, r.base
		for i, word := range p.Categories {
			p.Categories[i] = escapeText(word)
		}
		if !looksLikeHTML(p.Title) {
			p.Title = escapeText(p.Title)
		}
		r.titled++
		r.out.Entries = append(r.out.Entries, p)
		if len(r.out.Entries) == 2*maxItems {
			r.out.keepNewest()
		}
	}
}

// maxKeywords is how many keywords of an entry are read. Google asks for ten at most.
const maxKeywords = 50

// maxSitemaps is how many sitemaps an index may list (sitemaps.org, protocol 0.9).
const maxSitemaps = 50_000

// keepNewest leaves maxItems of the entries: the newest, in the order that they have; undated ones are the oldest.
func (doc *Document) keepNewest() {
	if len(doc.Entries) <= maxItems {
		return
	}
	places := make([]int, len(doc.Entries))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return doc.Entries[b].Published.Compare(doc.Entries[a].Published) })
	places = places[:maxItems]
	slices.Sort(places)
	for i, place := range places {
		doc.Entries[i] = doc.Entries[place]
	}
	clear(doc.Entries[maxItems:])
	doc.Entries = doc.Entries[:maxItems]
}

// finish says what was left out.
func (r *sitemapReader) finish() {
	r.out.keepNewest()
	for i := range r.out.Entries {
		r.out.Entries[i].Damaged = r.out.Damaged != ""
	}
	r.out.skip(r.noTitle, "no title: a plain sitemap names pages, not news")
	r.out.skip(r.noURL, "no address of the web")
	if read := len(r.out.Entries); r.titled > read {
		r.out.Skipped = append(r.out.Skipped, fmt.Sprintf("only the newest %d of %d entries were read", read, r.titled))
	}
}

// skip notes that n entries were left out for one reason.
func (doc *Document) skip(n int, why string) {
	switch {
	case n == 1:
		doc.Skipped = append(doc.Skipped, "1 entry was left out: "+why)
	case n > 1:
		doc.Skipped = append(doc.Skipped, fmt.Sprintf("%d entries were left out: %s", n, why))
	}
}

// Join adds to an index of sitemaps what one of them holds, each page once. Of more than 1,000 entries the newest stay.
func (doc *Document) Join(part *Document) {
	have := make(map[string]bool, len(doc.Entries))
	for _, e := range doc.Entries {
		have[e.URL] = true
	}
	for _, e := range part.Entries {
		if !have[e.URL] {
			doc.Entries = append(doc.Entries, e)
		}
	}
	doc.keepNewest()
	doc.Title, doc.Damaged = cmp.Or(doc.Title, part.Title), cmp.Or(doc.Damaged, part.Damaged)
	doc.Skipped = append(doc.Skipped, part.Skipped...)
	for _, name := range part.Repairs {
		if !slices.Contains(doc.Repairs, name) {
			doc.Repairs = append(doc.Repairs, name)
		}
	}
}

// NewestSitemaps returns up to n of the sitemaps that an index lists: those changed last, the newest first, then, of
// those that do not say when, the ones listed last.
func (doc *Document) NewestSitemaps(n int) []Sitemap {
	all := slices.Clone(doc.Sitemaps)
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b Sitemap) int { return b.LastMod.Compare(a.LastMod) })
	return all[:min(n, len(all))]
}

// maxSitemapText bounds the text of one element, in bytes: no address that a browser takes, and no headline, is longer.
const maxSitemapText = 64 << 10

// elementText returns the text between two tags: its entities decoded once, its CDATA sections unwrapped; "" for more
// than maxSitemapText.
func elementText(raw []byte) string {
	if len(raw) > maxSitemapText {
		return ""
	}
	o := outline{doc: raw}
	return o.text(node{innerEnd: len(raw)})
}
