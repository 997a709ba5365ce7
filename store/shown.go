package store

import (
	"context"
	"time"

	"wireroom/news"
)

// An entryNow is an entry of a Story in scope, as it is and as it is to be.
type entryNow struct {
	topic, number, story int64
	shows                int64
	page                 int
	removed, hide        int
	note, noteNow        string
	rewritten            bool // a sealed one that shows an Item that was withdrawn, or is no more
}

// A change is what an Act has done to the Stories in scope, beside what their entries tell.
type change struct {
	led    map[int64]bool // Stories that another Item leads now
	other  map[int64]bool // Stories whose entries may say something else without another date: they grew, shrank, or are in other Topics
	buried map[int64]bool // Topics that have other tombstones
}

// changed finds out what there was to see and is not any more, or the other way round.
func (d *desk) changed(ctx context.Context, entries []entryNow, leads, graves map[int64]int64) (c change, err error) {
	c = change{make(map[int64]bool), make(map[int64]bool), make(map[int64]bool)}
	now, err := d.leads(ctx)
	if err != nil {
		return c, err
	}
	for story, lead := range leads {
		c.led[story] = lead != 0 && lead != now[story]
	}
	gravesNow, err := d.graves(ctx)
	if err != nil {
		return c, err
	}
	for topic, sum := range gravesNow {
		c.buried[topic] = sum != graves[topic]
	}
	rows, err := d.t.query(ctx, `select p.story from pending p join desk_scope s on s.shows = p.story where p.touched = 0`)
	_, err = collect(rows, err, func(r scanner) (story int64, err error) {
		err = r.Scan(&story)
		c.other[story] = true
		return story, err
	})
	for _, e := range entries {
		if e.removed != e.hide || d.act.Kind.Regroups() || d.act.Kind == news.ActWithdraw {
			c.other[e.shows] = true
		}
	}
	return c, err
}

// showAnew lets the entries in scope show what follows from the Acts. What comes back keeps its number and its dates; what
// says something else now, by another lead or another note, moves its date.
func (d *desk) showAnew(ctx context.Context, leads, graves map[int64]int64) error {
	rows, err := d.t.query(ctx, `
		select e.topic, e.number, e.story, e.shows, e.page, e.removed, e.not_shown, e.note, e.note_now, case when `+sealedWith+` then 1 else 0 end
		from (select entries.*, `+notShown+` as not_shown, `+noteNow+` as note_now
			from entries join desk_scope s on s.story = entries.story) e
		join topics t on t.n = e.topic
		order by e.topic, e.number`, d.affectedArgs()...)
	entries, err := collect(rows, err, func(r scanner) (e entryNow, err error) {
		return e, r.Scan(&e.topic, &e.number, &e.story, &e.shows, &e.page, &e.removed, &e.hide, &e.note, &e.noteNow, &e.rewritten)
	})
	if err != nil {
		return err
	}
	changed, err := d.changed(ctx, entries, leads, graves)
	for len(entries) > 0 && err == nil {
		n := 1
		for n < len(entries) && entries[n].topic == entries[0].topic {
			n++
		}
		err = d.showTopicAnew(ctx, entries[:n], changed)
		entries = entries[n:]
	}
	return err
}

// showTopicAnew does so for the entries of one Topic, and raises it if a reader can see the difference.
func (d *desk) showTopicAnew(ctx context.Context, entries []entryNow, changed change) error {
	topic, err := scanTopicRow(d.t.row(ctx, `select `+topicRowColumns+` from topics where n = $1`, entries[0].topic))
	if err != nil {
		return err
	}
	now := max(millis(d.at), topic.updated+1)
	visible, pages := changed.buried[topic.n], make(map[int]bool)
	for _, e := range entries {
		moves := e.page == 0 && e.hide == 0 && e.removed == 0 && (changed.led[e.story] || e.note != e.noteNow)
		if err := d.showEntry(ctx, e, moves, now); err != nil {
			return err
		}
		if moves {
			now++
		}
		if e.removed != e.hide || moves {
			d.out.Entries++
		}
		if e.rewritten && e.page > 0 || e.page > 0 && e.removed != e.hide {
			pages[e.page] = true
		}
		visible = visible || moves || e.removed != e.hide || e.rewritten || e.page == 0 && e.hide == 0 && changed.other[e.shows]
	}
	for page := range pages {
		if err := d.rewrite(ctx, topic.n, page, now); err != nil {
			return err
		}
	}
	d.out.Pages += len(pages)
	if !visible {
		return nil
	}
	d.raised[topic.n] = true
	interval, err := cadence(ctx, d.t, topic.n)
	if err != nil {
		return err
	}
	if _, err := d.t.exec(ctx, `update topics set interval = $2 where n = $1`, topic.n, interval); err != nil {
		return err
	}
	return raiseRevision(ctx, d.t, topic.n, time.UnixMilli(now))
}

func (d *desk) showEntry(ctx context.Context, e entryNow, moves bool, now int64) error {
	if e.note != e.noteNow {
		if _, err := d.t.exec(ctx, `update entries set note = $3 where topic = $1 and number = $2`, e.topic, e.number, e.noteNow); err != nil {
			return err
		}
	}
	if moves {
		if err := redate(ctx, d.t, e.topic, e.number, now); err != nil {
			return err
		}
	}
	switch {
	case e.removed == e.hide:
		return nil
	case e.hide == 1:
		return takeOut(ctx, d.t, e.topic, e.number, now)
	}
	return putBack(ctx, d.t, e.topic, e.number, now)
}

// takeOut, putBack and redate change what is shown of an entry from a time on.
func takeOut(ctx context.Context, t *tx, topic, number, at int64) error {
	_, err := t.exec(ctx, `
		update entries set removed = 1, taken_out = $3, put_back = null where topic = $1 and number = $2`, topic, number, at)
	return err
}

func putBack(ctx context.Context, t *tx, topic, number, at int64) error {
	_, err := t.exec(ctx, `update entries set removed = 0, put_back = $3 where topic = $1 and number = $2`, topic, number, at)
	return err
}

func redate(ctx context.Context, t *tx, topic, number, at int64) error {
	if _, err := t.exec(ctx, `update entries set updated = $3 where topic = $1 and number = $2`, topic, number, at); err != nil {
		return err
	}
	_, err := t.exec(ctx, `
		insert into showings (topic, number, at, version)
		select e.topic, e.number, e.updated, i.version
		from entries e join stories st on st.n = e.story join items i on i.n = st.lead
		where e.topic = $1 and e.number = $2`, topic, number)
	return err
}

// rewrite notes that a sealed page is another one from now on.
func (d *desk) rewrite(ctx context.Context, topic int64, page int, at int64) error {
	_, err := d.t.exec(ctx, `
		insert into rewrites (topic, page, at) values ($1, $2, $3)
		on conflict (topic, page) do update set at = case when rewrites.at >= excluded.at then rewrites.at + 1 else excluded.at end`,
		topic, page, at)
	return err
}
