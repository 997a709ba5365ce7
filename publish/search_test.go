package publish_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"wireroom/news"
)

// searchStore has enough Stories for three pages of a search.
func searchStore() *fakeStore {
	e := richEdition()
	e.Entries = nil
	for n := range 70 {
		lead := report(summaries, fmt.Sprint("i-", n), fmt.Sprintf("https://vestnik.example/%d", n), fmt.Sprintf("Envoys meet, round %d", n))
		lead.Item.Summary = "<p>Envoys met <b>again</b>.</p>"
		e.Entries = append(e.Entries, entryOf(n+1, lead))
	}
	return newFakeStore(e)
}

func TestASearchIsAFeed(t *testing.T) {
	s, _ := newServer(t, searchStore())
	h := s.Handler()
	first := get(h, "/search.atom?q=envoys")
	wantStatus(t, first, http.StatusOK)
	feed := parseXML(t, first.Body.Bytes())
	checkAtomHead(t, feed)
	entries := feed.all("atom:entry")
	if len(entries) != 30 {
		t.Fatalf("%d entries, want 30", len(entries))
	}
	seen := ids{}
	for _, e := range entries {
		checkAtomEntry(t, e)
		seen.add(t, "updated", e.one(t, "atom:updated").text)
	}
	if rels := checkAtomLinks(t, feed); rels != "alternate self" {
		t.Errorf("links of the feed: %s, want alternate and self", rels)
	}
	again, _ := newServer(t, searchStore())
	if second := get(again.Handler(), "/search.atom?q=envoys"); second.Body.String() != first.Body.String() || second.Header().Get("ETag") != first.Header().Get("ETag") {
		t.Error("another process makes other bytes of the same search")
	}
	if w := get(h, "/search.atom?q=envoys", "If-None-Match", first.Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("got %d for a feed that the reader has, want 304", w.Code)
	}
	for _, format := range []string{"rss", "json"} {
		wantStatus(t, get(h, "/search."+format+"?q=envoys"), http.StatusOK)
	}
}

// Two Topics may have filed two Stories in the same millisecond: the Feed keeps them apart, and is no older than they are.
func TestDatesInASearchAreApart(t *testing.T) {
	store := searchStore()
	for i := range store.editions["strait"][0].Entries {
		store.editions["strait"][0].Entries[i].Updated = at("2026-01-05T09:00:00Z")
	}
	s, _ := newServer(t, store)
	feed := parseXML(t, get(s.Handler(), "/search.atom?q=envoys").Body.Bytes())
	seen, newest := ids{}, feed.one(t, "atom:updated").text
	for _, e := range feed.all("atom:entry") {
		updated := e.one(t, "atom:updated").text
		seen.add(t, "updated", updated)
		if updated > newest {
			t.Errorf("an entry of %s in a feed of %s", updated, newest)
		}
	}
}

// One search is one Feed, however it is typed; what cannot be searched for is said, and is no feed.
func TestASearchHasOneAddress(t *testing.T) {
	s, _ := newServer(t, searchStore())
	h := s.Handler()
	for asked, want := range map[string]string{
		"ENVOYS": "/search.rss?q=envoys", " envoys  envoys ": "/search.rss?q=envoys", "“envoys meet” -tea": "/search.rss?q=%22envoys+meet%22+-tea",
	} {
		w := get(h, "/search.rss?q="+url.QueryEscape(asked))
		if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != want {
			t.Errorf("%q: got %d to %s, want 308 to %s", asked, w.Code, w.Header().Get("Location"), want)
		}
		wantStatus(t, get(h, want), http.StatusOK)
	}
	for _, asked := range []string{"", "-tea", `")(*`, strings.Repeat("x ", 300)} {
		if w := get(h, "/search.atom?q="+url.QueryEscape(asked)); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Not searched") {
			t.Errorf("%q: got %d %s, want 400 and why", asked, w.Code, w.Body.String())
		}
		if w := get(h, "/search?q="+url.QueryEscape(asked)); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Envoys meet") {
			t.Errorf("%q: got %d, want a page that says what to type", asked, w.Code)
		}
	}
}

func TestPagesOfASearchDoNotOverlap(t *testing.T) {
	s, _ := newServer(t, searchStore())
	h := s.Handler()
	seen := make(map[string]bool)
	path := "/search?q=envoys"
	var pages []int
	for path != "" {
		w := get(h, path)
		wantStatus(t, w, http.StatusOK)
		path = ""
		n := 0
		for node := range parsePage(t, w.Body.String()).Descendants() {
			if node.Type == html.ElementNode && attr(node, "class") == "story" {
				n++
				seen[attr(node, "id")] = true
			}
			if attr(node, "rel") == "next" {
				path = attr(node, "href")
			}
		}
		pages = append(pages, n)
	}
	if diff := cmp.Diff([]int{30, 30, 10}, pages); diff != "" || len(seen) != 70 {
		t.Errorf("%d stories, pages of (-want +got):\n%s", len(seen), diff)
	}
	for _, page := range []string{"0", "-1", "x", "99999999999999999999"} {
		wantStatus(t, get(h, "/search?q=envoys&page="+page), http.StatusOK)
	}
}

func TestASearchMarksWhatWasFoundAndAsksTheStoreOnce(t *testing.T) {
	store := searchStore()
	s, c := newServer(t, store)
	h := s.Handler()
	body := get(h, "/search?q=envoys").Body.String()
	if !strings.Contains(body, "<mark>Envoys</mark> meet") || !strings.Contains(body, "<mark>Envoys</mark> met again") {
		t.Error("what was found is not marked in headline and summary")
	}
	before := store.calls()
	get(h, "/search?q=envoys")
	if n := store.calls() - before; n != 0 {
		t.Errorf("the same search again asked the store %d times, want none", n)
	}
	e := richEdition()
	e.Revision++
	store.put(e)
	c.pass(2e9)
	if strings.Contains(get(h, "/search?q=envoys").Body.String(), "Envoys") {
		t.Error("what was found stays after the topic has changed")
	}
}

func TestASourceHasAPage(t *testing.T) {
	store := newFakeStore(richEdition())
	store.sources = polled()
	store.sources[2].Withdrawn = true
	s, _ := newServer(t, store)
	h := s.Handler()
	w := get(h, "/sources/"+headlines.ID)
	wantStatus(t, w, http.StatusOK)
	body := w.Body.String()
	for _, want := range []string{"North Post &amp; Co", "It answers as it should.", "headlines alone", "https://north.example/rss", `href="https://north.example/a"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, secret := range []string{"secret", "must not appear"} {
		if strings.Contains(body, secret) {
			t.Errorf("the page shows %q", secret)
		}
	}
	wantStatus(t, get(h, "/sources/nobody"), http.StatusNotFound)
	wantStatus(t, get(h, "/sources/"+fulls.ID), http.StatusGone)
}

// A Story's page shows how its first report was edited, no more of it than the Source allows, and how many tell it.
func TestStoryPageShowsEditsAndCounts(t *testing.T) {
	rec := storyRecord()
	before := rec.Story.Lead
	before.Item.Version, before.Item.Title = 1, "Talks fail in the strait"
	before.Item.Summary = "<p>They stop.</p>"
	rec.Story.Lead.Item.Version = 2
	rec.Earlier = []news.Report{before}
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = rec
	s, _ := newServer(t, store)
	body := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String()
	for _, want := range []string{"How the first report was edited", "<del>fail", "The headline was changed."} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	rec.Story.Lead.Source.Republish, rec.Earlier[0].Source.Republish = news.RightsHeadline, news.RightsHeadline
	store.stories[uuidOf(1)] = rec
	if body := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String(); strings.Contains(body, "They stop") {
		t.Error("the text of a headline source is shown in its history")
	}
}
