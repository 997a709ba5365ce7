package store

import (
	"context"
	"strings"
	"time"

	"wireroom/news"
)

// insertVersion writes the texts of one version of an Item. NUL, which no engine may keep in a text, is left out.
func (db *DB) insertVersion(ctx context.Context, t *tx, item int64, version int, it *news.Item) error {
	_, err := t.exec(ctx, `insert into versions (item, version, seen, title, body) values ($1, $2, $3, $4, $5)`,
		item, version, millis(it.Seen), strings.ReplaceAll(it.Title, "\x00", ""), db.codec.encode(it))
	return err
}

// PruneTexts drops the texts of versions seen before a time. Titles, identity keys and the entry log stay, so that
// nothing comes back as new.
func (db *DB) PruneTexts(ctx context.Context, before time.Time) (pruned int64, err error) {
	err = db.update(ctx, "prune texts", func(t *tx) error {
		pruned, err = t.exec(ctx, `
			update versions set body = null
			where body is not null and seen < $1
			and not exists (
				select 1 from items i join entries e on e.story = i.story
				where i.n = versions.item and e.removed = 0)`, millis(before))
		return err
	})
	return pruned, err
}
