package store

import (
	"context"
	"slices"

	"wireroom/news"
)

// What a reader can see of an Act is found by comparing: a document has another date where it says something else, and only
// there.

// An entryRef is what an entry is known by.
type entryRef struct{ topic, number int64 }

// A sight is what there is to see of the Stories in scope, beside the columns of their entries. Of before an Act the Topics are
// read, of after it they follow from what its entries are to show.
type sight struct {
	leads   map[int64]int64            // of Stories
	reports map[entryRef][]int64       // that entries show: Items, each with what it is a copy of
	topics  map[entryRef][]int64       // that entries name
	stones  map[int64][]news.Tombstone // of the Topics that have entries
}

// sight is what there is to see now, but for the Topics.
func (d *desk) sight(ctx context.Context) (seen sight, err error) {
	if seen.leads, err = d.leads(ctx); err != nil {
		return seen, err
	}
	if seen.reports, err = d.byEntry(ctx, `
		select e.topic, e.number, i.n, coalesce(i.duplicate_of, 0), i.seq
		from desk_scope s join entries e on e.story = s.story and e.page = 0
		join items i on i.story = e.shows and i.withdrawn = 0
		union all
		select e.topic, e.number, i.n, 0, i.seq
		from desk_scope s join entries e on e.story = s.story and e.page > 0
		join items i on i.n in (`+sealedItems("e")+`) and `+isShown("i")+`
		order by 1, 2, 5`); err != nil {
		return seen, err
	}
	seen.stones, err = d.stones(ctx)
	return seen, err
}

// seenBefore is the sight of before the Act.
func (d *desk) seenBefore(ctx context.Context) (sight, error) {
	seen, err := d.sight(ctx)
	if err != nil {
		return seen, err
	}
	seen.topics, err = d.byEntry(ctx, `
		select distinct e.topic, e.number, o.topic, 0, 0
		from desk_scope s join entries e on e.story = s.story
		join entries o on o.shows = e.shows and o.topic <> e.topic and o.removed = 0
		join topics t on t.n = o.topic and t.removed = 0 and not (`+isCountry+`)
		order by 1, 2, 3`)
	return seen, err
}

// leads are what leads the Stories in scope.
func (d *desk) leads(ctx context.Context) (map[int64]int64, error) {
	rows, err := d.t.query(ctx, `select st.n, st.lead from stories st join desk_scope s on s.story = st.n`)
	all := make(map[int64]int64)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var n, lead int64
		err = r.Scan(&n, &lead)
		all[n] = lead
		return none, err
	})
	return all, err
}

// byEntry reads rows of a Topic, a number of an entry in it, two numbers to keep, and one that they are ordered by.
func (d *desk) byEntry(ctx context.Context, query string) (map[entryRef][]int64, error) {
	rows, err := d.t.query(ctx, query)
	all := make(map[entryRef][]int64)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var e entryRef
		var a, b, order int64
		err = r.Scan(&e.topic, &e.number, &a, &b, &order)
		all[e] = append(all[e], a, b)
		return none, err
	})
	return all, err
}

// stones are the tombstones of the Topics that have entries in scope.
func (d *desk) stones(ctx context.Context) (map[int64][]news.Tombstone, error) {
	rows, err := d.t.query(ctx, `select distinct e.topic from entries e join desk_scope s on s.story = e.story order by e.topic`)
	topics, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	all := make(map[int64][]news.Tombstone)
	for _, topic := range topics {
		if err == nil {
			all[topic], err = tombstones(ctx, d.t, topic)
		}
	}
	return all, err
}

// A change is what an Act has done to the Stories in scope.
type change struct{ before, now sight }

// changed finds out what there was to see and is not any more, or the other way round.
func (d *desk) changed(ctx context.Context, entries []entryNow, before sight) (change, error) {
	now, err := d.sight(ctx)
	if err != nil {
		return change{}, err
	}
	now.topics = namedBy(entries)
	return change{before, now}, nil
}

// namedBy are the Topics that entries are to name.
func namedBy(entries []entryNow) map[entryRef][]int64 {
	in := make(map[int64][]int64) // Story → Topics that show it, in order
	for _, e := range entries {
		if e.hide == 0 && e.named && !slices.Contains(in[e.shows], e.topic) {
			in[e.shows] = append(in[e.shows], e.topic)
		}
	}
	all := make(map[entryRef][]int64)
	for _, e := range entries {
		for _, topic := range in[e.shows] {
			if topic != e.topic {
				all[e.entryRef] = append(all[e.entryRef], topic, 0)
			}
		}
	}
	return all
}

// led reports whether another Item leads a Story.
func (c change) led(story int64) bool {
	lead, ok := c.before.leads[story]
	return ok && lead != 0 && lead != c.now.leads[story]
}

// grown reports whether an entry shows other reports.
func (c change) grown(e entryRef) bool { return !slices.Equal(c.before.reports[e], c.now.reports[e]) }

// named reports whether an entry names other Topics.
func (c change) named(e entryRef) bool { return !slices.Equal(c.before.topics[e], c.now.topics[e]) }

// buried reports whether a Topic has other tombstones.
func (c change) buried(topic int64) bool {
	return !slices.Equal(c.before.stones[topic], c.now.stones[topic])
}
