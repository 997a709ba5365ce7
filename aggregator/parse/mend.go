package parse

import (
	"bytes"
	"strings"
	"time"
)

// close enters an end tag. One that fits no open element is taken out; one that fits an outer element closes what
// stands between.
func (d *drafter) close(t token) {
	name := d.doc()[t.start+2 : t.nameEnd]
	at := d.find(name)
	if at < 0 {
		d.edit(repairEndTag, t.start, t.end, "")
		return
	}
	for len(d.stack)-1 > at {
		d.closeLost(t.start)
	}
	if open := d.nameOf(d.stack[at]); !bytes.Equal(open, name) {
		d.edit(repairCase, t.start+2, t.nameEnd, string(open))
	}
	if t.end-1 > t.nameEnd && len(bytes.TrimSpace(d.doc()[t.nameEnd:t.end-1])) > 0 {
		d.edit(repairAttributes, t.nameEnd, t.end-1, "")
	}
	if d.stack[at].role == roleItems {
		d.edit(repairItems, t.start, t.end, "")
	}
	d.leave(t.start, t.end)
}

// find returns the index of the innermost open element with the given name, or -1.
func (d *drafter) find(name []byte) int {
	for i := len(d.stack) - 1; i >= 0; i-- {
		if bytes.EqualFold(d.nameOf(d.stack[i]), name) {
			return i
		}
	}
	return -1
}

// wrapChannel makes a channel that stands alone an RSS document of its namespace.
func (d *drafter) wrapChannel() {
	d.before, d.after = "<rss>", "</rss>"
	d.note(repairChannel)
}

// checkRole takes the tags of a collection of items away, so that its items become the channel's.
func (d *drafter) checkRole(f frame, t token) {
	if f.role == roleItems {
		d.edit(repairItems, t.start, t.end, "")
	}
}

// closeLost closes the innermost element, whose end tag is missing, before the given place. An HTML element that has
// no content is closed where it stands.
func (d *drafter) closeLost(at int) {
	d.stack[len(d.stack)-1].lost = true
	f := d.stack[len(d.stack)-1]
	if f.role == roleItems { // its start has been taken out too
		d.leave(at, at)
		return
	}
	switch strings.ToLower(string(d.nameOf(f))) {
	case "br", "img", "hr", "input", "wbr", "area", "col", "embed", "source", "meta":
		if f.role == roleOther {
			d.edit(repairStartTag, f.attrEnd, f.attrEnd, "/")
			d.leave(f.inner, f.inner)
			return
		}
	}
	d.edit(repairStartTag, at, at, "</"+string(d.nameOf(f))+">")
	d.leave(at, at)
}

// cut ends the outline at the last place where the feed is whole. why is empty where nothing is wrong with the
// document itself.
func (d *drafter) cut(why string) {
	d.damaged, d.done = why, true
	d.outline.end = max(d.lastGood, d.firstCut())
	for i := len(d.stack) - 1; i >= 0; i-- {
		switch f := d.stack[i]; f.role {
		case roleRoot, roleFeed:
			d.closing += "</" + string(d.nameOf(f)) + ">"
			if f.role == roleFeed {
				d.feed = f.node
			}
		}
	}
	if len(d.stack) > 0 {
		d.root = d.stack[0].node
	}
}

// firstCut returns the end of the innermost start tag of the root and the feed: the first place where a cut may be.
func (d *drafter) firstCut() int {
	at := 0
	for _, f := range d.stack {
		if f.role == roleRoot || f.role == roleFeed {
			at = f.inner
		}
	}
	return at
}

// maxNamespaces is how many declarations of namespaces may be in force at once: gofeed copies them for every element.
// The most of the corpus of feeds has 11.
const maxNamespaces = 200

// checkAttributes rewrites the attributes of an element that are not well-formed, and takes from gofeed what it would
// apply otherwise than the formats say: xml:base, which it takes for a folder, and Atom's types of text, by which it
// parses and renders HTML once more.
func (d *drafter) checkAttributes(f *frame) {
	if f.attrEnd <= f.nameEnd {
		return
	}
	edits := len(d.edits)
	ok := eachAttribute(d.doc(), f.nameEnd, f.attrEnd, func(a attribute) bool {
		d.checkAttribute(f, a)
		return true
	})
	switch {
	case d.namespaces+f.namespaces > maxNamespaces:
		d.edits = d.edits[:edits]
		d.edit(repairNamespaces, f.nameEnd, f.attrEnd, "")
		f.namespaces = 0
	case !ok:
		d.edits = d.edits[:edits]
		d.edit(repairAttributes, f.nameEnd, f.attrEnd, rewriteAttributes(d.doc(), f.nameEnd, f.attrEnd))
	}
}

func (d *drafter) checkAttribute(f *frame, a attribute) {
	name := d.doc()[a.name:a.nameEnd]
	switch {
	case bytes.HasPrefix(name, []byte("xmlns")):
		f.namespaces++
		if len(d.stack) == 0 && f.role == roleFeed {
			d.ownNamespace(f, a)
		}
	case f.role == roleOther:
	case string(name) == "xml:base":
		d.edits = append(d.edits, edit{start: a.name, end: a.nameEnd, text: "xml:from"})
	case d.format == formatAtom && (f.role == roleItemKid || f.role == roleFeedKid):
		d.neutralise(f, a, string(name))
	}
}

// ownNamespace gives a feed whose outermost element stands in a namespace that gofeed does not know the one that it
// means: Atom's for a feed, none for a lone channel.
func (d *drafter) ownNamespace(f *frame, a attribute) {
	prefix, _, _ := bytes.Cut(d.nameOf(*f), []byte(":"))
	declared := d.doc()[a.name:a.nameEnd]
	if !bytes.Equal(declared, append([]byte("xmlns:"), prefix...)) && string(declared) != "xmlns" {
		return
	}
	if string(declared) == "xmlns" && bytes.IndexByte(d.nameOf(*f), ':') >= 0 {
		return
	}
	uri := string(bytes.TrimSpace(d.doc()[a.value:a.valueEnd]))
	switch {
	case d.format == formatRSS:
		d.before = `<rss xmlns="` + uri + `">`
		if string(declared) != "xmlns" {
			d.before = "<rss>"
			d.edits = append(d.edits, edit{start: a.value, end: a.valueEnd})
		}
	case uri != atom10 && uri != atom03:
		d.edit(repairNamespace, a.value, a.valueEnd, atom10)
	}
}

// The namespaces of Atom that gofeed knows.
const (
	atom10 = "http://www.w3.org/2005/Atom"
	atom03 = "http://purl.org/atom/ns#"
)

// neutralise makes gofeed decode the entities of an Atom text once and nothing else, or, for inline XHTML, leave it.
func (d *drafter) neutralise(f *frame, a attribute, name string) {
	if name != "type" && name != "mode" || localName(d.nameOf(*f)) == "link" {
		return
	}
	to := ""
	switch kind := textKind(d.attr(f.node, "type"), d.attr(f.node, "mode")); {
	case kind == kindBase64:
		return
	case kind == kindXHTML && name == "type":
		to = "inline"
	case kind == kindXHTML:
		to = "inline"
	}
	d.edits = append(d.edits, edit{start: a.value, end: a.valueEnd, text: to})
}

// maxConcatenation bounds the number of pieces of an extension's text times its length: gofeed joins them one by one.
const maxConcatenation = 64 << 20

// checkSize empties a child of the feed or an item that would cost gofeed time or memory out of proportion: an extension
// whose text has many pieces, or a date that is none, which it copies for each of its 170 layouts.
func (d *drafter) checkSize(kid node) {
	length := kid.innerEnd - kid.inner
	switch {
	case d.pieces > 64 && d.pieces*length > maxConcatenation:
	case length > 2*maxDate && isDateName(d.local(kid)):
	default:
		return
	}
	d.edit(repairOversized, kid.inner, kid.innerEnd, "")
}

// plainDate writes a date as RFC 3339 has it, which gofeed reads at once: it tries its other layouts one by one, and
// takes most zones' names for UTC. A text that holds no date stays.
func (d *drafter) plainDate(kid node) {
	if kid.innerEnd-kid.inner > 2*maxDate || !isDateName(d.local(kid)) {
		return
	}
	t, ok := ParseDate(d.text(kid))
	if !ok || t.Year() < 1 || t.Year() > 9999 {
		return
	}
	d.edits = append(d.edits, edit{start: kid.inner, end: kid.innerEnd, text: t.Format(time.RFC3339)})
}

// isDateName reports whether gofeed takes the element for a date.
func isDateName(local string) bool {
	switch local {
	case "pubdate", "lastbuilddate", "updated", "modified", "published", "issued":
		return true
	}
	return false
}
