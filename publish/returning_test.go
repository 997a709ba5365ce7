package publish_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"wireroom/news"
)

// Who comes back with what it was given is answered when its budget is spent, most often without a look at the store; who has
// not is asked to come back, and what has changed meanwhile, or has gone, is told.
func TestWhoComesBackPaysNothing(t *testing.T) {
	store := newFakeStore(richEdition(), sealedEdition())
	store.stories[uuidOf(1)] = storyRecord()
	store.sources = polled()
	past := richEdition()
	past.AsOf, past.Revision = at("2026-01-05T08:00:00Z"), 3
	store.past = map[int64]news.Edition{3: past}
	h, c := serveStore(t, store)
	reader := []string{"X-Forwarded-For", "192.0.2.7"}
	come := func(path, etag string) *httptest.ResponseRecorder {
		return h(path, append(reader, "If-None-Match", etag)...)
	}
	paths := []string{"/stories/" + uuidOf(1), "/sources/page", "/topics/strait.atom?asof=2026-01-05T09:00:00Z", "/topics/strait.json?asof=2026-01-05"}
	tags := make(map[string]string)
	for _, path := range paths {
		w := h(path, reader...)
		wantStatus(t, w, 200)
		tags[path] = w.Header().Get("ETag")
	}
	spend := func() {
		for n := range 250 {
			h(fmt.Sprintf("/search.atom?q=word%d", n), reader...)
		}
		for n := range 5 { // what is too little for a search
			h("/stories/"+uuidOf(200+n), reader...)
		}
	}
	spend()
	before := store.calls()
	for _, path := range paths {
		if w := come(path, tags[path]); w.Code != 304 || w.Header().Get("ETag") != tags[path] || w.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: %d %v, want 304", path, w.Code, w.Header())
		}
		if w := come(path, `"another"`); w.Code != 429 {
			t.Errorf("%s, which the reader has not: %d, want 429", path, w.Code)
		}
	}
	if n := store.calls() - before; n != 0 {
		t.Errorf("the store was asked %d times, want never", n)
	}

	c.pass(2 * time.Minute)
	spend()
	for _, path := range paths {
		if w := come(path, tags[path]); w.Code != 304 {
			t.Errorf("%s, two minutes later: %d, want 304", path, w.Code)
		}
	}
	changed := storyRecord()
	changed.Note = "Denied since."
	store.mu.Lock()
	store.stories[uuidOf(1)], store.sources = changed, nil
	store.mu.Unlock()
	head := richEdition()
	head.Revision++
	store.put(head)
	c.pass(time.Minute)
	for path, want := range map[string]int{paths[0]: 200, paths[1]: 404, paths[2]: 304, paths[3]: 304} {
		if w := come(path, tags[path]); w.Code != want {
			t.Errorf("%s after a change: %d, want %d", path, w.Code, want)
		}
	}
}
