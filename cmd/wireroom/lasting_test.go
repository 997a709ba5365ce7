package main

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A thousand Polls that find nothing change nothing: no validator of any feed, and so no byte.
func TestAThousandEmptyPolls(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand polls")
	}
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(12)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Fetch.Floor = "0s"
	h.save()
	h.must("poll", "--at", after(0))
	s := h.serve("serve")
	paths := []string{"/topics/everything.atom", "/topics/everything.rss", "/topics/everything.json", "/topics/everything", "/", "/opml.xml",
		"/topics/everything/corrections.atom"}
	answers := func() map[string][2]string {
		all := make(map[string][2]string)
		for _, path := range paths {
			p := s.get(path)
			all[path] = [2]string{p.header.Get("ETag"), p.header.Get("Last-Modified")}
		}
		return all
	}
	first := answers()
	o.forget()
	h.pollAgain(1000)
	if n := o.answered(http.StatusNotModified); n != 1000 {
		t.Fatalf("%d answers were 304, want 1000", n)
	}
	if diff := cmp.Diff(first, answers()); diff != "" {
		t.Errorf("validators (-first +after a thousand polls):\n%s", diff)
	}
	s.end()
	s = h.serve("serve")
	if diff := cmp.Diff(first, answers()); diff != "" {
		t.Errorf("validators (-first +after a restart):\n%s", diff)
	}
}

// pollAgain polls n times on one open store, a minute apart in the time of the news.
func (h *house) pollAgain(n int) {
	h.t.Helper()
	at := noon
	now := func() time.Time { return at }
	env, e, done := h.engine(now)
	defer done()
	for range n {
		at = at.Add(time.Minute)
		if err := (pollCommand{Force: true}).poll(h.t.Context(), e, now, &tally{env: env}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// A reader who walks the archive of ten thousand stories meets each once; and once more, after a thousand others came, the
// same bytes on every page that was there.
func TestWalkingALongArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("eleven thousand items")
	}
	o := newOrigin(t)
	ids := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	for i, id := range ids {
		var stories []story
		for n := range 1000 {
			stories = append(stories, story{n: n, at: noon.Add(-time.Duration(n*len(ids)+i) * time.Second)})
		}
		o.publish("/"+id, rss(id, stories...))
	}
	o.publish("/later", rss("later"))
	h := newHouse(t, o.sources(append(ids, "later")...)...)
	h.must("poll", "--at", after(0))

	first := h.walk()
	if n := len(h.stories()); n < 9000 || len(first.ids) != n {
		t.Fatalf("%d entries on %d pages, want each of %d stories, nearly as many as items", len(first.ids), len(first.pages), n)
	}
	if diff := cmp.Diff(h.stories(), slices.Sorted(slices.Values(first.ids))); diff != "" {
		t.Errorf("stories (-stored +walked):\n%s", diff)
	}

	var later []story
	for n := range 1000 {
		later = append(later, story{n: n, at: noon.Add(time.Hour + time.Duration(n)*time.Second)})
	}
	o.publish("/later", rss("later", later...))
	h.must("poll", "--force", "--at", after(2*time.Hour))
	second := h.walk()
	if diff := cmp.Diff(h.stories(), slices.Sorted(slices.Values(second.ids))); diff != "" {
		t.Errorf("stories after more came (-stored +walked):\n%s", diff)
	}
	if len(second.pages) <= len(first.pages) {
		t.Errorf("%d pages, then %d: nothing was sealed", len(first.pages), len(second.pages))
	}
	for _, address := range slices.Sorted(maps.Keys(first.pages)) {
		if first.pages[address] != second.pages[address] {
			t.Errorf("%s has changed", address)
		}
	}
}

// stories are the ids of all Stories, as feeds write them, in order.
func (h *house) stories() []string {
	h.t.Helper()
	ids := make(map[string]bool)
	for _, it := range h.items() {
		ids["urn:uuid:"+it["story"]] = true
	}
	return slices.Sorted(maps.Keys(ids))
}

// A walked archive is what a reader meets from the head to the oldest page.
type walked struct {
	ids   []string            // as they come, also if they come twice
	pages map[string][32]byte // sealed pages, by path
}

// walk reads an archive as RFC 5005 says: from the head by prev-archive.
func (h *house) walk() walked {
	h.t.Helper()
	s := h.serve("serve")
	defer s.end()
	w := walked{pages: make(map[string][32]byte)}
	for path := "/topics/everything.atom"; path != ""; {
		p := s.get(path)
		if _, again := w.pages[path]; p.status != http.StatusOK || again {
			h.t.Fatalf("GET %s: status %d, been there: %t", path, p.status, again)
		}
		var feed struct {
			IDs   []string `xml:"entry>id"`
			Links []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
		}
		if err := xml.Unmarshal([]byte(p.body), &feed); err != nil {
			h.t.Fatal(err)
		}
		w.ids = append(w.ids, feed.IDs...)
		if strings.Contains(path, "/archive/") {
			w.pages[path] = sha256.Sum256([]byte(p.body))
		}
		path = ""
		for _, l := range feed.Links {
			if l.Rel == "prev-archive" {
				path = strings.TrimPrefix(l.Href, h.config.Server.BaseURL)
			}
		}
	}
	return w
}

// The validators of every feed are the same from a store that was filled from sources in another order, and after they
// were put in another order. (Restart, export and import are tested elsewhere.)
func TestTheSameNewsGivesTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of items, over and over")
	}
	o := newOrigin(t)
	ids := []string{"a", "b", "c"}
	for _, id := range ids {
		o.publish("/"+id, rss(id, numbered(60)...))
	}
	h := newHouse(t, o.sources(ids...)...)
	h.must("poll", "--at", after(0))
	want := h.archive()
	other := newHouse(t, o.sources("c", "a", "b")...)
	other.must("poll", "--at", after(0))
	if diff := cmp.Diff(want, other.archive()); diff != "" {
		t.Errorf("sources in another order (-first +other):\n%s", diff)
	}
	slices.Reverse(h.config.Sources)
	h.save()
	h.must("poll", "--force", "--at", after(time.Hour))
	if diff := cmp.Diff(want, h.archive()); diff != "" {
		t.Errorf("sources put in another order (-first +now):\n%s", diff)
	}
}

// archive are the validators of the head and all pages, in all formats.
func (h *house) archive() map[string]string {
	h.t.Helper()
	s := h.serve("serve")
	defer s.end()
	all := make(map[string]string)
	for _, format := range []string{"atom", "rss", "json"} {
		all[format] = s.get("/topics/everything." + format).header.Get("ETag")
		for page := 1; ; page++ {
			p := s.get(fmt.Sprintf("/topics/everything/archive/%d.%s", page, format))
			if p.status != http.StatusOK {
				break
			}
			all[fmt.Sprint(format, page)] = p.header.Get("ETag")
		}
	}
	if len(all) < 6 {
		h.t.Fatalf("%d documents, want the head and a page at least", len(all))
	}
	return all
}
