package aggregator

import (
	"context"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

// An address that is not one Item's own is what its page calls itself (rel=canonical), or a URL that many Items of a Source
// have. What pages call themselves is a key of copies: behind the links of an aggregator, or on pages for phones, it is the
// publisher's own. But whole sites give all their pages one address, so the Sorter counts who stands under one.

// sharedItems is how many Items of one Source may stand under an address that still names a report: one that is told
// again, on a page for phones or in another section, is told seldom more often. A judgement, not a measurement.
const sharedItems = 3

// An addresser knows who stands under the addresses of a chunk of Items.
type addresser struct {
	canonicals map[int64]string            // of pages, by Ref
	counts     map[news.Key]map[string]int // Items, by print and Source id
}

// addresser reads what is known of the addresses of a chunk.
func (s *Sorter) addresser(ctx context.Context, unsorted []news.Unsorted) (a addresser, err error) {
	var fetched []int64
	for _, u := range unsorted {
		if s.facts[u.Item.Source].FullText && !u.Again {
			fetched = append(fetched, u.Ref)
		}
	}
	if a.canonicals, err = s.Store.Canonicals(ctx, fetched); err != nil {
		return a, err
	}
	var prints []news.Key
	for _, u := range unsorted {
		if print, ok := cluster.URLPrint(a.of(u)); ok {
			prints = append(prints, print)
		}
	}
	a.counts, err = s.Store.Addresses(ctx, prints)
	return a, err
}

// of returns the address of an Item that is not its own; empty if there is none. A new version stays where it is.
func (a addresser) of(u news.Unsorted) string {
	switch {
	case u.Again:
		return ""
	case u.Item.SharedURL:
		return u.Item.URL
	}
	return a.canonicals[u.Ref]
}

// take counts an Item under its address, and reports whether that is a key of it: where it is what its page calls itself, no
// other Item of the Source has been there, and none has more than may be.
func (a addresser) take(u news.Unsorted, out *news.Sorted, originals map[news.Key]news.Original) bool {
	print, ok := cluster.URLPrint(a.of(u))
	if !ok {
		return false
	}
	counts := a.counts[print]
	if counts == nil {
		counts = make(map[string]int)
		a.counts[print] = counts
	}
	source := u.Item.Source
	first := counts[source] == 0
	counts[source]++
	out.Address, out.Void = print, counts[source] > sharedItems
	if out.Void && originals[print].Source == source {
		delete(originals, print)
	}
	for _, n := range counts {
		if n > sharedItems {
			return false
		}
	}
	return first && !u.Item.SharedURL
}
