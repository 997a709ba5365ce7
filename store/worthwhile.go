package store

import (
	"context"
	"errors"
	"fmt"

	"wireroom/news"
)

// worthwhile refuses a new Act that would change nothing, or less than the editor thinks, and says what would do.
func (d *desk) worthwhile(ctx context.Context) error {
	if err := d.notWithdrawn(ctx); err != nil {
		return err
	}
	if err := d.notTwice(ctx); err != nil {
		return err
	}
	switch d.act.Kind {
	case news.ActHide:
		return d.inHead(ctx, d.act.Topic)
	case news.ActMove:
		if d.act.From == d.act.Topic {
			return fmt.Errorf("the story leaves %s and enters %s: name two topics", d.act.From, d.act.Topic)
		}
		return d.inHead(ctx, d.act.From)
	case news.ActMerge:
		return d.twoStories(ctx)
	case news.ActSplit, news.ActEject:
		return d.leavesSome(ctx)
	case news.ActLead:
		return d.leadsNot(ctx)
	}
	return nil
}

// notWithdrawn refuses to work on what nobody sees.
func (d *desk) notWithdrawn(ctx context.Context) error {
	for _, story := range []int64{d.row.story, d.row.other} {
		var withdrawn int64
		if err := d.t.row(ctx, `select coalesce((select withdrawn from stories where n = $1), 0)`, story).Scan(&withdrawn); err != nil {
			return err
		}
		if withdrawn > 0 {
			return errors.New("the story is withdrawn: undo that first, wireroom desk log says how it came")
		}
	}
	return nil
}

// notTwice refuses what is in force already. Another note is no repetition.
func (d *desk) notTwice(ctx context.Context) error {
	rows, err := d.t.query(ctx, `
		select id from acts
		where undone = 0 and kind = $1 and kind in ('pin', 'hide', 'withdraw') and coalesce(story, 0) = $2 and coalesce(item, 0) = $3
		and coalesce(source, 0) = $4 and coalesce(to_topic, -1) = $5 and coalesce(from_topic, -1) = $6`,
		string(d.act.Kind), d.row.story, d.row.item, d.row.source, orNone(d.row.toTopic), orNone(d.row.fromTopic))
	before, err := collect(rows, err, scanID)
	if err == nil && len(before) > 0 {
		err = fmt.Errorf("that was done already, by act %s", before[0])
	}
	return err
}

func orNone(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

// inHead refuses to hide in a topic what is not in its head, and what is sealed: that never changes but by a withdrawal. What is
// in no topic yet may be kept out of all.
func (d *desk) inHead(ctx context.Context, slug string) error {
	var shown, sealed int
	if err := d.t.row(ctx, `
		select coalesce(sum(case when e.page = 0 then 1 else 0 end), 0), coalesce(sum(case when e.page > 0 then 1 else 0 end), 0)
		from entries e join topics t on t.n = e.topic
		where e.shows = $1 and e.removed = 0 and t.removed = 0 and ($2 = '' or t.slug = $2)`, d.row.story, slug).Scan(&shown, &sealed); err != nil {
		return err
	}
	where := "any topic"
	if slug != "" {
		where = "topic " + slug
	}
	switch {
	case shown > 0, slug == "" && sealed == 0: // of all topics, future ones too
		return nil
	case sealed > 0:
		return fmt.Errorf("the story stands on a sealed page of %s, which never changes: withdraw it to take it out of everything", where)
	}
	return fmt.Errorf("the story is not in the head of %s: wireroom explain says where it is", where)
}

func (d *desk) twoStories(ctx context.Context) error {
	into, err := rootOf(ctx, d.t, d.row.story)
	if err != nil {
		return err
	}
	other, err := rootOf(ctx, d.t, d.row.other)
	if err != nil {
		return err
	}
	switch {
	case into == other:
		return errors.New("the two are one story already")
	case into != d.row.story || other != d.row.other:
		return errors.New("one of the two was merged into another story: name that one")
	}
	return nil
}

// leavesSome refuses to take Items from a Story that they are not in, or all that it has.
func (d *desk) leavesSome(ctx context.Context) error {
	var all int
	if err := d.t.row(ctx, `select count(*) from items where story = $1`, d.row.story).Scan(&all); err != nil {
		return err
	}
	for _, m := range d.row.moved {
		if err := d.isIn(ctx, m.item); err != nil {
			return err
		}
	}
	if all == len(d.row.moved) {
		return errors.New("nothing would be left of the story: copies go with their original; name fewer items")
	}
	return nil
}

func (d *desk) isIn(ctx context.Context, item int64) error {
	var id []byte
	var story int64
	if err := d.t.row(ctx, `select id, coalesce(story, 0) from items where n = $1`, item).Scan(&id, &story); err != nil {
		return err
	}
	if story != d.row.story {
		return fmt.Errorf("item %s is not in story %s: wireroom items lists items with their stories", idText(id), d.act.Story)
	}
	return nil
}

func (d *desk) leadsNot(ctx context.Context) error {
	if err := d.isIn(ctx, d.row.item); err != nil {
		return err
	}
	var lead, withdrawn int64
	if err := d.t.row(ctx, `
		select st.lead, i.withdrawn from stories st join items i on i.n = $2 where st.n = $1`, d.row.story, d.row.item).
		Scan(&lead, &withdrawn); err != nil {
		return err
	}
	switch {
	case withdrawn > 0:
		return errors.New("the item is withdrawn: undo that first")
	case lead == d.row.item:
		return errors.New("the item leads the story already")
	}
	return nil
}
