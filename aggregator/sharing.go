package aggregator

import (
	"context"
	"slices"
	"strings"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// Some publishers give many items one address: that of a section, of a live page, or of the page that the feed belongs to.
// Such an address identifies nothing. Within a document that is seen at once (sharedURLs); from one Poll to the next it
// is told from an edit (another), and kept for good as a key of its own, so that it is told once.
//
// A title is a key under a shared URL alone, and there alone as long as the dates do not say that it came again.

// sharedTitles is how many different titles an Item may have had before another one, under its URL and no name of its own,
// is another Item: one page that is edited so often is rarer than a page that stands for many. A judgement:
// no set of such feeds was there to measure it by.
const sharedTitles = 3

// lookCloser reads what else is known of entries that no GUID has recognised: whether their URL is known to be shared, and
// which Item has their text or their title there.
func (r *recognition) lookCloser(ctx context.Context, entries []parse.Entry, ids []identity) error {
	if !r.v.isFeed() {
		return nil
	}
	var keys []news.Key
	for i := range ids {
		id, e := &ids[i], entries[i]
		if _, shared := r.known[news.SharedKey(id.URL)]; shared && !id.shared {
			id.shared = true
			id.name(e)
		}
		if _, named := r.known[id.ID]; named || id.known {
			continue
		}
		if _, met := r.known[id.URL]; met || id.nameless() {
			keys = append(keys, textKey(e), id.titleKey(), id.URL)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	known, err := r.v.p.Store.Known(ctx, r.v.claim.Source.ID, keys)
	for k, one := range known {
		r.known[k] = one
	}
	r.churning = r.v.claim.State.Habit.Churned > 0 || r.churns(entries, ids)
	return err
}

// nameless reports whether no URL identifies the entry.
func (id identity) nameless() bool { return id.shared || id.URL == (news.Key{}) }

func (id identity) titleKey() news.Key { return news.TitleKey(id.URL, id.Title) }

// churns reports whether most entries of a document have a GUID that nothing is known by, though it is known what they are.
func (r *recognition) churns(entries []parse.Entry, ids []identity) bool {
	renamed := 0
	for i, id := range ids {
		if _, named := r.known[id.ID]; named || id.known || entries[i].GUID == "" {
			continue
		}
		_, page := r.known[id.URL]
		_, text := r.known[textKey(entries[i])]
		if text || page && !id.shared {
			renamed++
		}
	}
	return renamed >= churnedLeast && 2*renamed > len(ids)
}

// behindURL finds the Item that an entry is which no GUID has recognised: the one that has its text or its title under a
// shared URL, or the first that its URL has led to, unless it is another than that. first is what was matched, if ok.
func (r *recognition) behindURL(ctx context.Context, e parse.Entry, id *identity, first news.Known, ok bool) (news.Known, bool, error) {
	if ok && first.Fingerprint == e.Fingerprint() || !ok && !id.nameless() {
		return first, ok, nil
	}
	after := e.Item(r.v.claim.Source.ID, r.v.poll.At)
	for _, key := range []news.Key{textKey(e), id.titleKey()} {
		known, found := r.known[key]
		if !found || r.byID[known.Ref] || r.taken[known.Ref] {
			continue
		}
		before, err := r.v.p.Store.Item(ctx, known.Ref)
		if err != nil || r.isSame(before, after, key == textKey(e)) {
			return known, err == nil, err
		}
	}
	if !ok {
		first, ok = r.known[id.URL]
	}
	if !ok || r.byID[first.Ref] || r.taken[first.Ref] {
		return news.Known{}, false, nil
	}
	before, err := r.v.p.Store.Item(ctx, first.Ref)
	if err != nil {
		return first, false, err
	}
	other, err := r.another(ctx, *id, first.Ref, before, after)
	if other {
		id.shared = true
		id.name(e)
	}
	return first, !other, err
}

// isSame reports whether an entry is the Item that has its text, or else its title, under the same URL. Under another GUID
// and another date it came again.
func (r *recognition) isSame(before, after news.Item, text bool) bool {
	again := differ(before.Stated, after.Stated)
	if text {
		return !again || !r.tellApart(before, after)
	}
	return !again && !r.tellApart(before, after) && shareRun(wordsOf(before.Text()), wordsOf(after.Text()), 3)
}

// tellApart reports whether the GUIDs of two versions say that they are two Items'.
func (r *recognition) tellApart(before, after news.Item) bool {
	return before.GUID != "" && after.GUID != "" && !countsEdits(before, after) && !r.churning
}

// countsEdits reports whether two versions have one GUID but for what follows "#", where some publishers count edits, or two
// spellings of one URL as their GUIDs.
func countsEdits(before, after news.Item) bool {
	was, _, _ := strings.Cut(before.GUID, "#")
	is, _, _ := strings.Cut(after.GUID, "#")
	page := news.CanonicalURL(before.GUID)
	return was != "" && was == is || page != "" && page == news.CanonicalURL(after.GUID)
}

// another reports whether an entry is another Item than the one that its URL has led to, under no GUID that is known. An
// edit of a page is far more frequent, so it takes more than a new title.
func (r *recognition) another(ctx context.Context, id identity, ref int64, before, after news.Item) (bool, error) {
	again, named := differ(before.Stated, after.Stated), r.tellApart(before, after)
	switch retitled := titleKey(before.Title) != titleKey(after.Title); {
	case !id.shared && countsEdits(before, after):
		return false, nil
	case !retitled && id.shared:
		return again || named && before.Text() != after.Text(), nil
	case !retitled:
		return again && !shareRun(wordsOf(before.Text()), wordsOf(after.Text()), 3) && enoughToTell(before, after), nil
	case id.shared, named && again, unlike(before, after):
		return true, nil
	case named && !shareTitleWord(before.Title, after.Title):
		return true, nil
	}
	return r.isWorn(ctx, ref, after, named)
}

// enoughToTell reports whether two texts are long enough for their sharing nothing to say something.
func enoughToTell(before, after news.Item) bool {
	return min(len(wordsOf(before.Text())), len(wordsOf(after.Text()))) >= reuseWords
}

// isWorn reports whether the Item that a URL leads to has had so many titles that the URL means nothing any more. Without
// GUIDs that tell entries apart, the new title must also share no word with any of them.
func (r *recognition) isWorn(ctx context.Context, ref int64, after news.Item, named bool) (bool, error) {
	titles, err := r.v.p.Store.Titles(ctx, ref)
	if err != nil || slices.ContainsFunc(titles, func(t string) bool { return titleKey(t) == titleKey(after.Title) }) {
		return false, err
	}
	kin := slices.ContainsFunc(titles, func(t string) bool { return shareTitleWord(t, after.Title) })
	return len(titles) >= sharedTitles && (named || !kin), nil
}

// further are the keys of a new Item that no URL identifies, beside those that name it: by them it is found under another
// GUID, or after an edit.
func (r *recognition) further(e parse.Entry, id identity) (keys []news.Key) {
	if !id.nameless() || !r.v.isFeed() {
		return nil
	}
	all := []news.Key{textKey(e), id.titleKey()}
	if id.shared {
		all = append(all, news.SharedKey(id.URL))
	}
	for _, k := range r.unknownKeys(all) {
		if !r.seen[k] {
			r.seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys
}
