package aggregator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// recognise sorts a document's entries into new, changed and unchanged ones. Only what is new or changed is completed
// and sanitised.
func (v *visit) recognise(ctx context.Context, doc *parse.Document) error {
	v.poll.Skipped = doc.Skipped
	keys, shared := documentKeys(doc.Entries)
	known, err := v.p.Store.Known(ctx, v.claim.Source.ID, slices.Concat(keys...))
	if err != nil {
		return err
	}
	r := recognition{v: v, known: known, byGUID: guidMatches(doc.Entries, keys, known), seen: make(map[news.Key]bool)}
	for place, entry := range doc.Entries {
		if err := r.entry(ctx, entry, keys[place], place, shared[place]); err != nil {
			return fmt.Errorf("item %d: %w", place+1, err)
		}
		if date := entryDate(entry); !date.IsZero() {
			v.dates = append(v.dates, date)
		}
	}
	return nil
}

// documentKeys returns each entry's identity keys. A URL that several entries of the document share, under different
// GUIDs, identifies none of them and is left out.
func documentKeys(entries []parse.Entry) (keys [][]news.Key, shared []bool) {
	guids := make(map[news.Key]string, len(entries))
	common := make(map[news.Key]bool)
	for _, e := range entries {
		url, ok := urlKey(e)
		if !ok {
			continue
		}
		if guid, again := guids[url]; again && guid != e.GUID {
			common[url] = true
		}
		guids[url] = e.GUID
	}
	keys, shared = make([][]news.Key, len(entries)), make([]bool, len(entries))
	for i, e := range entries {
		url, ok := urlKey(e)
		if ok && common[url] {
			shared[i] = true
			keys[i] = news.ItemKeys(e.GUID, "", e.Title, e.Summary)
			continue
		}
		keys[i] = e.Keys()
	}
	return keys, shared
}

func urlKey(e parse.Entry) (news.Key, bool) {
	canonical := news.CanonicalURL(e.URL)
	return news.KeyOf("url", canonical), canonical != ""
}

// guidMatches are the known Items that some entry of the document names by its GUID. No other entry may claim such an
// Item by its URL.
func guidMatches(entries []parse.Entry, keys [][]news.Key, known map[news.Key]news.Known) map[int64]bool {
	matches := make(map[int64]bool)
	for i, e := range entries {
		if e.GUID == "" {
			continue
		}
		if k, ok := known[keys[i][0]]; ok {
			matches[k.Ref] = true
		}
	}
	return matches
}

// A recognition is the state of recognising one document.
type recognition struct {
	v      *visit
	known  map[news.Key]news.Known
	byGUID map[int64]bool
	seen   map[news.Key]bool // keys that an earlier entry of the document has taken
}

func (r *recognition) entry(ctx context.Context, e parse.Entry, keys []news.Key, place int, shared bool) error {
	if slices.ContainsFunc(keys, func(k news.Key) bool { return r.seen[k] }) {
		r.v.poll.Skipped = append(r.v.poll.Skipped, fmt.Sprintf("item %d has the identity of an earlier one in the document", place+1))
		return nil
	}
	for _, k := range keys {
		r.seen[k] = true
	}
	known, ok := r.match(e, keys)
	if r.renamed(e, keys, ok) {
		r.v.renamed++
	}
	switch {
	case !ok:
		r.v.poll.New = append(r.v.poll.New, r.fresh(e, keys, place, shared))
		return nil
	case known.Fingerprint == e.Fingerprint():
		r.unchanged(known, keys, known.Fingerprint)
		return nil
	}
	return r.compare(ctx, e, keys, known, shared)
}

// match finds the known Item that an entry is: by the strongest key that one has. A URL matches only an Item that no
// other entry of the document names by its GUID.
func (r *recognition) match(e parse.Entry, keys []news.Key) (news.Known, bool) {
	for i, key := range keys {
		known, ok := r.known[key]
		byURL := e.GUID != "" && i > 0
		if ok && !(byURL && r.byGUID[known.Ref]) {
			return known, true
		}
	}
	return news.Known{}, false
}

// renamed reports whether an entry, matched or not, has another name than it must have had before: its GUID is unknown
// though its page is known, or it is new and yet older than what was the newest.
func (r *recognition) renamed(e parse.Entry, keys []news.Key, matched bool) bool {
	if !matched {
		date := entryDate(e)
		return !date.IsZero() && date.Before(r.v.claim.State.Cadence.Newest)
	}
	_, named := r.known[keys[0]]
	return e.GUID != "" && !named
}

func (r *recognition) fresh(e parse.Entry, keys []news.Key, place int, shared bool) news.Item {
	item := e.Item(r.v.claim.Source.ID, r.v.poll.At)
	item.ID = news.ItemID(item.Source, keys[0], 0)
	item.Keys, item.Place, item.SharedURL = r.unknownKeys(keys), place, shared
	item.PageHost = wantsPage(r.v.claim.Source, item)
	return item
}

// unknownKeys are the keys under which no Item is stored yet.
func (r *recognition) unknownKeys(keys []news.Key) []news.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k news.Key) bool { _, ok := r.known[k]; return ok })
}

// compare decides whether an entry that differs in the raw says anything else than the Item did. A new GUID alone does
// not, and is not kept: some publishers make one up at every visit.
func (r *recognition) compare(ctx context.Context, e parse.Entry, keys []news.Key, known news.Known, shared bool) error {
	before, err := r.v.p.Store.Item(ctx, known.Ref)
	if err != nil {
		return err
	}
	after := e.Item(r.v.claim.Source.ID, r.v.poll.At)
	after.ID, after.Version, after.SharedURL = known.ID, known.Version+1, shared
	after.Keys = r.unknownKeys(keys)
	if news.SameContent(before, after) {
		r.unchanged(known, keys, after.Fingerprint)
		return nil
	}
	after.PageHost = wantsPage(r.v.claim.Source, after)
	r.v.poll.Changed = append(r.v.poll.Changed, after)
	return nil
}

// unchanged counts a known Item that says what it said, and notes what is to be recognised by from now on.
func (r *recognition) unchanged(known news.Known, keys []news.Key, fingerprint news.Fingerprint) {
	r.v.poll.Unchanged++
	unknown := r.unknownKeys(keys)
	if fingerprint == known.Fingerprint && len(unknown) == 0 {
		return
	}
	if r.v.poll.Refreshed == nil {
		r.v.poll.Refreshed = make(map[int64]news.Refresh)
	}
	r.v.poll.Refreshed[known.Ref] = news.Refresh{Fingerprint: fingerprint, Keys: unknown}
}

func entryDate(e parse.Entry) time.Time {
	if e.Published.IsZero() {
		return e.Updated
	}
	return e.Published
}
