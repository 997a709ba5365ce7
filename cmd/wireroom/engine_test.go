package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"wireroom/store"
	"wireroom/store/pgtest"
)

// onPostgres makes every house keep its store in PostgreSQL: the whole program is to do the same on both engines.
var onPostgres = flag.Bool("postgres", false, "keep stores in PostgreSQL")

// postgres is one server for all tests that want one.
var postgres = sync.OnceValues(pgtest.Launch)

// made is a database with the store's tables, made once; the others are its copies.
var (
	made     string
	migrated sync.Once
)

// newStore names an empty store.
func newStore(t *testing.T, folder string) string {
	t.Helper()
	if *onPostgres {
		return newDatabase(t)
	}
	return "sqlite:" + filepath.Join(folder, "wireroom.db")
}

// newDatabase makes an empty database, or skips the test where PostgreSQL is not installed and need not be.
func newDatabase(t *testing.T) string {
	t.Helper()
	server, err := postgres()
	switch {
	case errors.Is(err, pgtest.ErrAbsent) && os.Getenv(pgtest.Needed) == "":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	postgresWanted.Store(true)
	migrated.Do(func() {
		made = server.Database(t)
		db, err := store.Open(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return server.Copy(t, made)
}

// postgresWanted is whether some test has started the server.
var postgresWanted atomic.Bool

func stopPostgres() {
	if !postgresWanted.Load() {
		return
	}
	server, _ := postgres() // its error has been reported by the test that wanted it
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "PostgreSQL goes on:", err)
	}
}

// sqliteAlone skips a test of what a file has and a server has not.
func sqliteAlone(t *testing.T) {
	t.Helper()
	if *onPostgres {
		t.Skip("of SQLite alone")
	}
}
