package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"wireroom/news"
)

// noteEdit raises the number of edits of the Topics that have published a report which has a new version, and is not withdrawn.
func noteEdit(ctx context.Context, t *tx, item int64, version int) error {
	_, err := t.exec(ctx, `
		update topics set edits = edits + 1, edited = (
			select case when v.seen > topics.edited then v.seen else topics.edited end
			from versions v where v.item = $1 and v.version = $2)
		where n in (select e.topic from items i join entries e on e.shows = i.story where i.n = $1 and i.withdrawn = 0 and e.removed = 0)`,
		item, version)
	return err
}

// Corrections returns the newest edits of reports that a Topic has published, sealed pages included, the newest first
// and at most limit of them. It fails with [news.ErrNotFound] for a Topic that never was, and with [news.ErrGone] for
// one that was removed.
func (db *DB) Corrections(ctx context.Context, slug string, limit int) ([]news.Correction, error) {
	var all []news.Correction
	err := db.view(ctx, "corrections of "+slug, func(t *tx) error {
		topic, err := liveTopic(ctx, t, slug)
		if err != nil {
			return err
		}
		sources, err := facts(ctx, t)
		if err != nil {
			return err
		}
		after, stories, err := db.edits(ctx, t, topic, 0, limit, sources)
		if err != nil {
			return err
		}
		before, _, err := db.edits(ctx, t, topic, 1, limit, sources)
		if err != nil {
			return err
		}
		if len(before) != len(after) {
			return fmt.Errorf("%d edits of %d versions", len(before), len(after))
		}
		for i := range after {
			all = append(all, news.Correction{
				ID:    news.CorrectionID(after[i].report.Item.ID, after[i].report.Item.Version),
				Story: stories[i], At: after[i].report.Item.Seen, Before: before[i].report, After: after[i].report,
			})
		}
		return nil
	})
	return all, err
}

// manyEntries is from how many entries on the edits of a Topic are looked for among the newest edits of all, and not entry by
// entry: that takes 10 µs an entry, this 16 µs an edit until the limit is reached (22,620 items, a quarter of them edited).
const manyEntries = 1000

// isOfTopic chooses the way: a column that stands in a sum is not looked up in an index.
func isOfTopic(topic topicRow) string {
	if topic.nextNumber > manyEntries {
		return "e.topic + 0 = $1"
	}
	return "e.topic = $1"
}

// isCorrected is the condition that a version c of an Item i is an edit of what an entry e shows, and has shown before. Of two entries of
// a Topic that show the same, as on a page and in the head after a merge, the older counts.
const isCorrected = `e.removed = 0 and i.withdrawn = 0 and c.seen > e.entered and not exists (
	select 1 from entries o where o.shows = e.shows and o.topic = e.topic and o.number < e.number and o.removed = 0)`

// edits reads the versions that edits led to, or, with back 1, those that they were made of, in the same order. An
// edit that came before the entry was no edit of something published.
func (db *DB) edits(ctx context.Context, t *tx, topic topicRow, back, limit int, sources map[int64]news.Source) (reports []reportRow, stories []string, err error) {
	rows, err := t.query(ctx, `
		select st.id, i.story, i.n, i.source, i.id, i.place, i.first_seen, i.published, i.duplicate_why, o.id, v.version, v.seen, v.title, `+tagColumn+`, `+slipColumns+`
		from versions c
		join items i on i.n = c.item
		join stories st on st.n = i.story
		join entries e on e.shows = i.story and `+isOfTopic(topic)+`
		join versions v on v.item = c.item and v.version = c.version - $2
		left join items o on o.n = i.duplicate_of
		where c.version > 1 and `+isCorrected+`
		order by c.seen desc, i.seq desc, c.version desc
		limit $3`, topic.n, back, limit)
	reports, err = collect(rows, err, func(r scanner) (reportRow, error) {
		var story []byte
		report, err := scanReport(prefixed{r, []any{&story}}, sources)
		stories = append(stories, idText(story))
		return report, err
	})
	if err != nil {
		return nil, nil, err
	}
	return reports, stories, db.fillReports(ctx, t, reports)
}

// corrected are the edits, by Topic, of what the entries in scope show.
func (d *desk) corrected(ctx context.Context) (map[int64][]int64, error) {
	rows, err := d.t.query(ctx, `
		select e.topic, i.n, c.version
		from desk_scope s join entries e on e.story = s.story
		join items i on i.story = e.shows join versions c on c.item = i.n and c.version > 1
		where `+isCorrected+`
		order by e.topic, i.n, c.version`)
	all := make(map[int64][]int64)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var topic, item, version int64
		err = r.Scan(&topic, &item, &version)
		all[topic] = append(all[topic], item, version)
		return none, err
	})
	return all, err
}

// dateCorrections gives the corrections of a Topic another date where an Act has taken edits from them, or given some back.
func (d *desk) dateCorrections(ctx context.Context, before map[int64][]int64) error {
	now, err := d.corrected(ctx)
	if err != nil {
		return err
	}
	for topic := range before {
		if _, some := now[topic]; !some {
			now[topic] = nil
		}
	}
	for _, topic := range slices.Sorted(maps.Keys(now)) {
		if slices.Equal(before[topic], now[topic]) {
			continue
		}
		if _, err := d.t.exec(ctx, `
			update topics set edits = edits + 1, edited = case when edited >= $2 then edited + 1 else $2 end where n = $1`,
			topic, millis(d.at)); err != nil {
			return err
		}
	}
	return nil
}
