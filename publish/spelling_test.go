package publish_test

import (
	"strings"
	"testing"

	"wireroom/publish"
)

// Of all that means one path, one spelling is answered and every other leads there, whatever was asked before.
func TestEveryOtherSpellingLeadsToTheCanonicalOne(t *testing.T) {
	h, _, _ := serving(t)
	for range 2 { // the second time it is remembered
		for path, want := range map[string]string{
			"/topics/%73trait.atom":     "/topics/strait.atom",
			"/topics/strait%2eatom":     "/topics/strait.atom",
			"/topics%2Fstrait.atom":     "/topics/strait.atom",
			"/topics%2fstrait.atom?a=1": "/topics/strait.atom?a=1",
			"/TOPICS/strait.atom":       "/topics/strait.atom",
			"/topics/%c3%a9":            "/topics/%C3%A9",
		} {
			w := get(h, path)
			if got := w.Header().Get("Location"); w.Code != 308 || got != want {
				t.Errorf("%s: %d to %q, want 308 to %q", path, w.Code, got, want)
			}
		}
		wantStatus(t, get(h, "/topics/strait.atom"), 200)
	}
	wantStatus(t, get(h, "/topics/%C3%A9"), 404)
}

// The path in front of all others has one spelling, too: the operator's.
func TestBasePathHasOneSpelling(t *testing.T) {
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{Store: newFakeStore(richEdition()), BaseURL: "https://example.org/Wire", Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	for _, path := range []string{"/wire/topics/strait.atom", "/WIRE/Topics/strait.atom/", "//Wire//topics/strait.atom", "/Topics/strait.atom"} {
		w := get(h, path)
		if got, want := w.Header().Get("Location"), "/Wire/topics/strait.atom"; w.Code != 308 || got != want {
			t.Errorf("%s: %d to %q, want 308 to %q", path, w.Code, got, want)
		}
	}
	for _, path := range []string{"/Wire", "/Wire/", "/", "/Wire/topics/strait", "/topics/strait"} {
		if w := get(h, path); w.Code != 200 || !strings.Contains(w.Body.String(), `href="/Wire/topics/strait`) {
			t.Errorf("%s: status %d, or links without the base path", path, w.Code)
		}
	}
	if got := get(h, "/robots.txt").Body.String(); !strings.Contains(got, "Disallow: /Wire/search\n") {
		t.Errorf("robots.txt names addresses that there are not: %s", got)
	}
	wantStatus(t, get(h, "/Wirelike/topics/strait"), 308)
	wantStatus(t, get(h, "/wirelike/topics/strait"), 404)
}

func TestPicturesHaveNoCharset(t *testing.T) {
	h, _, _ := serving(t)
	for path, want := range map[string]string{
		"/favicon.ico": "image/x-icon", "/static/icon.png": "image/png", "/robots.txt": "text/plain; charset=utf-8",
	} {
		if got := get(h, path).Header().Get("Content-Type"); got != want {
			t.Errorf("%s: Content-Type %q, want %q", path, got, want)
		}
	}
}
