package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"wireroom/news"
)

// Topics returns every Topic in the order of the configuration, removed ones, which have Removed set, last.
// Those that countries have by themselves are not among them; see [DB.Countries].
func (db *DB) Topics(ctx context.Context) ([]news.TopicState, error) {
	return db.topicStates(ctx, "list topics", `not (`+isCountry+`)`, `t.removed, t.position`)
}

// topicStates reads the Topics t of which a condition holds, in an order.
func (db *DB) topicStates(ctx context.Context, operation, where, order string) ([]news.TopicState, error) {
	rows, err := db.read.query(ctx, `
		select t.id, t.facts, t.removed, t.revision, t.updated, t.pages, t.interval, t.edits, t.edited,
			(select count(*) from entries e where e.topic = t.n and e.page = 0 and e.removed = 0)
		from topics t
		where `+where+`
		order by `+order)
	all, err := collect(rows, err, func(r scanner) (news.TopicState, error) {
		var ts news.TopicState
		var id []byte
		var text string
		var updated, interval, edited int64
		if err := r.Scan(&id, &text, &ts.Removed, &ts.Revision, &updated, &ts.Pages, &interval, &ts.Edits, &edited, &ts.Entries); err != nil {
			return ts, err
		}
		ts.Edited = fromMillis(edited)
		ts.ID, ts.Updated, ts.Interval = idText(id), fromMillis(updated), time.Duration(interval)*time.Millisecond
		return ts, json.Unmarshal([]byte(text), &ts.Topic)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	return all, nil
}

// A topicRow is a Topic as it stands in its table.
type topicRow struct {
	n          int64
	id         string
	topic      news.Topic
	removed    bool
	rule       int
	revision   int64
	updated    int64
	nextNumber int64
	pages      int
}

const topicRowColumns = `n, id, facts, removed, rule, revision, updated, next_number, pages`

func scanTopicRow(r scanner) (topicRow, error) {
	var row topicRow
	var id []byte
	var text string
	if err := r.Scan(&row.n, &id, &text, &row.removed, &row.rule, &row.revision, &row.updated, &row.nextNumber, &row.pages); err != nil {
		return row, err
	}
	row.id = idText(id)
	return row, json.Unmarshal([]byte(text), &row.topic)
}

func topicBySlug(ctx context.Context, q querier, slug string) (row topicRow, ok bool, err error) {
	row, err = scanTopicRow(q.row(ctx, `select `+topicRowColumns+` from topics where slug = $1`, slug))
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

// topicRows returns the Topics that are configured, by slug.
func topicRows(ctx context.Context, q querier) (map[string]topicRow, error) {
	rows, err := q.query(ctx, `select `+topicRowColumns+` from topics where removed = 0`)
	all, err := collect(rows, err, scanTopicRow)
	bySlug := make(map[string]topicRow, len(all))
	for _, row := range all {
		bySlug[row.topic.Slug] = row
	}
	return bySlug, err
}

// applyTopics writes the configured Topics and removes the others, which keep their entries and answer as gone.
func applyTopics(ctx context.Context, t *tx, c news.Configuration, number int, at time.Time) error {
	before, err := configuration(ctx, t, number-1)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	redecided := c.Redecided(before)
	slugs := make([]string, 0, len(c.Topics))
	for position, topic := range c.Topics {
		slugs = append(slugs, topic.Slug)
		if err := applyTopic(ctx, t, topic, position, number, redecided[topic.Slug], at); err != nil {
			return fmt.Errorf("topic %s: %w", topic.Slug, err)
		}
	}
	current, err := topicRows(ctx, t)
	if err != nil {
		return err
	}
	for slug, row := range current {
		if slices.Contains(slugs, slug) {
			continue
		}
		if _, err := t.exec(ctx, `update topics set removed = 1 where n = $1`, row.n); err != nil {
			return err
		}
		if err := raiseRevision(ctx, t, row.n, at); err != nil {
			return err
		}
		if err := raiseNeighbours(ctx, t, row.n, 0, row.nextNumber, at); err != nil {
			return err
		}
	}
	return nil
}

func applyTopic(ctx context.Context, t *tx, topic news.Topic, position, number int, redecided bool, at time.Time) error {
	text, err := json.Marshal(topic)
	if err != nil {
		return err
	}
	row, known, err := knownTopic(ctx, t, topic)
	if err != nil {
		return err
	}
	if !known {
		id, err := mintTopicID(ctx, t, topic.Slug)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
			insert into topics (id, slug, position, facts, rule, refile, updated)
			values ($1, $2, $3, $4, $5, (select min(0) from items where seq is not null), $6)`,
			id, topic.Slug, position, string(text), number, millis(at))
		return err
	}
	if _, err := t.exec(ctx, `update topics set slug = $2, position = $3, facts = $4, removed = 0 where n = $1`,
		row.n, topic.Slug, position, string(text)); err != nil {
		return err
	}
	if redecided || row.removed {
		if _, err := t.exec(ctx, `update topics set rule = $2, refile = 0 where n = $1`, row.n, number); err != nil {
			return err
		}
	}
	if !row.removed && row.topic.Title == topic.Title && row.topic.Slug == topic.Slug {
		return nil
	}
	if err := raiseRevision(ctx, t, row.n, at); err != nil {
		return err
	}
	return raiseNeighbours(ctx, t, row.n, 0, row.nextNumber, at)
}

// mintTopicID returns the first id of a slug that no Topic has: one that was renamed keeps that of its first slug.
func mintTopicID(ctx context.Context, t *tx, slug string) ([]byte, error) {
	for generation := 0; ; generation++ {
		id, err := idBytes(news.TopicID(slug, generation))
		if err != nil {
			return nil, err
		}
		var taken int
		if err := t.row(ctx, `select count(*) from topics where id = $1`, id).Scan(&taken); err != nil || taken == 0 {
			return id, err
		}
	}
}

// knownTopic finds the stored Topic of that slug or, failing that, of one of its aliases.
func knownTopic(ctx context.Context, t *tx, topic news.Topic) (row topicRow, ok bool, err error) {
	for _, slug := range append([]string{topic.Slug}, topic.Aliases...) {
		if row, ok, err = topicBySlug(ctx, t, slug); ok || err != nil {
			return row, ok, err
		}
	}
	return row, false, nil
}
