package store_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/store"
	"wireroom/store/pgtest"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// Whoever listens is told of what another process files, also when the database has been away in between.
func TestListenIsToldOfChanges(t *testing.T) {
	server := pgtest.Start(t)
	address := server.Database(t)
	db, other := openStore(t, address), openStore(t, address)
	told := make(chan struct{}, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		db.Listen(ctx, func() { told <- struct{}{} }, slog.New(slog.DiscardHandler))
	}()
	await(t, told, "the start of the session")
	configure(t, other, "one")
	await(t, told, "a change")

	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := db.Ready(t.Context()); err == nil {
		t.Error("ready without a database")
	}
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	await(t, told, "the start of the next session")
	if err := db.Ready(t.Context()); err != nil {
		t.Errorf("not ready with the database back: %v", err)
	}
	configure(t, other, "two")
	await(t, told, "a change after the database was away")
	cancel()
	await(t, ended, "the end")
}

func await(t *testing.T, signal <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-signal:
	case <-time.After(patience):
		t.Fatalf("%s never came", what)
	}
}

// configure makes a topic of that slug the configuration.
func configure(t *testing.T, db *store.DB, slug string) {
	t.Helper()
	seat, free, err := db.TakeSeat(t.Context(), "sorter", time.Minute)
	if err != nil || !free {
		t.Fatalf("the sorter's seat: free %v, %v", free, err)
	}
	c := news.Configuration{Topics: []news.Topic{{Slug: slug, Title: slug, Rule: news.Rule{All: true}}}}
	if _, err := db.Apply(t.Context(), seat, c, time.Now(), func(string) (string, error) { return "", nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.LeaveSeat(t.Context(), seat); err != nil {
		t.Fatal(err)
	}
}
