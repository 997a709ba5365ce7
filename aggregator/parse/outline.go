package parse

import (
	"bytes"
	"html"
	"slices"
	"strings"

	"wireroom/news"
)

// format is the family of a feed's root element.
type format uint8

const (
	formatRSS format = iota
	formatAtom
)

// A node is an element as spans of the document: <name attributes>inner</name>.
type node struct{ start, nameEnd, attrEnd, inner, innerEnd, end int }

// An itemNote is an item's element with its children, as the document has them. It completes what gofeed leaves out.
type itemNote struct {
	node
	kids   []node
	atRoot bool // a sibling of the channel, as in RSS 1.0, and not its child
	place  int  // among all items of the document, from 0
	digest news.Fingerprint
}

// An outline is where the parts of a feed stand in a document, and what must be edited to make it well-formed.
type outline struct {
	doc     []byte
	format  format
	root    node   // the outermost element
	feed    node   // channel or feed; zero if there is none
	kids    []node // of the feed, but for its items
	items   []itemNote
	aside   []itemNote // known already, and not read
	edits   []edit
	repairs []string

	before, after string // what must surround the document to make a feed of it
	end           int    // where reading stops
	closing       string // what closes the elements that are open there
	damaged       string
	skipped       []string
}

// local returns a node's name without its prefix, in lower case.
func (o *outline) local(n node) string { return localName(o.doc[n.start+1 : n.nameEnd]) }

// name returns a node's name as written, in lower case.
func (o *outline) name(n node) string { return strings.ToLower(string(o.doc[n.start+1 : n.nameEnd])) }

func localName(name []byte) string {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(string(name))
}

// text returns the text of an element as HTML: its entities decoded once, its CDATA sections unwrapped, elements within
// it left as they are.
func (o *outline) text(n node) string {
	raw := strings.TrimSpace(string(o.doc[n.inner:n.innerEnd]))
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(raw, "<![CDATA[")
		out.WriteString(html.UnescapeString(before))
		if !found {
			return strings.TrimSpace(out.String())
		}
		inside, after, _ := strings.Cut(rest, "]]>")
		out.WriteString(inside)
		raw = after
	}
}

// raw returns what stands between an element's tags, as written.
func (o *outline) raw(n node) string { return strings.TrimSpace(string(o.doc[n.inner:n.innerEnd])) }

// kid returns the first child of kids with one of the given names, prefix included; the earlier name wins.
func (o *outline) kid(kids []node, names ...string) (node, bool) {
	for _, name := range names {
		for _, k := range kids {
			if k.nameEnd-k.start-1 == len(name) && strings.EqualFold(string(o.doc[k.start+1:k.nameEnd]), name) {
				return k, true
			}
		}
	}
	return node{}, false
}

// note adds a repair to the list of those made, once.
func (o *outline) note(name string) {
	if !slices.Contains(o.repairs, name) {
		o.repairs = append(o.repairs, name)
	}
}

// edit adds an edit that belongs to a repair.
func (o *outline) edit(repair string, start, end int, text string) {
	o.edits = append(o.edits, edit{start: start, end: end, text: text})
	o.note(repair)
}
