package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"wireroom/news"
)

// newDecisions begins an insert of Decisions.
func newDecisions(t *tx) *bulk {
	return newBulk(t, `decisions (item, version, topic, rule, taken, score, min_score, verdict, detail, spans)`, `on conflict do nothing`)
}

// addDecisions adds why a version of an Item is in or out of Topics, under the rules those have now.
func addDecisions(ctx context.Context, into *bulk, item int64, version int, decisions []news.Decision, topics map[string]topicRow) error {
	for _, d := range decisions {
		topic, ok := topics[d.Topic]
		if !ok {
			continue // removed meanwhile
		}
		if err := into.add(ctx, item, version, topic.n, topic.rule, boolInt(d.In), d.Score, d.MinScore, string(d.Verdict),
			d.Detail, encodeSpans(d.Spans)); err != nil {
			return err
		}
	}
	return nil
}

// decisionsOf returns the Decisions on the current version of an Item under the present rules, by slug.
func decisionsOf(ctx context.Context, q querier, item int64) ([]news.Decision, error) {
	rows, err := q.query(ctx, `
		select d.rule, t.slug, d.taken, d.score, d.min_score, d.verdict, d.detail, d.spans
		from decisions d
		join items i on i.n = d.item and i.version = d.version
		join topics t on t.n = d.topic and t.rule = d.rule and t.removed = 0
		where d.item = $1
		order by t.slug`, item)
	return collect(rows, err, func(r scanner) (news.Decision, error) {
		var rule int
		d, err := scanDecision(prefixed{r, []any{&rule}})
		d.Rule = rule
		return d, err
	})
}

func scanDecision(r scanner) (d news.Decision, err error) {
	var spans string
	if err := r.Scan(&d.Topic, &d.In, &d.Score, &d.MinScore, &d.Verdict, &d.Detail, &spans); err != nil {
		return d, err
	}
	d.Spans, err = decodeSpans(spans)
	return d, err
}

// The letters of roles and places in decisions.spans.
var (
	roleLetters = map[news.Role]string{news.RoleStrong: "s", news.RoleWeak: "w", news.RoleExclude: "x",
		news.RoleRequire: "r", news.RoleWhen: "n", news.RoleGlobal: "g"}
	placeLetters = map[news.Place]string{news.PlaceTitle: "t", news.PlaceLead: "l", news.PlaceBody: "b",
		news.PlaceSection: "c"}
)

// encodeSpans writes the spans of a Decision in few bytes: there are more of them than of anything else in the store.
func encodeSpans(spans []news.Span) string {
	var out []byte
	for i, s := range spans {
		if i > 0 {
			out = append(out, '\n')
		}
		out = append(append(out, roleLetters[s.Role]...), placeLetters[s.Place]...)
		for _, n := range [...]int{s.Start, s.End - s.Start, s.Points} {
			out = strconv.AppendInt(append(out, '\t'), int64(n), 10)
		}
		out = append(append(out, '\t'), s.Term...)
		if s.Group != "" {
			out = append(append(out, '\t'), s.Group...)
		}
	}
	return string(out)
}

func decodeSpans(text string) ([]news.Span, error) {
	if text == "" {
		return nil, nil
	}
	var spans []news.Span
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Split(line, "\t")
		if len(fields) < 5 || len(fields[0]) != 2 {
			return nil, fmt.Errorf("stored span %q cannot be read", line)
		}
		var numbers [3]int
		for i := range numbers {
			n, err := strconv.Atoi(fields[1+i])
			if err != nil {
				return nil, fmt.Errorf("stored span %q: %w", line, err)
			}
			numbers[i] = n
		}
		s := news.Span{Role: keyOf(roleLetters, fields[0][:1]), Place: keyOf(placeLetters, fields[0][1:]),
			Start: numbers[0], End: numbers[0] + numbers[1], Points: numbers[2], Term: fields[4]}
		if len(fields) > 5 {
			s.Group = fields[5]
		}
		spans = append(spans, s)
	}
	return spans, nil
}

// keyOf finds the key of a value that a small map has once; the zero value if it has it not.
func keyOf[K comparable](letters map[K]string, letter string) (key K) {
	for k, v := range letters {
		if v == letter {
			return k
		}
	}
	return key
}
