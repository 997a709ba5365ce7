package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"wireroom/news"
)

// FindStory returns the id of the Story that text names: by its id, by the beginning of it, by the address of its page, or
// by an Item in it, named as for [DB.FindItem]. Of a Story that was merged into another, it is the other's. It fails with
// [news.ErrNotFound] where there is none, and says so where there are several.
func (db *DB) FindStory(ctx context.Context, text string) (id string, err error) {
	err = db.view(ctx, "find story", func(t *tx) error {
		n, err := storyNamed(ctx, t, text)
		if err != nil {
			return err
		}
		id, err = storyID(ctx, t, n)
		return err
	})
	return id, err
}

// FindItem returns the id of the Item that text names: by its id, by the beginning of it, or by its URL. It fails as
// [DB.FindStory] does.
func (db *DB) FindItem(ctx context.Context, text string) (id string, err error) {
	err = db.view(ctx, "find item", func(t *tx) error {
		n, err := itemNamed(ctx, t, text)
		if err != nil {
			return err
		}
		id, err = itemID(ctx, t, n)
		return err
	})
	return id, err
}

// storyNamed returns the row of the Story that text names: the one that shows its Items now.
func storyNamed(ctx context.Context, t *tx, text string) (int64, error) {
	name := text
	if _, page, ok := strings.Cut(text, "/stories/"); ok {
		name = strings.TrimRight(page, "/")
	}
	found, err := rowsByID(ctx, t, `select n, id from stories where id >= $1 and id <= $2 order by id limit 3`, name)
	if err != nil {
		return 0, err
	}
	if len(found) == 1 {
		return rootOf(ctx, t, found[0].n)
	}
	if len(found) > 1 {
		return 0, ambiguous("story", text, found)
	}
	items, err := itemsNamed(ctx, t, text)
	if err != nil {
		return 0, err
	}
	if len(items) == 0 {
		return 0, fmt.Errorf("story %s: %w: wireroom items lists items with their stories", text, news.ErrNotFound)
	}
	return storyOfAll(ctx, t, text, items)
}

// storyOfAll returns the one Story that Items of one name are in.
func storyOfAll(ctx context.Context, t *tx, text string, items []named) (story int64, err error) {
	for _, item := range items {
		var n int64
		if err := t.row(ctx, `select coalesce(story, 0) from items where n = $1`, item.n).Scan(&n); err != nil {
			return 0, err
		}
		switch {
		case n == 0:
			return 0, fmt.Errorf("story of %s: %w: the item is not sorted yet: wireroom poll sorts it", text, news.ErrNotFound)
		case story != 0 && story != n:
			return 0, ambiguous("story of", text, items)
		}
		story = n
	}
	return story, nil
}

// itemNamed returns the row of the Item that text names. Several of one URL are told apart by their ids alone.
func itemNamed(ctx context.Context, t *tx, text string) (int64, error) {
	found, err := itemsNamed(ctx, t, text)
	switch {
	case err != nil:
		return 0, err
	case len(found) == 0:
		return 0, fmt.Errorf("item %s: %w: wireroom items lists them", text, news.ErrNotFound)
	case len(found) > 1:
		return 0, ambiguous("item", text, found)
	}
	return found[0].n, nil
}

// itemsNamed returns up to three of the Items that text names.
func itemsNamed(ctx context.Context, t *tx, text string) ([]named, error) {
	found, err := rowsByID(ctx, t, `select n, id from items where id >= $1 and id <= $2 order by id limit 3`, text)
	canonical := news.CanonicalURL(text)
	if err != nil || len(found) > 0 || canonical == "" {
		return found, err
	}
	key := news.KeyOf("url", canonical)
	rows, err := t.query(ctx, `
		select i.n, i.id from sources s
		join item_keys k on k.source = s.n and k.key = $1
		join items i on i.n = k.item order by i.seq, i.n limit 3`, key[:])
	return collect(rows, err, scanNamed)
}

// A named row is one that was found, with its id.
type named struct {
	n  int64
	id string
}

func scanNamed(r scanner) (found named, err error) {
	var id []byte
	err = r.Scan(&found.n, &id)
	found.id = idText(id)
	return found, err
}

// rowsByID finds rows by the beginning of their id; none where text is no such thing.
func rowsByID(ctx context.Context, t *tx, query, text string) ([]named, error) {
	from, until, err := idRange(text)
	if err != nil {
		return nil, nil // a URL, or anything else
	}
	rows, err := t.query(ctx, query, from, until)
	return collect(rows, err, scanNamed)
}

func ambiguous(what, text string, found []named) error {
	var ids []string
	for _, f := range found {
		ids = append(ids, f.id)
	}
	return fmt.Errorf("%s %s: there are several: name one by its id, as %s", what, text, strings.Join(ids, " or "))
}

func storyID(ctx context.Context, t *tx, n int64) (string, error) {
	return scanID(t.row(ctx, `select id from stories where n = $1`, n))
}

func itemID(ctx context.Context, t *tx, n int64) (string, error) {
	return scanID(t.row(ctx, `select id from items where n = $1`, n))
}

// storyRow and itemRowOf find rows by their whole ids. They fail with [news.ErrNotFound].
func storyRow(ctx context.Context, t *tx, id string) (int64, error) {
	return rowOf(ctx, t, `select n from stories where id = $1`, "story", id)
}

func itemRowOf(ctx context.Context, t *tx, id string) (int64, error) {
	return rowOf(ctx, t, `select n from items where id = $1`, "item", id)
}

func rowOf(ctx context.Context, t *tx, query, what, id string) (n int64, err error) {
	b, err := idBytes(id)
	if err == nil {
		err = t.row(ctx, query, b).Scan(&n)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = news.ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", what, id, err)
	}
	return n, nil
}
