package aggregator

import (
	"context"
	"fmt"
	"slices"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// recognise sorts a document's entries into new, changed and unchanged ones. Only what is new or changed is completed
// and sanitised; what stands in the document as it stood in the last one was not even read.
func (v *visit) recognise(ctx context.Context, doc *parse.Document) error {
	v.poll.Skipped = v.maskedAll(doc.Skipped)
	ids := v.identities(doc)
	known, err := v.p.Store.Known(ctx, v.claim.Source.ID, sought(ids))
	if err != nil {
		return err
	}
	r := recognition{v: v, known: known, byID: idMatches(ids, known), seen: make(map[news.Key]bool), taken: make(map[int64]bool)}
	if err := r.lookCloser(ctx, doc.Entries, ids); err != nil {
		return err
	}
	for place, id := range ids {
		if err := r.entry(ctx, doc.Entries[place], id, place); err != nil {
			return fmt.Errorf("item %d: %w", place+1, err)
		}
		if !id.Date.IsZero() {
			v.dates = append(v.dates, id.Date)
		}
	}
	if doc.Damaged == "" && v.res.Damage == "" {
		v.poll.Marks = r.marks
	}
	return nil
}

// A recognition is the state of recognising one document.
type recognition struct {
	v     *visit
	known map[news.Key]news.Known
	byID  map[int64]bool
	seen  map[news.Key]bool // keys that an earlier entry of the document has taken
	taken map[int64]bool    // Items that an earlier entry of the document is
	marks []news.Mark

	churning bool // the Source makes its GUIDs up: they tell nothing
}

func (r *recognition) entry(ctx context.Context, e parse.Entry, id identity, place int) error {
	if r.isTwice(id) {
		return r.skip(place)
	}
	if e.Known {
		r.keep(id)
		r.v.poll.Unchanged++
		return nil
	}
	known, ok := r.match(id.keys)
	if r.renamed(e, id.keys, ok) {
		r.v.renamed++
	}
	if _, named := r.known[id.ID]; !named && r.v.isFeed() {
		var err error
		if known, ok, err = r.behindURL(ctx, e, &id, known, ok); err != nil {
			return err
		}
	}
	if !ok && r.isTwice(id) { // by its text, which only now is what it is known by
		return r.skip(place)
	}
	r.keep(id)
	if !ok {
		r.v.poll.New = append(r.v.poll.New, r.fresh(e, id, id.keys, place))
		return nil
	}
	if known.Fingerprint != e.Fingerprint() {
		var err error
		if known, err = r.successor(ctx, e, id, known); err != nil {
			return err
		}
	}
	r.taken[known.Ref] = true
	if known.Fingerprint == e.Fingerprint() {
		r.unchanged(known, id.keys, known.Fingerprint)
		return nil
	}
	return r.compare(ctx, e, id, place, known)
}

// isTwice reports whether an earlier entry of the document has one of the identity's keys.
func (r *recognition) isTwice(id identity) bool {
	return slices.ContainsFunc(id.keys, func(k news.Key) bool { return r.seen[k] })
}

// skip leaves an entry out, and says so.
func (r *recognition) skip(place int) error {
	r.v.poll.Skipped = append(r.v.poll.Skipped, fmt.Sprintf("item %d has the identity of an earlier one in the document", place+1))
	return nil
}

// keep notes what an entry of the document is known by, for the rest of it and for the next one.
func (r *recognition) keep(id identity) {
	for _, k := range id.keys {
		r.seen[k] = true
	}
	if id.Digest != (news.Fingerprint{}) {
		r.marks = append(r.marks, id.Mark)
	}
}

// match finds the known Item that an entry is: by the strongest key that one has. A URL that is not the strongest matches
// only an Item that no other entry of the document names by its GUID.
func (r *recognition) match(keys []news.Key) (news.Known, bool) {
	for i, key := range keys {
		known, ok := r.known[key]
		if ok && !(i > 0 && r.byID[known.Ref]) {
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

// fresh makes a new Item, which is named by the first of keys.
func (r *recognition) fresh(e parse.Entry, id identity, keys []news.Key, place int) news.Item {
	item := e.Item(r.v.claim.Source.ID, r.v.poll.At)
	item.ID = news.ItemID(item.Source, keys[0], 0)
	item.Keys, item.Place, item.SharedURL = append(r.unknownKeys(keys), r.further(e, id)...), place, id.shared
	item.PageHost = wantsPage(r.v.claim.Source, item)
	return item
}

// unknownKeys are the keys under which no Item is stored yet.
func (r *recognition) unknownKeys(keys []news.Key) []news.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k news.Key) bool { _, ok := r.known[k]; return ok })
}

// compare decides whether an entry that differs in the raw says anything else than the Item did. A new GUID alone does
// not, and is not kept: some publishers make one up at every visit.
func (r *recognition) compare(ctx context.Context, e parse.Entry, id identity, place int, known news.Known) error {
	before, err := r.v.p.Store.Item(ctx, known.Ref)
	if err != nil {
		return err
	}
	after := e.Item(r.v.claim.Source.ID, r.v.poll.At)
	after.ID, after.Version, after.SharedURL = known.ID, known.Version+1, id.shared || before.SharedURL && before.URL == after.URL
	after.Keys = r.unknownKeys(id.keys)
	if news.SameContent(before, after) {
		r.unchanged(known, id.keys, after.Fingerprint)
		return nil
	}
	if r.reused(id, before, after) {
		r.v.poll.New = append(r.v.poll.New, r.fresh(e, id, []news.Key{id.URL}, place))
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
