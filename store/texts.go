package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"wireroom/news"
)

// blockSize is how many bytes of bodies are packed together at least before a new block is begun. The Items of one
// document have much in common: packed so, thirty of them take 42 % less than each by itself, and a third of the time
// (measured on the documents of bench/).
const blockSize = 64 << 10

// blockRoom is for the body that fills a block: most are a few thousand bytes.
const blockRoom = 8 << 10

// A slip says where the body of a version stands: in which row of texts, and where in that block once it is unpacked.
type slip struct {
	text        *int64 // nil once its time is over
	start, size int
}

// slipColumns are the columns of versions v that a slip is read from.
const slipColumns = `v.text, v.start, v.size`

func (s *slip) dest() []any { return []any{&s.text, &s.start, &s.size} }

// insertTexts packs the bodies of Items into blocks, and returns where each stands.
func (db *DB) insertTexts(ctx context.Context, t *tx, items []news.Item) ([]slip, error) {
	slips := make([]slip, len(items))
	block := make([]byte, 0, min(blockSize, 2048*len(items))+blockRoom)
	first := 0
	for i := range items {
		slips[i].start = len(block)
		block = appendBody(block, &items[i])
		slips[i].size = len(block) - slips[i].start
		if len(block) < blockSize && i < len(items)-1 {
			continue
		}
		var n int64
		if err := t.row(ctx, `insert into texts (body) values ($1) returning n`, db.codec.pack(block)).Scan(&n); err != nil {
			return nil, fmt.Errorf("texts: %w", err)
		}
		for j := first; j <= i; j++ {
			slips[j].text = &n
		}
		block, first = block[:0], i+1
	}
	return slips, nil
}

// A filling is an Item that lacks its texts, and where they stand.
type filling struct {
	slip slip
	into *news.Item
}

// fillChunk is how many blocks one query reads.
const fillChunk = 16

var textsQuery = `select n, body from texts where n in (` + placeholders(1, fillChunk) + `) order by n`

// fill reads the texts of Items, each block once. An Item whose texts are pruned stays without.
func (db *DB) fill(ctx context.Context, q querier, all []filling) error {
	all = slices.DeleteFunc(all, func(f filling) bool { return f.slip.text == nil })
	slices.SortStableFunc(all, func(a, b filling) int { return int(*a.slip.text - *b.slip.text) })
	for len(all) > 0 {
		var blocks []int64
		n := 0
		for n < len(all) && (len(blocks) < fillChunk || *all[n].slip.text == *all[n-1].slip.text) {
			if n == 0 || *all[n].slip.text != *all[n-1].slip.text {
				blocks = append(blocks, *all[n].slip.text)
			}
			n++
		}
		if err := db.fillFrom(ctx, q, padded(blocks, fillChunk), all[:n]); err != nil {
			return fmt.Errorf("read texts: %w", err)
		}
		all = all[n:]
	}
	return nil
}

// fillFrom fills Items, ordered by block, from the blocks of one query.
func (db *DB) fillFrom(ctx context.Context, q querier, blocks []any, fillings []filling) error {
	type row struct {
		n      int64
		packed []byte
	}
	rows, err := q.query(ctx, textsQuery, blocks...)
	texts, err := collect(rows, err, func(r scanner) (one row, err error) { return one, r.Scan(&one.n, &one.packed) })
	if err != nil {
		return err
	}
	for _, text := range texts {
		block, err := db.codec.unpack(text.packed)
		if err != nil {
			return fmt.Errorf("block %d: %w", text.n, err)
		}
		for len(fillings) > 0 && *fillings[0].slip.text == text.n {
			f := fillings[0]
			if f.slip.start+f.slip.size > len(block) {
				return fmt.Errorf("block %d is cut short", text.n)
			}
			if err := readBody(string(block[f.slip.start:f.slip.start+f.slip.size]), f.into); err != nil {
				return err
			}
			fillings = fillings[1:]
		}
	}
	if len(fillings) > 0 {
		return fmt.Errorf("block %d is missing", *fillings[0].slip.text)
	}
	return nil
}

// PruneTexts drops the texts of versions seen before a time that no entry shows. Titles, identity keys and the entry log
// stay, so that nothing comes back as new. It returns how many versions lost theirs.
func (db *DB) PruneTexts(ctx context.Context, before time.Time) (pruned int64, err error) {
	err = db.update(ctx, "prune texts", func(t *tx) error {
		pruned, err = t.exec(ctx, `
			update versions set text = null
			where text is not null and seen < $1
			and not exists (
				select 1 from items i join entries e on e.story = i.story
				where i.n = versions.item and e.removed = 0)`, millis(before))
		if err != nil || pruned == 0 {
			return err
		}
		_, err = t.exec(ctx, `
			delete from texts where n in (
				select x.n from texts x left join versions v on v.text = x.n where v.text is null)`)
		return err
	})
	return pruned, err
}
