package store

import (
	"context"

	"wireroom/news"
)

// What follows from the Acts in force stands in columns, so that reading an Edition costs nothing more. It is always worked
// out from all of them, for every Story in desk_scope; so Acts can be undone in any order.

// The expressions for an entry's derived columns, over the table entries.
const (
	// notShown is 1 for an entry that no reader sees. Of two entries in one head that show the same Items, as after a merge, one
	// is shown; of a Story whose founding was undone, none. Otherwise the last word of an editor counts, and then that of the
	// rule. Sealed pages heed withdrawals alone.
	notShown = `
		case when entries.withdrawn > 0 then 1
		when entries.page > 0 then entries.ruled_out
		when not exists (select 1 from items m where m.story = entries.shows) then 1
		when exists (
			select 1 from entries o
			where o.topic = entries.topic and o.shows = entries.shows and o.page = 0 and o.number <> entries.number
			and (o.ruled_out, case when o.story = o.shows then 0 else 1 end, o.number)
				< (entries.ruled_out, case when entries.story = entries.shows then 0 else 1 end, entries.number)) then 1
		else coalesce((
			select case when a.to_topic = entries.topic then 0 else 1 end from acts a
			where a.undone = 0 and a.kind in ('pin', 'hide', 'move') and a.story in (entries.story, entries.shows)
			and (a.to_topic = entries.topic or a.from_topic in (entries.topic, 0))
			order by a.at desc, a.n desc limit 1), entries.ruled_out) end`

	// noteNow is the newest note on an entry of a head. Sealed pages keep the one they were sealed with.
	noteNow = `
		case when entries.page > 0 then entries.note
		else coalesce((
			select a.body from acts a
			where a.undone = 0 and a.kind = 'note' and a.story in (entries.story, entries.shows)
			and (a.to_topic is null or a.to_topic = entries.topic)
			order by a.at desc, a.n desc limit 1), '') end`

	// supported is the condition that the Topic's rule takes what an entry shows. Where texts are gone, what was decided once
	// stands.
	supported = `(` + decided + ` or exists (
			select 1 from items i join versions v on v.item = i.n and v.version = i.version
			where i.story = entries.shows and i.duplicate_of is null and v.text is null))`
	decided = `exists (
			select 1 from items i join decisions d on d.item = i.n and d.topic = entries.topic and d.taken = 1
			join topics t on t.n = entries.topic and d.rule = t.rule
			where i.story = entries.shows and i.duplicate_of is null)`
)

// settle makes everything follow from the Acts in force, for what the Act at hand touches.
func (d *desk) settle(ctx context.Context) error {
	moves, err := d.regrouped(ctx)
	if err != nil {
		return err
	}
	if err := d.fillScope(ctx, moves); err != nil {
		return err
	}
	before, err := d.seenBefore(ctx)
	if err != nil {
		return err
	}
	corrected, err := d.corrected(ctx)
	if err != nil {
		return err
	}
	if err := d.move(ctx, moves); err != nil {
		return err
	}
	if err := d.countItems(ctx, len(moves)); err != nil {
		return err
	}
	if err := d.derive(ctx); err != nil {
		return err
	}
	if err := d.pend(ctx); err != nil {
		return err
	}
	if err := d.showAnew(ctx, before); err != nil {
		return err
	}
	if err := d.file(ctx); err != nil {
		return err
	}
	if err := d.dateCorrections(ctx, corrected); err != nil {
		return err
	}
	_, err = d.t.exec(ctx, `delete from desk_scope`)
	return err
}

// countItems counts what the Act is about, beside the entries.
func (d *desk) countItems(ctx context.Context, moved int) error {
	return d.t.row(ctx, `select count(*) + $4 from items i where `+affected, append(d.affectedArgs(), moved)...).Scan(&d.out.Items)
}

// affected is the condition on items i that an Act of withdrawal is about them.
const affected = `(i.n = $1 or i.source = $2 or i.story = $3)`

func (d *desk) affectedArgs() []any {
	if d.act.Kind != news.ActWithdraw {
		return []any{-1, -1, -1}
	}
	return []any{d.row.item, d.row.source, d.row.story}
}

// fillScope puts into desk_scope every Story that the Act touches, and those whose entries show the same Items.
func (d *desk) fillScope(ctx context.Context, moves map[int64]placing) error {
	if _, err := d.t.exec(ctx, `delete from desk_scope`); err != nil {
		return err
	}
	touched := []int64{d.row.story, d.row.other}
	for _, p := range moves {
		touched = append(touched, p.from, p.to)
	}
	for _, story := range touched {
		if story == 0 {
			continue
		}
		if _, err := d.t.exec(ctx, `insert into desk_scope (story, shows) values ($1, 0) on conflict do nothing`, story); err != nil {
			return err
		}
	}
	if d.act.Kind == news.ActWithdraw {
		if _, err := d.t.exec(ctx, `
			insert into desk_scope (story, shows) select distinct i.story, 0 from items i where i.story is not null and `+affected+`
			on conflict do nothing`, d.affectedArgs()...); err != nil {
			return err
		}
	}
	if err := d.fillSealed(ctx); err != nil {
		return err
	}
	for _, statement := range []string{
		`insert into desk_scope (story, shows) select distinct e.story, 0 from entries e where e.shows in (select story from desk_scope) on conflict do nothing`,
		`insert into desk_scope (story, shows) select distinct e.shows, 0 from entries e where e.story in (select story from desk_scope) on conflict do nothing`,
		`insert into desk_scope (story, shows) select distinct e.story, 0 from entries e where e.shows in (select story from desk_scope) on conflict do nothing`,
	} {
		if _, err := d.t.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// derive works out what of Items, Stories and entries follows from the Acts, but for what a reader sees.
func (d *desk) derive(ctx context.Context) error {
	statements := []string{
		`update stories set withdrawn = coalesce(
			(select min(a.at) from acts a where a.kind = 'withdraw' and a.undone = 0 and a.story in (stories.n, s.shows)),
			(select max(i.withdrawn) from items i where i.story = s.shows having min(i.withdrawn) > 0), 0)
		from desk_scope s where s.story = stories.n`,
		// An editor's choice leads, else what led before any, else what came first; nothing that is withdrawn.
		`update stories set own_lead = coalesce(own_lead, lead), lead = coalesce(
			(select a.item from acts a join items i on i.n = a.item and i.story = s.shows and i.withdrawn = 0
				where a.kind = 'lead' and a.undone = 0 and a.story in (stories.n, s.shows) order by a.at desc, a.n desc limit 1),
			(select i.n from items i where i.n = coalesce(stories.own_lead, stories.lead) and i.story = s.shows and i.withdrawn = 0),
			(select i.n from items i where i.story = s.shows and i.withdrawn = 0
				order by case when i.duplicate_of is null then 0 else 1 end, i.seq limit 1),
			own_lead, lead)
		from desk_scope s where s.story = stories.n`,
		`update stories set own_lead = null where own_lead = lead and n in (select story from desk_scope)`,
		`update entries set shows = s.shows, withdrawn = case when entries.page > 0 then ` + sealedGone + `
			else (select st.withdrawn from stories st where st.n = s.shows) end
		from desk_scope s where s.story = entries.story`,
	}
	if d.act.Kind.Regroups() {
		statements = append(statements, `
			update entries set ruled_out = case when `+supported+` then 0 else 1 end
			where page = 0 and story in (select story from desk_scope)`)
	}
	if err := d.withdrawItems(ctx); err != nil {
		return err
	}
	if err := d.showing(ctx); err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := d.t.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// showing works out which Story shows the Items of each in scope; none does of one whose founding was undone.
func (d *desk) showing(ctx context.Context) error {
	if _, err := d.t.exec(ctx, `
		update desk_scope set shows = case when exists (select 1 from items m where m.story = desk_scope.story)
			or exists (select 1 from acts f where f.other = desk_scope.story and `+foundingUndone+`) then story else 0 end`); err != nil {
		return err
	}
	rows, err := d.t.query(ctx, `select story from desk_scope where shows = 0 order by story`)
	empty, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	for _, story := range empty {
		root, err := rootOf(ctx, d.t, story)
		if err != nil {
			return err
		}
		if _, err := d.t.exec(ctx, `update desk_scope set shows = $2 where story = $1`, story, root); err != nil {
			return err
		}
	}
	return nil
}

// settleSorted works out what is withdrawn of the Stories that Items of a withdrawn Source found or join, and of those withdrawn
// Stories that another Source joins.
func settleSorted(ctx context.Context, t *tx, sorted []news.Sorted) error {
	var withdrawals int
	if err := t.row(ctx, `select count(*) from acts where kind = 'withdraw' and undone = 0`).Scan(&withdrawals); err != nil || withdrawals == 0 {
		return err
	}
	some := false
	for i := range sorted {
		n, err := t.exec(ctx, `
			insert into desk_scope (story, shows)
			select st.n, 0 from items i join stories st on st.n = i.story where i.n = $1 and (i.withdrawn > 0 or st.withdrawn > 0)
			on conflict do nothing`, sorted[i].Ref)
		if err != nil {
			return err
		}
		some = some || n > 0
	}
	if !some {
		return nil
	}
	d := &desk{t: t}
	if err := d.derive(ctx); err != nil {
		return err
	}
	if err := d.pend(ctx); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `
		insert into pending (topic, story, published, touched)
		select e.topic, e.story, e.published, 0 from entries e join desk_scope s on s.story = e.story
		where e.removed = 1 and e.withdrawn = 0 and e.ruled_out = 0
		on conflict (topic, story) do update set touched = 0`); err != nil {
		return err
	}
	_, err := t.exec(ctx, `delete from desk_scope`)
	return err
}

// withdrawItems works out which Items, of those that the Act is about, are withdrawn by themselves or with their Source.
func (d *desk) withdrawItems(ctx context.Context) error {
	if d.act.Kind != news.ActWithdraw {
		return nil
	}
	if _, err := d.t.exec(ctx, `
		update sources set withdrawn = coalesce((
			select min(a.at) from acts a where a.kind = 'withdraw' and a.undone = 0 and a.source = sources.n), 0)
		where n = $1`, d.row.source); err != nil {
		return err
	}
	_, err := d.t.exec(ctx, `
		update items set withdrawn = coalesce((
			select min(a.at) from acts a where a.kind = 'withdraw' and a.undone = 0 and (a.item = items.n or a.source = items.source)), 0)
		where n = $1 or source = $2`, d.row.item, d.row.source)
	return err
}

// pend lets the Stories in scope wait to be filed where a rule or a pin wants them and they are not yet.
func (d *desk) pend(ctx context.Context) error {
	if _, err := d.t.exec(ctx, `
		delete from pending where touched = 0 and story in (select story from desk_scope)
		and not exists (select 1 from entries e where e.topic = pending.topic and e.story = pending.story)`); err != nil {
		return err
	}
	// Each begins with the scope, which is small; SQLite keeps to the order of a cross join.
	for _, wanted := range []string{
		`cross join items i cross join decisions d cross join topics t
		where i.story = st.n and i.duplicate_of is null and d.item = i.n and d.taken = 1
		and t.n = d.topic and t.rule = d.rule and t.removed = 0
		and not exists (select 1 from entries e where e.topic = t.n and e.shows = st.n and e.ruled_out = 0)`,
		`cross join acts a cross join topics t
		where a.story = st.n and a.undone = 0 and a.kind in ('pin', 'move') and t.n = a.to_topic and t.removed = 0
		and not exists (select 1 from entries e where e.topic = t.n and e.shows = st.n)`,
	} {
		if _, err := d.t.exec(ctx, `
			insert into pending (topic, story, published, touched)
			select distinct t.n, st.n, f.published, 0
			from desk_scope s cross join stories st cross join items f `+wanted+`
			and st.n = s.shows and st.withdrawn = 0 and f.n = st.founder
			on conflict do nothing`); err != nil {
			return err
		}
	}
	return nil
}

// file files what waits of the Stories in scope, and what else waits in the same Topics.
func (d *desk) file(ctx context.Context) error {
	rows, err := d.t.query(ctx, `
		select distinct p.topic from pending p join desk_scope s on s.shows = p.story where p.touched = 0 order by p.topic`)
	topics, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return err
	}
	if len(topics) == 0 {
		return nil
	}
	sources, err := facts(ctx, d.t)
	if err != nil {
		return err
	}
	for _, topic := range topics {
		n, err := fileTopic(ctx, d.t, topic, d.at, sources)
		if err != nil {
			return err
		}
		d.out.Entries += n
		d.raised[topic] = true
	}
	return nil
}

// hiddenFrom is the condition that the last word of an editor keeps a Story st out of a Topic t.
const hiddenFrom = `1 = (
	select case when a.to_topic = t.n then 0 else 1 end from acts a
	where a.undone = 0 and a.kind in ('pin', 'hide', 'move') and a.story = st.n and (a.to_topic = t.n or a.from_topic in (t.n, 0))
	order by a.at desc, a.n desc limit 1)`

// pinnedTo is the condition that an editor wants a Story st in a Topic t.
const pinnedTo = `exists (
	select 1 from acts a where a.undone = 0 and a.kind in ('pin', 'move') and a.story = st.n and a.to_topic = t.n)`
