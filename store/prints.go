package store

import (
	"context"
	"database/sql"
	"fmt"

	"wireroom/news"
)

// Originals returns the Items that stand as originals under the given prints.
func (db *DB) Originals(ctx context.Context, prints []news.Key) (map[news.Key]news.Original, error) {
	originals := make(map[news.Key]news.Original, len(prints))
	for len(prints) > 0 {
		n := min(len(prints), keyChunk)
		if err := db.originalsChunk(ctx, prints[:n], originals); err != nil {
			return nil, fmt.Errorf("look for originals: %w", err)
		}
		prints = prints[n:]
	}
	return originals, nil
}

var originalsQuery = `
	select p.print, p.item, s.id, coalesce(i.story, 0)
	from prints p join items i on i.n = p.item join sources s on s.n = i.source
	where p.print in (` + placeholders(1, keyChunk) + `)`

func (db *DB) originalsChunk(ctx context.Context, prints []news.Key, originals map[news.Key]news.Original) error {
	rows, err := db.read.query(ctx, originalsQuery, padded(keyBytes(prints), keyChunk)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var print sql.RawBytes
	for rows.Next() {
		var o news.Original
		if err := rows.Scan(&print, &o.Ref, &o.Source, &o.Story); err != nil {
			return err
		}
		originals[news.Key(print)] = o
	}
	return rows.Err()
}

// newPrints begins an insert of prints: an Item is the original of those that have none yet.
func newPrints(t *tx) *bulk { return newBulk(t, `prints (print, item)`, `on conflict do nothing`) }
