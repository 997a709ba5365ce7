package world_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"wireroom/cmd/wireroom/world"
)

func TestValidatorsHoldUntilTheNextReport(t *testing.T) {
	const path = "/lanternhook-post/rss" // changes at 55 s, then at 215 s
	first := visit(t, 60*time.Second, path)
	tests := []struct {
		name    string
		elapsed time.Duration
		header  []string
		want    int
	}{
		{"same ETag later", 200 * time.Second, []string{"If-None-Match", first.Header.Get("ETag")}, 304},
		{"same date later", 200 * time.Second, []string{"If-Modified-Since", first.Header.Get("Last-Modified")}, 304},
		{"weak ETag", 200 * time.Second, []string{"If-None-Match", "W/" + first.Header.Get("ETag")}, 304},
		{"foreign ETag", 200 * time.Second, []string{"If-None-Match", `"x"`, "If-Modified-Since", first.Header.Get("Last-Modified")}, 200},
		{"ETag after a report", 216 * time.Second, []string{"If-None-Match", first.Header.Get("ETag")}, 200},
		{"date after a report", 216 * time.Second, []string{"If-Modified-Since", first.Header.Get("Last-Modified")}, 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			res := visit(t, test.elapsed, path, test.header...)
			if res.StatusCode != test.want {
				t.Errorf("%v: status %d, want %d", test.header, res.StatusCode, test.want)
			}
			if n := len(body(t, res)); res.StatusCode == http.StatusNotModified && n > 0 {
				t.Errorf("304 with a body of %d bytes", n)
			}
		})
	}
}

func TestEveryFeedAnswersConditionalRequests(t *testing.T) {
	for _, s := range demo.Sources(base) {
		path := s.URL
		if res := visit(t, time.Minute, path); res.StatusCode == http.StatusMovedPermanently {
			path = res.Header.Get("Location")
		}
		res := visit(t, time.Minute, path)
		etag, modified := res.Header.Get("ETag"), res.Header.Get("Last-Modified")
		if etag == "" || modified == "" || !strings.HasPrefix(res.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: no validators or no max-age: %v", s.ID, res.Header)
			continue
		}
		if date, err := http.ParseTime(modified); err != nil || date.After(start.Add(time.Minute)) {
			t.Errorf("%s: Last-Modified %q is unreadable or in the future", s.ID, modified)
		}
		if got := visit(t, time.Minute, path, "If-None-Match", etag).StatusCode; got != http.StatusNotModified {
			t.Errorf("%s: status %d for its own ETag, want 304", s.ID, got)
		}
	}
}

func TestContentTypes(t *testing.T) {
	tests := map[string]string{
		"/aldersound-wire/feed.xml":        "application/rss+xml; charset=utf-8",
		"/kraiobrii/rss.xml":               "application/rss+xml; charset=windows-1251",
		"/brigghaven-courier/atom.xml":     "application/atom+xml; charset=utf-8",
		"/sentinelle-du-meandre/index.rdf": "application/rdf+xml; charset=utf-8",
		"/albatros-del-plata/feed.json":    "application/feed+json; charset=utf-8",
		"/aldersound-wire/tulcea-truce":    "text/html; charset=utf-8",
		"/pictures/tulcea.png":             "image/png",
		"/sounds/steel-quota.wav":          "audio/wav",
		"/robots.txt":                      "text/plain; charset=utf-8",
	}
	for path, want := range tests {
		res := visit(t, 0, path)
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: %d %q, want 200 %q", path, res.StatusCode, got, want)
		}
	}
}

func TestOneFeedHasMoved(t *testing.T) {
	res := visit(t, 0, "/gallery-dispatch/rss.php")
	if res.StatusCode != http.StatusMovedPermanently {
		t.Fatalf("old address: status %d, want 301", res.StatusCode)
	}
	if got := visit(t, 0, res.Header.Get("Location")); got.StatusCode != http.StatusOK {
		t.Errorf("new address %q: status %d", res.Header.Get("Location"), got.StatusCode)
	}
}

func TestOneFeedBreaksAndRecovers(t *testing.T) {
	tests := []struct {
		name              string
		elapsed           time.Duration
		status            int
		contentType, wait string
	}{
		{"at first well", time.Minute, 200, "application/rss+xml; charset=utf-8", ""},
		{"a page in the feed's place", 4 * time.Minute, 200, "text/html; charset=utf-8", ""},
		{"unavailable", 7 * time.Minute, 503, "text/html; charset=utf-8", "60"},
		{"well again", 12 * time.Minute, 200, "application/rss+xml; charset=utf-8", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			res := visit(t, test.elapsed, "/glasshouse-monitor/movements.xml")
			if res.StatusCode != test.status || res.Header.Get("Content-Type") != test.contentType || res.Header.Get("Retry-After") != test.wait {
				t.Errorf("got %d %v, want %d %q, Retry-After %q", res.StatusCode, res.Header, test.status, test.contentType, test.wait)
			}
		})
	}
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	const elapsed = 2 * time.Hour
	reference := regexp.MustCompile(`(?:src|href)="([^"#]+)"`)
	for _, s := range demo.Sources(base) {
		for _, it := range feed(t, elapsed, s).Items {
			links := []string{it.Link}
			for _, e := range it.Enclosures {
				links = append(links, e.URL)
			}
			if it.Image != nil {
				links = append(links, it.Image.URL)
			}
			for _, m := range reference.FindAllStringSubmatch(it.Content+it.Description, -1) {
				links = append(links, m[1])
			}
			for _, link := range links {
				if res := visit(t, elapsed, link); res.StatusCode != http.StatusOK {
					t.Errorf("%s: %q links to %s: status %d", s.ID, it.Title, link, res.StatusCode)
				}
			}
		}
	}
}

func TestPagesSayThatTheWorldIsInvented(t *testing.T) {
	for _, path := range []string{"/", "/aldersound-wire/", "/aldersound-wire/tulcea-truce"} {
		res := visit(t, 0, path)
		if page := string(body(t, res)); res.StatusCode != 200 || !strings.Contains(page, world.Rights) {
			t.Errorf("%s: status %d, page without the notice:\n%s", path, res.StatusCode, page)
		}
	}
}

func TestUnknownAndFutureAreNotFound(t *testing.T) {
	for _, path := range []string{"/nobody/", "/aldersound-wire/no-such-report", "/aldersound-wire/izmail-cause", "/pictures/none.png", "/pictures/tulcea.gif", "/sounds/none.wav"} {
		if got := visit(t, 10*time.Second, path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, got)
		}
	}
}

func TestPicturesAreImages(t *testing.T) {
	for _, name := range []string{"tulcea", "geneva"} {
		img, err := png.Decode(bytes.NewReader(body(t, visit(t, 0, "/pictures/"+name+".png"))))
		if err != nil {
			t.Fatalf("picture %s: %v", name, err)
		}
		if size := img.Bounds().Size(); size.X != 480 || size.Y != 270 {
			t.Errorf("picture %s is %v", name, size)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	rec := httptest.NewRecorder()
	h := demo.Handler(func() time.Time { return start })
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodHead, base+"/aldersound-wire/feed.xml", nil))
	if rec.Code != 200 || rec.Body.Len() != 0 || rec.Header().Get("ETag") == "" {
		t.Errorf("HEAD: %d, %d bytes, %v", rec.Code, rec.Body.Len(), rec.Header())
	}
}
