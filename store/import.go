package store

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// ErrNotEmpty is returned by Import for a store that has something in it.
var ErrNotEmpty = errors.New("the store is not empty: name a new one in store: (an import replaces nothing)")

// errCutShort is an export without its end.
var errCutShort = errors.New("the export is cut short: write it again")

// Import fills an empty store with an export, wholly or not at all, and returns how many rows that were. It holds a few
// rows in memory. It fails with [ErrNotEmpty], and with an error that says what to do for an export of another version of
// the program, or one that is damaged.
func (db *DB) Import(ctx context.Context, from io.Reader) (rows int64, err error) {
	decoder := json.NewDecoder(bufio.NewReaderSize(from, 1<<16))
	// Not by update: what has been read cannot be read again.
	err = db.write.transact(ctx, "import the store", nil, func(t *tx) error {
		tables, err := db.emptyTables(ctx, t)
		if err != nil {
			return err
		}
		if err := importHeading(ctx, t, decoder); err != nil {
			return err
		}
		in := importing{t: t, decoder: decoder, tables: tables}
		if err := in.all(ctx); err != nil {
			return err
		}
		rows = in.rows
		return db.settle(ctx, t, tables)
	})
	if err == nil {
		err = db.indexAll(ctx)
	}
	return rows, advise(err)
}

// emptyTables returns the tables after making sure that nothing is in them; what a new store begins with is removed.
func (db *DB) emptyTables(ctx context.Context, t *tx) ([]table, error) {
	tables, err := db.tables(ctx, t)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		if table.name == "meta" {
			continue
		}
		var some bool
		if err := t.row(ctx, `select exists (select 1 from `+table.name+`)`).Scan(&some); err != nil {
			return nil, err
		}
		if some {
			return nil, ErrNotEmpty
		}
	}
	_, err = t.exec(ctx, `delete from meta where key <> 'next_item'`)
	return tables, err
}

func importHeading(ctx context.Context, t *tx, decoder *json.Decoder) error {
	var heading exportHeading
	if err := decoder.Decode(&heading); err != nil || heading.Wireroom != exportKind {
		return errors.New("this is no export: make one with wireroom export")
	}
	if heading.Format != exportFormat {
		return fmt.Errorf("the export is in format %d, this program reads %d: use the program that wrote it", heading.Format, exportFormat)
	}
	schema, err := schemaVersion(ctx, t)
	if err != nil {
		return err
	}
	if heading.Schema != schema {
		return fmt.Errorf("the export is of schema %d, this program's is %d: export and import with the same version, "+
			"which then brings the store to its own form", heading.Schema, schema)
	}
	return nil
}

// An importing is the state of one Import.
type importing struct {
	t       *tx
	decoder *json.Decoder
	tables  []table // that are still to come
	columns []column
	into    *bulk // nil before the first table
	rows    int64
}

// all reads the lines that follow the heading.
func (in *importing) all(ctx context.Context) error {
	for {
		var line json.RawMessage
		if err := in.decoder.Decode(&line); err != nil {
			return in.broken(err)
		}
		if line[0] == '[' {
			if err := in.row(ctx, line); err != nil {
				return err
			}
			continue
		}
		if in.into != nil {
			if err := in.into.flush(ctx); err != nil {
				return err
			}
		}
		if done, err := in.heading(line); done || err != nil {
			return err
		}
	}
}

func (in *importing) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutShort
	}
	return fmt.Errorf("after %d rows: %w", in.rows, err)
}

// heading begins the next table; done is true at the end of the export.
func (in *importing) heading(line []byte) (done bool, err error) {
	var heading struct {
		exportTable
		exportEnd
	}
	if err := json.Unmarshal(line, &heading); err != nil {
		return false, fmt.Errorf("after %d rows: %w", in.rows, err)
	}
	if heading.End {
		if len(in.tables) > 0 || heading.Rows != in.rows {
			return false, errCutShort
		}
		return true, nil
	}
	if len(in.tables) == 0 || in.tables[0].name != heading.Table || !in.tables[0].has(heading.Columns) {
		return false, fmt.Errorf("the export has a table %s with columns %v, which this program does not have in that place: "+
			"use the program that wrote it", heading.Table, heading.Columns)
	}
	next := in.tables[0]
	in.tables, in.columns = in.tables[1:], next.columns
	in.into = newBulk(in.t, next.name+" ("+next.names()+")", "")
	return false, nil
}

// has reports whether the table has exactly these columns.
func (t *table) has(names []string) bool {
	return slices.EqualFunc(t.columns, names, func(c column, name string) bool { return c.name == name })
}

func (in *importing) row(ctx context.Context, line []byte) error {
	var fields []json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return fmt.Errorf("row %d: %w", in.rows+1, err)
	}
	if in.into == nil || len(fields) != len(in.columns) {
		return fmt.Errorf("row %d has %d values, want %d: the export is damaged", in.rows+1, len(fields), len(in.columns))
	}
	values := make([]any, len(fields))
	for i, field := range fields {
		var err error
		if values[i], err = in.columns[i].kind.read(field); err != nil {
			return fmt.Errorf("row %d, %s: %w", in.rows+1, in.columns[i].name, err)
		}
	}
	in.rows++
	return in.into.add(ctx, values...)
}

// read reads a value as appendRow has written it.
func (k kind) read(field json.RawMessage) (any, error) {
	if string(field) == "null" {
		return nil, nil
	}
	if k == kindWhole {
		return strconv.ParseInt(string(field), 10, 64)
	}
	var value string
	if err := json.Unmarshal(field, &value); err != nil {
		return nil, err
	}
	if k == kindBytes {
		return base64.StdEncoding.DecodeString(value)
	}
	return value, nil
}

// settle makes the numbers that rows get from now on follow those that came, and has what came taken in by search.
func (db *DB) settle(ctx context.Context, t *tx, tables []table) error {
	if _, err := t.exec(ctx, `
		update meta set value = (select coalesce(max(n), 0) + 1 from items) where key = 'next_item'`); err != nil {
		return err
	}
	if err := reindex(ctx, t); err != nil {
		return err
	}
	if db.follow == "" {
		return nil
	}
	for _, table := range tables {
		if !slices.Equal(table.key, []string{"n"}) {
			continue
		}
		var last any
		if err := t.row(ctx, fmt.Sprintf(db.follow, table.name)).Scan(&last); err != nil {
			return fmt.Errorf("table %s: %w", table.name, err)
		}
	}
	return nil
}
