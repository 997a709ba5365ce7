package publish_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

// What readers get while the store is in trouble.

func TestLastGoodBytesWhileTheStoreFails(t *testing.T) {
	h, store, c := serving(t)
	store.sources = polled()
	paths := append([]string{"/", "/topics/strait", "/opml.xml", "/sources", "/sources.opml", "/subscribe"}, feedPaths...)
	good := make(map[string]string)
	for _, path := range paths {
		good[path] = get(h, path).Body.String()
	}
	newer := richEdition()
	newer.Revision = 8
	store.put(newer)
	for name, prepare := range map[string]func(){
		"all of it":   func() { store.fail(errors.New("disk on fire")) },
		"for a while": func() { c.pass(48 * time.Hour) },
	} {
		prepare()
		c.pass(time.Minute)
		for _, path := range paths {
			w := get(h, path)
			if w.Code != 200 || w.Body.String() != good[path] {
				t.Errorf("%s: %s: status %d, and the bytes are not the last good ones", name, path, w.Code)
			}
		}
	}
	if w := get(h, "/readyz"); w.Code != 503 {
		t.Errorf("/readyz: status %d, want 503", w.Code)
	}
	if w := get(h, "/healthz"); w.Code != 200 {
		t.Errorf("/healthz: status %d, want 200", w.Code)
	}
}

func TestOnlyTheEditionFails(t *testing.T) {
	inner := newFakeStore(richEdition())
	store := &halfStore{fakeStore: inner}
	s, c := newServer(t, store)
	h := s.Handler()
	good := get(h, "/topics/strait.rss").Body.String()
	e := richEdition()
	e.Revision = 8
	inner.put(e)
	store.err = errors.New("cannot read the page")
	c.pass(time.Minute)
	for range 5 {
		w := get(h, "/topics/strait.rss")
		if w.Code != 200 || w.Body.String() != good {
			t.Fatalf("status %d, and the bytes are not the last good ones", w.Code)
		}
	}
	if store.tried != 2 {
		t.Errorf("the store was asked %d times for an Edition, want 2: one good, one failed within the second", store.tried)
	}
	wantStatus(t, get(h, "/topics/strait.atom"), 503)
	store.err = nil
	c.pass(time.Second)
	if get(h, "/topics/strait.rss").Code != 200 || store.tried < 3 {
		t.Error("after the failure the Edition is not read again")
	}
}

// halfStore fails to read Editions alone.
type halfStore struct {
	*fakeStore
	err   error
	tried int
}

func (s *halfStore) Edition(ctx context.Context, slug string, page int) (news.Edition, error) {
	s.tried++
	if s.err != nil {
		return news.Edition{}, s.err
	}
	return s.fakeStore.Edition(ctx, slug, page)
}

func TestWithoutAnythingKnown503WithRetryAfter(t *testing.T) {
	store := newFakeStore(richEdition())
	store.fail(errors.New("no such file"))
	s, c := newServer(t, store)
	h := s.Handler()
	for _, path := range []string{"/", "/topics/strait", "/topics/strait.atom", "/topics/strait.rss", "/topics/strait.json", "/opml.xml",
		"/sources", "/sources.opml", "/subscribe", "/stories/" + uuidOf(1), "/topics/never.atom", "/readyz"} {
		w := get(h, path)
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || w.Header().Get("ETag") != "" {
			t.Errorf("%s: status %d, Retry-After %q, ETag %q", path, w.Code, w.Header().Get("Retry-After"), w.Header().Get("ETag"))
		}
		if strings.Contains(w.Body.String(), "no such file") || strings.Contains(w.Body.String(), "<entry") || strings.Contains(w.Body.String(), "<item") {
			t.Errorf("%s: the body tells the cause, or makes an item of it: %s", path, w.Body)
		}
	}
	store.fail(nil)
	c.pass(time.Second)
	wantStatus(t, get(h, "/topics/strait.atom"), 200)
}

func TestTheFrontPageStaysWhileOneTopicCannotBeRead(t *testing.T) {
	inner := newFakeStore(richEdition(), emptyEdition())
	store := &halfStore{fakeStore: inner}
	s, c := newServer(t, store)
	h := s.Handler()
	good := get(h, "/").Body.String()
	e := emptyEdition()
	e.Revision = 2
	inner.put(e)
	store.err = errors.New("cannot read the page")
	c.pass(time.Minute)
	if w := get(h, "/"); w.Code != 200 || w.Body.String() != good {
		t.Errorf("status %d, and the page is not the last good one", w.Code)
	}
}

func TestReadersDoNotWaitForAStoreThatHangs(t *testing.T) {
	inner := newFakeStore(richEdition())
	for name, store := range map[string]*hangingStore{
		"list":    {fakeStore: inner, hangList: true},
		"edition": {fakeStore: inner},
	} {
		t.Run(name, func(t *testing.T) {
			store.open = make(chan struct{})
			s, c := newServer(t, store)
			h := s.Handler()
			good := get(h, "/topics/strait.atom").Body.String()
			store.hang.Store(true)
			e := richEdition()
			e.Revision = inner.topics[0].Revision + 1
			inner.put(e)
			c.pass(time.Minute)
			if w := get(h, "/topics/strait.atom"); w.Code != 200 || w.Body.String() != good {
				t.Errorf("status %d, and the bytes are not the last good ones", w.Code)
			}
			close(store.open)
		})
	}
}

// hangingStore does not answer until open is closed.
type hangingStore struct {
	*fakeStore
	hangList bool
	hang     atomic.Bool
	open     chan struct{}
}

func (s *hangingStore) Topics(ctx context.Context) ([]news.TopicState, error) {
	if s.hangList && s.hang.Load() {
		<-s.open
	}
	return s.fakeStore.Topics(ctx)
}

func (s *hangingStore) Edition(ctx context.Context, slug string, page int) (news.Edition, error) {
	if !s.hangList && s.hang.Load() {
		<-s.open
	}
	return s.fakeStore.Edition(ctx, slug, page)
}

func TestAFaultInOneDocumentLeavesTheOthers(t *testing.T) {
	store := &faultyStore{newFakeStore(richEdition(), emptyEdition())}
	s, _ := newServer(t, store)
	h := s.Handler()
	wantStatus(t, get(h, "/topics/quiet.atom"), 503)
	wantStatus(t, get(h, "/topics/strait.atom"), 200)
}

// faultyStore has a fault that shows in one Topic.
type faultyStore struct{ *fakeStore }

func (s *faultyStore) Edition(ctx context.Context, slug string, page int) (news.Edition, error) {
	if slug == "quiet" {
		panic("index out of range")
	}
	return s.fakeStore.Edition(ctx, slug, page)
}

// A server that is told of a change shows it to the next reader, and does not wait until it would have looked by itself.
func TestChangedIsSeenAtOnce(t *testing.T) {
	store := newFakeStore(richEdition())
	s, _ := newServer(t, store)
	h := s.Handler()
	before := get(h, "/topics/strait.atom").Header().Get("ETag")
	newer := richEdition()
	newer.Revision = 8
	newer.Entries = newer.Entries[1:]
	store.put(newer)
	if got := get(h, "/topics/strait.atom").Header().Get("ETag"); got != before {
		t.Fatal("the server looked by itself: this shows nothing")
	}
	s.Changed()
	if got := get(h, "/topics/strait.atom").Header().Get("ETag"); got == before {
		t.Error("told of a change, the server shows the old Edition")
	}
}

// A store that still answers to its name, but can tell nothing of what is in it, gets no readers.
func TestNotReadyWhereNobodyKnowsTheConfiguration(t *testing.T) {
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	damaged := errors.New("malformed")
	for name, test := range map[string]struct {
		err  error
		want int
	}{"it answers": {nil, 200}, "it is damaged": {damaged, 503}} {
		s, err := publish.New(publish.Config{Store: newFakeStore(), BaseURL: baseURL, Now: c.Now,
			Configured: func(context.Context) (news.ConfigurationStatus, error) { return news.ConfigurationStatus{}, test.err }})
		if err != nil {
			t.Fatal(err)
		}
		if w := get(s.Handler(), "/readyz"); w.Code != test.want || strings.Contains(w.Body.String(), "malformed") {
			t.Errorf("%s: status %d, want %d, and no cause: %s", name, w.Code, test.want, w.Body)
		}
	}
}
