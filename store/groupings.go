package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wireroom/news"
)

// Grouping returns how an Item was placed. It fails with [news.ErrNotFound] for an Item that is not there or not yet
// placed. Items placed before groupings were kept have founded their Stories.
func (db *DB) Grouping(ctx context.Context, item string) (news.Grouping, error) {
	var g news.Grouping
	b, err := idBytes(item)
	if err != nil {
		return g, fmt.Errorf("grouping of item %s: %w", item, news.ErrNotFound)
	}
	var original, against, rival []byte
	err = db.read.row(ctx, `
		select i.duplicate_why, o.id, coalesce(g.copy_score, 0),
			coalesce(g.method, case when o.id is null then 'founder' else 'copy' end),
			coalesce(g.score, 0), coalesce(g.need, 0), a.id, r.id, coalesce(g.rival_score, 0), coalesce(g.held, 0)
		from items i
		left join items o on o.n = i.duplicate_of
		left join groupings g on g.item = i.n
		left join items a on a.n = g.against
		left join items r on r.n = g.rival
		where i.id = $1 and i.story is not null`, b).
		Scan(&g.Copy.Method, &original, &g.Copy.Score, &g.Story.Method, &g.Story.Score, &g.Story.Need, &against, &rival,
			&g.Rival.Score, &g.Held)
	if errors.Is(err, sql.ErrNoRows) {
		err = news.ErrNotFound
	}
	if err != nil {
		return g, fmt.Errorf("grouping of item %s: %w", item, err)
	}
	g.Copy.Against, g.Story.Against, g.Rival.Against = idText(original), idText(against), idText(rival)
	if rival != nil {
		g.Rival.Method = news.MethodJoined
	}
	return g, nil
}

// newGroupings begins an insert of groupings.
func newGroupings(t *tx) *bulk {
	return newBulk(t, `groupings (item, seen, method, score, need, against, rival, rival_score, copy_score, form)`, `on conflict do nothing`)
}

// addGrouping adds why an Item was placed where it was; nothing where that is not known.
func addGrouping(ctx context.Context, into *bulk, it *news.Sorted) error {
	g := &it.Grouped
	if g.Method == "" {
		return nil
	}
	var form any
	if g.Form != nil {
		form = g.Form
	}
	return into.add(ctx, it.Ref, millis(g.Clock), string(g.Method), g.Score, g.Need, orNull(g.Against), orNull(g.Rival), g.RivalScore,
		g.Contained, form)
}

// GroupingMark says what of the grouping the store has now.
func (db *DB) GroupingMark(ctx context.Context) (mark news.GroupingMark, err error) {
	err = db.read.row(ctx, `
		select coalesce(max(case when key = 'grouping' then value end), 0), max(case when key = 'next_seq' then value end) from meta`).
		Scan(&mark.Acts, &mark.NextSeq)
	if err != nil {
		return mark, fmt.Errorf("mark of the grouping: %w", err)
	}
	return mark, nil
}

// Groupings calls each with the Items that later ones are compared with, in the order in which they were placed, beginning
// with the place first: those of the last window before the newest. It returns what the store had then.
func (db *DB) Groupings(ctx context.Context, first int64, window time.Duration, each func(news.Filed) error) (mark news.GroupingMark, err error) {
	err = db.view(ctx, "read groupings", func(t *tx) error {
		if err := t.row(ctx, `
			select coalesce(max(case when key = 'grouping' then value end), 0), max(case when key = 'next_seq' then value end) from meta`).
			Scan(&mark.Acts, &mark.NextSeq); err != nil {
			return err
		}
		sources, err := sourceIDs(ctx, t)
		if err != nil {
			return err
		}
		rows, err := t.query(ctx, `
			select i.n, i.story, i.source, i.published, g.seen, g.form
			from groupings g join items i on i.n = g.item
			where g.form is not null and i.duplicate_of is null and i.seq >= $1
				and g.seen >= (select coalesce(max(m.seen), 0) from groupings m where m.form is not null) - $2
			order by g.seen, i.seq`, first, window.Milliseconds())
		if err != nil {
			return err
		}
		return eachFiled(rows, sources, each)
	})
	return mark, err
}

func eachFiled(rows *sql.Rows, sources map[int64]string, each func(news.Filed) error) error {
	defer rows.Close()
	var form sql.RawBytes
	for rows.Next() {
		var f news.Filed
		var source, published, seen int64
		if err := rows.Scan(&f.Ref, &f.Story, &source, &published, &seen, &form); err != nil {
			return err
		}
		f.Source, f.Published, f.Clock, f.Form = sources[source], fromMillis(published), fromMillis(seen), form
		if err := each(f); err != nil {
			return fmt.Errorf("item %d: %w", f.Ref, err)
		}
	}
	return rows.Err()
}

// sourceIDs returns the ids of all Sources by row number.
func sourceIDs(ctx context.Context, t *tx) (map[int64]string, error) {
	rows, err := t.query(ctx, `select n, id from sources`)
	ids := make(map[int64]string)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var n int64
		var id string
		err = r.Scan(&n, &id)
		ids[n] = id
		return none, err
	})
	return ids, err
}

// PruneForms deletes what Items were compared by that have left the window before the newest. Why they were placed where
// they are stays.
func (db *DB) PruneForms(ctx context.Context, window time.Duration) (pruned int64, err error) {
	err = db.update(ctx, "prune groupings", func(t *tx) error {
		pruned, err = t.exec(ctx, `
			update groupings set form = null
			where form is not null and seen < (select coalesce(max(m.seen), 0) from groupings m where m.form is not null) - $1`, window.Milliseconds())
		return err
	})
	return pruned, err
}
