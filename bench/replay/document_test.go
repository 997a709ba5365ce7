package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"wireroom/aggregator/parse"
)

func TestDocumentSaysWhatTheItemSaid(t *testing.T) {
	it := item{
		Title: `Talks & "terms" < 5 ]]> open`, Description: `<p>A <b>bold</b> step &amp; more</p>`,
		Link: "http://a.example/?x=1&y=2", Published: noon, Author: "B. Writer",
	}
	body, err := feed{id: "feed001", name: "a & b", items: []item{it}}.document(noon, everything)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parse.Parse(body, "application/rss+xml", "http://origin.example/feed001")
	if err != nil || doc.Damaged != "" || len(doc.Entries) != 1 {
		t.Fatalf("read back: %v, damaged %q, %d entries in\n%s", err, doc.Damaged, len(doc.Entries), body)
	}
	got := doc.Entries[0].Item("feed001", noon)
	for _, c := range []struct{ what, got, want string }{
		{"title", got.Title, it.Title},
		{"url", got.URL, it.Link},
		{"text", got.Text(), "A bold step & more"},
		{"date", got.Published.UTC().String(), noon.String()},
		{"authors", fmt.Sprint(got.Authors), "[B. Writer]"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestDocumentShowsAWindow(t *testing.T) {
	hourly := func(n int) feed {
		f := feed{id: "feed001", name: "a"}
		for i := range n {
			f.items = append(f.items, item{Title: "t", Link: fmt.Sprintf("http://a.example/%d", i), Published: noon.Add(-time.Duration(i) * time.Hour)})
		}
		return f
	}
	for _, c := range []struct {
		name  string
		items int
		at    time.Time
		span  time.Duration
		want  int
	}{
		{"all that is old enough", 100, noon, everything, 100},
		{"none of the future", 100, noon.Add(-10 * time.Hour), everything, 90},
		{"two days", 100, noon, twoDays, 48},
		{"at least some", 100, noon.Add(1000 * time.Hour), twoDays, leastItems},
		{"fewer than that", 5, noon.Add(1000 * time.Hour), twoDays, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := hourly(c.items).document(c.at, c.span)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := parse.Parse(body, "application/rss+xml", "http://origin.example/feed001")
			if err != nil {
				t.Fatal(err)
			}
			if len(doc.Entries) != c.want {
				t.Errorf("%d items, want %d", len(doc.Entries), c.want)
			}
		})
	}
}

func TestOriginAnswersConditionally(t *testing.T) {
	o := &origin{feeds: []feed{{id: "feed001", name: "a", items: []item{
		{Title: "later", Link: "http://a.example/2", Published: noon.Add(time.Hour)}, {Title: "t", Link: "http://a.example/1", Published: noon},
	}}}}
	ask := func(path, etag string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", etag)
		w := httptest.NewRecorder()
		o.ServeHTTP(w, r)
		return w.Result()
	}
	if err := o.show(noon, everything); err != nil {
		t.Fatal(err)
	}
	etag := ask("/feed001.rss", "").Header.Get("ETag")
	if got := ask("/feed001.rss", etag).StatusCode; got != http.StatusNotModified {
		t.Errorf("with the ETag %s: status %d, want 304", etag, got)
	}
	if err := o.show(noon.Add(time.Hour), everything); err != nil {
		t.Fatal(err)
	}
	if got := ask("/feed001.rss", etag).StatusCode; got != http.StatusOK {
		t.Errorf("with another item: status %d, want 200", got)
	}
	if got := ask("/feed002.rss", "").StatusCode; got != http.StatusNotFound {
		t.Errorf("unknown path: status %d, want 404", got)
	}
}
