package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"wireroom/news"
)

// A searcher is the part of an engine that finds Items by their words. It is given words in the form of
// [news.AppendWords], and parts them at blanks alone, so that every engine finds the same.
//
// There is no score. What an engine would count (how rare a word is among all texts) changes with every Item that comes, and
// is another in each engine; a Feed of a search has to be the same bytes wherever it is made. So Items are found or not,
// and stand in the order in which they came, the newest first. This is also what makes a search for a common word cheap:
// it ends when enough has been found.
type searcher interface {
	// index makes Items findable, in place of what they were findable by before.
	index(ctx context.Context, t *tx, docs []searchDoc) error
	// forget makes Items not findable.
	forget(ctx context.Context, t *tx, items []int64) error
	// hits returns the numbers of up to limit Items in which all terms of a query are found and none of the excluded ones,
	// below a number, the highest first.
	hits(ctx context.Context, q querier, query news.Query, below int64, limit int) ([]int64, error)
}

// A searchDoc is what one Item is found by.
type searchDoc struct {
	item        int64
	title, body string // in the form of [news.AppendWords]
}

// searchLength is how many bytes of a text are searched: all of most feeds' texts, and the beginning of an article's page.
// What stands further down is rarely what a report is about, and makes the index large (docs/measurements.md).
const searchLength = 1000

func newSearchDoc(item int64, title, text string) searchDoc {
	var buf [searchLength + 64]byte
	words := news.AppendWords(buf[:0], title)
	doc := searchDoc{item: item, title: string(words)}
	doc.body = string(news.AppendWords(words[:0], text[:min(len(text), searchLength)]))
	return doc
}

// searchBatch is how many Items are looked at in one step of a search or of the taking in of old ones.
const searchBatch = 200

// Search returns Stories that are published under some Topic and have a report in which a query is found, in the order of
// the newest such report, and whether there are more. It passes over the first skip of them.
func (db *DB) Search(ctx context.Context, query news.Query, skip, limit int) (found []news.Found, more bool, err error) {
	err = db.view(ctx, "search", func(t *tx) error {
		hits, err := db.storiesFound(ctx, t, query, skip+limit+1)
		if err != nil {
			return err
		}
		hits = hits[min(skip, len(hits)):]
		if more = len(hits) > limit; more {
			hits = hits[:limit]
		}
		found, err = db.readFound(ctx, t, hits)
		return err
	})
	return found, more, err
}

// A hit is an entry that shows an Item which a search has found, with the Story that this stands in.
type hit struct{ topic, number, story int64 }

// storiesFound returns up to limit hits, a Story each.
func (db *DB) storiesFound(ctx context.Context, t *tx, query news.Query, limit int) (hits []hit, err error) {
	seen := make(map[int64]bool)
	for below := int64(math.MaxInt64); len(hits) < limit; {
		items, err := db.search.hits(ctx, t, query, below, searchBatch)
		if err != nil || len(items) == 0 {
			return hits, err
		}
		published, err := publishedHits(ctx, t, items)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if h, ok := published[item]; ok && !seen[h.story] && len(hits) < limit {
				seen[h.story] = true
				hits = append(hits, h)
			}
		}
		below = items[len(items)-1]
	}
	return hits, nil
}

var publishedQuery = `
	select i.n, i.story, e.topic, e.number
	from items i join entries e on e.shows = i.story and e.removed = 0 join topics t on t.n = e.topic and t.removed = 0
	where i.n in (` + placeholders(1, searchBatch) + `) and i.withdrawn = 0
	order by i.n, e.topic, e.number desc`

// publishedHits returns, by Item, the first Topic's newest entry that shows it; none for an Item that no entry shows.
func publishedHits(ctx context.Context, q querier, items []int64) (map[int64]hit, error) {
	hits := make(map[int64]hit, len(items))
	rows, err := q.query(ctx, publishedQuery, padded(items, searchBatch)...)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var item int64
		var h hit
		err = r.Scan(&item, &h.story, &h.topic, &h.number)
		if _, ok := hits[item]; !ok {
			hits[item] = h
		}
		return none, err
	})
	return hits, err
}

// foundChunk is how many entries of a Topic one query reads; see padded.
const foundChunk = 50

var foundScope = `e.topic = $1 and e.number in (` + placeholders(2, foundChunk) + `) and e.removed = 0`

// readFound reads Stories as the entries show them that were hit, in the order given.
func (db *DB) readFound(ctx context.Context, t *tx, hits []hit) ([]news.Found, error) {
	sources, err := facts(ctx, t)
	if err != nil {
		return nil, err
	}
	numbers := make(map[int64][]int64) // by topic
	for _, h := range hits {
		numbers[h.topic] = append(numbers[h.topic], h.number)
	}
	type place struct{ topic, number int64 }
	entries := make(map[place]news.Entry, len(hits))
	for topic, all := range numbers {
		for chunk := range slices.Chunk(all, foundChunk) {
			var e news.Edition
			of := scope{foundScope, append([]any{topic}, padded(chunk, foundChunk)...)}
			if _, err := db.readEntries(ctx, t, of, sources, &e); err != nil {
				return nil, err
			}
			for _, entry := range e.Entries {
				entries[place{topic, entry.Number}] = entry
			}
		}
	}
	var found []news.Found
	for _, h := range hits {
		entry, ok := entries[place{h.topic, h.number}]
		if !ok {
			continue
		}
		topics, err := topicsOf(ctx, t, h.story, `not (`+isCountry+`)`)
		if err != nil {
			return nil, err
		}
		found = append(found, news.Found{Entry: entry, Topics: topics})
	}
	return found, nil
}

// IndexOld takes in some Items that were sorted before there was a search, the newest first, and reports whether more
// are left. It is one transaction, fenced by the Sorter's seat.
func (db *DB) IndexOld(ctx context.Context, sorter news.Seat) (left bool, err error) {
	var through int64
	if err := db.read.row(ctx, `select through from unsearched`).Scan(&through); err != nil || through == 0 {
		return false, err
	}
	err = db.fromSeat(ctx, "index old items", sorter, func(t *tx, _ map[string]topicRow) error {
		left, err = db.indexSome(ctx, t)
		return err
	})
	return left, err
}

// indexSome takes in up to searchBatch Items.
func (db *DB) indexSome(ctx context.Context, t *tx) (left bool, err error) {
	var through int64
	if err := t.row(ctx, `select through from unsearched`).Scan(&through); err != nil {
		return false, err
	}
	rows, err := t.query(ctx, `
		select i.n, 1, coalesce(i.story, 0), 0, `+itemColumns+itemTables+`
		where i.n <= $1 and i.story is not null and i.duplicate_of is null and v.version = i.version
		order by i.n desc limit $2`, through, searchBatch)
	found, err := collect(rows, err, scanUnsorted)
	if err != nil {
		return false, err
	}
	items, err := db.fillUnsorted(ctx, t, found)
	if err != nil {
		return false, err
	}
	docs := make([]searchDoc, len(items))
	for i, it := range items {
		docs[i] = newSearchDoc(it.Ref, it.Item.Title, it.Item.Text())
	}
	if err := db.search.index(ctx, t, docs); err != nil {
		return false, err
	}
	through = 0
	if left = len(items) == searchBatch; left {
		through = items[len(items)-1].Ref - 1
	}
	_, err = t.exec(ctx, `update unsearched set through = $1`, through)
	return left, err
}

// indexAll takes in all Items, where nobody else works on the store. Where it is broken off, the Sorter goes on.
func (db *DB) indexAll(ctx context.Context) error {
	for left := true; left; {
		if err := db.update(ctx, "index the items", func(t *tx) (err error) {
			left, err = db.indexSome(ctx, t)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Reindex makes all Items be taken in by [DB.IndexOld], as after an import.
func (db *DB) Reindex(ctx context.Context) error {
	return db.update(ctx, "reindex", func(t *tx) error { return reindex(ctx, t) })
}

func reindex(ctx context.Context, t *tx) error {
	_, err := t.exec(ctx, `update unsearched set through = (select coalesce(max(n), 0) from items)`)
	return err
}

// errNothingToFind is a query without a term that is looked for, which [news.ParseQuery] lets nobody make.
var errNothingToFind = errors.New("a query without words")

// parts writes the terms of a query in an engine's spelling, those that are looked for apart from those that exclude.
func parts(query news.Query, write func(news.QueryTerm) string) (wanted, excluded []string, err error) {
	for _, term := range query.Terms {
		switch {
		case len(term.Words) == 0:
			return nil, nil, fmt.Errorf("query %q: a term without words", query)
		case term.Not:
			excluded = append(excluded, write(term))
		default:
			wanted = append(wanted, write(term))
		}
	}
	if len(wanted) == 0 {
		return nil, nil, errNothingToFind
	}
	return wanted, excluded, nil
}
