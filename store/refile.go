package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"wireroom/news"
)

// Refiles returns the Topics whose rule has changed since their Items were decided.
func (db *DB) Refiles(ctx context.Context) ([]news.Refile, error) {
	rows, err := db.read.query(ctx, `
		select facts, refile from topics where refile is not null and removed = 0 order by refile, position`)
	all, err := collect(rows, err, func(r scanner) (news.Refile, error) {
		var refile news.Refile
		var text string
		if err := r.Scan(&text, &refile.After); err != nil {
			return refile, err
		}
		return refile, json.Unmarshal([]byte(text), &refile.Topic)
	})
	if err != nil {
		return nil, fmt.Errorf("list topics to refile: %w", err)
	}
	return all, nil
}

// SortedAfter reads up to limit originals that the Sorter has placed, with their texts, in the order of their numbers,
// from the first after a number.
func (db *DB) SortedAfter(ctx context.Context, after int64, limit int) ([]news.Unsorted, error) {
	rows, err := db.read.query(ctx, `
		select i.n, 1, coalesce(i.story, 0), 0, `+itemColumns+itemTables+`
		where i.n > $1 and i.seq is not null and i.duplicate_of is null and v.version = i.version
		order by i.n limit $2`, after, limit)
	found, err := collect(rows, err, scanUnsorted)
	if err != nil {
		return nil, fmt.Errorf("read sorted items: %w", err)
	}
	return db.fillUnsorted(ctx, db.read, found)
}

// SaveRefiled saves Decisions of Topics under their new rules, how far the deciding has come, and what is to be filed. It
// is one transaction, fenced by the Sorter's seat.
func (db *DB) SaveRefiled(ctx context.Context, sorter news.Seat, slugs []string, through int64, decided []news.Sorted) error {
	return db.fromSeat(ctx, "save refiled items", sorter, func(t *tx, topics map[string]topicRow) error {
		s := newSaving(t, topics)
		s.tagging = slices.ContainsFunc(slugs, news.IsCountry)
		for i := range decided {
			it := &decided[i]
			if err := s.decided(ctx, it); err != nil {
				return fmt.Errorf("item %d: %w", it.Ref, err)
			}
			if err := s.enter(ctx, it.Decisions, it.Story); err != nil {
				return fmt.Errorf("item %d: %w", it.Ref, err)
			}
		}
		if err := s.finish(ctx); err != nil {
			return err
		}
		for _, slug := range slugs {
			if _, err := t.exec(ctx, `update topics set refile = $2 where n = $1 and refile is not null`, topics[slug].n, through); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndRefile ends the refiling of Topics: entries of their heads that the new rules do not support are removed. Sealed
// pages stay as they are.
func (db *DB) EndRefile(ctx context.Context, sorter news.Seat, slugs []string, at time.Time) error {
	return db.fromSeat(ctx, "end refiling", sorter, func(t *tx, topics map[string]topicRow) error {
		for _, slug := range slugs {
			topic, ok := topics[slug]
			if !ok {
				continue
			}
			removed, err := removeUnsupported(ctx, t, topic, at)
			if err != nil {
				return fmt.Errorf("topic %s: %w", slug, err)
			}
			if err := raiseWithout(ctx, t, topic.n, removed, at); err != nil {
				return err
			}
			if _, err := t.exec(ctx, `update topics set refile = null where n = $1`, topic.n); err != nil {
				return err
			}
		}
		return nil
	})
}

// raiseWithout raises a Topic from whose head entries were removed, and those that named it with them.
func raiseWithout(ctx context.Context, t *tx, topic int64, removed []int64, at time.Time) error {
	if len(removed) == 0 {
		return nil
	}
	if err := raiseRevision(ctx, t, topic, at); err != nil {
		return err
	}
	for _, number := range removed {
		if err := raiseNeighbours(ctx, t, topic, number, number, at); err != nil {
			return err
		}
	}
	return nil
}
