package store_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"wireroom/store"
)

// Leases that a process has left by crashing are free at once for whoever comes when nobody else works on the store,
// and not before that.
func TestLeasesOfACrashAreFreeAtOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no locks that end with their process: leases end by themselves alone")
	}
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "crash.db")
	open := func() *store.DB {
		t.Helper()
		db, err := store.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	take := func(db *store.DB, name string) bool {
		t.Helper()
		_, free, err := db.TakeSeat(t.Context(), name, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return free
	}
	leave := func(db *store.DB) {
		t.Helper()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}

	crashing, other := open(), open()
	if !take(crashing, "sorter") || !take(other, "housekeeping") {
		t.Fatal("the seats of a new store are not free")
	}
	leave(crashing) // without giving its seat back
	if take(other, "sorter") {
		t.Error("free for a worker that was there before the crash: the leases of others might have been lost")
	}
	next := open()
	if take(next, "sorter") || take(next, "housekeeping") {
		t.Error("free while another worker is there")
	}
	leave(other)
	leave(next)

	last := open()
	defer leave(last)
	if !take(last, "sorter") || !take(last, "housekeeping") {
		t.Error("not free for the first that comes when all have left")
	}
	if take(last, "sorter") {
		t.Error("free again for whoever holds it")
	}
}
