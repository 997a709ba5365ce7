package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"wireroom/news"
)

// Acts returns every Act of the editors, those undone included, in the order in which they were done.
func (db *DB) Acts(ctx context.Context) ([]news.Act, error) {
	var all []news.Act
	err := db.view(ctx, "list acts", func(t *tx) (err error) {
		all, err = actsWhere(ctx, t, `1 = 1`)
		return err
	})
	return all, err
}

// Apart returns the Items that editors took out of Stories: the Sorter does not bring them back.
func (db *DB) Apart(ctx context.Context) ([]news.Apart, error) {
	rows, err := db.read.query(ctx, `
		select i.id, st.id from apart a join items i on i.n = a.item join stories st on st.n = a.story order by i.seq, st.n`)
	all, err := collect(rows, err, func(r scanner) (news.Apart, error) {
		var item, story []byte
		err := r.Scan(&item, &story)
		return news.Apart{Item: idText(item), Story: idText(story)}, err
	})
	if err != nil {
		return nil, fmt.Errorf("list what is kept apart: %w", err)
	}
	return all, nil
}

// An actRow is an Act as it stands in its table, with the rows that it names; 0 for none.
type actRow struct {
	n                  int64
	story, other       int64
	toTopic, fromTopic *int64 // fromTopic 0: every Topic
	item, source       int64
	moved              []moved
}

// A moved item is one that a split or an ejection took away: as the editor named it, or along with one so named.
type moved struct {
	item  int64
	named bool
}

// actsWhere reads Acts with a condition on acts a.
func actsWhere(ctx context.Context, t *tx, where string, args ...any) ([]news.Act, error) {
	rows, err := t.query(ctx, `
		select a.n, a.id, a.kind, a.at, a.who, a.why, a.body, a.undone, a.undone_by, a.undone_why, st.id, ot.id,
			coalesce(tt.slug, ''), coalesce(ft.slug, ''), i.id, coalesce(s.id, ''), coalesce(v.title, '')
		from acts a
		left join stories st on st.n = a.story
		left join stories ot on ot.n = a.other
		left join topics tt on tt.n = a.to_topic
		left join topics ft on ft.n = a.from_topic
		left join items i on i.n = a.item
		left join sources s on s.n = a.source
		left join items l on l.n = coalesce(a.item, st.lead)
		left join versions v on v.item = l.n and v.version = l.version
		where `+where+` order by a.at, a.n`, args...)
	var numbers []int64
	all, err := collect(rows, err, func(r scanner) (news.Act, error) {
		act, n, err := scanAct(r)
		numbers = append(numbers, n)
		return act, err
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Kind != news.ActSplit && all[i].Kind != news.ActEject {
			continue
		}
		rows, err := t.query(ctx, `
			select i.id from act_items m join items i on i.n = m.item where m.act = $1 and m.named = 1 order by i.seq`, numbers[i])
		if all[i].Items, err = collect(rows, err, scanID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func scanAct(r scanner) (act news.Act, n int64, err error) {
	var at, undone int64
	var id, story, other, item []byte
	var to, from string
	if err := r.Scan(&n, &id, &act.Kind, &at, &act.By, &act.Why, &act.Text, &undone, &act.Undone.By, &act.Undone.Why, &story, &other,
		&to, &from, &item, &act.Source, &act.Title); err != nil {
		return act, n, err
	}
	act.ID, act.At, act.Undone.At = idText(id), fromMillis(at), fromMillis(undone)
	act.Story, act.Other, act.Topic, act.From = idText(story), idText(other), to, from
	if act.Kind == news.ActHide {
		act.Topic, act.From = from, ""
	}
	if item != nil {
		act.Items = []string{idText(item)}
	}
	return act, n, nil
}

func scanID(r scanner) (string, error) {
	var b []byte
	err := r.Scan(&b)
	return idText(b), err
}

// insertAct writes an Act down.
func insertAct(ctx context.Context, t *tx, act news.Act, row *actRow) error {
	id, err := idBytes(act.ID)
	if err != nil {
		return err
	}
	if err := t.row(ctx, `
		insert into acts (id, kind, at, who, why, body, story, other, to_topic, from_topic, item, source, undone, undone_by, undone_why)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning n`,
		id, string(act.Kind), millis(act.At), act.By, act.Why, act.Text, orNull(row.story), orNull(row.other), row.toTopic, row.fromTopic,
		orNull(row.item), orNull(row.source), millis(act.Undone.At), act.Undone.By, act.Undone.Why).Scan(&row.n); err != nil {
		return err
	}
	items := newBulk(t, `act_items (act, item, named)`, ``)
	for _, m := range row.moved {
		if err := items.add(ctx, row.n, m.item, boolInt(m.named)); err != nil {
			return err
		}
	}
	return items.flush(ctx)
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// actByID finds an Act by its id or by the beginning of it.
func actByID(ctx context.Context, t *tx, id string) (news.Act, error) {
	from, until, err := idRange(id)
	if err != nil {
		return news.Act{}, fmt.Errorf("act %s: %w: wireroom desk log lists the acts", id, news.ErrNotFound)
	}
	found, err := actsWhere(ctx, t, `a.id >= $1 and a.id <= $2`, from, until)
	switch {
	case err != nil:
		return news.Act{}, err
	case len(found) == 0:
		return news.Act{}, fmt.Errorf("act %s: %w: wireroom desk log lists the acts", id, news.ErrNotFound)
	case len(found) > 1:
		return news.Act{}, fmt.Errorf("act %s: %d acts begin so: give more of the id, as in %s", id, len(found), found[0].ID)
	}
	return found[0], nil
}

// readActRow reads the rows that a stored Act names.
func readActRow(ctx context.Context, t *tx, id string) (row actRow, err error) {
	b, err := idBytes(id)
	if err != nil {
		return row, err
	}
	err = t.row(ctx, `
		select n, coalesce(story, 0), coalesce(other, 0), to_topic, from_topic, coalesce(item, 0), coalesce(source, 0)
		from acts where id = $1`, b).
		Scan(&row.n, &row.story, &row.other, &row.toTopic, &row.fromTopic, &row.item, &row.source)
	if errors.Is(err, sql.ErrNoRows) {
		err = news.ErrNotFound
	}
	if err != nil {
		return row, err
	}
	rows, err := t.query(ctx, `select item, named from act_items where act = $1 order by item`, row.n)
	row.moved, err = collect(rows, err, func(r scanner) (m moved, err error) { return m, r.Scan(&m.item, &m.named) })
	return row, err
}

// idRange returns the least and the greatest of the ids that begin with text: hexadecimal digits, with or without hyphens.
func idRange(text string) (from, until []byte, err error) {
	text = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(text, "urn:uuid:")), "-", "")
	if text == "" || len(text) > 32 || strings.Trim(text, "0123456789abcdef") != "" {
		return nil, nil, fmt.Errorf("%q is no id", text)
	}
	if from, err = idBytes(text + strings.Repeat("0", 32-len(text))); err != nil {
		return nil, nil, err
	}
	until, err = idBytes(text + strings.Repeat("f", 32-len(text)))
	return from, until, err
}
