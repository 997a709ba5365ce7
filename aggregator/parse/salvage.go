package parse

import (
	"fmt"
	"io"
)

// salvage reads the items one by one, each in a feed of its own, where gofeed refuses the whole: a bad one is skipped
// with its reason. It returns the error for the whole if the feed without items cannot be read either, or no item can.
func salvage[F any](c *completer, whole error, parse func(io.Reader) (F, error), add func(to, from F)) (F, error) {
	o := c.o
	feed, err := parse(o.headReader())
	if err != nil || len(o.items) < 2 {
		return feed, whole
	}
	var good []itemNote
	for _, item := range o.items {
		one, err := parse(o.itemReader(item))
		if err != nil {
			c.doc.Skipped = append(c.doc.Skipped, fmt.Sprintf("item %d: %v", item.place+1, err))
			continue
		}
		add(feed, one)
		item.atRoot = false // they are listed in this order now
		good = append(good, item)
	}
	if len(good) == 0 {
		return feed, whole
	}
	o.items = good
	c.doc.Repairs = append(c.doc.Repairs, repairOneByOne)
	return feed, nil
}

// headReader reads the feed without its items.
func (o *outline) headReader() io.Reader {
	edits := withoutItems(o.edits, o.items)
	return framed(o.before, newEditedReader(o.doc, o.root.start, o.end, edits), o.closing+o.after)
}

// itemReader reads one item within the start and end tags of the root and the feed.
func (o *outline) itemReader(item itemNote) io.Reader {
	before, after := o.before+o.startTag(o.root), o.endTag(o.root)+o.after
	if o.feed.start != o.root.start && o.feed.inner > 0 {
		before, after = before+o.startTag(o.feed), o.endTag(o.feed)+after
	}
	return framed(before, newEditedReader(o.doc, item.start, item.end, o.edits), after)
}

// startTag returns an element's start tag as repaired.
func (o *outline) startTag(n node) string {
	tag, _ := io.ReadAll(newEditedReader(o.doc, n.start, n.attrEnd, o.edits)) // reading memory does not fail
	return string(tag) + ">"
}

func (o *outline) endTag(n node) string {
	return "</" + string(o.doc[n.start+1:n.nameEnd]) + ">"
}
