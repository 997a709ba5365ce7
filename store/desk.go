package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"wireroom/news"
)

// Act does what an editor asks for, or, with [news.ActUndo], undoes an earlier Act. It is one transaction, fenced by the
// Sorter's seat: the Act is written down, all that follows from the Acts in force is worked out anew for what it touches,
// and every Topic whose Edition changes is raised.
//
// What an Act names must be there, else it fails with [news.ErrNotFound]. An Act without an id is new, and refused where
// it would change nothing. One that has an id comes from another desk: it is written down as it is, with its undoing, and
// doing it again changes nothing.
func (db *DB) Act(ctx context.Context, sorter news.Seat, act news.Act) (out news.ActOutcome, err error) {
	if err := act.Validate(); err != nil {
		return out, err
	}
	err = db.fromSeat(ctx, string(act.Kind), sorter, func(t *tx, topics map[string]topicRow) (err error) {
		d := &desk{t: t, topics: topics}
		switch {
		case act.Kind == news.ActUndo:
			out, err = d.undo(ctx, act)
		case act.ID != "":
			out, err = d.receive(ctx, act)
		default:
			out, err = d.do(ctx, act)
		}
		return err
	})
	return out, err
}

// A desk is the state of one Act's transaction.
type desk struct {
	t      *tx
	topics map[string]topicRow // that are configured, by slug
	act    news.Act
	row    actRow
	at     time.Time // when it is done or undone

	raised map[int64]bool // Topics whose Editions changed, by number
	out    news.ActOutcome
}

// do does a new Act.
func (d *desk) do(ctx context.Context, act news.Act) (news.ActOutcome, error) {
	d.act, d.at = act, act.At
	if err := d.resolve(ctx); err != nil {
		return d.out, err
	}
	if err := d.worthwhile(ctx); err != nil {
		return d.out, err
	}
	if err := d.mint(ctx); err != nil {
		return d.out, err
	}
	return d.carryOut(ctx)
}

// receive takes an Act over from another desk.
func (d *desk) receive(ctx context.Context, act news.Act) (news.ActOutcome, error) {
	known, err := actByID(ctx, d.t, act.ID)
	switch {
	case err == nil && (!known.InForce() || act.InForce()):
		return news.ActOutcome{Act: known, Known: true}, nil
	case err == nil:
		u := act.Undone
		return d.undo(ctx, news.Act{Kind: news.ActUndo, Undoes: act.ID, At: u.At, By: u.By, Why: u.Why})
	case !errors.Is(err, news.ErrNotFound):
		return d.out, err
	}
	d.act, d.at = act, act.At
	if err := d.resolve(ctx); err != nil {
		return d.out, err
	}
	return d.carryOut(ctx)
}

// carryOut writes the Act down and works out what follows.
func (d *desk) carryOut(ctx context.Context) (news.ActOutcome, error) {
	if d.act.InForce() {
		if err := d.found(ctx); err != nil {
			return d.out, err
		}
	}
	if err := insertAct(ctx, d.t, d.act, &d.row); err != nil {
		return d.out, err
	}
	return d.outcome(ctx)
}

// undo takes an Act back, and works out what follows from the others.
func (d *desk) undo(ctx context.Context, undo news.Act) (out news.ActOutcome, err error) {
	if d.act, err = actByID(ctx, d.t, undo.Undoes); err != nil {
		return out, err
	}
	if !d.act.InForce() {
		return out, fmt.Errorf("act %s was undone already, by %s", d.act.ID, d.act.Undone.By)
	}
	if d.row, err = readActRow(ctx, d.t, d.act.ID); err != nil {
		return out, err
	}
	d.at = undo.At
	d.act.Undone = news.Undoing{At: undo.At, By: undo.By, Why: undo.Why}
	if _, err := d.t.exec(ctx, `update acts set undone = $2, undone_by = $3, undone_why = $4 where n = $1`,
		d.row.n, millis(undo.At), undo.By, undo.Why); err != nil {
		return out, err
	}
	return d.outcome(ctx)
}

// outcome makes everything follow from the Acts that are in force now, and tells what changed.
func (d *desk) outcome(ctx context.Context) (news.ActOutcome, error) {
	d.raised = make(map[int64]bool)
	if err := d.settle(ctx); err != nil {
		return d.out, err
	}
	stored, err := actByID(ctx, d.t, d.act.ID)
	if err != nil {
		return d.out, err
	}
	d.out.Act = stored
	for _, topic := range d.topics {
		if d.raised[topic.n] {
			d.out.Topics = append(d.out.Topics, topic.topic.Slug)
		}
	}
	slices.Sort(d.out.Topics)
	return d.out, nil
}

// resolve finds the rows of what the Act names.
func (d *desk) resolve(ctx context.Context) (err error) {
	if d.act.Story != "" {
		if d.row.story, err = storyRow(ctx, d.t, d.act.Story); err != nil {
			return err
		}
	}
	if d.act.Kind == news.ActMerge {
		if d.row.other, err = storyRow(ctx, d.t, d.act.Other); err != nil {
			return err
		}
	}
	if d.act.Source != "" {
		if d.row.source, err = sourceRow(ctx, d.t, d.act.Source); err != nil {
			return err
		}
	}
	if err := d.resolveTopics(); err != nil {
		return err
	}
	return d.resolveItems(ctx)
}

func sourceRow(ctx context.Context, t *tx, source string) (n int64, err error) {
	err = t.row(ctx, `select coalesce((select n from sources where id = $1), 0)`, source).Scan(&n)
	if err == nil && n == 0 {
		err = fmt.Errorf("source %s: %w: wireroom sources lists them", source, news.ErrNotFound)
	}
	return n, err
}

// resolveTopics finds where the Act wants the Story, and where not.
func (d *desk) resolveTopics() error {
	to, from := d.act.Topic, d.act.From
	if d.act.Kind == news.ActHide {
		to, from = "", d.act.Topic
		if from == "" {
			d.row.fromTopic = new(int64)
			return nil
		}
	}
	for slug, into := range map[string]**int64{to: &d.row.toTopic, from: &d.row.fromTopic} {
		if slug == "" {
			continue
		}
		topic, ok := d.topics[slug]
		if !ok {
			known := slices.DeleteFunc(slices.Sorted(maps.Keys(d.topics)), news.IsCountry)
			return fmt.Errorf("topic %s: %w: there are %s", slug, news.ErrNotFound, strings.Join(known, ", "))
		}
		*into = &topic.n
	}
	return nil
}

func (d *desk) resolveItems(ctx context.Context) error {
	for _, id := range d.act.Items {
		n, err := itemRowOf(ctx, d.t, id)
		if err != nil {
			return err
		}
		if d.act.Kind == news.ActWithdraw || d.act.Kind == news.ActLead {
			d.row.item = n
			continue
		}
		if err := d.moveAlong(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// moveAlong notes an Item that is to leave its Story, and the copies of it there, which leave with it.
func (d *desk) moveAlong(ctx context.Context, item int64) error {
	rows, err := d.t.query(ctx, `
		select c.n from items c join items i on i.n = c.duplicate_of and i.story = c.story where i.n = $1 order by c.seq`, item)
	copies, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	for i, n := range append([]int64{item}, copies...) {
		at := slices.IndexFunc(d.row.moved, func(m moved) bool { return m.item == n })
		switch {
		case at < 0:
			d.row.moved = append(d.row.moved, moved{n, i == 0})
		case i == 0:
			d.row.moved[at].named = true
		}
	}
	return nil
}

// mint gives a new Act its id: what is done twice in one millisecond is still two Acts.
func (d *desk) mint(ctx context.Context) error {
	for generation := 0; ; generation++ {
		d.act.ID = news.ActID(d.act, generation)
		id, err := idBytes(d.act.ID)
		if err != nil {
			return err
		}
		var taken int
		if err := d.t.row(ctx, `select count(*) from acts where id = $1`, id).Scan(&taken); err != nil || taken == 0 {
			return err
		}
	}
}

// found makes the Story of what a split or an ejection takes away: under an id that was never minted before, or, where the
// Act comes from another desk, under the one that it was given there if that is free.
func (d *desk) found(ctx context.Context) error {
	if len(d.row.moved) == 0 {
		return nil
	}
	founder, id, err := d.founder(ctx)
	if err != nil {
		return err
	}
	for generation := 0; ; generation++ {
		story := news.StoryID(id, generation)
		if d.act.Other != "" && generation == 0 {
			story = d.act.Other
		}
		b, err := idBytes(story)
		if err != nil {
			return err
		}
		var taken int
		if err := d.t.row(ctx, `select count(*) from stories where id = $1`, b).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			continue
		}
		if err := d.t.row(ctx, `update meta set value = value + 1 where key = 'next_seq' returning value - 1`).Scan(&d.row.other); err != nil {
			return err
		}
		_, err = d.t.exec(ctx, `insert into stories (n, id, founder, lead) values ($1, $2, $3, $4)`, d.row.other, b, founder, founder)
		return err
	}
}

// founder is the first of the Items that the editor named, originals before copies.
func (d *desk) founder(ctx context.Context) (founder int64, id string, err error) {
	var first int64
	for _, m := range d.row.moved {
		var seq, copied int64
		var b []byte
		if !m.named {
			continue
		}
		if err := d.t.row(ctx, `select coalesce(seq, 0), case when duplicate_of is null then 0 else 1 end, id from items where n = $1`, m.item).
			Scan(&seq, &copied, &b); err != nil {
			return 0, "", err
		}
		if seq += copied << 60; founder == 0 || seq < first {
			founder, first, id = m.item, seq, idText(b)
		}
	}
	return founder, id, nil
}
