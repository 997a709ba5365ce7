package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// How a process uses PostgreSQL where its [Config] does not say.
const (
	// postgresConnections is enough for one process: a pass saves and claims one transaction at a time, the Sorter has
	// one of its own, and a server reads each Edition once.
	postgresConnections = 8
	// postgresTimeout bounds one statement; the longest there are, of housekeeping and refiling, take seconds.
	postgresTimeout = time.Minute
	// postgresDial bounds the making of a connection.
	postgresDial = 5 * time.Second
	// Connections are made anew now and then, so that they follow a database that moves.
	postgresIdle, postgresLife = 5 * time.Minute, time.Hour
)

const (
	// postgresClock is the database's clock in milliseconds. It runs on within a transaction.
	postgresClock = `(extract(epoch from clock_timestamp()) * 1000)::bigint`
	// postgresNumbers takes numbers from the sequence of items, so that nobody waits for another's transaction.
	postgresNumbers = `select nextval(pg_get_serial_sequence('items', 'n')) from generate_series(1, $1)`
	// postgresCatalog leaves out what is of the text search.
	postgresCatalog = `
		select c.table_name, c.column_name, c.data_type, coalesce(k.ordinal_position, 0)
		from information_schema.columns c
		left join (
			information_schema.key_column_usage k join information_schema.table_constraints t
			on t.constraint_schema = k.constraint_schema and t.constraint_name = k.constraint_name and t.constraint_type = 'PRIMARY KEY'
		) on k.table_schema = c.table_schema and k.table_name = c.table_name and k.column_name = c.column_name
		where c.table_schema = current_schema() and c.table_name not like 'goose!_%' escape '!' and c.data_type <> 'tsvector'`
	// postgresUnhurried is for what reads all there is.
	postgresUnhurried = `set local statement_timeout = 0`
	// postgresFollow makes the numbers of a table follow those in it, if it has a sequence.
	postgresFollow = `select setval(pg_get_serial_sequence('%[1]s', 'n'), (select coalesce(max(n), 0) + 1 from %[1]s), false)`
	// postgresTaking is put behind a query for rows that are about to be taken: those that another takes at this moment
	// are none of ours.
	postgresTaking = ` for update of s skip locked`
)

// openPostgres opens the database of a "postgres://" address.
func openPostgres(ctx context.Context, c Config) (*DB, error) {
	codec, err := newCodec()
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	settings, err := postgresSettings(c.Store)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	direct, err := postgresSettings(firstOf(c.Direct, c.Store))
	if err != nil {
		return nil, fmt.Errorf("open store: the direct connection: %w", err)
	}
	if c.Timeout == 0 {
		c.Timeout = postgresTimeout
	}
	pooled := c.Direct != ""
	if pooled { // what a pooler hands on may not depend on what this connection has said before
		settings.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	} else {
		setSession(settings, c.Timeout)
	}
	if err := migratePostgres(ctx, direct); err != nil {
		return nil, fmt.Errorf("open store: %w", explainConnection(err))
	}
	conn := stdlib.OpenDB(*settings)
	conn.SetMaxOpenConns(firstOf(c.Connections, postgresConnections))
	conn.SetMaxIdleConns(firstOf(c.Connections, postgresConnections))
	conn.SetConnMaxIdleTime(postgresIdle)
	conn.SetConnMaxLifetime(postgresLife)
	p := &pool{conn: conn, plain: true}
	if pooled {
		p.opening = fmt.Sprintf("select set_config('statement_timeout', '%d', true), set_config('jit', 'off', true)", c.Timeout.Milliseconds())
	}
	return &DB{
		write: p, read: p, clock: postgresClock, taking: postgresTaking, numbers: takePostgresNumbers,
		catalog: postgresCatalog, unhurried: postgresUnhurried, follow: postgresFollow,
		snapshot: sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
		conflict: isConflict, codec: codec, search: postgresSearch{}, direct: direct,
		name: newName(), giveSigns: true,
	}, nil
}

// firstOf returns the first of two that is not zero.
func firstOf[T comparable](a, b T) T {
	var zero T
	if a != zero {
		return a
	}
	return b
}

// postgresSettings reads an address. Its errors hold no password.
func postgresSettings(address string) (*pgx.ConnConfig, error) {
	settings, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	if settings.ConnectTimeout == 0 {
		settings.ConnectTimeout = postgresDial
	}
	if settings.RuntimeParams["application_name"] == "" {
		settings.RuntimeParams["application_name"] = "wireroom"
	}
	return settings, nil
}

// setSession makes the server end what takes too long, so that it ends also where this process is gone, and compile
// nothing: to compile a query that reads a hundred rows by an index took forty times as long as to run it (bench/scale).
func setSession(settings *pgx.ConnConfig, timeout time.Duration) {
	ms := strconv.FormatInt(timeout.Milliseconds(), 10)
	for name, value := range map[string]string{"statement_timeout": ms, "idle_in_transaction_session_timeout": ms, "jit": "off"} {
		if settings.RuntimeParams[name] == "" {
			settings.RuntimeParams[name] = value
		}
	}
}

// migratePostgres migrates under a lock of its session, so that of several processes that start at once one does it.
func migratePostgres(ctx context.Context, settings *pgx.ConnConfig) (err error) {
	conn := stdlib.OpenDB(*settings)
	defer func() { err = errors.Join(err, conn.Close()) }()
	var encoding string
	if err := conn.QueryRowContext(ctx, `show server_encoding`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database keeps texts in %s: create one with encoding 'UTF8'", encoding)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
	if err != nil {
		return err
	}
	return migrate(ctx, conn, goose.DialectPostgres, "postgres", goose.WithSessionLocker(locker))
}

// explainConnection adds to an error of connecting what the operator can do.
func explainConnection(err error) error {
	var connecting *pgconn.ConnectError
	if !errors.As(err, &connecting) {
		return err
	}
	return fmt.Errorf("%w: is PostgreSQL running there, does the database exist, and may this user use it? See store: in the configuration", err)
}

// cleaned makes every text among args one that PostgreSQL keeps: UTF-8 without NUL. What publishers send is cleaned where
// it is read, but an error may quote what is not.
func cleaned(args []any) []any {
	for i, arg := range args {
		if text, ok := arg.(string); ok && (!utf8.ValidString(text) || strings.Contains(text, "\x00")) {
			args[i] = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "")
		}
	}
	return args
}

func takePostgresNumbers(ctx context.Context, t *tx, n int) ([]int64, error) {
	rows, err := t.query(ctx, postgresNumbers, n)
	return collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
}

// isConflict reports whether a transaction failed for the sake of another, and may succeed when it is made again:
// serialization_failure and deadlock_detected.
func isConflict(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
