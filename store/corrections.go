package store

import (
	"context"
	"fmt"

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
		where c.version > 1 and e.removed = 0 and i.withdrawn = 0 and c.seen > e.entered
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
