package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"wireroom/news"
)

// Edition returns what is published of a Topic: its head (page 0) or a sealed page. It fails with [news.ErrNotFound] for
// a Topic or a page that never was, and with [news.ErrGone] for a Topic that was removed.
func (db *DB) Edition(ctx context.Context, slug string, page int) (news.Edition, error) {
	var e news.Edition
	err := db.view(ctx, fmt.Sprintf("edition of %s, page %d", slug, page), func(t *tx) error {
		row, ok, err := topicBySlug(ctx, t, slug)
		switch {
		case err != nil:
			return err
		case !ok || page < 0 || page > row.pages:
			return news.ErrNotFound
		case row.removed:
			return news.ErrGone
		}
		e, err = db.edition(ctx, t, row, page)
		return err
	})
	return e, err
}

func (db *DB) edition(ctx context.Context, t *tx, row topicRow, page int) (news.Edition, error) {
	e := news.Edition{
		Topic: row.topic, TopicID: row.id, Revision: row.revision, Updated: fromMillis(row.updated),
		Page: page, Previous: row.pages, Pages: row.pages,
	}
	if page > 0 {
		e.Previous = page - 1
	}
	stories, err := db.readEntries(ctx, t, row.n, page, &e)
	if err != nil {
		return e, err
	}
	if page > 0 { // a sealed page shows what it was sealed with: its own date, and no Topic that came later
		e.Updated = time.Time{}
		for _, entry := range e.Entries {
			if entry.Updated.After(e.Updated) {
				e.Updated = entry.Updated
			}
		}
		return e, nil
	}
	e.Siblings, err = siblings(ctx, t, row.n, stories)
	return e, err
}

// readEntries fills e with the entries of a page, and returns their Stories' ids by row number.
func (db *DB) readEntries(ctx context.Context, t *tx, topic int64, page int, e *news.Edition) (map[int64]string, error) {
	sources, err := facts(ctx, t)
	if err != nil {
		return nil, err
	}
	place := make(map[int64]int) // story → index in e.Entries
	ids := make(map[int64]string)
	entries, leads, err := leads(ctx, t, topic, page, sources)
	if err != nil {
		return nil, err
	}
	others, err := others(ctx, t, topic, page, sources)
	if err != nil {
		return nil, err
	}
	if err := db.fillReports(ctx, t, leads); err != nil {
		return nil, err
	}
	if err := db.fillReports(ctx, t, others); err != nil {
		return nil, err
	}
	for i, entry := range entries {
		place[leads[i].story], ids[leads[i].story] = i, entry.Story.ID
		entry.Story.Lead = leads[i].report
		e.Entries = append(e.Entries, entry)
	}
	for _, r := range others {
		story := &e.Entries[place[r.story]].Story
		story.Also = append(story.Also, r.report)
	}
	return ids, nil
}

// leads reads the entries of a page, and with each its lead report: in the version that was sealed, else the current one.
func leads(ctx context.Context, t *tx, topic int64, page int, sources map[int64]news.Source) ([]news.Entry, []reportRow, error) {
	rows, err := t.query(ctx, `
		select e.number, e.published, e.updated, st.id, f.id,
			i.story, i.n, i.source, i.id, i.place, i.first_seen, i.published, i.duplicate_why, null,
			v.version, v.seen, v.title, `+slipColumns+`
		from entries e
		join stories st on st.n = e.story
		join items f on f.n = st.founder
		join items i on i.n = st.lead
		join versions v on v.item = i.n and v.version = coalesce(e.version, i.version)
		where e.topic = $1 and e.page = $2 and e.removed = 0
		order by e.number desc`, topic, page)
	var entries []news.Entry
	reports, err := collect(rows, err, func(r scanner) (reportRow, error) {
		var e news.Entry
		var published, updated int64
		var story, founder []byte
		report, err := scanReport(prefixed{r, []any{&e.Number, &published, &updated, &story, &founder}}, sources)
		e.Published, e.Updated = fromMillis(published), fromMillis(updated)
		e.Story = news.Story{ID: idText(story), Founder: idText(founder)}
		entries = append(entries, e)
		return report, err
	})
	return entries, reports, err
}

// prefixed scans further columns that stand before those of another scan.
type prefixed struct {
	row   scanner
	first []any
}

func (p prefixed) Scan(dest ...any) error { return p.row.Scan(append(p.first, dest...)...) }

// others reads the reports beside the leads: on a sealed page those there were when it was sealed, as they came first.
func others(ctx context.Context, t *tx, topic int64, page int, sources map[int64]news.Source) ([]reportRow, error) {
	rows, err := t.query(ctx, reportQuery+`
		join stories st on st.n = i.story
		join entries e on e.story = st.n
		join versions v on v.item = i.n and v.version = case when e.sealed is null then i.version else 1 end
		where e.topic = $1 and e.page = $2 and e.removed = 0 and i.n <> st.lead and (e.sealed is null or i.seq < e.sealed)
		order by i.seq`, topic, page)
	return collect(rows, err, func(r scanner) (reportRow, error) { return scanReport(r, sources) })
}

// siblings returns the other Topics that the Stories of a Topic's head are in.
func siblings(ctx context.Context, t *tx, topic int64, stories map[int64]string) (map[string][]news.TopicName, error) {
	rows, err := t.query(ctx, `
		select o.story, t.facts, t.slug
		from entries e
		join entries o on o.story = e.story and o.topic <> e.topic and o.removed = 0
		join topics t on t.n = o.topic and t.removed = 0
		where e.topic = $1 and e.page = 0 and e.removed = 0
		order by t.slug`, topic)
	type sibling struct {
		story int64
		name  news.TopicName
	}
	all, err := collect(rows, err, func(r scanner) (s sibling, err error) {
		s.name, err = scanTopicName(prefixed{r, []any{&s.story}})
		return s, err
	})
	names := make(map[string][]news.TopicName)
	for _, s := range all {
		names[stories[s.story]] = append(names[stories[s.story]], s.name)
	}
	return names, err
}

func scanTopicName(r scanner) (news.TopicName, error) {
	var name news.TopicName
	var text string
	if err := r.Scan(&text, &name.Slug); err != nil {
		return name, err
	}
	var topic news.Topic
	err := json.Unmarshal([]byte(text), &topic)
	name.Title = topic.Title
	return name, err
}
