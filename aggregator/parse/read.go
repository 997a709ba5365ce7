package parse

import (
	"bytes"
	"fmt"
	"io"
	"net/url"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// read is the three stages one after the other.
func read(data []byte, contentType string, base *url.URL) (*Document, error) {
	doc := &Document{}
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
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		return doc, readJSON(doc, trimmed, base)
	}
	start, doctype, err := findRoot(text)
	if err != nil {
		return nil, err
	}
	o := draft(text, start)
	repairText(o, doctype)
	doc.Repairs = append(doc.Repairs, o.repairs...)
	doc.Damaged, doc.Skipped = o.damaged, o.skipped
	return doc, readXML(doc, o, base)
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

// salvage reads the items one by one, each in a feed of its own, where gofeed refuses the whole: a bad one is skipped
// with its reason. It returns the original error if none can be read.
func salvage[F any](c *completer, whole error, parse func(io.Reader) (F, error), add func(to, from F)) (F, error) {
	o := c.o
	head := o.headReader()
	feed, err := parse(head)
	if err != nil || len(o.items) == 0 {
		return feed, whole
	}
	c.doc.Repairs = append(c.doc.Repairs, repairOneByOne)
	var good []itemNote
	for i, item := range o.items {
		one, err := parse(o.itemReader(item))
		if err != nil {
			c.doc.Skipped = append(c.doc.Skipped, fmt.Sprintf("item %d: %v", i+1, err))
			continue
		}
		add(feed, one)
		good = append(good, item)
	}
	o.items = good
	if len(good) == 0 {
		return feed, whole
	}
	return feed, nil
}

// headReader reads the feed's start tags alone.
func (o *outline) headReader() io.Reader {
	return framed(o.shell(), bytes.NewReader(nil), o.shellEnd())
}

// itemReader reads one item within the feed's start tags.
func (o *outline) itemReader(item itemNote) io.Reader {
	return framed(o.shell(), newEditedReader(o.doc, item.start, item.end, o.edits), o.shellEnd())
}

// shell is the start tags of the root and the feed as repaired.
func (o *outline) shell() string {
	shell := o.before + o.tag(o.root)
	if o.feed.start != o.root.start {
		shell += o.tag(o.feed)
	}
	return shell
}

func (o *outline) shellEnd() string {
	end := o.after
	if o.root.end > 0 && o.before == "" || o.root.inner > 0 {
		end = o.endTag(o.root) + end
	}
	if o.feed.start != o.root.start {
		end = o.endTag(o.feed) + end
	}
	return end
}

func (o *outline) tag(n node) string {
	if n.inner == 0 {
		return ""
	}
	var tag bytes.Buffer
	_, _ = tag.ReadFrom(newEditedReader(o.doc, n.start, n.attrEnd, o.edits)) // reading memory does not fail
	return tag.String() + ">"
}

func (o *outline) endTag(n node) string {
	if n.inner == 0 {
		return ""
	}
	return "</" + string(o.doc[n.start+1:n.nameEnd]) + ">"
}
