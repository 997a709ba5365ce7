package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wireroom/news"
)

// A revisionRow is a state that a Topic was published in.
type revisionRow struct {
	revision, at, seq, facts int64
	pages                    int
	interval                 int64
	title                    string
}

// RevisionAt returns the number of the revision that a Topic was published in at a time; 0 before the first. It fails as
// [DB.Edition] does.
func (db *DB) RevisionAt(ctx context.Context, slug string, at time.Time) (revision int64, err error) {
	err = db.view(ctx, "revision of "+slug, func(t *tx) error {
		topic, err := liveTopic(ctx, t, slug)
		if err != nil {
			return err
		}
		return t.row(ctx, `
			select coalesce(max(revision), 0) from revisions where topic = $1 and at = (
				select max(r.at) from revisions r where r.topic = $1 and r.at <= $2)`, topic.n, millis(at)).Scan(&revision)
	})
	return revision, err
}

// EditionAsOf returns the head of a Topic as it was published under a revision; without entries for 0. What has been
// withdrawn since is left out. It fails with [news.ErrNotFound] for a Topic or a revision that never was, and with
// [news.ErrGone] for a Topic that was removed.
func (db *DB) EditionAsOf(ctx context.Context, slug string, revision int64) (e news.Edition, err error) {
	err = db.view(ctx, fmt.Sprintf("edition of %s, revision %d", slug, revision), func(t *tx) error {
		topic, err := liveTopic(ctx, t, slug)
		if err != nil {
			return err
		}
		e = news.Edition{Topic: topic.topic, TopicID: topic.id, Revision: revision}
		if revision == 0 {
			return nil
		}
		var r revisionRow
		err = t.row(ctx, `
			select revision, at, seq, facts, pages, interval, title from revisions where topic = $1 and revision = $2`, topic.n, revision).
			Scan(&r.revision, &r.at, &r.seq, &r.facts, &r.pages, &r.interval, &r.title)
		if errors.Is(err, sql.ErrNoRows) {
			return news.ErrNotFound
		}
		if err != nil {
			return err
		}
		return db.editionAsOf(ctx, t, topic, r, &e)
	})
	return e, err
}

// liveTopic finds a Topic that is published.
func liveTopic(ctx context.Context, t *tx, slug string) (topicRow, error) {
	row, ok, err := topicBySlug(ctx, t, slug)
	switch {
	case err != nil:
		return row, err
	case !ok:
		return row, news.ErrNotFound
	case row.removed:
		return row, news.ErrGone
	}
	return row, nil
}

func (db *DB) editionAsOf(ctx context.Context, t *tx, topic topicRow, r revisionRow, e *news.Edition) error {
	e.Updated, e.AsOf = fromMillis(r.at), fromMillis(r.at)
	e.Pages, e.Previous, e.Interval = r.pages, r.pages, time.Duration(r.interval)*time.Millisecond
	if r.title != "" {
		e.Topic.Title = r.title
	}
	sources, err := factsUntil(ctx, t, r.facts)
	if err != nil {
		return err
	}
	rows, err := t.query(ctx, leadQuery(dateThen, versionThen)+`
		where `+inHeadThen+` order by e.number desc`, topic.n, r.at)
	entries, leads, err := collectLeads(rows, err, sources)
	if err != nil {
		return err
	}
	rows, err = t.query(ctx, entryReportQuery+`
		join versions v on v.item = i.n and v.version = (
			select coalesce(max(w.version), 1) from versions w where w.item = i.n and w.seen <= $2)
		where `+inHeadThen+` and i.n <> s.n and i.seq < $3
		order by i.seq`, topic.n, r.at, r.seq)
	others, err := collect(rows, err, func(r scanner) (reportRow, error) { return scanReport(r, sources) })
	if err != nil {
		return err
	}
	stories, err := db.assemble(ctx, t, entries, leads, others, e)
	if err != nil {
		return err
	}
	rows, err = t.query(ctx, `
		select distinct e.number, t.facts, t.slug
		from entries e
		join entries o on o.shows = e.shows and o.topic <> e.topic and o.entered <= $2
			and (o.taken_out is null or o.taken_out > $2 or o.put_back <= $2)
		join topics t on t.n = o.topic and t.removed = 0 and not (`+isCountry+`)
		where `+inHeadThen+`
		order by t.slug`, topic.n, r.at)
	e.Siblings, err = collectSiblings(rows, err, stories)
	return err
}

// What an entry e of the Topic $1 was at the time $2.
const (
	inHeadThen = `e.topic = $1 and e.withdrawn = 0 and e.entered <= $2 and (e.left_head is null or e.left_head > $2)
		and (e.taken_out is null or e.taken_out > $2 or e.put_back <= $2)`
	dateThen = `coalesce((
		select max(s.at) from showings s where s.topic = e.topic and s.number = e.number and s.at <= $2), e.entered)`
	versionThen = `coalesce((
		select s.version from showings s where s.topic = e.topic and s.number = e.number and s.at <= $2 order by s.at desc limit 1), e.first)`
)
