package store_test

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite"
)

// exec runs SQL on a store's file behind its back.
func exec(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}
