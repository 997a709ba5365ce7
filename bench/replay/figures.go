package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// figuresDB reads the store's tables (store/migrations/sqlite), which no other command shows in this detail.
type figuresDB struct{ conn *sql.DB }

// openFigures opens the SQLite file for reading only.
func openFigures(path string) (figuresDB, error) {
	conn, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: path, RawQuery: "mode=ro&_pragma=query_only(1)"}).String())
	if err != nil {
		return figuresDB{}, fmt.Errorf("open store %s: %w", path, err)
	}
	return figuresDB{conn}, nil
}

func (db figuresDB) close() error { return db.conn.Close() }

// figures are what a store says of itself.
type figures struct {
	sources, sick                   int // sick: the last poll was not good
	items, stories, skipped, edited int // edited: later versions of items
	parted                          int // duplicates within the parts of one feed
	duplicates                      []countOf
	topics                          []topicFigures
}

type countOf struct {
	name string
	n    int
}

// topicFigures are the figures of one topic, of items that are no duplicates, under its present rule.
type topicFigures struct {
	slug                            string
	in                              int
	low, excluded, global, required int // out at the margin, by verdict
	entries, head, pages            int
}

// query runs one statement and calls each with every row's scan.
func (db figuresDB) query(ctx context.Context, text string, each func(scan func(...any) error) error, args ...any) error {
	rows, err := db.conn.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("read store: %w", err)
	}
	defer rows.Close() // its error comes from Err too
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return fmt.Errorf("read store: %w", err)
		}
	}
	return rows.Err()
}

// figures counts what is in the store.
func (db figuresDB) figures(ctx context.Context) (figures, error) {
	var f figures
	err := db.conn.QueryRowContext(ctx, `
		select (select count(*) from sources), (select count(*) from sources where error <> ''),
			(select count(*) from items), (select count(*) from stories), (select coalesce(sum(skipped), 0) from polls),
			(select count(*) from versions where version > 1),
			(select count(*) from items i join items o on o.n = i.duplicate_of
				join sources s on s.n = i.source join sources t on t.n = o.source where substr(s.id, 1, 7) = substr(t.id, 1, 7))`).
		Scan(&f.sources, &f.sick, &f.items, &f.stories, &f.skipped, &f.edited, &f.parted)
	if err != nil {
		return f, fmt.Errorf("read store: %w", err)
	}
	err = db.query(ctx, `
		select duplicate_why, count(*) from items where duplicate_of is not null group by duplicate_why order by duplicate_why`,
		func(scan func(...any) error) error {
			var c countOf
			err := scan(&c.name, &c.n)
			f.duplicates = append(f.duplicates, c)
			return err
		})
	if err != nil {
		return f, err
	}
	f.topics, err = db.topics(ctx)
	return f, err
}

// topics counts per topic, in the order of the configuration; countries are left out.
func (db figuresDB) topics(ctx context.Context) (topics []topicFigures, err error) {
	err = db.query(ctx, `
		select t.slug, coalesce(d.taken, 0), coalesce(d.low, 0), coalesce(d.excluded, 0), coalesce(d.global, 0),
			coalesce(d.required, 0), coalesce(e.entries, 0), coalesce(e.head, 0), t.pages
		from topics t
		left join (
			select d.topic, sum(d.taken) taken, sum(d.verdict = 'low') low, sum(d.verdict = 'excluded') excluded,
				sum(d.verdict = 'global') global, sum(d.verdict = 'require') required
			from decisions d
			join items i on i.n = d.item and i.version = d.version and i.duplicate_of is null
			join topics t on t.n = d.topic and t.rule = d.rule
			group by d.topic) d on d.topic = t.n
		left join (
			select topic, count(*) entries, sum(page = 0) head from entries where removed = 0 group by topic) e on e.topic = t.n
		where t.removed = 0 and t.slug not like 'country:%'
		order by t.position`,
		func(scan func(...any) error) error {
			var t topicFigures
			err := scan(&t.slug, &t.in, &t.low, &t.excluded, &t.global, &t.required, &t.entries, &t.head, &t.pages)
			topics = append(topics, t)
			return err
		})
	return topics, err
}
