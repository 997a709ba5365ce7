package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"wireroom/news"
)

// Story returns a Story with all its reports and why it is where it is. It fails with [news.ErrNotFound].
func (db *DB) Story(ctx context.Context, id string) (news.StoryRecord, error) {
	var record news.StoryRecord
	b, err := idBytes(id)
	if err != nil {
		return record, fmt.Errorf("story %s: %w", id, news.ErrNotFound)
	}
	err = db.view(ctx, "story "+id, func(t *tx) error {
		var n, lead int64
		var founder []byte
		err := t.row(ctx, `
			select st.n, st.lead, f.id from stories st join items f on f.n = st.founder where st.id = $1`, b).
			Scan(&n, &lead, &founder)
		if errors.Is(err, sql.ErrNoRows) {
			return news.ErrNotFound
		}
		if err != nil {
			return err
		}
		record.Story.ID, record.Story.Founder = id, idText(founder)
		if err := db.reportsOf(ctx, t, n, lead, &record.Story); err != nil {
			return err
		}
		record.FirstSeen = record.Story.Lead.Item.FirstSeen
		if record.Topics, err = topicsOf(ctx, t, n); err != nil {
			return err
		}
		record.Decisions, err = decisionsOf(ctx, t, lead)
		return err
	})
	return record, err
}

// reportsOf fills in the reports of a Story: the lead, then the others in the Sorter's order.
func (db *DB) reportsOf(ctx context.Context, t *tx, story, lead int64, into *news.Story) error {
	sources, err := facts(ctx, t)
	if err != nil {
		return err
	}
	rows, err := t.query(ctx, reportQuery+`
		join versions v on v.item = i.n and v.version = i.version
		where i.story = $1 order by i.seq`, story)
	reports, err := collect(rows, err, func(r scanner) (reportRow, error) { return scanReport(r, sources) })
	if err != nil {
		return err
	}
	if err := db.fillReports(ctx, t, reports); err != nil {
		return err
	}
	for _, r := range reports {
		if r.item == lead {
			into.Lead = r.report
		} else {
			into.Also = append(into.Also, r.report)
		}
	}
	return nil
}

// A reportRow is a Report with the rows it came from, as scanned, its texts still to be filled in.
type reportRow struct {
	story, item int64
	report      news.Report
	slip        slip
}

const reportQuery = `
	select i.story, i.n, i.source, i.id, i.place, i.first_seen, i.published, i.duplicate_why, o.id, v.version, v.seen, v.title, ` + slipColumns + `
	from items i left join items o on o.n = i.duplicate_of `

func scanReport(row scanner, sources map[int64]news.Source) (reportRow, error) {
	var r reportRow
	var source, firstSeen, published, seen int64
	var id, original []byte
	it := &r.report.Item
	if err := row.Scan(append([]any{&r.story, &r.item, &source, &id, &it.Place, &firstSeen, &published, &r.report.Why,
		&original, &it.Version, &seen, &it.Title}, r.slip.dest()...)...); err != nil {
		return r, err
	}
	it.ID, it.FirstSeen, it.Published, it.Seen = idText(id), fromMillis(firstSeen), fromMillis(published), fromMillis(seen)
	if original != nil {
		r.report.DuplicateOf = idText(original)
	}
	r.report.Source = sources[source]
	it.Source = r.report.Source.ID
	return r, nil
}

func (db *DB) fillReports(ctx context.Context, q querier, rows []reportRow) error {
	fillings := make([]filling, len(rows))
	for i := range rows {
		fillings[i] = filling{rows[i].slip, &rows[i].report.Item}
	}
	if err := db.fill(ctx, q, fillings); err != nil {
		return err
	}
	for i := range rows {
		withhold(&rows[i].report)
	}
	return nil
}

// withhold takes the text of its page from a report whose Source does not allow it to be shown, so that no output can
// show it by mistake.
func withhold(r *news.Report) {
	if r.Item.FullText == "" || r.Source.Republish == news.RightsFull {
		return
	}
	r.Withheld, r.Item.FullText = true, ""
}

// topicsOf returns the Topics that a Story is in, by slug.
func topicsOf(ctx context.Context, q querier, story int64) ([]news.TopicName, error) {
	rows, err := q.query(ctx, `
		select t.facts, t.slug from entries e join topics t on t.n = e.topic
		where e.story = $1 and e.removed = 0 and t.removed = 0
		order by t.slug`, story)
	return collect(rows, err, scanTopicName)
}
