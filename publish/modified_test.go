package publish_test

import (
	"cmp"
	"testing"
	"time"

	"wireroom/publish"
)

func TestLastModifiedIsNeverInTheFuture(t *testing.T) {
	store := newFakeStore(richEdition())
	s, c := newServer(t, store)
	h := s.Handler()
	if got, want := get(h, "/topics/strait.atom").Header().Get("Last-Modified"), "Mon, 05 Jan 2026 09:00:01 GMT"; got != want {
		t.Errorf("Last-Modified %q, want %q", got, want)
	}
	c.pass(-365 * 24 * time.Hour)
	w := get(h, "/topics/strait.atom", "If-Modified-Since", "Tue, 06 Jan 2026 00:00:00 GMT")
	wantStatus(t, w, 200)
	if got := w.Header().Get("Last-Modified"); got != "" {
		t.Errorf("Last-Modified %q is later than the server's clock", got)
	}
}

// Of two forms within one second, who knows but the date of the first must get the second.
func TestTwoFormsInOneSecond(t *testing.T) {
	store := newFakeStore(richEdition())
	c := &clock{now: at("2026-01-05T09:00:00.300Z")}
	s, err := publish.New(publish.Config{Store: store, BaseURL: baseURL, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	first := get(h, "/topics/strait.atom")
	again := richEdition()
	again.Revision, again.Updated = again.Revision+1, at("2026-01-05T09:00:00.700Z")
	store.put(again)
	c.pass(time.Second)
	since := first.Header().Get("Last-Modified")
	second := get(h, "/topics/strait.atom", "If-Modified-Since", cmp.Or(since, "Mon, 05 Jan 2026 09:00:00 GMT"))
	if since != "" || second.Code != 200 || second.Header().Get("Last-Modified") != "Mon, 05 Jan 2026 09:00:01 GMT" {
		t.Errorf("first: Last-Modified %q; then %d, Last-Modified %q", since, second.Code, second.Header().Get("Last-Modified"))
	}
}
