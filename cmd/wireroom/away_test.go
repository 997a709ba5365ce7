package main

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/store/pgtest"
)

// Two servers on one database publish the same bytes, soon after they are filed. While the database is away they go on
// with what they have, and say so to whom it concerns; when it is back, so are they, and the worker too.
func TestDatabaseGoesAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	o := newOrigin(t)
	o.publish("/a", rss("a", recent(3)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Store = server.Database(t)
	h.config.Fetch.Floor = "0s"
	h.config.Ticks = map[string]any{"poll": "@every 1s"}
	h.save()
	worker := h.start("work")
	worker.stderr.await(t, regexp.MustCompile(`msg=sorted items=3`), worker.ended)
	one, two := h.serve("serve"), h.serve("serve")
	paths := []string{"/topics/everything.atom", "/topics/everything.json", "/topics/everything"}
	before := same(t, one, two, paths)

	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	one.awaitStatus("/readyz", http.StatusServiceUnavailable)
	if diff := cmp.Diff(before, same(t, one, two, paths)); diff != "" {
		t.Errorf("without the database (-before +now):\n%s", diff)
	}
	if p := one.get("/healthz"); p.status != http.StatusOK {
		t.Errorf("/healthz: status %d, want 200", p.status)
	}
	o.publish("/a", rss("a", recent(5)...))
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	one.awaitStatus("/readyz", http.StatusOK)
	h.must("poll", "--force")
	one.awaitEntries("everything", 5)
	two.awaitEntries("everything", 5)
	same(t, one, two, paths)
	worker.terminate(exitDone)
	h.checkSorted()
}

// recent are n stories of this hour.
func recent(n int) []story {
	all := numbered(n)
	for i := range all {
		all[i].at = time.Now().Add(-time.Duration(i+1) * time.Minute)
	}
	return all
}

// same reads paths from two servers and fails unless they answer alike.
func same(t *testing.T, one, two *service, paths []string) map[string]published {
	t.Helper()
	first, second := make(map[string]published), make(map[string]published)
	for _, path := range paths {
		a, b := one.get(path), two.get(path)
		if a.status != http.StatusOK {
			t.Errorf("GET %s: status %d, want 200", path, a.status)
		}
		first[path], second[path] = published{a.header.Get("ETag"), a.body}, published{b.header.Get("ETag"), b.body}
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("two servers (-one +two):\n%s", diff)
	}
	return first
}

// awaitStatus asks until the answer has a status.
func (s *service) awaitStatus(path string, want int) {
	s.t.Helper()
	for limit := time.After(patience); s.get(path).status != want; {
		pause(s.t, limit, s.ended)
	}
}
