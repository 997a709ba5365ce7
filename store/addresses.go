package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"wireroom/news"
)

// Canonicals returns the addresses that the pages of Items give themselves, by the store's own number: of those that were
// fetched, and where it is another than the Item's own.
func (db *DB) Canonicals(ctx context.Context, refs []int64) (map[int64]string, error) {
	canonicals := make(map[int64]string)
	for chunk := range slices.Chunk(refs, refChunk) {
		rows, err := db.read.query(ctx, canonicalsQuery, padded(chunk, refChunk)...)
		_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
			var ref int64
			var canonical string
			err = r.Scan(&ref, &canonical)
			canonicals[ref] = canonical
			return none, err
		})
		if err != nil {
			return nil, fmt.Errorf("read what pages call themselves: %w", err)
		}
	}
	return canonicals, nil
}

var canonicalsQuery = `
	select p.item, p.canonical from page_fetches p join items i on i.n = p.item and i.version = p.version
	where p.item in (` + placeholders(1, refChunk) + `) and p.canonical <> ''`

// Addresses returns how many Items of which Source, by its id, stand under the given prints of addresses, as far as those are
// not one Item's own.
func (db *DB) Addresses(ctx context.Context, prints []news.Key) (map[news.Key]map[string]int, error) {
	counts := make(map[news.Key]map[string]int)
	for chunk := range slices.Chunk(prints, keyChunk) {
		if err := db.addressesChunk(ctx, chunk, counts); err != nil {
			return nil, fmt.Errorf("count items under addresses: %w", err)
		}
	}
	return counts, nil
}

var addressesQuery = `
	select a.print, s.id, a.items from addresses a join sources s on s.n = a.source
	where a.print in (` + placeholders(1, keyChunk) + `)`

func (db *DB) addressesChunk(ctx context.Context, prints []news.Key, counts map[news.Key]map[string]int) error {
	rows, err := db.read.query(ctx, addressesQuery, padded(keyBytes(prints), keyChunk)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var print sql.RawBytes
	for rows.Next() {
		var source string
		var items int
		if err := rows.Scan(&print, &source, &items); err != nil {
			return err
		}
		key := news.Key(print)
		if counts[key] == nil {
			counts[key] = make(map[string]int)
		}
		counts[key][source] = items
	}
	return rows.Err()
}

// addressed counts an Item under an address. Where that names nothing any more, the Items of its Source are not known by it.
func (s *saving) addressed(ctx context.Context, it *news.Sorted) error {
	if it.Address == (news.Key{}) {
		return nil
	}
	if _, err := s.t.exec(ctx, `
		insert into addresses (print, source, items) select $2, source, 1 from items where n = $1
		on conflict (print, source) do update set items = addresses.items + 1`, it.Ref, it.Address[:]); err != nil || !it.Void {
		return err
	}
	if err := s.prints.flush(ctx); err != nil { // those of the Items before it
		return err
	}
	_, err := s.t.exec(ctx, `
		delete from prints where print = $2 and item in (
			select o.n from items o join items i on i.source = o.source where i.n = $1)`, it.Ref, it.Address[:])
	return err
}
