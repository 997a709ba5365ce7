package store

import (
	"context"
	"fmt"
	"strings"

	"wireroom/news"
)

// newVersions begins an insert of versions, whose texts stand already.
func newVersions(t *tx) *bulk {
	return newBulk(t, `versions (item, version, seen, title, text, start, size)`, ``)
}

// addVersion adds one version of an Item. NUL, which no engine may keep in a text, is left out.
func addVersion(ctx context.Context, versions *bulk, item int64, it *news.Item, s slip) error {
	return versions.add(ctx, item, it.Version, millis(it.Seen), strings.ReplaceAll(it.Title, "\x00", ""), s.text, s.start, s.size)
}

// Titles returns the different titles that an Item has had, by the store's own number, in no order that means anything.
func (db *DB) Titles(ctx context.Context, ref int64) ([]string, error) {
	rows, err := db.read.query(ctx, `select distinct title from versions where item = $1`, ref)
	titles, err := collect(rows, err, func(r scanner) (title string, err error) { return title, r.Scan(&title) })
	if err != nil {
		return nil, fmt.Errorf("titles of item %d: %w", ref, err)
	}
	return titles, nil
}
