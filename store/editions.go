package store

import (
	"cmp"
	"context"
	"database/sql"
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
	sources, err := facts(ctx, t)
	if page > 0 && err == nil {
		var sealed pageFacts
		if sealed, err = sealedFacts(ctx, t, row.n, page); err == nil {
			e.Topic.Title = cmp.Or(sealed.title, e.Topic.Title)
			sources, err = factsUntil(ctx, t, sealed.facts)
		}
	}
	if err != nil {
		return e, err
	}
	stories, err := db.readEntries(ctx, t, pageScope(row.n, page), sources, &e)
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
		e.Rewritten, err = rewrittenAt(ctx, t, row.n, page)
		return e, err
	}
	if e.Siblings, err = headSiblings(ctx, t, row.n, stories); err != nil {
		return e, err
	}
	e.Tombstones, err = tombstones(ctx, t, row.n)
	return e, err
}

// rewrittenAt is when a withdrawal last changed a sealed page; zero if none did.
func rewrittenAt(ctx context.Context, t *tx, topic int64, page int) (time.Time, error) {
	var at int64
	err := t.row(ctx, `select coalesce((select at from rewrites where topic = $1 and page = $2), 0)`, topic, page).Scan(&at)
	return fromMillis(at), err
}

// tombstones are the entries of a Topic that were withdrawn last.
func tombstones(ctx context.Context, t *tx, topic int64) ([]news.Tombstone, error) {
	rows, err := t.query(ctx, `
		select st.id, e.withdrawn from entries e join stories st on st.n = e.story
		where e.topic = $1 and e.withdrawn > 0
		order by e.withdrawn desc, e.number desc limit $2`, topic, news.TombstonesKept)
	return collect(rows, err, func(r scanner) (stone news.Tombstone, err error) {
		var id []byte
		var at int64
		err = r.Scan(&id, &at)
		stone.Story, stone.At = idText(id), fromMillis(at)
		return stone, err
	})
}

// A scope says which entries of a Topic are read: a condition on entries e, with parameters from $1 on.
type scope struct {
	where string
	args  []any
}

func pageScope(topic int64, page int) scope {
	return scope{`e.topic = $1 and e.page = $2 and e.removed = 0`, []any{topic, page}}
}

// readEntries fills e with the entries of a scope, and returns their Stories' ids by number.
func (db *DB) readEntries(ctx context.Context, t *tx, of scope, sources map[int64]news.Source, e *news.Edition) (map[int64]string, error) {
	entries, leads, err := leads(ctx, t, of, sources)
	if err != nil {
		return nil, err
	}
	others, err := others(ctx, t, of, sources)
	if err != nil {
		return nil, err
	}
	return db.assemble(ctx, t, entries, leads, others, e)
}

// assemble fills e with entries, each with its lead and the other reports, and returns their Stories' ids by number.
func (db *DB) assemble(ctx context.Context, t *tx, entries []news.Entry, leads, others []reportRow, e *news.Edition) (map[int64]string, error) {
	if err := db.fillReports(ctx, t, leads); err != nil {
		return nil, err
	}
	if err := db.fillReports(ctx, t, others); err != nil {
		return nil, err
	}
	place := make(map[int64]int) // number → index in e.Entries
	ids := make(map[int64]string)
	for i, entry := range entries {
		place[entry.Number], ids[entry.Number] = i, entry.Story.ID
		entry.Story.Lead = leads[i].report
		e.Entries = append(e.Entries, entry)
	}
	for _, r := range others {
		if at, ok := place[r.entry]; ok {
			story := &e.Entries[at].Story
			story.Also = append(story.Also, r.report)
		}
	}
	return ids, nil
}

// leads reads the entries of a scope, and with each its lead report: in the version that was sealed, else the current
// one.
func leads(ctx context.Context, t *tx, of scope, sources map[int64]news.Source) ([]news.Entry, []reportRow, error) {
	rows, err := t.query(ctx, leadQuery(`e.updated`, `coalesce(e.version, i.version)`)+`
		where `+of.where+`
		order by e.number desc`, of.args...)
	return collectLeads(rows, err, sources)
}

// leadQuery reads entries with their leads; updated and version are the expressions for an entry's date and its lead's
// version.
func leadQuery(updated, version string) string {
	return `
		select e.number, e.published, ` + updated + `, st.id, f.id, e.note,
			e.number, i.n, i.source, i.id, i.place, i.first_seen, i.published, i.duplicate_why, null,
			v.version, v.seen, v.title, ` + tagColumn + `, ` + slipColumns + `
		from entries e` + shownLead + `
		join items i on i.n = s.n
		join items f on f.n = st.founder
		join versions v on v.item = i.n and v.version = case when i.n = l.n then ` + version + ` else 1 end`
}

func collectLeads(rows *sql.Rows, err error, sources map[int64]news.Source) ([]news.Entry, []reportRow, error) {
	var entries []news.Entry
	reports, err := collect(rows, err, func(r scanner) (reportRow, error) {
		var e news.Entry
		var published, updated int64
		var story, founder []byte
		report, err := scanReport(prefixed{r, []any{&e.Number, &published, &updated, &story, &founder, &e.Note}}, sources)
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

// others reads the reports beside the leads: of sealed entries those there were when they were sealed, as they were then.
func others(ctx context.Context, t *tx, of scope, sources map[int64]news.Source) ([]reportRow, error) {
	scan := func(r scanner) (reportRow, error) { return scanReport(r, sources) }
	rows, err := t.query(ctx, entryReportQuery+`
		join versions v on v.item = i.n and v.version = i.version
		where `+of.where+` and e.page = 0 and i.n <> s.n
		order by i.seq`, of.args...)
	head, err := collect(rows, err, scan)
	if err != nil {
		return nil, err
	}
	rows, err = t.query(ctx, sealedReportQuery+`
		where `+of.where+` and e.page > 0 and i.n <> s.n
		order by r.topic, r.number, r.place`, of.args...)
	sealed, err := collect(rows, err, scan)
	return append(head, sealed...), err
}

// headSiblings returns the other Topics that the Stories of a Topic's head are in, but for those of countries.
func headSiblings(ctx context.Context, t *tx, topic int64, stories map[int64]string) (map[string][]news.TopicName, error) {
	rows, err := t.query(ctx, `
		select distinct e.number, t.facts, t.slug
		from entries e
		join entries o on o.shows = e.shows and o.topic <> e.topic and o.removed = 0
		join topics t on t.n = o.topic and t.removed = 0 and not (`+isCountry+`)
		where e.topic = $1 and e.page = 0 and e.removed = 0
		order by t.slug`, topic)
	return collectSiblings(rows, err, stories)
}

func collectSiblings(rows *sql.Rows, err error, stories map[int64]string) (map[string][]news.TopicName, error) {
	names := make(map[string][]news.TopicName)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var number int64
		name, err := scanTopicName(prefixed{r, []any{&number}})
		names[stories[number]] = append(names[stories[number]], name)
		return none, err
	})
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
