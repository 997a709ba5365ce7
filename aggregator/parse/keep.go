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
	for _, item := range dropped {
		o.edits = append(o.edits, edit{start: item.start, end: item.end})
	}
	o.items = kept
	o.skipped = append(o.skipped, fmt.Sprintf("only the %s %d of %d items were read", which, maxItems, n))
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
