package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"wireroom/news"
)

// Explain returns all that is known of how an Item came and where it stands. It fails with [news.ErrNotFound].
func (db *DB) Explain(ctx context.Context, item string) (r news.ItemRecord, err error) {
	err = db.view(ctx, "explain item "+item, func(t *tx) error {
		n, err := itemRowOf(ctx, t, item)
		if err != nil {
			return err
		}
		if r.Item, err = db.itemOf(ctx, t, n, 0); err != nil {
			return err
		}
		for _, read := range []func(context.Context, *tx, int64, *news.ItemRecord) error{
			readArrival, readKeys, readPlace, readItemEntries, readItemDecisions, readItemActs,
		} {
			if err := read(ctx, t, n, &r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || r.Story == "" {
		return r, err
	}
	if r.Grouping, err = db.Grouping(ctx, item); err != nil {
		return r, err
	}
	r.Titles, err = db.titlesOf(ctx, r.Grouping.Copy.Against, r.Grouping.Story.Against, r.Grouping.Rival.Against)
	return r, err
}

// readArrival reads the Source, the Poll that brought the Item, and how the fetch of its page stands.
func readArrival(ctx context.Context, t *tx, item int64, r *news.ItemRecord) error {
	var facts string
	var at int64
	if err := t.row(ctx, `
		select s.facts, i.unsorted, i.version, coalesce(p.n, 0), coalesce(p.at, 0), coalesce(p.outcome, ''), coalesce(p.new, 0),
			coalesce(case when f.outcome = '' then 'waiting' else f.outcome end, ''), coalesce(f.canonical, '')
		from items i join sources s on s.n = i.source
		left join polls p on p.n = (select min(q.n) from polls q where q.source = i.source and q.at = i.first_seen)
		left join page_fetches f on f.item = i.n and f.version = i.version
		where i.n = $1`, item).
		Scan(&facts, &r.Unsorted, &r.Versions, &r.Poll.Number, &at, &r.Poll.Outcome, &r.Poll.New, &r.Page, &r.Canonical); err != nil {
		return err
	}
	r.Poll.At = fromMillis(at)
	return json.Unmarshal([]byte(facts), &r.Source)
}

// readKeys names the kinds of the Item's identity keys.
func readKeys(ctx context.Context, t *tx, item int64, r *news.ItemRecord) error {
	rows, err := t.query(ctx, `
		select k.key from items i join item_keys k on k.source = i.source and k.item = i.n where i.n = $1`, item)
	keys, err := collect(rows, err, func(r scanner) (key news.Key, err error) {
		var b []byte
		err = r.Scan(&b)
		copy(key[:], b)
		return key, err
	})
	if err != nil {
		return err
	}
	r.KnownBy = kindsOf(keys, r.Item)
	return nil
}

// kindsOf names the kinds of keys, the strongest first. What only tells that a URL is shared is none. Of an Item that has
// neither GUID nor a URL of its own, what is left are hashes of its texts, as they stood in the document.
func kindsOf(keys []news.Key, it news.Item) (kinds []string) {
	take := func(key news.Key) bool {
		i := slices.Index(keys, key)
		if i >= 0 {
			keys = slices.Delete(keys, i, i+1)
		}
		return i >= 0
	}
	canonical := news.CanonicalURL(it.URL)
	url := news.KeyOf("url", canonical)
	if it.GUID != "" && take(news.KeyOf("guid", it.GUID)) {
		kinds = append(kinds, "guid")
	}
	if canonical != "" && take(url) {
		kinds = append(kinds, "url")
	}
	take(news.SharedKey(url))
	for n := range keys {
		if n == 0 && (it.SharedURL || canonical == "") {
			kinds = append(kinds, "text")
		} else if !it.SharedURL && canonical != "" {
			kinds = append(kinds, "earlier")
		}
	}
	return kinds
}

// readPlace reads the Story that the Item is in.
func readPlace(ctx context.Context, t *tx, item int64, r *news.ItemRecord) error {
	var story, placed []byte
	var withdrawn int64
	if err := t.row(ctx, `
		select st.id, p.id, case when st.lead = i.n then 1 else 0 end,
			(select count(*) from items o where o.story = i.story and o.withdrawn = 0),
			case when i.withdrawn > 0 then i.withdrawn else coalesce(st.withdrawn, 0) end
		from items i left join stories st on st.n = i.story left join stories p on p.n = i.placed
		where i.n = $1`, item).
		Scan(&story, &placed, &r.Lead, &r.Reports, &withdrawn); err != nil {
		return err
	}
	r.Story, r.Placed, r.Withdrawn = idText(story), idText(placed), fromMillis(withdrawn)
	return nil
}

func readItemEntries(ctx context.Context, t *tx, item int64, r *news.ItemRecord) error {
	rows, err := t.query(ctx, `
		select t.slug, st.id, e.number, e.page, 1 - e.removed, e.published, e.updated
		from items i join entries e on e.shows = i.story join topics t on t.n = e.topic join stories st on st.n = e.story
		where i.n = $1 and t.removed = 0
		order by t.slug, e.number`, item)
	r.Entries, err = collect(rows, err, func(row scanner) (e news.EntryRecord, err error) {
		var story []byte
		var published, updated int64
		err = row.Scan(&e.Topic, &story, &e.Number, &e.Page, &e.Shown, &published, &updated)
		e.Story, e.Published, e.Updated = idText(story), fromMillis(published), fromMillis(updated)
		return e, err
	})
	return err
}

// readItemDecisions reads what was decided of the Item, or, where it is a copy, of its original, which decides for it.
func readItemDecisions(ctx context.Context, t *tx, item int64, r *news.ItemRecord) error {
	var decided int64
	if err := t.row(ctx, `select coalesce(duplicate_of, n) from items where n = $1`, item).Scan(&decided); err != nil {
		return err
	}
	var err error
	if r.Decisions, err = decisionsOf(ctx, t, decided); err != nil {
		return err
	}
	rows, err := t.query(ctx, `select `+topicRowColumns+` from topics where removed = 0 order by position`)
	topics, err := collect(rows, err, scanTopicRow)
	for _, row := range topics {
		r.Topics = append(r.Topics, row.topic)
	}
	return err
}

// readItemActs reads the Acts that touch the Item, the Stories that it was in, or its Source.
func readItemActs(ctx context.Context, t *tx, item int64, r *news.ItemRecord) (err error) {
	r.Acts, err = actsWhere(ctx, t, `
		a.item = $1 or a.source = (select source from items where n = $1)
		or a.story in (select story from items where n = $1 union select placed from items where n = $1)
		or a.other in (select story from items where n = $1 union select placed from items where n = $1)
		or a.n in (select m.act from act_items m where m.item = $1)`, item)
	return err
}

// titlesOf returns the present titles of Items, by id; empty ids are passed over.
func (db *DB) titlesOf(ctx context.Context, ids ...string) (map[string]string, error) {
	titles := make(map[string]string)
	for _, id := range ids {
		b, err := idBytes(id)
		if err != nil {
			continue // nothing was near
		}
		var title string
		if err := db.read.row(ctx, `
			select v.title from items i join versions v on v.item = i.n and v.version = i.version where i.id = $1`, b).Scan(&title); err != nil {
			return nil, fmt.Errorf("title of item %s: %w", id, err)
		}
		titles[id] = title
	}
	return titles, nil
}
