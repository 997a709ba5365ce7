package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"wireroom/news"
)

// A possibleLead is an original that a Story may be led by.
type possibleLead struct {
	story, item, published, seq int64
	tier, rights                int // ranks of its Source
}

// before reports whether a leads rather than b: the earlier, then the one of the better tier, then the one of which more may
// be shown, then the one that was sorted first.
func (a possibleLead) before(b possibleLead) bool {
	return cmp.Or(cmp.Compare(a.published, b.published), cmp.Compare(a.tier, b.tier), cmp.Compare(a.rights, b.rights),
		cmp.Compare(a.seq, b.seq)) < 0
}

// tier is a Source's tier; one that has none comes last.
func tier(s news.Source) int {
	if s.Tier == 0 {
		return 1 << 20
	}
	return s.Tier
}

func rightsRank(s news.Source) int {
	switch s.Republish {
	case news.RightsFull:
		return 0
	case news.RightsHeadline:
		return 2
	}
	return 1
}

// chooseLeads chooses, for good, what leads the Stories that wait and never had an entry: the first is not always the
// founder, since many Items of one event may be sorted before any is filed. What an editor has chosen stays.
func (f *filing) chooseLeads(ctx context.Context, sources map[int64]news.Source) error {
	rows, err := f.t.query(ctx, `
		select st.n, i.n, i.published, coalesce(i.seq, 0), i.source
		from pending p join stories st on st.n = p.story and st.led = 0
		join items i on i.story = st.n and i.duplicate_of is null and i.withdrawn = 0
		where p.topic = $1
		order by st.n, i.seq`, f.row.n)
	leads := make(map[int64]possibleLead)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var l possibleLead
		var source int64
		if err := r.Scan(&l.story, &l.item, &l.published, &l.seq, &source); err != nil {
			return none, err
		}
		l.tier, l.rights = tier(sources[source]), rightsRank(sources[source])
		if known, ok := leads[l.story]; !ok || l.before(known) {
			leads[l.story] = l
		}
		return none, nil
	})
	if err != nil {
		return err
	}
	for story, l := range leads {
		if _, err := f.t.exec(ctx, `
			update stories set led = 1, lead = case when own_lead is null then $2 else lead end,
				own_lead = case when own_lead is null then null else $2 end
			where n = $1`, story, l.item); err != nil {
			return err
		}
	}
	return nil
}

// independent is how many reports in words of their own make a Story that news.UpdateThirdSource announces.
const independent = 3

// isToldBy is the condition that an entry shows a Story that so many Sources tell in words of their own; $3 is the number.
const isToldBy = `$3 <= (
	select count(distinct i.source) from items i where i.story = entries.shows and i.duplicate_of is null and i.withdrawn = 0)`

// heedTold leaves nothing to announce of the new entries of the head whose Stories have enough Sources when they enter: a
// copy that comes later must not move their date.
func (f *filing) heedTold(ctx context.Context) error {
	_, err := f.t.exec(ctx, `update entries set announced = 1 where topic = $1 and number >= $2 and page = 0 and `+isToldBy,
		f.row.n, f.row.nextNumber, independent)
	return err
}

// announce moves the date of an entry whose Story has grown, once, if the configuration wants that and there are enough
// Sources with reports that are no copies.
func (f *filing) announce(ctx context.Context, c candidate) error {
	on, err := f.updateOn(ctx)
	if err != nil || on != news.UpdateThirdSource {
		return err
	}
	moved, err := f.t.exec(ctx, `
		update entries set announced = 1 where topic = $1 and number = $2 and announced = 0 and `+isToldBy,
		f.row.n, *c.number, independent)
	if err != nil || moved == 0 {
		return err
	}
	return f.redate(ctx, c)
}

// updateOn is when growth moves the date of an entry, as configured.
func (f *filing) updateOn(ctx context.Context) (on news.UpdateOn, err error) {
	if f.on != nil {
		return *f.on, nil
	}
	var document string
	err = f.t.row(ctx, `select document from configs order by n desc limit 1`).Scan(&document)
	if errors.Is(err, sql.ErrNoRows) {
		return news.UpdateNever, nil
	}
	if err != nil {
		return "", err
	}
	var c news.Configuration
	if err := json.Unmarshal([]byte(document), &c); err != nil {
		return "", err
	}
	f.on = &c.UpdateOn
	return c.UpdateOn, nil
}
