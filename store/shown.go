package store

import (
	"context"
	"time"
)

// An entryNow is an entry of a Story in scope, as it is and as it is to be.
type entryNow struct {
	entryRef
	story, shows  int64
	page          int
	removed, hide int
	named         bool // other entries that show the same name the Topic
	note, noteNow string
}

// showAnew lets the entries in scope show what follows from the Acts. What comes back keeps its number and its dates; what
// says something else now, by another lead or another note, moves its date.
func (d *desk) showAnew(ctx context.Context, before sight) error {
	rows, err := d.t.query(ctx, `
		select e.topic, e.number, e.story, e.shows, e.page, e.removed, e.not_shown, e.note, e.note_now,
			t.removed = 0 and not (`+isCountry+`)
		from (select entries.*, `+notShown+` as not_shown, `+noteNow+` as note_now
			from entries join desk_scope s on s.story = entries.story) e
		join topics t on t.n = e.topic
		order by e.topic, e.number`)
	entries, err := collect(rows, err, func(r scanner) (e entryNow, err error) {
		return e, r.Scan(&e.topic, &e.number, &e.story, &e.shows, &e.page, &e.removed, &e.hide, &e.note, &e.noteNow, &e.named)
	})
	if err != nil {
		return err
	}
	changed, err := d.changed(ctx, entries, before)
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

// showTopicAnew does so for the entries of one Topic, and raises it if a reader can see the difference: without another date
// where a sealed page alone is another one, which has a date of its own.
func (d *desk) showTopicAnew(ctx context.Context, entries []entryNow, changed change) error {
	topic, err := scanTopicRow(d.t.row(ctx, `select `+topicRowColumns+` from topics where n = $1`, entries[0].topic))
	if err != nil {
		return err
	}
	now := max(millis(d.at), topic.updated+1)
	visible, pages := changed.buried(topic.n), make(map[int]bool)
	for _, e := range entries {
		shown := e.hide == 0 && e.removed == 0
		moves := e.page == 0 && shown && (changed.led(e.story) || e.note != e.noteNow)
		if err := d.showEntry(ctx, e, moves, now); err != nil {
			return err
		}
		if moves {
			now++
		}
		if e.removed != e.hide || moves {
			d.out.Entries++
		}
		other := moves || e.removed != e.hide || shown && changed.grown(e.entryRef)
		if e.page > 0 && other {
			pages[e.page] = true
		}
		visible = visible || e.page == 0 && (other || shown && changed.named(e.entryRef))
	}
	for page := range pages {
		if err := rewrite(ctx, d.t, topic.n, page, now); err != nil {
			return err
		}
	}
	d.out.Pages += len(pages)
	switch {
	case visible:
		return d.raise(ctx, topic.n, now)
	case len(pages) > 0:
		d.raised[topic.n] = true
		return raiseUndated(ctx, d.t, topic.n)
	}
	return nil
}

// raise names a new state of a Topic whose head is another one.
func (d *desk) raise(ctx context.Context, topic, now int64) error {
	d.raised[topic] = true
	interval, err := cadence(ctx, d.t, topic)
	if err != nil {
		return err
	}
	if _, err := d.t.exec(ctx, `update topics set interval = $2 where n = $1`, topic, interval); err != nil {
		return err
	}
	return raiseRevision(ctx, d.t, topic, time.UnixMilli(now))
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
