package store_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"wireroom/store"
	"wireroom/store/pgtest"
	"wireroom/store/storetest"
)

func TestPostgres(t *testing.T) {
	server := pgtest.Start(t)
	made, databases := migrated(t, server), make(map[string]string)
	storetest.Run(t, func(t *testing.T, name string) *store.DB {
		if databases[name] == "" {
			databases[name] = server.Copy(t, made)
		}
		return openStore(t, databases[name])
	})
}

// migrated makes a database with the store's tables, to be copied.
func migrated(t *testing.T, server *pgtest.Server) string {
	t.Helper()
	address := server.Database(t)
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// openStore opens a store that is closed when the test ends.
func openStore(t *testing.T, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// The contract holds behind a pooler that gives every transaction another session.
func TestPostgresBehindAPooler(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("the contract once more, for what a pooler alone could break")
	}
	server := pgtest.Start(t)
	pooled := server.Bouncer(t)
	made, databases := migrated(t, server), make(map[string]string)
	storetest.Run(t, func(t *testing.T, name string) *store.DB {
		if databases[name] == "" {
			databases[name] = server.Copy(t, made)
		}
		db, err := store.OpenWith(t.Context(), store.Config{
			Store: pooled(databases[name]), Direct: databases[name], Connections: 8, Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
}

// No error shows the password, whatever is wrong.
func TestErrorsHoldNoPassword(t *testing.T) {
	for name, address := range map[string]string{
		"no server":   "postgres://wire:hunter2@/db?host=" + t.TempDir(),
		"no address":  "postgres://wire:hunter2@:none/db",
		"bad option":  "postgres://wire:hunter2@/db?sslmode=perhaps&host=" + t.TempDir(),
		"bad time":    "postgres://wire:hunter2@/db?connect_timeout=soon",
		"other words": "mysql://wire:hunter2@/db",
	} {
		for how, c := range map[string]store.Config{"store": {Store: address}, "direct": {Store: "postgres:///db", Direct: address}} {
			_, err := store.OpenWith(t.Context(), c)
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s as %s: got error %v, want one without the password", name, how, err)
			}
		}
	}
}

// A statement that takes too long is ended by the server, and its connection serves the next.
func TestStatementsAreBounded(t *testing.T) {
	server := pgtest.Start(t)
	address := server.Database(t)
	openStore(t, address)
	db, err := store.OpenWith(t.Context(), store.Config{Store: address, Timeout: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	held, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := held.ExecContext(t.Context(), `lock table leases`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.TakeSeat(t.Context(), "sorter", time.Minute); err == nil {
		t.Error("a seat was taken while the table was locked")
	}
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, free, err := db.TakeSeat(t.Context(), "sorter", time.Minute); err != nil || !free {
		t.Errorf("afterwards: free %v, %v", free, err)
	}
}
