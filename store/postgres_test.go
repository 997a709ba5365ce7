package store_test

import (
	"testing"

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
