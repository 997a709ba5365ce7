package parse

import "bytes"

// readElements are the local names of the elements with a prefix that entries are made of: of Dublin Core, Media RSS,
// iTunes, content, Atom within RSS, and of RSS and Atom themselves where a document writes them with a prefix.
var readElements = map[string]bool{
	"abstract": true, "author": true, "available": true, "category": true, "content": true, "created": true,
	"creator": true, "date": true, "description": true, "enclosure": true, "encoded": true, "group": true, "guid": true,
	"id": true, "identifier": true, "image": true, "issued": true, "keywords": true, "link": true, "modified": true,
	"pubdate": true, "published": true, "source": true, "subject": true, "summary": true, "text": true,
	"thumbnail": true, "title": true, "updated": true,
}

// skipUnread hides from gofeed an element that nothing is made of: a child of an item, or of a media:group, with a
// prefix and of another name. gofeed would make maps of it.
func (d *drafter) skipUnread(f frame) {
	switch {
	case f.lost: // the end tag put in stands outside of it
		return
	case bytes.IndexByte(d.nameOf(f), ':') < 0:
		return
	case f.role == roleItemKid:
	case f.role == roleOther && len(d.stack) > 0 && d.isGroup(d.stack[len(d.stack)-1]):
	default:
		return
	}
	if !readElements[d.local(f.node)] {
		d.edits = append(d.edits, edit{start: f.start, end: f.node.end})
	}
}

func (d *drafter) isGroup(f frame) bool {
	return f.role == roleItemKid && d.local(f.node) == "group"
}
