package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator"
	"wireroom/store"
)

// crowd is two hundred sources on twenty hosts, in a house with an undisturbed twin to compare with. Every source names the
// process that asks in a header.
func crowd(t *testing.T) (*house, []*origin) {
	t.Helper()
	var origins []*origin
	var sources []sourceEntry
	for host := range 20 {
		o := newOriginAt(t, fmt.Sprintf("127.0.0.%d", host+1))
		origins = append(origins, o)
		for n := range 10 {
			id := fmt.Sprintf("h%02d-s%d", host, n)
			o.publish("/"+id, rss(id, numbered(4)...))
			sources = append(sources, sourceEntry{ID: id, URL: o.URL + "/" + id, Headers: map[string]string{"X-Process": "${PROCESS}"}})
		}
	}
	h := newHouse(t, sources...)
	h.env["PROCESS"] = "alone"
	return h, origins
}

// Two processes share one pass: no source is asked twice, no host by both at a time, and what comes of it is what one
// process makes.
func TestTwoProcessesShareAPass(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("two processes, and a second of spacing")
	}
	t.Parallel()
	h, origins := crowd(t)
	h.must("poll", "--at", after(0))
	want := h.items()
	for _, o := range origins {
		o.forget()
		o.hold(func(*http.Request) { <-time.After(60 * time.Millisecond) }) // far away, so that requests can meet
	}

	twin := h.twin()
	twin.config.Fetch.Spacing = "100ms" // makes hosts free at moments that neither process chooses
	twin.save()
	share(t, twin)
	by := make(map[string]int)
	for _, o := range origins {
		asked := make(map[string]int)
		for _, r := range o.requests() {
			asked[r.path]++
			by[r.header.Get("X-Process")]++
		}
		for path, n := range asked {
			if n != 1 {
				t.Errorf("%s%s was asked %d times, want once", o.URL, path, n)
			}
		}
		if len(asked) != 10 || o.crowd != 1 {
			t.Errorf("%s: %d sources asked, up to %d at a time; want 10, one at a time", o.URL, len(asked), o.crowd)
		}
	}
	if by["one"] == 0 || by["two"] == 0 {
		t.Errorf("requests by process: %v; want some by each", by)
	}
	if diff := cmp.Diff(outline(want), outline(twin.items())); diff != "" {
		t.Errorf("items (-one process +two):\n%s", diff)
	}
}

// share polls the house with two processes that begin in the same moment: the seat that both need first is held until
// both have opened the store.
func share(t *testing.T, h *house) {
	t.Helper()
	db, err := store.Open(t.Context(), h.config.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	seat, free, err := db.TakeSeat(t.Context(), aggregator.SorterSeat, patience)
	if err != nil || !free {
		t.Fatalf("the Sorter's seat: free %v, %v", free, err)
	}
	var both []*process
	for _, name := range []string{"one", "two"} {
		h.env["PROCESS"] = name
		both = append(both, h.start("poll", "--at", after(0)))
	}
	for _, p := range both {
		p.awaitOpen(strings.TrimPrefix(h.config.Store, "sqlite:"))
	}
	if err := db.LeaveSeat(t.Context(), seat); err != nil {
		t.Fatal(err)
	}
	for _, p := range both {
		if code := p.wait(); code != exitDone {
			t.Fatalf("exit code %d, want 0\n%s", code, p.stderr)
		}
	}
}

// awaitOpen waits until the process has opened a file.
func (p *process) awaitOpen(path string) {
	p.t.Helper()
	folder := fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid)
	if _, err := os.Stat(folder); err != nil {
		p.t.Skipf("which files a process has open cannot be seen here: %v", err)
	}
	limit := time.After(patience)
	for ; ; pause(p.t, limit, p.ended) {
		files, err := os.ReadDir(folder)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, f := range files {
			if target, err := os.Readlink(filepath.Join(folder, f.Name())); err == nil && target == path {
				return
			}
		}
	}
}

// pause lets others run before something is looked at again that tells nobody when it changes.
func pause(t *testing.T, limit <-chan time.Time, ended <-chan struct{}) {
	t.Helper()
	select {
	case <-ended:
		t.Fatal("the process ended too early")
	case <-limit:
		t.Fatal("what was waited for did not come")
	case <-time.After(5 * time.Millisecond):
	}
}

// outline is what two stores with the same items have in common: everything but the order of equal dates.
func outline(items []map[string]string) map[string]map[string]string {
	all := make(map[string]map[string]string)
	for _, it := range items {
		all[it["id"]] = it
	}
	return all
}

// A pass is at its end when all of it is sorted, also where another process has the Sorter's seat at that moment, and
// has looked for work before the last Poll was saved.
func TestPollWaitsForAnotherSorter(t *testing.T) {
	t.Parallel()
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(3)...))
	h := newHouse(t, o.sources("a")...)
	db, err := store.Open(t.Context(), h.config.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o.hold(func(*http.Request) {
		// The seat of a process that has crashed, by the database's clock.
		if _, free, err := db.TakeSeat(t.Context(), aggregator.SorterSeat, time.Second); err != nil || !free {
			t.Errorf("the Sorter's seat: free %v, %v", free, err)
		}
	})
	h.must("poll", "--at", after(0))
	for _, it := range h.items() {
		if it["story"] == "" {
			t.Errorf("%s is not sorted", it["title"])
		}
	}
	if got := len(h.jsonFeed("everything")); got != 3 {
		t.Errorf("%d entries, want 3", got)
	}
}
