package parse

import (
	"fmt"
	"time"
)

// keepItems leaves maxItems of more items: the first, or the last where the document has the oldest first.
func (o *outline) keepItems() {
	n := len(o.items)
	if n <= maxItems {
		return
	}
	which, dropped := "first", o.items[maxItems:]
	kept := o.items[:maxItems]
	if first, last := o.itemDate(o.items[0]), o.itemDate(o.items[n-1]); !first.IsZero() && first.Before(last) {
		which, dropped, kept = "last", o.items[:n-maxItems], o.items[n-maxItems:]
	}
	o.edits, o.items = withoutItems(o.edits, dropped), kept
	o.skipped = append(o.skipped, fmt.Sprintf("only the %s %d of %d items were read", which, maxItems, n))
}

// withoutItems returns edits with those added that take items out, and those left out that put their lost end tags in.
func withoutItems(edits []edit, items []itemNote) []edit {
	ends := make(map[int]bool, len(items))
	for _, item := range items {
		ends[item.end] = true
	}
	kept := make([]edit, 0, len(edits)+len(items))
	for _, e := range edits {
		if e.start != e.end || !ends[e.start] {
			kept = append(kept, e)
		}
	}
	for _, item := range items {
		kept = append(kept, edit{start: item.start, end: item.end})
	}
	sortEdits(kept)
	return kept
}

// itemDate returns the date of an item as far as the outline knows it, or the zero time.
func (o *outline) itemDate(item itemNote) time.Time {
	for _, k := range item.kids {
		if name := o.local(k); isDateName(name) || name == "date" {
			if t := firstDate(o.text(k)); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}
