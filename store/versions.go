package store

import (
	"context"
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
