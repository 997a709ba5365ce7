package store

import (
	"context"
	"strings"

	"wireroom/news"
)

// insertVersion writes one version of an Item, whose texts stand already. NUL, which no engine may keep in a text, is
// left out.
func insertVersion(ctx context.Context, t *tx, item int64, it *news.Item, s slip) error {
	_, err := t.exec(ctx, `
		insert into versions (item, version, seen, title, text, start, size) values ($1, $2, $3, $4, $5, $6, $7)`,
		item, it.Version, millis(it.Seen), strings.ReplaceAll(it.Title, "\x00", ""), s.text, s.start, s.size)
	return err
}
