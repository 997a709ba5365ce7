package parse

import (
	"crypto/sha256"
	"net/url"
	"slices"

	"wireroom/news"
)

// digestFormat is raised when the same item would be read otherwise than before, so that it is read again.
const digestFormat = "1"

// setAside takes the items out of the reading that are known by their digest, and notes the digest of the others. It does
// nothing where items depend on more than themselves and what they inherit: in a damaged document, or one that had to be
// put into a feed, or whose items stand in two places.
func (o *outline) setAside(base *url.URL, doctype []byte, known func(news.Fingerprint) bool) {
	mixed := slices.ContainsFunc(o.items, func(it itemNote) bool { return it.atRoot != o.items[0].atRoot })
	if o.damaged != "" || o.before != "" || mixed {
		return
	}
	inherited := o.inherited(base, doctype)
	var read []itemNote
	for _, it := range o.items {
		it.digest = digestOf(inherited, o.doc[it.start:it.end])
		if known(it.digest) {
			o.aside = append(o.aside, it)
		} else {
			read = append(read, it)
		}
	}
	o.items = read
	if len(o.aside) > 0 {
		o.edits = withoutItems(o.edits, o.aside)
	}
}

// inherited hashes what the items of a document have from it: entities, namespaces, base and language, and
// Atom's authors.
func (o *outline) inherited(base *url.URL, doctype []byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(digestFormat + "\n"))
	h.Write(doctype)
	if base != nil {
		h.Write([]byte(base.String()))
	}
	spans := []node{{start: o.root.start, end: o.root.attrEnd}, {start: o.feed.start, end: o.feed.attrEnd}}
	for _, k := range o.kids {
		if name := o.local(k); name == "language" || name == "author" {
			spans = append(spans, k)
		}
	}
	for _, s := range spans {
		h.Write([]byte{'\n'})
		h.Write(o.doc[s.start:s.end])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func digestOf(inherited [sha256.Size]byte, item []byte) news.Fingerprint {
	h := sha256.New()
	h.Write(inherited[:])
	h.Write(item)
	return news.Fingerprint(h.Sum(nil)[:16])
}

// putBack gives the entries that were read their digests, and those that were set aside their places among them.
func (o *outline) putBack(entries []Entry) []Entry {
	notes := o.items
	if len(notes) != len(entries) { // gofeed sees other items than the outline does
		notes = make([]itemNote, len(entries))
	}
	all := make([]Entry, 0, len(entries)+len(o.aside))
	aside := o.aside
	for i, e := range entries {
		for len(aside) > 0 && aside[0].start < notes[i].start {
			all = append(all, Entry{Digest: aside[0].digest, Known: true})
			aside = aside[1:]
		}
		e.Digest = notes[i].digest
		all = append(all, e)
	}
	for _, it := range aside {
		all = append(all, Entry{Digest: it.digest, Known: true})
	}
	return all
}
