package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"wireroom/news"
)

// Story returns a Story with all its reports and why it is where it is. Of one that was merged into another, it is the other,
// under its own id. It fails with [news.ErrNotFound], and with [news.ErrGone] for a Story that is withdrawn.
func (db *DB) Story(ctx context.Context, id string) (news.StoryRecord, error) {
	var record news.StoryRecord
	b, err := idBytes(id)
	if err != nil {
		return record, fmt.Errorf("story %s: %w", id, news.ErrNotFound)
	}
	err = db.view(ctx, "story "+id, func(t *tx) error {
		n, lead, err := shownStory(ctx, t, b, &record.Story)
		if err != nil {
			return err
		}
		if record.Note, err = noteOf(ctx, t, n); err != nil {
			return err
		}
		if err := db.reportsOf(ctx, t, n, lead, &record.Story); err != nil {
			return err
		}
		record.FirstSeen = record.Story.Lead.Item.FirstSeen
		if record.Topics, err = topicsOf(ctx, t, n, `not (`+isCountry+`)`); err != nil {
			return err
		}
		if record.Countries, err = topicsOf(ctx, t, n, isCountry); err != nil {
			return err
		}
		if record.Decisions, err = decisionsOf(ctx, t, lead); err != nil {
			return err
		}
		record.Earlier, err = db.earlierVersions(ctx, t, lead)
		return err
	})
	return record, err
}

// shownStory finds the Story that shows one of that id, which names itself into it, and its lead. It fails as [DB.Story] does.
func shownStory(ctx context.Context, t *tx, id []byte, into *news.Story) (n, lead int64, err error) {
	err = t.row(ctx, `select n from stories where id = $1`, id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, news.ErrNotFound
	}
	if err != nil {
		return 0, 0, err
	}
	if n, err = rootOf(ctx, t, n); err != nil {
		return 0, 0, err
	}
	var shown, founder []byte
	var withdrawn int64
	err = t.row(ctx, `
		select st.id, st.lead, st.withdrawn, f.id from stories st join items f on f.n = st.founder where st.n = $1`, n).
		Scan(&shown, &lead, &withdrawn, &founder)
	if err == nil && withdrawn > 0 {
		err = news.ErrGone
	}
	into.ID, into.Founder = idText(shown), idText(founder)
	return n, lead, err
}

// noteOf is the newest note of an editor's on a Story, in whatever Topic.
func noteOf(ctx context.Context, t *tx, story int64) (note string, err error) {
	err = t.row(ctx, `
		select coalesce((
			select a.body from acts a where a.kind = 'note' and a.undone = 0 and a.story = $1 order by a.at desc, a.n desc limit 1), '')`,
		story).Scan(&note)
	return note, err
}

// reportsOf fills in the reports of a Story: the lead, then the others in the Sorter's order.
func (db *DB) reportsOf(ctx context.Context, t *tx, story, lead int64, into *news.Story) error {
	sources, err := facts(ctx, t)
	if err != nil {
		return err
	}
	rows, err := t.query(ctx, reportQuery+`
		join versions v on v.item = i.n and v.version = i.version
		where i.story = $1 and i.withdrawn = 0 order by i.seq`, story)
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
	entry, item int64 // entry: the number of the entry that it is read for; 0 without one
	report      news.Report
	slip        slip
}

const reportQuery = `
	select 0, i.n, i.source, i.id, i.place, i.first_seen, i.published, i.duplicate_why, o.id, v.version, v.seen, v.title, ` + tagColumn + `, ` + slipColumns + `
	from items i left join items o on o.n = i.duplicate_of `

// entryReportQuery is reportQuery for the reports of entries e beside their leads, as their Stories have them now; those that
// are withdrawn are left out.
var entryReportQuery = strings.Replace(reportQuery, "select 0,", "select e.number,", 1) + `
	join entries e on e.shows = i.story and i.withdrawn = 0 ` + shownLead

// sealedReportQuery is the same for sealed entries, as they were sealed.
var sealedReportQuery = strings.NewReplacer("select 0,", "select e.number,", "i.duplicate_why", "r.why", "i.duplicate_of", "r.copy_of").
	Replace(reportQuery[:strings.Index(reportQuery, "from items i")]) + `
	from sealed_reports r
	join items i on i.n = r.item and ` + isShown("i") + `
	left join items o on o.n = r.copy_of
	join entries e on e.topic = r.topic and e.number = r.number ` + shownLead + `
	join versions v on v.item = r.item and v.version = r.version `

// shownLead joins to entries e the lead that they show, as item s: the one that they were sealed with, or if that is withdrawn
// the next of those that were sealed with it. Of an entry with nothing left of these it means nothing: it is not shown.
var shownLead = `
	join stories st on st.n = e.story
	join items l on l.n = coalesce(e.lead, st.lead)
	join items s on s.n = case when ` + isShown("l") + ` then l.n else coalesce(
		(select r.item from sealed_reports r join items next on next.n = r.item
			where r.topic = e.topic and r.number = e.number and ` + isShown("next") + ` order by r.place limit 1),
		st.lead) end `

func scanReport(row scanner, sources map[int64]news.Source) (reportRow, error) {
	var r reportRow
	var source, firstSeen, published, seen int64
	var id, original []byte
	var countries string
	it := &r.report.Item
	if err := row.Scan(append([]any{&r.entry, &r.item, &source, &id, &it.Place, &firstSeen, &published, &r.report.Why,
		&original, &it.Version, &seen, &it.Title, &countries}, r.slip.dest()...)...); err != nil {
		return r, err
	}
	it.ID, it.FirstSeen, it.Published, it.Seen = idText(id), fromMillis(firstSeen), fromMillis(published), fromMillis(seen)
	it.Countries = strings.Fields(countries)
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

// topicsOf returns the Topics t that a Story is in and of which a condition holds, by slug.
func topicsOf(ctx context.Context, q querier, story int64, where string) ([]news.TopicName, error) {
	rows, err := q.query(ctx, `
		select distinct t.facts, t.slug from entries e join topics t on t.n = e.topic
		where e.shows = $1 and e.removed = 0 and t.removed = 0 and `+where+`
		order by t.slug`, story)
	return collect(rows, err, scanTopicName)
}
