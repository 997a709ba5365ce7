// Package store keeps the durable state of Wireroom: sources and their schedule, items and their versions, stories,
// topics with their entry log, decisions, and the configuration that made them.
//
// [Open] gives a [DB] on an embedded SQLite file, or on PostgreSQL. One set of SQL serves both engines; what may differ
// (opening, locking, the clock) is in the file of the engine, sqlite.go or postgres.go. There is one file per table, each with the statements that touch
// it; sort.go and filing.go hold the Sorter's two transactions. Package storetest has the contract that every engine
// must keep.
//
// The package knows the vocabulary of package news and nothing else of the program. Who uses it declares the few
// methods it needs. All methods are safe for concurrent use, also by several processes on one store.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// ErrLeaseLost is returned where a worker tries to save what another has taken over meanwhile. Nothing was saved.
var ErrLeaseLost = errors.New("the lease was lost to another worker")

// ErrTooNew is returned by Open for a store that a newer program has written.
var ErrTooNew = errors.New("the store was written by a newer version of this program: upgrade the program, or open a backup")

// A DB is an open store. Close it last of all.
type DB struct {
	write *pool // one transaction at a time where the engine wants that
	read  *pool // never writes

	// What differs between the engines.
	clock     string                                                   // SQL expression: the database's clock in milliseconds
	taking    string                                                   // SQL behind a query of sources s: its rows are about to be taken
	snapshot  sql.TxOptions                                            // of a transaction that sees one unchanging state
	numbers   func(ctx context.Context, t *tx, n int) ([]int64, error) // takes n numbers for items, ascending
	catalog   string                                                   // SQL: the columns of all tables, with their types and places in primary keys
	unhurried string                                                   // SQL: lets the statements of a transaction take their time; empty: they may
	follow    string                                                   // SQL: makes numbers follow those in table %s; empty: they do
	conflict  func(error) bool                                         // whether a transaction is to be made again; nil: never
	search    searcher                                                 // finds Items by their words
	direct    *pgx.ConnConfig                                          // of a session of one's own; nil where there are none

	file     string // of SQLite
	codec    *codec
	presence presence // of this process, among those that take leases

	name      string // of this process, for its leases; unique
	giveSigns bool   // of life, since processes on other machines share the database
	signs     signs
}

// A Config says where a store is and how it is used.
type Config struct {
	Store string // "sqlite:PATH" or "postgres://user:password@host:port/database"

	// The rest is for PostgreSQL alone; zero values stand for defaults.

	// Direct is the address of the same database around a pooler that hands out connections for one transaction, such as
	// PgBouncer; empty where there is no pooler.
	Direct      string
	Connections int           // at most so many at a time
	Timeout     time.Duration // of one statement
}

// Open opens the store that dsn names with the defaults of [Config].
func Open(ctx context.Context, dsn string) (*DB, error) { return OpenWith(ctx, Config{Store: dsn}) }

// OpenWith opens a store, creates it if it is not there, and migrates it to the present form.
//
// It fails with [ErrTooNew] for a store of a newer program, and with an error that says what to do where the file or
// its folder cannot be written, or the database cannot be reached. No error holds a password.
func OpenWith(ctx context.Context, c Config) (*DB, error) {
	engine, where, _ := strings.Cut(c.Store, ":")
	switch engine {
	case "sqlite":
		return openSQLite(ctx, where)
	case "postgres", "postgresql":
		return openPostgres(ctx, c)
	}
	return nil, fmt.Errorf("open store: unknown engine %q: use sqlite:PATH or postgres://USER@HOST/DATABASE", engine)
}

// Close closes the store. Calls under way end first.
func (db *DB) Close() error {
	db.signs.end()
	err := db.read.close()
	if db.write != db.read {
		err = errors.Join(err, db.write.close())
	}
	return errors.Join(err, db.presence.leave())
}

// Ready reports whether the store answers.
func (db *DB) Ready(ctx context.Context) error {
	var one int
	if err := db.read.row(ctx, `select 1`).Scan(&one); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// migrate brings the store to the newest form that this program knows.
func migrate(ctx context.Context, conn *sql.DB, dialect goose.Dialect, folder string, options ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, conn, files, options...)
	if err != nil {
		return err
	}
	for { // whoever finds a step done that it was about to do goes on behind it
		before := versionOf(ctx, conn)
		if err := migrateOnce(ctx, provider); err == nil || versionOf(ctx, conn) == before {
			return err
		}
	}
}

func migrateOnce(ctx context.Context, provider *goose.Provider) error {
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return fmt.Errorf("version %d, known up to %d: %w", current, newest, ErrTooNew)
	}
	_, err = provider.Up(ctx)
	return err
}

// versionOf is up to which step a database is migrated; -1 where that was not begun, or cannot be read.
func versionOf(ctx context.Context, conn *sql.DB) (version int64) {
	if err := conn.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version`).Scan(&version); err != nil {
		return -1
	}
	return version
}

// A pool is a set of connections with the statements prepared on them. Statements are few and constant, so the cache
// needs no bound.
type pool struct {
	conn  *sql.DB
	short bool // statements within a transaction are not worth watching their context
	// spell turns a statement into the engine's own spelling; nil leaves it.
	spell func(query string) string
	// plain leaves preparing to the driver, where that does it for each of many connections.
	plain   bool
	opening string   // a statement that every transaction begins with; empty: none
	stmts   sync.Map // string → *sql.Stmt
	bulks   sync.Map // bulkKey → string
	facts   factsKeeper
}

func (p *pool) close() error {
	p.stmts.Range(func(_, stmt any) bool { return stmt.(*sql.Stmt).Close() == nil })
	return p.conn.Close()
}

func (p *pool) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := p.stmts.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := p.conn.PrepareContext(ctx, p.spelled(query))
	if err != nil {
		return nil, err
	}
	if other, loaded := p.stmts.LoadOrStore(query, stmt); loaded {
		return other.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

func (p *pool) spelled(query string) string {
	if p.spell == nil {
		return query
	}
	return p.spell(query)
}

func (p *pool) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if p.plain {
		return p.conn.QueryContext(ctx, query, cleaned(args)...)
	}
	stmt, err := p.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (p *pool) row(ctx context.Context, query string, args ...any) scanner {
	if p.plain {
		return p.conn.QueryRowContext(ctx, query, cleaned(args)...)
	}
	stmt, err := p.prepare(ctx, query)
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// A scanner is one row, read or to be read.
type scanner interface{ Scan(dest ...any) error }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// A querier is what a read needs: a pool or a transaction.
type querier interface {
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, query string, args ...any) scanner
	keeps() *factsKeeper // nil where nothing may be remembered
}

// A tx is one transaction.
type tx struct {
	*sql.Tx
	pool    *pool
	reading bool                 // it never writes
	stmts   map[string]*sql.Stmt // bound to this transaction
	unknown []string             // what the pool had not prepared yet
}

// conflicts is how often a transaction is made again for the sake of others; each time at least one of them got on.
const conflicts = 10

// update runs fn in one transaction that may write, which is committed if fn returns nil. Errors name what was being done.
// Where the engine lets transactions meet, fn may run several times: it begins anew each time.
func (db *DB) update(ctx context.Context, what string, fn func(*tx) error) (err error) {
	for range conflicts {
		err = db.write.transact(ctx, what, nil, fn)
		if db.conflict == nil || !db.conflict(err) {
			break
		}
	}
	return advise(err)
}

// view runs fn on one unchanging state of the store.
func (db *DB) view(ctx context.Context, what string, fn func(*tx) error) error {
	return advise(db.read.transact(ctx, what, &db.snapshot, fn))
}

func (p *pool) transact(ctx context.Context, what string, options *sql.TxOptions, fn func(*tx) error) error {
	sqlTx, err := p.conn.BeginTx(ctx, options)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	t := &tx{Tx: sqlTx, pool: p, reading: options != nil && options.ReadOnly, stmts: make(map[string]*sql.Stmt)}
	defer func() {
		sqlTx.Rollback() // after a commit this does nothing
		p.keep(ctx, t.unknown)
	}()
	if p.opening != "" {
		if _, err := sqlTx.ExecContext(ctx, p.opening); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	if err := fn(t); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// keep prepares on the pool what a transaction had to prepare for itself, so that the next one finds it. It comes after
// the transaction, since a pool of one connection has no other to prepare on. A failure costs speed, nothing else.
func (p *pool) keep(ctx context.Context, queries []string) {
	for _, query := range queries {
		if _, err := p.prepare(ctx, query); err != nil {
			return
		}
	}
}

// context returns what a statement of the transaction is to watch.
func (t *tx) context(ctx context.Context) context.Context {
	if t.pool.short {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (t *tx) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := t.stmts[query]; ok {
		return stmt, nil
	}
	stmt, ok := t.pool.stmts.Load(query)
	if !ok {
		prepared, err := t.PrepareContext(ctx, t.pool.spelled(query))
		if err != nil {
			return nil, err
		}
		t.stmts[query] = prepared
		t.unknown = append(t.unknown, query)
		return prepared, nil
	}
	bound := t.StmtContext(ctx, stmt.(*sql.Stmt))
	t.stmts[query] = bound
	return bound, nil
}

func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := t.execute(ctx, query, args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t *tx) execute(ctx context.Context, query string, args []any) (sql.Result, error) {
	if t.pool.plain {
		return t.ExecContext(ctx, query, cleaned(args)...)
	}
	stmt, err := t.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(t.context(ctx), args...)
}

func (t *tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if t.pool.plain {
		return t.QueryContext(ctx, query, cleaned(args)...)
	}
	stmt, err := t.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(t.context(ctx), args...)
}

func (t *tx) row(ctx context.Context, query string, args ...any) scanner {
	if t.pool.plain {
		return t.QueryRowContext(ctx, query, cleaned(args)...)
	}
	stmt, err := t.prepare(ctx, query)
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(t.context(ctx), args...)
}

// collect reads all rows of a query, a value each.
func collect[T any](rows *sql.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// millis and fromMillis are how times stand in the tables.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// idBytes and idText turn a UUID's two forms into each other.
func idBytes(id string) ([]byte, error) {
	u, err := uuid.Parse(id)
	if err != nil {
		return nil, fmt.Errorf("id %q: %w", id, err)
	}
	return u[:], nil
}

func idText(b []byte) string {
	u, err := uuid.FromBytes(b)
	if err != nil {
		return ""
	}
	return u.String()
}

// newName names a process.
func newName() string { return rand.Text() }

// newOwner names a holder of leases, unique among all of all processes, so that it can be told whose it was.
func (db *DB) newOwner() string { return db.name + "." + rand.Text() }

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
