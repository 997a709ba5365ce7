package publish_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

// What an editor notes stands with the entry in every format and on both pages, as text.
func TestNoteIsShownEverywhere(t *testing.T) {
	e := richEdition()
	e.Entries[2].Note = "Denied <since>.\nSee the second report"
	store := newFakeStore(e)
	store.stories[uuidOf(3)] = news.StoryRecord{Story: e.Entries[2].Story, Note: e.Entries[2].Note}
	s, _ := newServer(t, store)
	for path, want := range map[string]string{
		"/topics/strait.atom":     "Denied &amp;lt;since&amp;gt;. See the second report",
		"/topics/strait.rss":      "Denied &amp;lt;since&amp;gt;. See the second report",
		"/topics/strait.json":     `"note": "Denied <since>. See the second report"`,
		"/topics/strait":          "Denied &lt;since&gt;. See the second report",
		"/stories/" + uuidOf(3):   "Denied &lt;since&gt;. See the second report",
		"/topics/strait.json?x=y": "Editor’s note:",
	} {
		got := get(s.Handler(), path).Body.String()
		if n := strings.Count(got, want); n != 1 {
			t.Errorf("%s has %q %d times, want once\n%s", path, want, n, got)
		}
	}
}

// A withdrawn entry leaves a tombstone in the head's Atom, and nothing elsewhere.
func TestTombstones(t *testing.T) {
	e := richEdition()
	e.Tombstones = []news.Tombstone{{Story: uuidOf(9), At: at("2026-01-05T08:59:00Z")}}
	got := served(t, e, publish.Atom)
	for _, want := range []string{
		`xmlns:at="http://purl.org/atompub/tombstones/1.0"`,
		`<at:deleted-entry ref="urn:uuid:` + uuidOf(9) + `" when="2026-01-05T08:59:00.000Z">`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, format := range []publish.Format{publish.RSS, publish.JSONFeed} {
		if got := served(t, e, format); strings.Contains(got, uuidOf(9)) {
			t.Errorf("%s speaks of a withdrawn entry:\n%s", format, got)
		}
	}
	if got := served(t, richEdition(), publish.Atom); strings.Contains(got, "tombstones") {
		t.Errorf("a feed without tombstones names them:\n%s", got)
	}
}

func served(t *testing.T, e news.Edition, format publish.Format) string {
	t.Helper()
	store := newFakeStore(e)
	s, _ := newServer(t, store)
	return get(s.Handler(), "/topics/"+e.Topic.Slug+"."+string(format)).Body.String()
}

// A sealed page that a withdrawal has changed is another document: its date moves, and with it its validators.
func TestRewrittenPageMovesItsDate(t *testing.T) {
	before := sealedEdition()
	after := before
	after.Entries, after.Rewritten = after.Entries[1:], at("2026-01-05T11:00:00Z")
	store := newFakeStore(richEdition(), before)
	s, c := newServer(t, store)
	const path = "/topics/strait/archive/2.atom"
	was := get(s.Handler(), path)
	head := richEdition()
	head.Revision++
	store.put(head)
	store.put(after)
	c.pass(2 * time.Second)
	now := get(s.Handler(), path)
	if now.Header().Get("Last-Modified") != "Mon, 05 Jan 2026 11:00:00 GMT" || now.Header().Get("ETag") == was.Header().Get("ETag") {
		t.Errorf("got Last-Modified %s and ETag %s, was %s", now.Header().Get("Last-Modified"), now.Header().Get("ETag"), was.Header().Get("ETag"))
	}
	if !strings.Contains(now.Body.String(), "<updated>2026-01-05T11:00:00.000Z</updated>") {
		t.Errorf("the page does not say when it changed:\n%s", now.Body)
	}
}

// A Story that was merged into another leads there; a withdrawn one is gone.
func TestMergedStoryIsRedirected(t *testing.T) {
	e := richEdition()
	store := newFakeStore(e)
	store.stories[uuidOf(77)] = news.StoryRecord{Story: e.Entries[0].Story}
	s, _ := newServer(t, store)
	got := get(s.Handler(), "/stories/"+uuidOf(77))
	if got.Code != http.StatusPermanentRedirect || got.Header().Get("Location") != "/stories/"+uuidOf(5) {
		t.Errorf("got %d to %s, want 308 to the other story", got.Code, got.Header().Get("Location"))
	}
	if age := got.Header().Get("Cache-Control"); age != "public, max-age=300" {
		t.Errorf("got Cache-Control %q: an undone merge would be hidden for long", age)
	}
	store.fail(news.ErrGone)
	if got := get(s.Handler(), "/stories/"+uuidOf(78)); got.Code != http.StatusGone {
		t.Errorf("got %d for a withdrawn story, want 410", got.Code)
	}
}

// A withdrawn Source is on no page and in no list.
func TestWithdrawnSourceIsNotNamed(t *testing.T) {
	store := newFakeStore(richEdition())
	store.sources = polled()
	store.sources[1].Withdrawn = true
	own := "/sources/" + store.sources[1].ID
	s, _ := newServer(t, store)
	if got := get(s.Handler(), own); got.Code != http.StatusGone {
		t.Errorf("its page answers %d, want 410", got.Code)
	}
	for _, path := range []string{"/sources", "/sources.opml"} {
		if got := get(s.Handler(), path).Body.String(); strings.Contains(got, "vestnik") || !strings.Contains(got, "north.example") {
			t.Errorf("%s:\n%s", path, got)
		}
	}
}
