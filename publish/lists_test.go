package publish_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"wireroom/news"
	"wireroom/publish"
)

func outlinesOf(t *testing.T, body []byte) (urls []string) {
	t.Helper()
	var doc struct {
		Version  string `xml:"version,attr"`
		Modified string `xml:"head>dateModified"`
		Outlines []struct {
			Text   string `xml:"text,attr"`
			Title  string `xml:"title,attr"`
			Type   string `xml:"type,attr"`
			XMLURL string `xml:"xmlUrl,attr"`
		} `xml:"body>outline"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Version != "2.0" {
		t.Errorf("version %q", doc.Version)
	}
	for _, o := range doc.Outlines {
		if o.Text == "" || o.Title == "" || o.Type != "rss" {
			t.Errorf("outline %+v", o)
		}
		wantAbsolute(t, "xmlUrl", o.XMLURL)
		urls = append(urls, o.XMLURL)
	}
	return append(urls, doc.Modified)
}

func TestOPMLListsWhatCanBeFollowed(t *testing.T) {
	store := newFakeStore(richEdition(), emptyEdition())
	store.topics = append(store.topics, news.TopicState{
		Topic: news.Topic{Slug: "old", Title: "Old"}, Removed: true, Updated: at("2026-01-05T23:00:00Z"),
	})
	off := news.SourceStatus{Source: fulls}
	off.Disabled = true
	store.sources = append(polled()[:2], off, news.SourceStatus{Source: news.Source{ID: "m", Name: "M", URL: "https://m.example/map.xml", Format: news.FormatSitemap}})
	s, _ := newServer(t, store)
	for path, want := range map[string][]string{
		"/opml.xml":     {baseURL + "/topics/strait.atom", baseURL + "/topics/quiet.atom", "Mon, 05 Jan 2026 09:00:00 GMT"},
		"/sources.opml": {"https://north.example/rss?k=$%7BKEY%7D", "https://vestnik.example/feed.xml", ""},
	} {
		if diff := cmp.Diff(want, outlinesOf(t, get(s.Handler(), path).Body.Bytes())); diff != "" {
			t.Errorf("%s: addresses and date (-want +got):\n%s", path, diff)
		}
	}
}

func TestListsOfSourcesAreReadOnceInSeconds(t *testing.T) {
	store := newFakeStore()
	s, c := newServer(t, store)
	h := s.Handler()
	for range 20 {
		wantStatus(t, get(h, "/sources"), 200)
	}
	if n := store.calls(); n != 1 {
		t.Errorf("20 requests asked the store %d times, want 1", n)
	}
	c.pass(5 * time.Second)
	store.sources = polled()
	if body := get(h, "/sources").Body.String(); !strings.Contains(body, "4 sources") {
		t.Error("after five seconds the list is not read again")
	}
}

func TestSourcesPageSaysHowEachIs(t *testing.T) {
	store := newFakeStore()
	store.sources = polled()
	gone := news.SourceStatus{Source: news.Source{ID: "g", Name: "G", URL: "https://g.example/f"}, State: news.SourceState{Health: news.Health{State: news.HealthGone}}}
	stale := news.SourceStatus{Source: news.Source{ID: "d", Name: "D", URL: "https://d.example/f"}, State: news.SourceState{Health: news.Health{State: news.HealthStale, Why: "no newer item for 900 days"}}}
	off := news.SourceStatus{Source: news.Source{ID: "o", Name: "O", URL: "https://o.example/f", Disabled: true}}
	store.sources = append(store.sources, gone, stale, off)
	s, _ := newServer(t, store)
	body := get(s.Handler(), "/sources").Body.String()
	for id, state := range map[string]string{"north-post": "fine", "vestnik": "failing", "institute": "new", "g": "gone", "d": "stale", "o": "disabled"} {
		_, row, ok := strings.Cut(body, `<tr id="`+id+`">`)
		row, _, _ = strings.Cut(row, "</tr>")
		if !ok || !strings.Contains(row, ">"+state+"<") {
			t.Errorf("%s: want the state %q in %q", id, state, row)
		}
	}
	if !strings.Contains(body, "900 days") {
		t.Error("the page does not say why a source is stale")
	}
	if strings.Contains(body, "secret") {
		t.Error("the page shows credentials")
	}
}

func TestMarksReachIntoTheBody(t *testing.T) {
	rec := storyRecord()
	lead := strings.Repeat("word ", 80) // the lead is its first 400 characters
	rec.Story.Lead.Item.Summary = lead + "and the strait."
	text := rec.Story.Lead.Item.Text()
	_, body := news.SplitLead(text)
	start := strings.Index(body, "strait")
	rec.Decisions = []news.Decision{{Topic: "strait", In: true, Spans: []news.Span{{Term: "strait", Place: news.PlaceBody, Start: start, End: start + 6}}}}
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = rec
	s, _ := newServer(t, store)
	if page := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String(); !strings.Contains(page, "and the <mark>strait</mark>.") {
		t.Error("the mark is not where the term is")
	}
}

func TestSealedPagesAreBoundedInBytes(t *testing.T) {
	const pages = 12
	head := richEdition()
	head.Pages = pages
	inner := newFakeStore(head)
	big := report(fulls, "i", "https://institute.example/1", "T")
	big.Item.Content = strings.Repeat("x", 1<<20)
	for n := 1; n <= pages; n++ {
		e := editionOf(entryOf(1, big))
		e.Page = n
		inner.put(e)
	}
	store := &halfStore{fakeStore: inner}
	s, _ := newServer(t, store)
	h := s.Handler()
	order := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 11, 10}
	for _, n := range order {
		wantStatus(t, get(h, fmt.Sprintf("/topics/strait/archive/%d.atom", n)), 200)
	}
	if store.tried != pages {
		t.Errorf("%d readings for %d pages: the last three, of a megabyte each, are to be remembered", store.tried, pages)
	}
	wantStatus(t, get(h, "/topics/strait/archive/5.atom"), 200)
	if store.tried != pages+1 {
		t.Error("more than four megabytes of sealed pages are remembered")
	}
}

func TestAnswersAreCountedByRoute(t *testing.T) {
	reg := prometheus.NewRegistry()
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{Store: newFakeStore(richEdition()), BaseURL: baseURL + "/sub", Now: c.Now, Metrics: reg})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	for _, path := range []string{"/topics/strait.atom", "/sub/topics/strait.rss", "/topics/made-up-1", "/topics/made-up-2", "/elsewhere"} {
		get(h, path)
	}
	got := make(map[string]float64)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "wireroom_http_requests_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			got[m.GetLabel()[0].GetValue()+" "+m.GetLabel()[1].GetValue()] = m.GetCounter().GetValue()
		}
	}
	want := map[string]float64{"/topics/{file} 200": 2, "/topics/{file} 404": 2, "/ 404": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers by route and status (-want +got):\n%s", diff)
	}
}

// What robots are kept from must be there: a forbidden address that answers nothing only puzzles whoever reads the file.
func TestRobotsMayReadAllButSearches(t *testing.T) {
	s, _ := newServer(t, newFakeStore())
	if got, want := get(s.Handler(), "/robots.txt").Body.String(), "User-agent: *\nDisallow: /search\nAllow: /search.\nAllow: /\n"; got != want {
		t.Errorf("GET /robots.txt: %q, want %q", got, want)
	}
	wantStatus(t, get(s.Handler(), "/search"), 200)
}

func TestShortAnswersAreNotCoded(t *testing.T) {
	s, _ := newServer(t, newFakeStore())
	plain := get(s.Handler(), "/robots.txt").Body.Len()
	for _, coding := range []string{"gzip", "br", "zstd"} {
		w := get(s.Handler(), "/robots.txt", "Accept-Encoding", coding)
		if w.Header().Get("Content-Encoding") != "" && w.Body.Len() >= plain {
			t.Errorf("%s: %d bytes, and %d without", coding, w.Body.Len(), plain)
		}
	}
}
