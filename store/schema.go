package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A table is one table of the store, as the database itself tells of it.
type table struct {
	name    string
	columns []column // that are carried from store to store, by name
	key     []string // the columns of its primary key, in order
}

// A column is one column of a table.
type column struct {
	name string
	kind kind
}

// A kind is what a column holds.
type kind int

// The kinds there are.
const (
	kindWhole kind = iota // a whole number of 64 bits
	kindText              // UTF-8 without NUL
	kindBytes
)

// kinds are the names that the engines have for them.
var kinds = map[string]kind{"integer": kindWhole, "bigint": kindWhole, "text": kindText, "blob": kindBytes, "bytea": kindBytes}

// transient is what stays where it is when a store moves: leases and spacing are on the clock of their database, and
// bind processes that know nothing of another.
var transient = map[string]bool{
	"leases":              true,
	"sources.lease_owner": true,
	"sources.lease_until": true,
	"sources.pass":        true,
	"hosts.lease_owner":   true,
	"hosts.lease_until":   true,
	"hosts.free_at":       true,

	"page_fetches.lease_owner": true,
	"page_fetches.lease_until": true,

	"subscriptions.lease_owner": true,
	"subscriptions.lease_until": true,

	"unsearched": true, // the index of words is made anew
}

// tables returns every table that is carried from store to store, by name.
func (db *DB) tables(ctx context.Context, q querier) ([]table, error) {
	type row struct {
		table, column, kind string
		place               int // in the primary key, from 1; 0: not in it
	}
	rows, err := q.query(ctx, db.catalog)
	all, err := collect(rows, err, func(r scanner) (one row, err error) {
		return one, r.Scan(&one.table, &one.column, &one.kind, &one.place)
	})
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	slices.SortFunc(all, func(a, b row) int {
		if a.table != b.table {
			return strings.Compare(a.table, b.table)
		}
		return strings.Compare(a.column, b.column)
	})
	var tables []table
	for _, r := range all {
		if transient[r.table] || transient[r.table+"."+r.column] {
			continue
		}
		if len(tables) == 0 || tables[len(tables)-1].name != r.table {
			tables = append(tables, table{name: r.table})
		}
		k, known := kinds[r.kind]
		if !known {
			return nil, fmt.Errorf("column %s.%s is of an unknown type %s", r.table, r.column, r.kind)
		}
		into := &tables[len(tables)-1]
		into.columns = append(into.columns, column{r.column, k})
		if r.place > 0 {
			into.key = append(into.key, fmt.Sprintf("%d %s", r.place, r.column))
		}
	}
	for i := range tables {
		tables[i].orderKey()
	}
	return tables, nil
}

// orderKey puts the columns of the key, each behind its place, in order and drops the places.
func (t *table) orderKey() {
	slices.Sort(t.key) // no key has ten columns
	for i, name := range t.key {
		_, t.key[i], _ = strings.Cut(name, " ")
	}
}

// names are the names of the columns, with commas between.
func (t *table) names() string {
	var names []string
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}
