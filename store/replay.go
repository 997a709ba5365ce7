package store

import (
	"context"
	"encoding/json"
	"fmt"

	"wireroom/news"
)

// Decided returns up to limit versions of Items whose text is still there, with all that was ever decided of them, in the
// order of their numbers, from the first after a number; the number of the last is returned for the next call. Together
// with [DB.ConfigurationOf] it lets every Decision be made again.
func (db *DB) Decided(ctx context.Context, after int64, limit int) (all []news.Decided, last int64, err error) {
	err = db.view(ctx, "read decisions", func(t *tx) error {
		all, last, err = db.decidedAfter(ctx, t, after, limit)
		return err
	})
	return all, last, err
}

func (db *DB) decidedAfter(ctx context.Context, t *tx, after int64, limit int) (all []news.Decided, last int64, err error) {
	rows, err := t.query(ctx, `
		select distinct d.item from decisions d where d.item > $1 order by d.item limit $2`, after, limit)
	items, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil || len(items) == 0 {
		return nil, after, err
	}
	for _, item := range items {
		of, err := db.decidedOf(ctx, t, item)
		if err != nil {
			return nil, after, fmt.Errorf("item %d: %w", item, err)
		}
		all = append(all, of...)
	}
	return all, items[len(items)-1], nil
}

// decidedOf reads the versions of one Item that something was decided of.
func (db *DB) decidedOf(ctx context.Context, t *tx, item int64) (all []news.Decided, err error) {
	rows, err := t.query(ctx, `
		select d.version, d.rule, t.slug, d.taken, d.score, d.min_score, d.verdict, d.detail, d.spans
		from decisions d join topics t on t.n = d.topic
		join versions v on v.item = d.item and v.version = d.version and v.text is not null
		where d.item = $1 order by d.version, d.rule, t.position`, item)
	last := 0
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var version, rule int
		d, err := scanDecision(prefixed{r, []any{&version, &rule}})
		if err != nil {
			return none, err
		}
		d.Rule = rule
		if version != last {
			all, last = append(all, news.Decided{Item: news.Item{Version: version}}), version
		}
		all[len(all)-1].Decisions = append(all[len(all)-1].Decisions, d)
		return none, nil
	})
	for i := range all {
		if err == nil {
			all[i].Item, err = db.itemOf(ctx, t, item, all[i].Item.Version)
		}
	}
	return all, err
}

// ConfigurationOf returns the configuration of a number. It fails with [news.ErrNotFound].
func (db *DB) ConfigurationOf(ctx context.Context, number int) (c news.Configuration, err error) {
	var document string
	if err := db.read.row(ctx, `select coalesce((select document from configs where n = $1), '')`, number).Scan(&document); err != nil {
		return c, fmt.Errorf("read configuration %d: %w", number, err)
	}
	if document == "" {
		return c, fmt.Errorf("configuration %d: %w", number, news.ErrNotFound)
	}
	if err := json.Unmarshal([]byte(document), &c); err != nil {
		return c, fmt.Errorf("read configuration %d: %w", number, err)
	}
	c.Number = number
	return c, nil
}
