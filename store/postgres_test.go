package store_test

import (
	"testing"

	"wireroom/store"
	"wireroom/store/pgtest"
	"wireroom/store/storetest"
)

func TestPostgres(t *testing.T) {
	server := pgtest.Start(t)
	databases := make(map[string]string)
	storetest.Run(t, func(t *testing.T, name string) *store.DB {
		if databases[name] == "" {
			databases[name] = server.Database(t)
		}
		return openStore(t, databases[name])
	})
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
