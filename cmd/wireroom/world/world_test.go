package world_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"wireroom/cmd/wireroom/world"
	"wireroom/news"
)

// start is any moment: nothing may depend on which.
var start = time.Date(2026, 3, 5, 9, 30, 12, 345_000_000, time.UTC)

const base = "http://127.0.0.1:54321"

// demo is the World that the tests visit.
var demo = world.New(start)

// visit asks the World for a path as it is elapsed after start. header is a list of names and values.
func visit(t *testing.T, elapsed time.Duration, path string, header ...string) *http.Response {
	t.Helper()
	h := demo.Handler(func() time.Time { return start.Add(elapsed) })
	r := httptest.NewRequest(http.MethodGet, base+strings.TrimPrefix(path, base), nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Result()
}

// body returns what an answer carries.
func body(t *testing.T, res *http.Response) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		t.Fatalf("read body: %v", err)
	}
	return b.Bytes()
}

// feed reads a Source's feed, following it where it has moved; nil where the feed is broken at that moment.
func feed(t *testing.T, elapsed time.Duration, s news.Source) *gofeed.Feed {
	t.Helper()
	res := visit(t, elapsed, s.URL)
	if res.StatusCode == http.StatusMovedPermanently {
		res = visit(t, elapsed, res.Header.Get("Location"))
	}
	if res.StatusCode != http.StatusOK || strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body(t, res)))
	if err != nil {
		t.Fatalf("parse %s at %s: %v", s.ID, elapsed, err)
	}
	return f
}

// item returns the item of a Source whose link holds part.
func item(t *testing.T, elapsed time.Duration, source, part string) *gofeed.Item {
	t.Helper()
	for _, s := range demo.Sources(base) {
		if s.ID != source {
			continue
		}
		for _, it := range feed(t, elapsed, s).Items {
			if strings.Contains(it.Link, part) {
				return it
			}
		}
	}
	t.Fatalf("no item with %q in %s at %s", part, source, elapsed)
	return nil
}

func TestSourcesAreWellFormedAndVaried(t *testing.T) {
	kinds, languages, ids := map[news.Kind]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range demo.Sources(base) {
		for _, err := range []error{s.Kind.Validate(), s.Owner.Validate(), s.Republish.Validate(), s.Format.Validate()} {
			if err != nil {
				t.Errorf("source %s: %v", s.ID, err)
			}
		}
		if ids[s.ID] {
			t.Errorf("source %s: id used twice", s.ID)
		}
		if !strings.HasPrefix(s.URL, base+"/"+s.ID+"/") || s.Name == "" || s.Country == "" || s.Tier < 1 || s.Tier > 3 {
			t.Errorf("source %s is incomplete: %+v", s.ID, s)
		}
		if s.Rights != world.Rights {
			t.Errorf("source %s: rights line %q does not say that it is invented", s.ID, s.Rights)
		}
		ids[s.ID], kinds[s.Kind], languages[s.Language] = true, true, true
	}
	for _, k := range news.Kinds {
		if !kinds[k] {
			t.Errorf("no source of kind %s", k)
		}
	}
	for _, l := range []string{"en", "fr", "es", "uk", "ru", "ar", "ja"} {
		if !languages[l] {
			t.Errorf("no source in language %s", l)
		}
	}
}

func TestFeedsParseAndGrow(t *testing.T) {
	moments := []time.Duration{0, 5 * time.Minute, 30 * time.Minute}
	want := map[string][3]int{ // -1: broken at that moment
		"albatros-del-plata":    {5, 5, 7},
		"brigghaven-courier":    {6, 7, 8},
		"danube-levant-group":   {4, 4, 5},
		"gallery-dispatch":      {5, 6, 7},
		"glasshouse-monitor":    {4, -1, 5},
		"kraiobrii":             {5, 6, 6},
		"lanternhook-post":      {6, 8, 9},
		"marfa-sharqi":          {5, 6, 7},
		"quai-du-matin":         {6, 7, 8},
		"sentinelle-du-meandre": {5, 5, 7},
		"shiome-gaishin":        {4, 4, 5},
		"aldersound-wire":       {9, 11, 13},
		"stepnoi-meridian":      {4, 4, 5},
		"tarnbeck-institute":    {4, 4, 5},
		"third-secretary":       {3, 3, 4},
	}
	got := map[string][3]int{}
	for _, s := range demo.Sources(base) {
		var counts [3]int
		for i, m := range moments {
			counts[i] = -1
			if f := feed(t, m, s); f != nil {
				counts[i] = len(f.Items)
				checkItems(t, s, f, start.Add(m))
			}
		}
		got[s.ID] = counts
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items at %v (-want +got):\n%s", moments, diff)
	}
}

// checkItems holds for every feed: all items are titled, linked, described and dated, none in the future, newest first.
func checkItems(t *testing.T, s news.Source, f *gofeed.Feed, now time.Time) {
	t.Helper()
	last := now
	for _, it := range f.Items {
		if it.Title == "" || it.Link == "" || it.Description+it.Content == "" || it.PublishedParsed == nil {
			t.Errorf("%s: incomplete item %+v", s.ID, it)
			continue
		}
		if it.PublishedParsed.After(last) {
			t.Errorf("%s: %q is dated %s, after the one above it or after now (%s)", s.ID, it.Title, it.PublishedParsed, last)
		}
		last = *it.PublishedParsed
	}
}

func TestSameMomentSameBytes(t *testing.T) {
	other := world.New(start).Handler(func() time.Time { return start.Add(20 * time.Minute) })
	for _, s := range demo.Sources(base) {
		rec := httptest.NewRecorder()
		other.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, s.URL, nil))
		first, second := visit(t, 20*time.Minute, s.URL), rec.Result()
		if diff := cmp.Diff(string(body(t, first)), string(body(t, second))); diff != "" {
			t.Errorf("%s: two Worlds differ:\n%s", s.ID, diff)
		}
		if diff := cmp.Diff(first.Header, second.Header); diff != "" {
			t.Errorf("%s: two Worlds answer with other headers:\n%s", s.ID, diff)
		}
	}
}

func TestNewsKeepsComing(t *testing.T) {
	seen := func(elapsed time.Duration) int {
		links := map[string]bool{}
		for _, s := range demo.Sources(base) {
			if f := feed(t, elapsed, s); f != nil {
				for _, it := range f.Items {
					links[s.ID+it.Link] = true
				}
			}
		}
		return len(links)
	}
	last := seen(0)
	if last < 60 || last > 80 {
		t.Errorf("the past holds %d items, want 60 to 80", last)
	}
	for _, m := range []time.Duration{time.Minute, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 90 * time.Minute, 3 * time.Hour} {
		now := seen(m)
		if now <= last {
			t.Errorf("after %s there are %d items, no more than before (%d)", m, now, last)
		}
		last = now
	}
}

func TestCycleNumbersItsReports(t *testing.T) {
	first, again := item(t, 65*time.Minute, "aldersound-wire", "night-danube-1"), item(t, 3*time.Hour, "aldersound-wire", "night-danube-7")
	if first.GUID == again.GUID || first.Title == again.Title {
		t.Errorf("a text that returns is not told apart: %q %q", first.GUID, again.GUID)
	}
	if got, want := again.PublishedParsed.Sub(*first.PublishedParsed), time.Hour; got != want {
		t.Errorf("it returns after %s, want %s", got, want)
	}
}

func TestPace(t *testing.T) {
	var live []time.Time
	for _, s := range demo.Sources(base) {
		for _, it := range feed(t, 3*time.Hour, s).Items {
			if it.PublishedParsed.After(start) {
				live = append(live, *it.PublishedParsed)
			}
		}
	}
	slices.SortFunc(live, time.Time.Compare)
	last := start.Truncate(time.Second)
	for _, now := range live {
		gap, most := now.Sub(last), 10*time.Minute
		if now.Before(start.Add(10 * time.Minute)) {
			most = 40 * time.Second
		}
		if gap < 20*time.Second || gap > most {
			t.Errorf("%s after the report of %s comes the next, want 20s to %s", gap, last.Sub(start), most)
		}
		last = now
	}
	if len(live) < 30 {
		t.Errorf("%d live reports in three hours, want 30 or more", len(live))
	}
}

func TestReportsThatLeftTheFeedKeepTheirPages(t *testing.T) {
	const day = 24 * time.Hour
	for _, slug := range []string{"tulcea-truce", "night-danube-1"} {
		if res := visit(t, day, "/aldersound-wire/"+slug); res.StatusCode != http.StatusOK {
			t.Errorf("%s after a day: status %d", slug, res.StatusCode)
		}
	}
	for _, s := range demo.Sources(base) {
		if n := len(feed(t, day, s).Items); n > 40 {
			t.Errorf("%s carries %d items after a day, want 40 at most", s.ID, n)
		}
	}
}
