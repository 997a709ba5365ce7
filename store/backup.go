package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrNoFile is returned by Backup for a store that is no file.
var ErrNoFile = errors.New("the store is in PostgreSQL: use pg_dump, or wireroom export, which either engine imports")

// Backup writes a copy of the store, as it is at one moment, into the empty file at path, and checks that it is whole.
// Others may read and write meanwhile.
func (db *DB) Backup(ctx context.Context, path string) error {
	if db.file == "" {
		return fmt.Errorf("back up the store: %w", ErrNoFile)
	}
	if err := copySQLite(ctx, db.file, path); err != nil {
		return advise(fmt.Errorf("back up the store: %w", err))
	}
	if err := checkSQLite(ctx, path); err != nil {
		return fmt.Errorf("check the copy of the store: %w", err)
	}
	return nil
}

func copySQLite(ctx context.Context, from, to string) (err error) {
	conn, err := sql.Open("sqlite", sqliteDSN(from))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	_, err = conn.ExecContext(ctx, `vacuum into $1`, to)
	return err
}

// checkSQLite fails unless every page of a file can be read and says what its neighbours say.
func checkSQLite(ctx context.Context, path string) (err error) {
	conn, err := sql.Open("sqlite", sqliteDSN(path, "mode=ro"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var found string
	if err := conn.QueryRowContext(ctx, `pragma quick_check(1)`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("it is damaged, and so may be the store: %s", found)
	}
	return nil
}
