package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"wireroom/news"
)

// postgresSearch finds Items by a column of type tsvector. Vectors and queries are written out word by word, so that no
// dictionary of the server has a say in what is found.
type postgresSearch struct{}

func (postgresSearch) index(ctx context.Context, t *tx, docs []searchDoc) error {
	for _, d := range docs {
		if _, err := t.exec(ctx, `update items set words = $2::text::tsvector where n = $1`, d.item, postgresVector(d)); err != nil {
			return err
		}
	}
	return nil
}

func (postgresSearch) forget(ctx context.Context, t *tx, items []int64) error {
	for _, item := range items {
		if _, err := t.exec(ctx, `update items set words = null where n = $1`, item); err != nil {
			return err
		}
	}
	return nil
}

func (postgresSearch) hits(ctx context.Context, q querier, query news.Query, below int64, limit int) ([]int64, error) {
	match, err := postgresQuery(query)
	if err != nil {
		return nil, err
	}
	rows, err := q.query(ctx, `
		select n from items where words @@ $1::text::tsquery and n < $2 order by n desc limit $3`, match, below, limit)
	return collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
}

// Bounds of a tsvector: of a lexeme in bytes, and of a position. What is beyond them cannot be found.
const (
	postgresWord     = 2046
	postgresPosition = 16383
)

// postgresVector writes what an Item is found by: each word with where it stands, the title's with the weight A. Nothing
// stands beside both.
func postgresVector(d searchDoc) string {
	var out strings.Builder
	at := 1
	write := func(words, weight string) {
		for word := range strings.FieldsSeq(words) {
			if len(word) <= postgresWord && at <= postgresPosition {
				out.WriteString("'" + word + "':" + strconv.Itoa(at) + weight + " ")
			}
			at++
		}
		at += 10
	}
	write(d.title, "A")
	write(d.body, "")
	return out.String()
}

// postgresQuery writes a query as a tsquery. Words hold letters and digits alone, so that they need quotes and no escapes.
func postgresQuery(query news.Query) (string, error) {
	wanted, excluded, err := parts(query, func(term news.QueryTerm) string {
		words := slices.Clone(term.Words)
		for i := range words {
			words[i] = "'" + words[i] + "'"
			flags := ""
			if term.Prefix && i == len(words)-1 {
				flags = "*"
			}
			if term.Title {
				flags += "A"
			}
			if flags != "" {
				words[i] += ":" + flags
			}
		}
		return "(" + strings.Join(words, " <-> ") + ")"
	})
	if err != nil {
		return "", err
	}
	for _, term := range excluded {
		wanted = append(wanted, "!"+term)
	}
	return strings.Join(wanted, " & "), nil
}
