package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // also the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// sqliteReaders is how many reads go on at once; each holds a page cache of up to 0.5 MB.
	sqliteReaders = 4
	// sqliteCache is how many KB of pages the writer keeps. The driver's memory comes in powers of two, so that a page of 4 KB
	// takes 8; with 4,000 a first ingest wrote as much, and took as long.
	sqliteCache = 1000
	// sqliteCheckpoint is at how many pages of write-ahead log they are moved into the file, 32 MB: at an eighth of
	// it, the default, pages of the indexes were moved twice as often (measured by bytes written, first ingest of bench/).
	sqliteCheckpoint = 8000
	// sqliteClock is the database's clock in milliseconds.
	sqliteClock = `cast(unixepoch('now', 'subsec') * 1000 as integer)`
	// sqliteCatalog leaves out what the engine made for itself: virtual tables, with their shadows, are of the text search.
	sqliteCatalog = `
		select l.name, c.name, lower(c.type), c.pk
		from pragma_table_list l join pragma_table_info(l.name) c
		where l.schema = 'main' and l.type = 'table' and l.name not like 'sqlite!_%' escape '!' and l.name not like 'goose!_%' escape '!'`
	// sqliteNumbers takes numbers from a counter; there is one writer at a time.
	sqliteNumbers = `update meta set value = value + $1 where key = 'next_item' returning value - $1`
)

// openSQLite opens the file at path with one connection that writes and several that only read.
func openSQLite(ctx context.Context, path string) (*DB, error) {
	if path == "" {
		return nil, errors.New(`open store: no file named: use "sqlite:" and a path`)
	}
	codec, err := newCodec()
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	write, err := openWriter(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, explainFile(path, err))
	}
	read, err := sql.Open("sqlite", sqliteDSN(path, "mode=ro", "_pragma=query_only(1)", "_pragma=cache_size(-512)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(sqliteReaders)
	// The driver starts a goroutine for every statement whose context can end. Within a transaction that writes they are
	// short, and the transaction itself heeds the context.
	return &DB{
		write: &pool{conn: write, short: true, spell: anonymous}, read: &pool{conn: read, spell: anonymous},
		clock: sqliteClock, catalog: sqliteCatalog, numbers: takeSQLiteNumbers, snapshot: sql.TxOptions{ReadOnly: true},
		file: path, codec: codec, search: sqliteSearch{}, presence: presence{path: path + "-lock"}, name: newName(),
	}, nil
}

func takeSQLiteNumbers(ctx context.Context, t *tx, n int) ([]int64, error) {
	var first int64
	if err := t.row(ctx, sqliteNumbers, n).Scan(&first); err != nil {
		return nil, err
	}
	numbers := make([]int64, n)
	for i := range numbers {
		numbers[i] = first + int64(i)
	}
	return numbers, nil
}

// openWriter opens the connection that writes, sets the file to write-ahead logging, once, and migrates it.
func openWriter(ctx context.Context, path string) (*sql.DB, error) {
	conn, err := sql.Open("sqlite", sqliteDSN(path, "_txlock=immediate", fmt.Sprintf("_pragma=cache_size(-%d)", sqliteCache),
		fmt.Sprintf("_pragma=wal_autocheckpoint(%d)", sqliteCheckpoint)))
	if err != nil {
		return nil, err
	}
	conn.SetMaxOpenConns(1)
	if err := setWAL(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := checkOwn(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := migrate(ctx, conn, goose.DialectSQLite3, "sqlite"); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// checkOwn refuses a file with tables of which no migration of ours tells.
func checkOwn(ctx context.Context, conn *sql.DB) error {
	var tables, ours int
	err := conn.QueryRowContext(ctx, `
		select count(*), coalesce(sum(name = 'goose_db_version'), 0) from sqlite_master where type = 'table'`).Scan(&tables, &ours)
	if err == nil && tables > 0 && ours == 0 {
		return errors.New("it is another program's database: name another file under store: in the configuration")
	}
	return err
}

// setWAL is tried again for a moment, since two processes that create one file at once may find it locked whatever
// the busy time-out says.
func setWAL(ctx context.Context, conn *sql.DB) (err error) {
	for range 20 {
		if _, err = conn.ExecContext(ctx, `pragma journal_mode = wal`); !isCode(err, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return err
}

// isCode reports whether err is one of the engine's, of one of the given codes: primary ones stand for all that extend
// them.
func isCode(err error, codes ...int) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (slices.Contains(codes, e.Code()) || slices.Contains(codes, e.Code()&0xff))
}

// isFull reports whether err says that the disk is full. Opening fails otherwise than writing: with no room for the
// index of the write-ahead log.
func isFull(err error) bool { return isCode(err, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE) }

// advise adds what to do to an error of the engine that the operator can mend.
func advise(err error) error {
	switch {
	case isFull(err):
		return fmt.Errorf("%w: is the disk of the store full? Make room; nothing that was saved is lost", err)
	case isCode(err, sqlite3.SQLITE_CORRUPT):
		return fmt.Errorf("%w: the store is damaged: stop what uses it, and put a backup in its place, or what sqlite3 saves of it by .recover", err)
	case isCode(err, sqlite3.SQLITE_NOTADB):
		return fmt.Errorf("%w: it is no store: name another file under store: in the configuration", err)
	case isCode(err, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
		return fmt.Errorf("%w: another program keeps the store to itself: close it there, and try again", err)
	case isCode(err, sqlite3.SQLITE_READONLY):
		return fmt.Errorf("%w: give this user the right to write the file and its folder, or name another under store: in the configuration", err)
	}
	return err
}

func sqliteDSN(path string, extra ...string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	u.RawQuery = "_pragma=busy_timeout(10000)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)&_time_integer_format=unix_milli"
	for _, e := range extra {
		u.RawQuery += "&" + e
	}
	return u.String()
}

// explainFile adds to the driver's error what is wrong with the file, where that can be seen.
func explainFile(path string, err error) error {
	folder := filepath.Dir(path)
	info, statErr := os.Stat(folder)
	self, selfErr := os.Stat(path)
	switch {
	case selfErr == nil && self.IsDir():
		return fmt.Errorf("it is a folder: name a file in store: (%w)", err)
	case errors.Is(statErr, os.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist: create it, or name another in store: (%w)", folder, err)
	case statErr == nil && !info.IsDir():
		return fmt.Errorf("%s is no folder: name another file in store: (%w)", folder, err)
	}
	probe, probeErr := os.CreateTemp(folder, ".wireroom-*")
	if probeErr != nil {
		return fmt.Errorf("the folder %s cannot be written: give this user the right to, or name another in store: (%w)", folder, err)
	}
	return errors.Join(advise(err), probe.Close(), os.Remove(probe.Name()))
}

// anonymous writes the parameters $1, $2, … of a statement as ? where each stands once and in order, which means the
// same. The driver looks up the name of every parameter that has one, among all of them: in a statement of 640 that took
// ten times as long as the rest of binding them.
func anonymous(query string) string {
	var out strings.Builder
	rest := query
	for next := 1; ; next++ {
		before, after, found := strings.Cut(rest, "$")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		number := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
		if number != strconv.Itoa(next) {
			return query
		}
		out.WriteByte('?')
		rest = after[len(number):]
	}
}
