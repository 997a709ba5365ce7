package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator"
	"wireroom/news"
	"wireroom/store"
)

// errDied is how a Sorter ends that dies.
var errDied = errors.New("died")

// A dyingStore saves so many chunks of sorted Items, and then no more. Less than 0: all.
type dyingStore struct {
	*store.DB
	left int
}

// SaveSorted saves, or dies before it does.
func (s *dyingStore) SaveSorted(ctx context.Context, seat news.Seat, sorted []news.Sorted) error {
	if s.left == 0 {
		return errDied
	}
	s.left--
	return s.DB.SaveSorted(ctx, seat, sorted)
}

// Which story an item is in, and why, does not depend on how many items are sorted at once, or on where the Sorter died.
func TestSameStoriesHoweverSorted(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of items, over and over")
	}
	o := newOrigin(t)
	var want map[string]news.Grouping
	for _, way := range []struct{ chunk, dies int }{{0, -1}, {7, -1}, {3, 2}, {11, 0}} {
		h := newHouse(t, o.sources("a", "b", "c", "d")...)
		got := h.groupings(o, way.chunk, way.dies)
		if want == nil {
			want = got
			needGroups(t, want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d at a time, dead after %d chunks (-all at once +so):\n%s", way.chunk, way.dies, diff)
		}
	}
}

// needGroups sees to it that there is something to compare.
func needGroups(t *testing.T, all map[string]news.Grouping) {
	t.Helper()
	count := make(map[news.Method]int)
	for _, g := range all {
		count[g.Story.Method]++
	}
	if count[news.MethodJoined] < 10 || count[news.MethodCopy] < 5 || count[news.MethodFounder] < 5 {
		t.Fatalf("got %v: too little of something to tell anything", count)
	}
}

// engine makes what a worker works with, within this process, until done is called.
func (h *house) engine(now func() time.Time) (env *environment, e *engine, done func()) {
	h.t.Helper()
	env = &environment{configPath: h.file(), lookup: h.lookup, stdout: io.Discard, stderr: io.Discard, clock: time.Now}
	c, err := env.loadConfig()
	if err != nil {
		h.t.Fatal(err)
	}
	if e, err = env.newEngine(h.t.Context(), c, now, slog.New(slog.DiscardHandler)); err != nil {
		h.t.Fatal(err)
	}
	return env, e, func() {
		if err := e.close(); err != nil {
			h.t.Error(err)
		}
	}
}

// groupings polls three times and sorts so many Items at a time. The Sorter of the first time dies after some chunks, and
// the next one comes when the second poll is saved.
func (h *house) groupings(o *origin, chunk, dies int) map[string]news.Grouping {
	h.t.Helper()
	at := noon
	_, e, done := h.engine(func() time.Time { return at })
	defer done()
	if err := e.apply(h.t.Context(), at); err != nil {
		h.t.Fatal(err)
	}
	for round := range 3 {
		o.tell(round)
		at = noon.Add(time.Duration(round) * time.Hour)
		if err := e.puller.Pass(h.t.Context(), news.DueForced, ""); err != nil {
			h.t.Fatal(err)
		}
		left := -1
		if round == 0 {
			left = dies
		}
		s := aggregator.Sorter{Store: &dyingStore{e.store, left}, Log: slog.New(slog.DiscardHandler), Chunk: chunk}
		if _, err := s.Run(h.t.Context(), at); err != nil && !errors.Is(err, errDied) {
			h.t.Fatal(err)
		}
	}
	return h.stored(e.store)
}

// tell publishes what four sources have of three events more: reports in words of their own, and a copy of the first.
func (o *origin) tell(round int) {
	for i, id := range []string{"a", "b", "c", "d"} {
		var all []story
		for event := range 3 * (round + 1) {
			text := ownWords("event", event)[:200] // half of what is told is the event's
			if i < 3 {                             // the fourth prints what the first wrote
				text += " " + ownWords(id, event)
			} else {
				text += " " + ownWords("a", event) + " read on at d"
			}
			all = append(all, story{n: event + 1, title: fmt.Sprintf("%s in %s", ownWords("event", event)[:40], id), text: text,
				at: noon.Add(-time.Duration(event) * time.Minute)})
		}
		o.publish("/"+id, rss(id, all...))
	}
}

func (h *house) stored(db *store.DB) map[string]news.Grouping {
	h.t.Helper()
	items, err := db.Items(h.t.Context(), "", "", 0)
	if err != nil {
		h.t.Fatal(err)
	}
	all := make(map[string]news.Grouping)
	for _, it := range items {
		g, err := db.Grouping(h.t.Context(), it.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		all[it.ID+" in "+it.Story] = g
	}
	return all
}
