package parse

import (
	"bytes"
	"fmt"
	"io"
	"net/url"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"wireroom/news"
)

// read is the three stages one after the other.
func (doc *Document) read(data []byte, contentType string, base *url.URL, known func(news.Fingerprint) bool) error {
	text := doc.prepare(data, contentType)
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		return readJSON(doc, trimmed, base)
	}
	start, doctype, err := findRoot(text)
	if err != nil {
		return withOffers(err, text, base)
	}
	o := draft(text, start)
	repairText(o, doctype)
	doc.Repairs = append(doc.Repairs, o.repairs...)
	doc.Damaged, doc.Skipped = o.damaged, o.skipped
	o.setAside(base, doctype, known)
	if err := readXML(doc, o, base); err != nil {
		return err
	}
	doc.Entries = o.putBack(doc.Entries)
	return nil
}

// prepare returns the document as UTF-8 that XML allows, and notes the repairs that this took.
func (doc *Document) prepare(data []byte, contentType string) []byte {
	data, packed := unpack(data)
	if packed {
		doc.Repairs = append(doc.Repairs, repairGzip)
	}
	text, repair := toUTF8(data, contentType)
	if repair != "" {
		doc.Repairs = append(doc.Repairs, repair)
	}
	text, dropped := dropForbidden(text, len(text) > 0 && (packed || len(data) > 0 && !sharesMemory(text, data)))
	if dropped {
		doc.Repairs = append(doc.Repairs, repairCharacters)
	}
	return text
}

// sharesMemory reports whether part is a part of whole.
func sharesMemory(part, whole []byte) bool {
	return cap(part) > 0 && cap(whole) > 0 && &part[:cap(part)][cap(part)-1] == &whole[:cap(whole)][cap(whole)-1]
}

// readXML hands the repaired document to gofeed and completes what comes back.
func readXML(doc *Document, o *outline, base *url.URL) error {
	c := newCompleter(doc, o, base)
	if o.format == formatAtom {
		feed, err := new(atom.Parser).Parse(o.reader())
		if err != nil {
			feed, err = salvage(c, err, new(atom.Parser).Parse, func(to, from *atom.Feed) {
				to.Entries = append(to.Entries, from.Entries...)
			})
		}
		if err != nil {
			return fmt.Errorf("atom: %w", err)
		}
		c.atom(feed)
		return nil
	}
	feed, err := new(rss.Parser).Parse(o.reader())
	if err != nil {
		feed, err = salvage(c, err, new(rss.Parser).Parse, func(to, from *rss.Feed) {
			to.Items = append(to.Items, from.Items...)
		})
	}
	if err != nil {
		return fmt.Errorf("rss: %w", err)
	}
	c.rss(feed)
	return nil
}

// reader reads the whole feed as repaired.
func (o *outline) reader() io.Reader {
	body := newEditedReader(o.doc, o.root.start, o.end, o.edits)
	if o.before == "" && o.closing == "" {
		return body
	}
	return framed(o.before, body, o.closing+o.after)
}
