package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"wireroom/aggregator"
	"wireroom/news"
	"wireroom/store"
)

// What the Sorter makes of Items. A replay begins without any of it; judged is what has to come out as it was.
var (
	made   = []string{"acts", "decisions", "entries", "groupings", "marks", "pages", "pending", "prints", "revisions", "sealed_reports", "showings", "stories", "tags"}
	judged = []string{"decisions", "groupings", "items", "prints", "tags"}
)

// worldItems is how many items each source of the world has at first; each round adds one.
const worldItems = 30

// unsorted are the columns of an Item that the Sorter has filled, as they were before.
var unsorted = map[string]any{"unsorted": 1, "seq": nil, "story": nil, "duplicate_of": nil, "duplicate_why": ""}

// replay sorts all Items of a store again, in a store of its own, from nothing and in the order that is stored, and fails
// unless every Item comes to stand where it stood, for the same reasons, and every Decision comes out as it did. The rows
// of the two stores are compared. It is for a store in which no Item has a second version and no editor has acted.
func (s *stage) replay(ctx context.Context, address string) (err error) {
	var before bytes.Buffer
	if err := export(ctx, address, &before); err != nil {
		return err
	}
	again := "sqlite:" + filepath.Join(s.folder, "replay.db")
	order, err := load(ctx, again, before.Bytes())
	if err != nil {
		return err
	}
	if err := sortAgain(ctx, again, order); err != nil {
		return err
	}
	var after bytes.Buffer
	if err := export(ctx, again, &after); err != nil {
		return err
	}
	if want := s.sources * (worldItems + s.rounds - 1); len(order) != want {
		return fmt.Errorf("%d items are stored, %d were published", len(order), want)
	}
	rows, err := differences(before.Bytes(), after.Bytes())
	if err == nil {
		fmt.Fprintf(s.out, "%d items sorted again from nothing, %d rows of what was made of them are the same\n", len(order), rows)
	}
	return err
}

func export(ctx context.Context, address string, to io.Writer) (err error) {
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.Export(ctx, to)
	return err
}

// load imports an export without what the Sorter has made, and returns each Item's place in the Sorter's order.
func load(ctx context.Context, address string, exported []byte) (order map[int64]int64, err error) {
	db, err := store.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	order = make(map[int64]int64)
	var bare bytes.Buffer
	if err := eachRow(exported, func(table string, columns []string, row []any) []any {
		return bareRow(table, columns, row, order)
	}, &bare); err != nil {
		return nil, err
	}
	_, err = db.Import(ctx, &bare)
	return order, err
}

// bareRow returns a row as it was before anything was sorted; nil for one that was not there.
func bareRow(table string, columns []string, row []any, order map[int64]int64) []any {
	switch {
	case slices.Contains(made, table):
		return nil
	case table == "meta" && row[0] == "next_seq":
		return []any{row[0], 1}
	case table != "items":
		return row
	}
	order[number(row[slices.Index(columns, "n")])] = number(row[slices.Index(columns, "seq")])
	for i, column := range columns {
		if value, ok := unsorted[column]; ok {
			row[i] = value
		}
	}
	return row
}

func number(v any) int64 {
	text, _ := v.(json.Number)
	n, _ := text.Int64() // null: never sorted, which shows in the comparison
	return n
}

// eachRow copies an export with the rows that change returns, and its end as they are then.
func eachRow(exported []byte, change func(table string, columns []string, row []any) []any, to io.Writer) error {
	var table struct {
		Table   string
		Columns []string
	}
	written := 0
	lines := bufio.NewScanner(bytes.NewReader(exported))
	for lines.Buffer(nil, 1<<26); lines.Scan(); {
		line := lines.Bytes()
		var err error
		switch {
		case bytes.HasPrefix(line, []byte(`{"table"`)):
			err = json.Unmarshal(line, &table)
		case bytes.HasPrefix(line, []byte(`{"end"`)):
			line = fmt.Appendf(nil, `{"end":true,"rows":%d}`, written)
		case line[0] == '[':
			var row []any
			if row, err = readRow(line); err != nil {
				break
			}
			if row = change(table.Table, table.Columns, row); row == nil {
				continue
			}
			written++
			line, err = json.Marshal(row)
		}
		if err == nil {
			_, err = fmt.Fprintf(to, "%s\n", line)
		}
		if err != nil {
			return err
		}
	}
	return lines.Err()
}

// readRow reads a row whose numbers stay as they are written.
func readRow(line []byte) (row []any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	return row, decoder.Decode(&row)
}

// A sequence is a store whose waiting Items stand in an order of their own, and which files nothing.
type sequence struct {
	*store.DB
	order map[int64]int64
}

// Waiting lists what waits; when an Item was seen is its place in the order.
func (s sequence) Waiting(ctx context.Context, limit int) ([]news.Waiting, error) {
	all, err := s.DB.Waiting(ctx, limit)
	for i := range all {
		all[i].Seen = time.UnixMilli(s.order[all[i].Ref])
	}
	return all, err
}

// File files nothing.
func (s sequence) File(context.Context, news.Seat, time.Time) (int, error) { return 0, nil }

func sortAgain(ctx context.Context, address string, order map[int64]int64) (err error) {
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	sorter := &aggregator.Sorter{Store: sequence{db, order}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	done, err := sorter.Run(ctx, begin.AddDate(1, 0, 0))
	if err == nil && done.Items != len(order) {
		err = fmt.Errorf("%d of %d items were sorted again", done.Items, len(order))
	}
	return err
}

// differences fails unless two exports have the same rows of what is judged, and returns how many.
func differences(before, after []byte) (rows int, err error) {
	want, err := judgedRows(before)
	if err != nil {
		return 0, err
	}
	got, err := judgedRows(after)
	if err != nil {
		return 0, err
	}
	var faults []error
	for row := range want {
		if !got[row] {
			faults = append(faults, fmt.Errorf("stored, but not by the replay: %.300s", row))
		}
	}
	for row := range got {
		if !want[row] {
			faults = append(faults, fmt.Errorf("by the replay alone: %.300s", row))
		}
	}
	if len(faults) > 0 {
		return 0, fmt.Errorf("the replay differs in %d rows: %w", len(faults), errors.Join(faults[:min(len(faults), 10)]...))
	}
	return len(want), nil
}

// judgedRows reads the rows of an export that are judged; each has a key, so that none is there twice.
func judgedRows(exported []byte) (map[string]bool, error) {
	rows := make(map[string]bool)
	err := eachRow(exported, func(table string, _ []string, row []any) []any {
		if slices.Contains(judged, table) {
			rows[fmt.Sprint(table, row)] = true
		}
		return nil
	}, io.Discard)
	return rows, err
}
