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

// A slip says where the body of a version stands: in which row of texts, and where in that block once it is unpacked. The
// full text of its page, if there is one, is a block of its own.
type slip struct {
	text        *int64 // nil once its time is over
	start, size int
	full        *int64 // nil for none
}

// slipColumns are the columns of versions v that a slip is read from.
const slipColumns = `v.text, v.start, v.size, v.full_text`

func (s *slip) dest() []any { return []any{&s.text, &s.start, &s.size, &s.full} }

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
		n, err := db.insertBlock(ctx, t, block)
		if err != nil {
			return nil, err
		}
		for j := first; j <= i; j++ {
			slips[j].text = &n
		}
		block, first = block[:0], i+1
	}
	return slips, nil
}

// insertBlock packs a block and returns its row.
func (db *DB) insertBlock(ctx context.Context, t *tx, block []byte) (n int64, err error) {
	if err := t.row(ctx, `insert into texts (body) values ($1) returning n`, db.codec.pack(block)).Scan(&n); err != nil {
		return 0, fmt.Errorf("texts: %w", err)
	}
	return n, nil
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
	if err := db.fillFull(ctx, q, all); err != nil {
		return fmt.Errorf("read full texts: %w", err)
	}
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

// fillFull reads the full texts of the Items that have one.
func (db *DB) fillFull(ctx context.Context, q querier, all []filling) error {
	into := make(map[int64][]*news.Item)
	var blocks []int64
	for _, f := range all {
		if f.slip.full != nil {
			into[*f.slip.full] = append(into[*f.slip.full], f.into)
			blocks = append(blocks, *f.slip.full)
		}
	}
	for chunk := range slices.Chunk(blocks, fillChunk) {
		texts, err := db.blocks(ctx, q, padded(chunk, fillChunk))
		if err != nil {
			return err
		}
		for _, text := range texts {
			for _, it := range into[text.n] {
				it.FullText = string(text.block)
			}
		}
	}
	return nil
}

// A textBlock is a row of texts, unpacked.
type textBlock struct {
	n     int64
	block []byte
}

// blocks reads fillChunk rows of texts, by number.
func (db *DB) blocks(ctx context.Context, q querier, numbers []any) ([]textBlock, error) {
	rows, err := q.query(ctx, textsQuery, numbers...)
	return collect(rows, err, func(r scanner) (one textBlock, err error) {
		var packed []byte
		if err := r.Scan(&one.n, &packed); err != nil {
			return one, err
		}
		if one.block, err = db.codec.unpack(packed); err != nil {
			err = fmt.Errorf("block %d: %w", one.n, err)
		}
		return one, err
	})
}

// fillFrom fills Items, ordered by block, from the blocks of one query.
func (db *DB) fillFrom(ctx context.Context, q querier, blocks []any, fillings []filling) error {
	texts, err := db.blocks(ctx, q, blocks)
	if err != nil {
		return err
	}
	for _, text := range texts {
		block := text.block
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
// stay, so that nothing comes back as new; what has no text is not found any more, and how its page was fetched is forgotten. It returns how many versions lost theirs.
func (db *DB) PruneTexts(ctx context.Context, before time.Time) (pruned int64, err error) {
	err = db.update(ctx, "prune texts", func(t *tx) error {
		const prunable = `text is not null and seen < $1
			and not exists (
				select 1 from items i join entries e on e.shows = i.story
				where i.n = versions.item and e.removed = 0)`
		rows, err := t.query(ctx, `
			select versions.item from versions join items c on c.n = versions.item and c.version = versions.version where `+prunable, millis(before))
		items, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
		if err != nil {
			return err
		}
		if err := db.search.forget(ctx, t, items); err != nil {
			return err
		}
		pruned, err = t.exec(ctx, `update versions set text = null, full_text = null where `+prunable, millis(before))
		if err != nil || pruned == 0 {
			return err
		}
		_, err = t.exec(ctx, `
			delete from texts where n in (
				select x.n from texts x left join versions v on v.text = x.n left join versions f on f.full_text = x.n
				where v.text is null and f.full_text is null)`)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
			delete from page_fetches where outcome <> '' and exists (
				select 1 from versions v where v.item = page_fetches.item and v.version = page_fetches.version and v.text is null)`)
		return err
	})
	return pruned, err
}
