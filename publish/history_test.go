package publish_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

// editOf is an edit of an Item of a Source, seen on 5 January at noon.
func editOf(src news.Source, n int, change func(*news.Item)) news.Correction {
	before := report(src, fmt.Sprint("i", n), fmt.Sprintf("https://%s.example/%d", src.ID, n), fmt.Sprintf("Quake %d kills 12 in port city", n))
	before.Item.Summary = "<p>At least twelve people died, the mayor said. The port is closed &amp; ships wait.</p>"
	after := before
	after.Item.Version, after.Item.Seen = 2, at("2026-01-05T12:00:00Z")
	change(&after.Item)
	return news.Correction{ID: news.CorrectionID(after.Item.ID, 2), Story: uuidOf(n), At: after.Item.Seen, Before: before, After: after}
}

func corrections() publish.Corrections {
	return publish.Corrections{
		Site: publish.Site{BaseURL: baseURL}, Topic: richEdition().Topic, TopicID: uuidOf(255), Interval: 3 * time.Hour,
		Newest: at("2026-01-05T12:00:00Z"),
		Edits: []news.Correction{
			editOf(summaries, 1, func(it *news.Item) { it.Title = "Quake 1 kills 15 in port city" }),
			editOf(summaries, 2, func(it *news.Item) {
				it.Summary = "<p>At least twelve people died, the minister said. The port is closed &amp; ships wait.</p>"
			}),
			editOf(headlines, 3, func(it *news.Item) { it.Summary = "<p>must not appear</p>" }),
			editOf(fulls, 4, func(it *news.Item) { it.Content = "<p>All of the <b>new</b> text</p>" }),
			editOf(summaries, 5, func(it *news.Item) { it.Title = "RETRACTED: Quake 5 kills 12 in port city" }),
			editOf(summaries, 6, func(it *news.Item) { it.Title, it.Summary = "", "" }),
			editOf(summaries, 7, func(it *news.Item) { it.Authors = []string{"another"} }),
		},
	}
}

func TestCorrectionsKeepToTheRights(t *testing.T) {
	for format, doc := range map[publish.Format][]byte{
		publish.Atom: documents(t, publish.Atom)["corrections"], publish.RSS: documents(t, publish.RSS)["corrections"],
		publish.JSONFeed: documents(t, publish.JSONFeed)["corrections"],
	} {
		if strings.Contains(string(doc), "must not") || strings.Contains(string(doc), "appear") {
			t.Errorf("%s: a headline source's text is shown", format)
		}
	}
}

func TestCorrectionsSayWhatChanged(t *testing.T) {
	var feed struct {
		Items []struct {
			ID    string `json:"id"`
			HTML  string `json:"content_html"`
			Story struct {
				Class publish.Class `json:"class"`
			} `json:"_wireroom"`
		}
	}
	mustJSON(t, documents(t, publish.JSONFeed)["corrections"], &feed)
	want := []struct {
		class publish.Class
		html  string
	}{
		{publish.ClassNumber, "kills <del>12</del><ins>15</ins> in"},
		{publish.ClassText, "the <del>mayor</del><ins>minister</ins> said"},
		{publish.ClassText, "The change is in what may not be shown here."},
		{publish.ClassText, "<ins>All of</ins> the <del>mayor"},
		{publish.ClassRetraction, "<ins>RETRACTED: </ins>Quake"},
		{publish.ClassGone, "<del>Quake 6"},
	}
	if len(feed.Items) != len(want) {
		t.Fatalf("%d corrections, want %d: what only has other authors is none", len(feed.Items), len(want))
	}
	for i, it := range feed.Items {
		if it.Story.Class != want[i].class || !strings.Contains(it.HTML, want[i].html) {
			t.Errorf("correction %d: class %q, want %q; body lacks %q: %s", i, it.Story.Class, want[i].class, want[i].html, it.HTML)
		}
	}
}

func TestPastHeadsAreServed(t *testing.T) {
	h, store, _ := serving(t)
	past := richEdition()
	past.AsOf, past.Revision, past.Interval, past.Entries = at("2026-01-05T08:00:00Z"), 3, time.Hour, past.Entries[3:]
	store.past = map[int64]news.Edition{3: past}
	now := get(h, "/topics/strait.atom")
	first := get(h, "/topics/strait.atom?asof=2026-01-05T08:00:00Z")
	wantStatus(t, first, 200)
	if body := first.Body.String(); strings.Count(body, "<entry ") != 2 || !strings.Contains(body, `<fh:archive>`) ||
		!strings.Contains(body, `href="`+baseURL+`/topics/strait.atom?asof=2026-01-05T08:00:00.000Z" rel="self"`) ||
		!strings.Contains(body, `href="`+baseURL+`/topics/strait.atom" rel="current"`) {
		t.Errorf("not the head as it was: %s", body)
	}
	if got := first.Header().Get("Cache-Control"); !strings.Contains(got, "max-age=86400") {
		t.Errorf("Cache-Control %q: the past may be kept", got)
	}
	if got := now.Header().Get("Content-Location"); got != "" {
		t.Errorf("Content-Location %q of a feed that is asked for by its own address", got)
	}
	for query, want := range map[string]int{
		"asof=2026-01-05T08:00:00Z": 304, "asof=2026-01-05T09:59:59.5%2B01:00": 304, "asof=2026-01-05T10:00:00+01:00": 304, "x=1&asof=2026-01-05T23:00:00Z": 304,
		"asof=2026-01-04": 200, "asof=0999-01-01": 200,
		"asof=2026-01-07": 400, "asof=yesterday": 400, "asof=": 400, "asof=2026-13-01": 400, "asof=99999-01-01T00:00:00Z": 400,
	} {
		w := get(h, "/topics/strait.atom?"+query, "If-None-Match", first.Header().Get("ETag"))
		if w.Code != want && !(query == "asof=2026-01-05T09:59:59.5%2B01:00" && w.Code == 304) {
			t.Errorf("%s: status %d, want %d", query, w.Code, want)
		}
		own := baseURL + "/topics/strait.atom?asof=2026-01-05T08:00:00.000Z"
		if got := w.Header().Get("Content-Location"); w.Code == 304 && got != own {
			t.Errorf("%s: Content-Location %q, want %q, the address that the feed gives itself", query, got, own)
		}
	}
	if empty := get(h, "/topics/strait.json?asof=2020-01-01").Body.String(); !strings.Contains(empty, `"items": []`) ||
		!strings.Contains(empty, `"feed_url": "`+baseURL+`/topics/strait.json?asof=1990-01-01T00:00:00.000Z"`) {
		t.Errorf("before the first revision: %s", empty)
	}
	if w := get(h, "/topics/strait.atom?asofx=1&q=asof"); w.Header().Get("ETag") != now.Header().Get("ETag") {
		t.Error("a parameter of another name was taken for asof")
	}
	wantStatus(t, get(h, "/topics/none.atom?asof=2026-01-05"), 404)
}

func TestDayAndCorrectionsAreServed(t *testing.T) {
	h, store, c := serving(t)
	store.edits = corrections().Edits
	day := get(h, "/topics/strait/2026-01-05")
	wantStatus(t, day, 200)
	if body := day.Body.String(); !strings.Contains(body, "5 January 2026") || !strings.Contains(body, `href="/topics/strait/2026-01-03"`) ||
		strings.Count(body, `<article class="story"`) != 5 {
		t.Errorf("not the page of the day: %s", body)
	}
	for path, want := range map[string]int{
		"/topics/strait/2026-01-06": 404, "/topics/strait/2026-1-5": 404, "/topics/strait/2026-02-30": 404, "/topics/strait/20260105": 404,
		"/topics/strait/2026-01-05.atom": 404, "/topics/strait/corrections": 404, "/topics/none/2026-01-05": 404, "/topics/none/corrections.rss": 404,
		"/topics/strait/corrections.xml": 404, "/topics/strait/corrections.json": 200, "/topics/strait/corrections.rss": 200, "/topics/Strait/Corrections.atom": 308,
	} {
		wantStatus(t, get(h, path), want)
	}
	before, head := get(h, "/topics/strait/corrections.atom"), get(h, "/topics/strait.atom")
	store.topics[0].Edits, store.topics[0].Edited = 8, at("2026-01-05T13:00:00Z")
	store.edits = append([]news.Correction{editOf(summaries, 8, func(it *news.Item) { it.Title = "Other words" })}, store.edits...)
	c.pass(time.Second)
	if w := get(h, "/topics/strait/corrections.atom", "If-None-Match", before.Header().Get("ETag")); w.Code != 200 || !strings.Contains(w.Body.String(), "Other words") {
		t.Errorf("status %d: an edit is not listed within a second", w.Code)
	}
	wantStatus(t, get(h, "/topics/strait.atom", "If-None-Match", head.Header().Get("ETag")), 304)
}
