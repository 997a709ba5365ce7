package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"wireroom/news"
)

// raiseRevision names a new published state of a Topic. Its time never goes back.
func raiseRevision(ctx context.Context, t *tx, topic int64, at time.Time) error {
	if _, err := t.exec(ctx, `
		update topics set revision = revision + 1,
			updated = case when updated >= $2 then updated + 1 else $2 end
		where n = $1`, topic, millis(at)); err != nil {
		return err
	}
	return noteRevision(ctx, t, topic)
}

// raiseUndated names a new published state of a Topic whose head says what it said.
func raiseUndated(ctx context.Context, t *tx, topic int64) error {
	if _, err := t.exec(ctx, `update topics set revision = revision + 1 where n = $1`, topic); err != nil {
		return err
	}
	return noteRevision(ctx, t, topic)
}

// noteRevision writes down the state that a Topic is published in from now on. Those of countries are too many to be kept.
func noteRevision(ctx context.Context, t *tx, topic int64) error {
	row, err := scanTopicRow(t.row(ctx, `select `+topicRowColumns+` from topics where n = $1`, topic))
	if err != nil || news.IsCountry(row.topic.Slug) {
		return err
	}
	_, err = t.exec(ctx, `
		insert into revisions (topic, revision, at, seq, facts, pages, interval, title)
		select n, revision, updated, (select value from meta where key = 'next_seq'), (select coalesce(max(n), 0) from facts), pages, interval, $2
		from topics where n = $1`, topic, row.topic.Title)
	return err
}

// notePage writes down what a page shows beside its entries, as it is being sealed.
func notePage(ctx context.Context, t *tx, row topicRow, page int) error {
	_, err := t.exec(ctx, `
		insert into pages (topic, page, facts, title) values ($1, $2, (select coalesce(max(n), 0) from facts), $3)`,
		row.n, page, row.topic.Title)
	return err
}

// raiseNeighbours raises the other Topics whose heads show a Story of some entries of a Topic, by their numbers: an entry
// names all Topics that its Story is in, but for those of countries.
func raiseNeighbours(ctx context.Context, t *tx, topic, first, last int64, at time.Time) error {
	rows, err := t.query(ctx, `
		select distinct o.topic from entries e join entries o on o.shows = e.shows and o.topic <> e.topic
		where e.topic = $1 and e.number between $2 and $3 and o.page = 0 and o.removed = 0
			and not exists (select 1 from topics t where t.n = $1 and `+isCountry+`)
		order by o.topic`, topic, first, last)
	return raiseAll(ctx, t, rows, err, at)
}

// raiseTopicsOf raises the Topics that show a report of a Source in their heads.
func raiseTopicsOf(ctx context.Context, t *tx, source int64, at time.Time) error {
	rows, err := t.query(ctx, `
		select n from topics
		where removed = 0 and exists (
			select 1 from entries e join items i on i.story = e.shows
			where e.topic = topics.n and e.page = 0 and e.removed = 0 and i.source = $1)
		order by n`, source)
	return raiseAll(ctx, t, rows, err, at)
}

// A sealedPage is one that shows a report of a Source, with what the Source allowed when it was sealed.
type sealedPage struct {
	topic   int64
	page    int
	allowed news.Rights
}

// rewritePagesOf writes the sealed pages anew that show more or less of a Source than they did, since its rights have changed.
func rewritePagesOf(ctx context.Context, t *tx, source int64, was, now news.Rights, at time.Time) error {
	pages, err := pagesOf(ctx, t, source)
	raised := make(map[int64]bool)
	for _, p := range pages {
		if err != nil {
			return err
		}
		if news.LesserRights(p.allowed, was) == news.LesserRights(p.allowed, now) {
			continue
		}
		if err = rewrite(ctx, t, p.topic, p.page, millis(at)); err == nil && !raised[p.topic] {
			raised[p.topic] = true
			err = raiseUndated(ctx, t, p.topic)
		}
	}
	return err
}

// pagesOf are the sealed pages that show a report of a Source.
func pagesOf(ctx context.Context, t *tx, source int64) ([]sealedPage, error) {
	rows, err := t.query(ctx, `
		select p.topic, p.page, coalesce((select f.facts from facts f where f.source = $1 and f.n <= p.facts order by f.n desc limit 1), '{}')
		from pages p where exists (
			select 1 from entries e join items i on i.n in (`+sealedItems("e")+`)
			where e.topic = p.topic and e.page = p.page and e.removed = 0 and i.source = $1)
		order by p.topic, p.page`, source)
	return collect(rows, err, func(r scanner) (p sealedPage, err error) {
		var text string
		if err := r.Scan(&p.topic, &p.page, &text); err != nil {
			return p, err
		}
		var then news.Source
		err = json.Unmarshal([]byte(text), &then)
		p.allowed = then.Republish
		return p, err
	})
}

// rewrite notes that a sealed page is another one from a time on.
func rewrite(ctx context.Context, t *tx, topic int64, page int, at int64) error {
	_, err := t.exec(ctx, `
		insert into rewrites (topic, page, at) values ($1, $2, $3)
		on conflict (topic, page) do update set at = case when rewrites.at >= excluded.at then rewrites.at + 1 else excluded.at end`,
		topic, page, at)
	return err
}

func raiseAll(ctx context.Context, t *tx, rows *sql.Rows, err error, at time.Time) error {
	topics, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	for _, topic := range topics {
		if err := raiseRevision(ctx, t, topic, at); err != nil {
			return err
		}
	}
	return nil
}

// noteFacts keeps the facts of every Source as one of the forms that they have had, unless they are what they were.
func noteFacts(ctx context.Context, t *tx) error {
	_, err := t.exec(ctx, `
		insert into facts (source, facts)
		select s.n, s.facts from sources s
		where s.facts <> coalesce((select f.facts from facts f where f.source = s.n order by f.n desc limit 1), '')
		order by s.n`)
	return err
}

// factsUntil are the facts of every Source as they were when number was the newest form of any, by row number; but of
// rights no more than a Source gives now: what it does not allow any more is shown nowhere.
func factsUntil(ctx context.Context, q querier, number int64) (map[int64]news.Source, error) {
	now, err := facts(ctx, q)
	if err != nil {
		return nil, err
	}
	now = maps.Clone(now)
	rows, err := q.query(ctx, `
		select f.source, f.facts from facts f
		where f.n = (select max(g.n) from facts g where g.source = f.source and g.n <= $1)`, number)
	then, err := collectFacts(rows, err)
	for n, s := range then {
		s.Republish = news.LesserRights(s.Republish, now[n].Republish)
		now[n] = s
	}
	return now, err
}

// A pageFacts is what pages or revisions say of a state beside its entries.
type pageFacts struct {
	facts int64
	title string
}

// sealedFacts returns what a page was sealed with.
func sealedFacts(ctx context.Context, t *tx, topic int64, page int) (p pageFacts, err error) {
	err = t.row(ctx, `select facts, title from pages where topic = $1 and page = $2`, topic, page).Scan(&p.facts, &p.title)
	if err != nil {
		return p, fmt.Errorf("page %d: %w", page, err)
	}
	return p, nil
}
