package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"wireroom/news"
)

// Known returns what is already stored of a Source under the given keys, by key; a key that is not there is new.
func (db *DB) Known(ctx context.Context, source string, keys []news.Key) (map[news.Key]news.Known, error) {
	known := make(map[news.Key]news.Known, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), keyChunk)
		if err := db.knownChunk(ctx, source, keys[:n], known); err != nil {
			return nil, fmt.Errorf("recognise items of %s: %w", source, err)
		}
		keys = keys[n:]
	}
	return known, nil
}

// keyChunk is how many keys one query asks for; see padded.
const keyChunk = 64

var knownQuery = `
	select k.key, i.n, i.id, i.version, i.fingerprint
	from item_keys k join items i on i.n = k.item
	where k.source = (select n from sources where id = $1) and k.key in (` + placeholders(2, keyChunk) + `)`

func (db *DB) knownChunk(ctx context.Context, source string, keys []news.Key, known map[news.Key]news.Known) error {
	rows, err := db.read.query(ctx, knownQuery, append([]any{source}, padded(keyBytes(keys), keyChunk)...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var key, id, fingerprint sql.RawBytes
	for rows.Next() {
		var k news.Known
		if err := rows.Scan(&key, &k.Ref, &id, &k.Version, &fingerprint); err != nil {
			return err
		}
		k.ID = idText(id)
		copy(k.Fingerprint[:], fingerprint)
		known[news.Key(key)] = k
	}
	return rows.Err()
}

// padded makes arguments of up to n values: shorter lists are padded with their last one, so that one prepared statement
// serves all. values must not be empty.
func padded[T any](values []T, n int) []any {
	args := make([]any, n)
	for i := range args {
		args[i] = values[min(i, len(values)-1)]
	}
	return args
}

func keyBytes(keys []news.Key) [][]byte {
	all := make([][]byte, len(keys))
	for i := range keys {
		all[i] = keys[i][:]
	}
	return all
}

// placeholders returns "$from, $from+1, …", n of them.
func placeholders(from, n int) string {
	var out strings.Builder
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "$%d", from+i)
	}
	return out.String()
}

// insertItems adds new Items with their first versions and keys, all of them waiting for the Sorter.
func (db *DB) insertItems(ctx context.Context, t *tx, source int64, items []news.Item) error {
	if len(items) == 0 {
		return nil
	}
	numbers, err := db.numbers(ctx, t, len(items))
	if err != nil {
		return err
	}
	slips, err := db.insertTexts(ctx, t, items)
	if err != nil {
		return err
	}
	var withdrawn int64 // with its Source
	if err := t.row(ctx, `select withdrawn from sources where n = $1`, source).Scan(&withdrawn); err != nil {
		return err
	}
	rows := newBulk(t, `items (n, id, source, place, first_seen, published, version, fingerprint, unsorted, withdrawn)`, ``)
	versions := newVersions(t)
	keys := newBulk(t, `item_keys (source, key, item)`, ``)
	for i := range items {
		it, n := &items[i], numbers[i]
		id, err := idBytes(it.ID)
		if err != nil {
			return err
		}
		if err := rows.add(ctx, n, id, source, it.Place, millis(it.FirstSeen), millis(it.Published), 1, it.Fingerprint[:], 1, withdrawn); err != nil {
			return err
		}
		if err := addVersion(ctx, versions, n, it, slips[i]); err != nil {
			return err
		}
		for j := range it.Keys {
			if err := keys.add(ctx, source, it.Keys[j][:], n); err != nil {
				return err
			}
		}
	}
	if err := flushAll(ctx, rows, versions, keys); err != nil {
		return err
	}
	return queuePages(ctx, t, source, numbers, items)
}

// changeItems adds a version to known Items, and the keys that they have not had yet.
func (db *DB) changeItems(ctx context.Context, t *tx, source int64, items []news.Item) error {
	if len(items) == 0 {
		return nil
	}
	slips, err := db.insertTexts(ctx, t, items)
	if err != nil {
		return err
	}
	versions := newVersions(t)
	keys := newBulk(t, `item_keys (source, key, item)`, `on conflict do nothing`)
	numbers := make([]int64, len(items))
	for i := range items {
		it := &items[i]
		id, err := idBytes(it.ID)
		if err != nil {
			return err
		}
		var n int64
		if err := t.row(ctx, `
			update items set version = $2, fingerprint = $3, unsorted = 1 where id = $1 and version = $2 - 1 returning n`,
			id, it.Version, it.Fingerprint[:]).Scan(&n); err != nil {
			return fmt.Errorf("version %d of item %s: %w", it.Version, it.ID, err)
		}
		numbers[i] = n
		if err := supersedePages(ctx, t, n, it.Version); err != nil {
			return err
		}
		if err := addVersion(ctx, versions, n, it, slips[i]); err != nil {
			return err
		}
		for j := range it.Keys {
			if err := keys.add(ctx, source, it.Keys[j][:], n); err != nil {
				return err
			}
		}
	}
	if err := flushAll(ctx, versions, keys); err != nil {
		return err
	}
	return queuePages(ctx, t, source, numbers, items)
}

// refreshItems records new fingerprints and keys of known Items that are unchanged to a reader, so that the next Poll need
// not compare them again.
func refreshItems(ctx context.Context, t *tx, source int64, refreshed map[int64]news.Refresh) error {
	keys := newBulk(t, `item_keys (source, key, item)`, `on conflict do nothing`)
	for ref, refresh := range refreshed {
		if _, err := t.exec(ctx, `update items set fingerprint = $2 where n = $1`, ref, refresh.Fingerprint[:]); err != nil {
			return fmt.Errorf("fingerprint of item %d: %w", ref, err)
		}
		for i := range refresh.Keys {
			if err := keys.add(ctx, source, refresh.Keys[i][:], ref); err != nil {
				return err
			}
		}
	}
	return keys.flush(ctx)
}

// Item returns the current version of an Item by the store's own number.
func (db *DB) Item(ctx context.Context, ref int64) (news.Item, error) {
	it, err := db.itemOf(ctx, db.read, ref, 0)
	if err != nil {
		return it, fmt.Errorf("read item %d: %w", ref, err)
	}
	return it, nil
}

// itemOf reads an Item in one version; 0 means the current one.
func (db *DB) itemOf(ctx context.Context, q querier, ref int64, version int) (news.Item, error) {
	row, err := scanItem(q.row(ctx, `select `+itemColumns+itemTables+`
		where i.n = $1 and v.version = case when $2 = 0 then i.version else $2 end`, ref, version))
	if err != nil {
		return row.item, err
	}
	err = db.fill(ctx, q, []filling{{row.slip, &row.item}})
	return row.item, err
}

// What scanItem reads, and where it stands.
const (
	itemColumns = `i.id, s.id, i.place, i.first_seen, i.published, v.version, v.seen, v.title, ` + slipColumns
	itemTables  = ` from items i join sources s on s.n = i.source join versions v on v.item = i.n`
)

// An itemRow is an Item as scanned, its texts still to be filled in.
type itemRow struct {
	item news.Item
	slip slip
}

func scanItem(row scanner) (r itemRow, err error) {
	it := &r.item
	var id []byte
	var firstSeen, published, seen int64
	if err := row.Scan(append([]any{&id, &it.Source, &it.Place, &firstSeen, &published, &it.Version, &seen, &it.Title},
		r.slip.dest()...)...); err != nil {
		return r, err
	}
	it.ID, it.FirstSeen, it.Published, it.Seen = idText(id), fromMillis(firstSeen), fromMillis(published), fromMillis(seen)
	return r, nil
}

// An ItemRow is an Item in a listing.
type ItemRow struct {
	news.Item
	Story      string // empty while unsorted
	Page       string // how the fetch of its page stands: "waiting" or a [news.PageOutcome]; empty where it is not asked for
	PageReason string // why so, in words; empty if there is nothing to say
}

// Items lists Items in their current versions, newest published first and without those that are withdrawn: all, or those of
// one Source, or those of the Stories in one Topic. A limit of 0 means all.
func (db *DB) Items(ctx context.Context, source, topic string, limit int) ([]ItemRow, error) {
	if limit <= 0 {
		limit = 1 << 40
	}
	rows, err := db.read.query(ctx, `
		select st.id, `+pageStanding+`, `+itemColumns+itemTables+` and v.version = i.version
		left join stories st on st.n = i.story
		left join page_fetches p on p.item = i.n and p.version = i.version
		where i.withdrawn = 0 and coalesce(st.withdrawn, 0) = 0 and ($1 = '' or s.id = $1)
		and ($2 = '' or exists (
			select 1 from entries e join topics t on t.n = e.topic
			where e.shows = i.story and e.removed = 0 and t.slug = $2))
		order by i.published desc, i.n desc
		limit $3`, source, topic, limit)
	type listed struct {
		itemRow
		story        []byte
		page, reason string
	}
	all, err := collect(rows, err, func(r scanner) (l listed, err error) {
		l.itemRow, err = scanItem(prefixed{r, []any{&l.story, &l.page, &l.reason}})
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("list items: %w", err)
	}
	list, fillings := make([]ItemRow, len(all)), make([]filling, len(all))
	for i, l := range all {
		list[i] = ItemRow{Item: l.item, Page: l.page, PageReason: l.reason}
		if l.story != nil {
			list[i].Story = idText(l.story)
		}
		fillings[i] = filling{l.slip, &list[i].Item}
	}
	if err := db.fill(ctx, db.read, fillings); err != nil {
		return nil, fmt.Errorf("list items: %w", err)
	}
	return list, nil
}
