package store

import (
	"context"
	"fmt"
	"strings"
)

// bulkSizes are how many rows one statement of a bulk insert carries. There are few, so that each is prepared once; a
// row in a statement of many costs a third of one by itself.
var bulkSizes = [...]int{64, 16, 4, 1}

// A bulk collects rows for one table and inserts them many at a time. Flush it before anything reads them.
type bulk struct {
	t          *tx
	into, tail string // what stands before and after the values
	columns    int
	args       []any
}

// newBulk begins a bulk insert: into is like "items (n, id)", tail what follows the values, such as a conflict clause.
func newBulk(t *tx, into, tail string) *bulk {
	return &bulk{t: t, into: into, tail: tail, columns: strings.Count(into, ",") + 1}
}

// add takes one row.
func (b *bulk) add(ctx context.Context, values ...any) error {
	if len(values) != b.columns {
		return fmt.Errorf("insert into %s: got %d values", b.into, len(values))
	}
	b.args = append(b.args, values...)
	if len(b.args) < bulkSizes[0]*b.columns {
		return nil
	}
	return b.flush(ctx)
}

// flush inserts what has been collected.
func (b *bulk) flush(ctx context.Context) error {
	args := b.args
	for _, rows := range bulkSizes {
		for len(args) >= rows*b.columns {
			if _, err := b.t.exec(ctx, b.statement(rows), args[:rows*b.columns]...); err != nil {
				return fmt.Errorf("insert into %s: %w", b.into, err)
			}
			args = args[rows*b.columns:]
		}
	}
	b.args = b.args[:0]
	return nil
}

func (b *bulk) statement(rows int) string {
	key := bulkKey{b.into, b.tail, rows}
	if text, ok := b.t.pool.bulks.Load(key); ok {
		return text.(string)
	}
	var out strings.Builder
	out.WriteString("insert into " + b.into + " values ")
	for i := range rows {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("(" + placeholders(1+i*b.columns, b.columns) + ")")
	}
	out.WriteString(" " + b.tail)
	b.t.pool.bulks.Store(key, out.String())
	return out.String()
}

// bulkKey names the text of a bulk insert.
type bulkKey struct {
	into, tail string
	rows       int
}

// flushAll flushes several, in order.
func flushAll(ctx context.Context, bulks ...*bulk) error {
	for _, b := range bulks {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}
