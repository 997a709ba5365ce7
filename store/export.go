package store

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An export is lines of JSON: a heading, then for each table a line that names its columns and a line for each row with
// its values in that order, and an end that counts them. Bytes are base64. Tables, columns and rows have an order, so
// that two stores with the same in them have the same export, whatever their engines.
type (
	exportHeading struct {
		Wireroom string `json:"wireroom"` // "store"
		Format   int    `json:"format"`
		Schema   int64  `json:"schema"` // the number of the newest migration
	}
	exportTable struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
	}
	exportEnd struct {
		End  bool  `json:"end"`
		Rows int64 `json:"rows"`
	}
)

const (
	exportKind   = "store"
	exportFormat = 1
)

// Export writes everything in the store, as it is at one moment, and returns how many rows that were. Leases are left
// out. It holds one row in memory, and keeps nobody from writing meanwhile.
func (db *DB) Export(ctx context.Context, to io.Writer) (rows int64, err error) {
	out := bufio.NewWriterSize(to, 1<<16)
	err = db.view(ctx, "export the store", func(t *tx) error {
		if db.unhurried != "" {
			if _, err := t.exec(ctx, db.unhurried); err != nil {
				return err
			}
		}
		rows, err = db.exportAll(ctx, t, out)
		return err
	})
	if err != nil {
		return rows, err
	}
	if err := out.Flush(); err != nil {
		return rows, fmt.Errorf("export the store: %w", err)
	}
	return rows, nil
}

func (db *DB) exportAll(ctx context.Context, t *tx, out *bufio.Writer) (rows int64, err error) {
	schema, err := schemaVersion(ctx, t)
	if err != nil {
		return 0, err
	}
	tables, err := db.tables(ctx, t)
	if err != nil {
		return 0, err
	}
	if err := writeLine(out, exportHeading{exportKind, exportFormat, schema}); err != nil {
		return 0, err
	}
	for i := range tables {
		n, err := exportRows(ctx, t, &tables[i], out)
		if err != nil {
			return rows, fmt.Errorf("table %s: %w", tables[i].name, err)
		}
		rows += n
	}
	return rows, writeLine(out, exportEnd{true, rows})
}

// schemaVersion returns the number of the newest migration that the store has had.
func schemaVersion(ctx context.Context, q querier) (version int64, err error) {
	err = q.row(ctx, `select max(version_id) from goose_db_version`).Scan(&version)
	return version, err
}

func writeLine(out *bufio.Writer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = out.Write(append(line, '\n'))
	return err
}

func exportRows(ctx context.Context, t *tx, from *table, out *bufio.Writer) (n int64, err error) {
	if err := writeLine(out, exportTable{from.name, strings.Split(from.names(), ", ")}); err != nil {
		return 0, err
	}
	query := `select ` + from.names() + ` from ` + from.name
	if from.name == "meta" { // SQLite counts with it what PostgreSQL has a sequence for; it follows from the items
		query += ` where key <> 'next_item'`
	}
	rows, err := t.query(ctx, query+` order by `+strings.Join(from.key, ", "))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values, dest := make([]any, len(from.columns)), make([]any, len(from.columns))
	for i := range values {
		dest[i] = &values[i]
	}
	var line []byte
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return n, err
		}
		if line, err = appendRow(line[:0], from.columns, values); err != nil {
			return n, err
		}
		if _, err := out.Write(line); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// appendRow appends a row as a line of JSON.
func appendRow(line []byte, columns []column, values []any) ([]byte, error) {
	line = append(line, '[')
	for i, value := range values {
		if i > 0 {
			line = append(line, ',')
		}
		switch v := value.(type) {
		case nil:
			line = append(line, "null"...)
		case int64:
			line = strconv.AppendInt(line, v, 10)
		case []byte:
			line = append(base64.StdEncoding.AppendEncode(append(line, '"'), v), '"')
		case string:
			quoted, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			line = append(line, quoted...)
		default:
			return nil, fmt.Errorf("column %s holds a %T", columns[i].name, v)
		}
	}
	return append(line, "]\n"...), nil
}
