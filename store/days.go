package store

import (
	"context"
	"fmt"
	"time"

	"wireroom/news"
)

// Day returns the entries of a Topic that were published from a time until another, the newest number first and at most
// limit of them, with how many there are. Sealed ones show what they were sealed with. It fails as [DB.Edition] does.
func (db *DB) Day(ctx context.Context, slug string, from, until time.Time, limit int) (e news.Edition, all int, err error) {
	err = db.view(ctx, "day of "+slug, func(t *tx) error {
		topic, err := liveTopic(ctx, t, slug)
		if err != nil {
			return err
		}
		e = news.Edition{Topic: topic.topic, TopicID: topic.id, Revision: topic.revision, Updated: fromMillis(topic.updated)}
		day := scope{`e.topic = $1 and e.published >= $2 and e.published < $3 and e.removed = 0`, []any{topic.n, millis(from), millis(until)}}
		var least int64 // number that is still shown
		err = t.row(ctx, `select count(*), coalesce((
			select e.number from entries e where `+day.where+` order by e.number desc limit 1 offset $4), 0)
			from entries e where `+day.where, append(day.args, limit-1)...).Scan(&all, &least)
		if err != nil || all == 0 {
			return err
		}
		sources, err := facts(ctx, t)
		if err != nil {
			return err
		}
		_, err = db.readEntries(ctx, t, scope{day.where + ` and e.number >= $4`, append(day.args, least)}, sources, &e)
		return err
	})
	return e, all, err
}

// DaysBeside returns the dates of the entries of a Topic that are nearest to a day: the newest before from, and the oldest
// at until or later; zero where there is none.
func (db *DB) DaysBeside(ctx context.Context, slug string, from, until time.Time) (before, after time.Time, err error) {
	var older, newer int64
	err = db.read.row(ctx, `
		select coalesce((select max(e.published) from entries e where e.topic = t.n and e.removed = 0 and e.published < $2), 0),
			coalesce((select min(e.published) from entries e where e.topic = t.n and e.removed = 0 and e.published >= $3), 0)
		from topics t where t.slug = $1`, slug, millis(from), millis(until)).Scan(&older, &newer)
	if err != nil {
		return before, after, fmt.Errorf("days of %s: %w", slug, err)
	}
	return fromMillis(older), fromMillis(newer), nil
}
