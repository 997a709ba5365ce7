package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// An item that is edited at its source stays one item under its id, and the feed shows what it says now.
func TestEditedItemStaysOneItem(t *testing.T) {
	o := newOrigin(t)
	stories := numbered(3)
	o.publish("/a", rss("a", stories...))
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(0))
	before, feedBefore := column(h.items(), "id"), h.jsonFeed("everything")

	stories[1].title = "The ministers have signed after all"
	stories[1].text = "The text was signed at noon, a spokesman said; it had been open for weeks."
	o.publish("/a", rss("a", stories...))
	h.must("poll", "--force", "--at", after(time.Hour))

	if diff := cmp.Diff(before, column(h.items(), "id")); diff != "" {
		t.Errorf("ids of the items (-before +after):\n%s", diff)
	}
	if titles := column(h.items(), "title"); !slices.Contains(titles, stories[1].title) {
		t.Errorf("titles %q lack the new one", titles)
	}
	feedAfter := h.jsonFeed("everything")
	if len(feedAfter) != len(feedBefore) {
		t.Fatalf("the feed has %d entries, want %d", len(feedAfter), len(feedBefore))
	}
	for i, e := range feedAfter {
		was := feedBefore[i]
		if e.ID != was.ID || e.Published != was.Published {
			t.Errorf("entry %d: id %s, published %s; were %s, %s", i, e.ID, e.Published, was.ID, was.Published)
		}
		edited := e.Title == stories[1].title
		if edited != (e.Modified != was.Modified) || edited && !strings.Contains(e.Summary+e.Content, "signed at noon") {
			t.Errorf("entry %d: %q changed %s, was %q of %s; text %q", i, e.Title, e.Modified, was.Title, was.Modified, e.Summary+e.Content)
		}
	}
}

// A jsonEntry is an entry of a JSON Feed, as a reader sees it.
type jsonEntry struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	Content   string `json:"content_html"`
	Published string `json:"date_published"`
	Modified  string `json:"date_modified"`
}

// jsonFeed reads the entries of a topic.
func (h *house) jsonFeed(slug string) []jsonEntry {
	h.t.Helper()
	var feed struct{ Items []jsonEntry }
	if err := json.Unmarshal([]byte(h.feeds()["/topics/"+slug+".json"].Body), &feed); err != nil {
		h.t.Fatal(err)
	}
	return feed.Items
}

func column(rows []map[string]string, name string) (values []string) {
	for _, row := range rows {
		values = append(values, row[name])
	}
	return values
}

// The same page in another source is the same report: an item of its own, in the same story, and the feed has one entry
// that says who else has it.
func TestSamePageElsewhereIsADuplicate(t *testing.T) {
	o := newOrigin(t)
	o.publish("/first", rss("first", story{n: 1, link: "https://agency.example/report?utm_source=first"}))
	o.publish("/second", rss("second", story{n: 2, link: "https://agency.example/report?utm_source=second#top"}))
	h := newHouse(t, o.sources("first", "second")...)
	h.must("poll", "--at", after(0))
	items := h.items()
	if len(items) != 2 || items[0]["story"] != items[1]["story"] || items[0]["story"] == "" || items[0]["id"] == items[1]["id"] {
		t.Errorf("want two items in one story, got %v", items)
	}
	feeds := h.feeds()
	var feed struct {
		Items []struct {
			Title, Summary string
			Content        string `json:"content_html"`
		}
	}
	if err := json.Unmarshal([]byte(feeds["/topics/everything.json"].Body), &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Items) != 1 || !strings.Contains(feed.Items[0].Title, "first") {
		t.Fatalf("the feed has %v, want the first report alone", feed.Items)
	}
	for path, f := range feeds {
		if !strings.Contains(strings.ToLower(f.Body), "also at") || !strings.Contains(f.Body, "second") {
			t.Errorf("%s does not list the second report as also at:\n%s", path, f.Body)
		}
	}
}

// A publisher that makes up a new GUID for the same page at every visit brings no new item.
func TestChurningGUIDsAreNoNewItems(t *testing.T) {
	o := newOrigin(t)
	h := newHouse(t, o.sources("a")...)
	var first []map[string]string
	var feeds map[string]published
	for visit := range 4 {
		stories := numbered(5)
		for i := range stories {
			stories[i].guid = fmt.Sprintf("visit-%d-%d", visit, i)
		}
		o.publish("/a", rss("a", stories...))
		h.must("poll", "--force", "--at", after(time.Duration(visit)*time.Hour))
		if visit == 0 {
			first, feeds = h.items(), h.feeds()
		}
	}
	if diff := cmp.Diff(first, h.items()); diff != "" || len(first) != 5 {
		t.Errorf("%d items, then (-first +last):\n%s", len(first), diff)
	}
	if diff := cmp.Diff(feeds, h.feeds()); diff != "" {
		t.Errorf("feeds (-first +last):\n%s", diff)
	}
}

// An item that leaves the feed and comes back is the item that it was.
func TestReturningItemIsNotNew(t *testing.T) {
	o := newOrigin(t)
	h := newHouse(t, o.sources("a")...)
	for visit, stories := range [][]story{numbered(4), numbered(2), numbered(4)} {
		o.publish("/a", rss("a", stories...))
		h.must("poll", "--force", "--at", after(time.Duration(visit)*time.Hour))
		if n := len(h.items()); n != 4 {
			t.Errorf("visit %d: %d items, want 4", visit, n)
		}
	}
}

// Twelve sources of one host are asked one after the other, and all in one pass.
func TestTwelveSourcesOnOneHost(t *testing.T) {
	o := newOrigin(t)
	var ids []string
	for n := range 12 {
		id := fmt.Sprintf("s%02d", n)
		ids = append(ids, id)
		o.publish("/"+id, rss(id, numbered(2)...))
	}
	h := newHouse(t, o.sources(ids...)...)
	h.must("poll", "--at", after(0))
	if len(h.items()) != 24 {
		t.Errorf("%d items, want 24", len(h.items()))
	}
	if got := len(o.requests()); got != 12 || o.crowd != 1 {
		t.Errorf("%d requests, up to %d at a time; want 12, one at a time", got, o.crowd)
	}
}
