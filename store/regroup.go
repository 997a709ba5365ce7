package store

import (
	"context"

	"wireroom/news"
)

// Which Story an Item is in is where the Sorter put it, led through every merge, split and ejection in force, in the order
// in which they were done.

// A placing is an Item's way from one Story to another.
type placing struct {
	item, from, to int64
	base           int64 // where the Sorter put it
}

// A regrouping is one Act that leads Items from one Story to another.
type regrouping struct {
	kind         news.ActKind
	story, other int64
	items        map[int64]bool // of a split or an ejection
}

// leads returns the Story that an Item is led to.
func (r regrouping) leads(item, story int64) int64 {
	switch {
	case r.kind == news.ActMerge && story == r.other:
		return r.story
	case r.kind != news.ActMerge && r.items[item]:
		return r.other
	}
	return story
}

// regrouped works out which Items the Act at hand, or its undoing, moves.
func (d *desk) regrouped(ctx context.Context) (map[int64]placing, error) {
	if !d.act.Kind.Regroups() {
		return nil, nil
	}
	acts, err := d.regroupings(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := d.t.query(ctx, `
		select i.n, i.story, coalesce(i.placed, i.story) from items i
		where i.story in ($1, $2) or i.placed in ($1, $2) or i.n in (select m.item from act_items m where m.act = $3)`,
		d.row.story, d.row.other, d.row.n)
	items, err := collect(rows, err, func(r scanner) (p placing, err error) { return p, r.Scan(&p.item, &p.from, &p.base) })
	moves := make(map[int64]placing)
	for _, p := range items {
		p.to = p.base
		for _, act := range acts {
			p.to = act.leads(p.item, p.to)
		}
		if p.to != p.from {
			moves[p.item] = p
		}
	}
	return moves, err
}

// regroupings are the Acts in force that lead Items elsewhere, in order.
func (d *desk) regroupings(ctx context.Context) ([]regrouping, error) {
	rows, err := d.t.query(ctx, `
		select a.n, a.kind, a.story, a.other, coalesce(m.item, 0) from acts a left join act_items m on m.act = a.n
		where a.undone = 0 and a.kind in ('merge', 'split', 'eject') and a.story is not null and a.other is not null
		order by a.at, a.n, m.item`)
	var all []regrouping
	var last int64
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var n, item int64
		var one regrouping
		if err := r.Scan(&n, &one.kind, &one.story, &one.other, &item); err != nil {
			return none, err
		}
		if n != last {
			one.items = make(map[int64]bool)
			all, last = append(all, one), n
		}
		all[len(all)-1].items[item] = true
		return none, nil
	})
	return all, err
}

// move puts Items where they are led, and lets the Sorter know.
func (d *desk) move(ctx context.Context, moves map[int64]placing) error {
	if !d.act.Kind.Regroups() {
		return nil
	}
	for _, p := range moves {
		var placed any
		if p.base != p.to {
			placed = p.base
		}
		if _, err := d.t.exec(ctx, `update items set story = $2, placed = $3 where n = $1`, p.item, p.to, placed); err != nil {
			return err
		}
		if _, err := d.t.exec(ctx, `update groupings set held = $2 where item = $1`, p.item, boolInt(placed != nil)); err != nil {
			return err
		}
	}
	if err := d.copies(ctx); err != nil {
		return err
	}
	for _, statement := range []string{
		`delete from apart`,
		`insert into apart (item, story)
			select distinct m.item, a.story from acts a join act_items m on m.act = a.n where a.undone = 0 and a.story is not null`,
		`update meta set value = value + 1 where key = 'grouping'`,
	} {
		if _, err := d.t.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// copies keeps it true that a copy is in the Story of its original: one that is not is a report of its own, which the
// Sorter is still to decide; and one that is there again is a copy again.
func (d *desk) copies(ctx context.Context) error {
	if _, err := d.t.exec(ctx, `
		update items set copied = duplicate_of, duplicate_of = null, unsorted = 1
		where duplicate_of is not null and story in (select story from desk_scope)
		and story <> (select o.story from items o where o.n = items.duplicate_of)`); err != nil {
		return err
	}
	_, err := d.t.exec(ctx, `
		update items set duplicate_of = copied, copied = null
		where copied is not null and story in (select story from desk_scope)
		and story = (select o.story from items o where o.n = items.copied)`)
	return err
}
