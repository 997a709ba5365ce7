package store

import (
	"context"
	"strings"

	"wireroom/news"
)

// sqliteSearch finds Items in an FTS5 table.
type sqliteSearch struct{}

func (sqliteSearch) index(ctx context.Context, t *tx, docs []searchDoc) error {
	for _, d := range docs {
		if _, err := t.exec(ctx, `insert or replace into item_words (rowid, title, body) values ($1, $2, $3)`, d.item, d.title, d.body); err != nil {
			return err
		}
	}
	return nil
}

func (sqliteSearch) forget(ctx context.Context, t *tx, items []int64) error {
	for _, item := range items {
		if _, err := t.exec(ctx, `delete from item_words where rowid = $1`, item); err != nil {
			return err
		}
	}
	return nil
}

func (sqliteSearch) hits(ctx context.Context, q querier, query news.Query, below int64, limit int) ([]int64, error) {
	match, err := sqliteMatch(query)
	if err != nil {
		return nil, err
	}
	rows, err := q.query(ctx, `
		select rowid from item_words where item_words match $1 and rowid < $2 order by rowid desc limit $3`, match, below, limit)
	return collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
}

// sqliteMatch writes a query in FTS5's language. Words hold letters and digits alone, so that they need quotes and no
// escapes.
func sqliteMatch(query news.Query) (string, error) {
	wanted, excluded, err := parts(query, func(term news.QueryTerm) string {
		text := `"` + strings.Join(term.Words, " ") + `"`
		if term.Prefix {
			text += " *"
		}
		if term.Title {
			text = "title : " + text
		}
		return text
	})
	if err != nil {
		return "", err
	}
	match := "(" + strings.Join(wanted, " AND ") + ")"
	for _, term := range excluded {
		match = "(" + match + " NOT " + term + ")"
	}
	return match, nil
}
