package store

import "context"

// rootOf returns the Story that shows a Story's Items: itself as long as it has any, else the one that it was merged into,
// wherever its founder has gone since, else the one that its founder is in.
func rootOf(ctx context.Context, t *tx, story int64) (int64, error) {
	if some, err := hasItems(ctx, t, story); err != nil || some {
		return story, err
	}
	into, err := mergedInto(ctx, t, story)
	if err != nil {
		return 0, err
	}
	if some, err := hasItems(ctx, t, into); err != nil || some {
		return into, err
	}
	err = t.row(ctx, `
		select coalesce(f.story, st.n) from stories st join items f on f.n = st.founder where st.n = $1`, into).Scan(&into)
	return into, err
}

func hasItems(ctx context.Context, t *tx, story int64) (some bool, err error) {
	err = t.row(ctx, `select exists (select 1 from items where story = $1)`, story).Scan(&some)
	return some, err
}

// mergedInto follows a Story through the merges in force, in the order in which they were done; not one whose founding was
// undone, which is none any more.
func mergedInto(ctx context.Context, t *tx, story int64) (int64, error) {
	rows, err := t.query(ctx, `
		select a.story, a.other from acts a
		where a.kind = 'merge' and a.undone = 0 and a.story is not null and a.other is not null
		and not exists (select 1 from acts f where f.other = $1 and `+foundingUndone+`)
		order by a.at, a.n`, story)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var into, other int64
		if err = r.Scan(&into, &other); err == nil && other == story {
			story = into
		}
		return none, err
	})
	return story, err
}

// foundingUndone is the condition that an Act f founded a Story, and was undone.
const foundingUndone = `f.kind in ('split', 'eject') and f.undone > 0`
