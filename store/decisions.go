package store

import (
	"context"
	"encoding/json"
	"fmt"

	"wireroom/news"
)

// insertDecisions records why a version of an Item is in or out of Topics, under the rules those have now.
func insertDecisions(ctx context.Context, t *tx, item int64, version int, decisions []news.Decision, topics map[string]topicRow) error {
	for _, d := range decisions {
		topic, ok := topics[d.Topic]
		if !ok {
			continue // removed meanwhile
		}
		detail, err := json.Marshal(d)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `
			insert into decisions (item, version, topic, rule, taken, score, detail) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict do nothing`,
			item, version, topic.n, topic.rule, boolInt(d.In), d.Score, string(detail)); err != nil {
			return fmt.Errorf("decision on %s: %w", d.Topic, err)
		}
	}
	return nil
}

// decisionsOf returns the Decisions on the current version of an Item under the present rules, by slug.
func decisionsOf(ctx context.Context, q querier, item int64) ([]news.Decision, error) {
	rows, err := q.query(ctx, `
		select t.slug, d.detail
		from decisions d
		join items i on i.n = d.item and i.version = d.version
		join topics t on t.n = d.topic and t.rule = d.rule and t.removed = 0
		where d.item = $1
		order by t.slug`, item)
	return collect(rows, err, func(r scanner) (news.Decision, error) {
		var d news.Decision
		var slug, detail string
		if err := r.Scan(&slug, &detail); err != nil {
			return d, err
		}
		err := json.Unmarshal([]byte(detail), &d)
		d.Topic = slug
		return d, err
	})
}
