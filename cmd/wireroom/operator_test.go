package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

// The operator hears of a source that fell sick and came back, in a feed of their own.
func TestOperatorIsToldWhoFellSickAndCameBack(t *testing.T) {
	t.Parallel()
	o := newOrigin(t)
	h := newHouse(t, o.sources("a", "b")...)
	h.config.Server.AlertsToken, h.env["TOKEN"] = "${TOKEN}", "a-long-token"
	h.save()
	answers := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	o.publish("/b", rss("b", numbered(3)...))
	for hours, answer := range []http.HandlerFunc{plain(rss("a", numbered(3)...)), answers(502), answers(502), plain(rss("a", numbered(3)...))} {
		o.on("/a", answer)
		h.must("poll", "--force", "--at", after(time.Duration(hours)*time.Hour))
	}
	s := h.serve("serve")
	page := s.get("/alerts.atom?token=a-long-token")
	var feed struct {
		Entries []struct {
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(page.body), &feed); err != nil || page.status != http.StatusOK {
		t.Fatalf("status %d, %v\n%s", page.status, err, page.body)
	}
	var got []string
	for _, e := range feed.Entries {
		got = append(got, e.Updated[:16]+" "+e.Title)
	}
	want := []string{"2026-03-02T15:00 a is back", "2026-03-02T13:00 a: failing"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("alerts %q, want %q", got, want)
	}
	if page := s.get("/alerts.atom"); page.status != http.StatusUnauthorized {
		t.Errorf("without the token: status %d, want 401", page.status)
	}
	s.end()
	if strings.Contains(s.stderr.String(), "a-long-token") {
		t.Errorf("the log holds the token:\n%s", s.stderr)
	}
}

// A source that has moved for good is offered as an edit: what to write in which line.
func TestAMovedSourceIsOfferedAsAnEdit(t *testing.T) {
	t.Parallel()
	o := newOrigin(t)
	o.publish("/new", rss("a", numbered(3)...))
	o.on("/old", http.RedirectHandler("/new", http.StatusMovedPermanently).ServeHTTP)
	h := newHouse(t, o.sources("old")...)
	for day := range 4 {
		h.must("poll", "--force", "--at", after(time.Duration(day)*24*time.Hour))
	}
	text, err := os.ReadFile(h.file())
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Count(string(text[:strings.Index(string(text), o.URL)]), "\n") + 1
	row := h.rows("sources", "--sick")[0]
	want := fmt.Sprintf("in %s:%d, change the url of source old from %s/old to %s/new", h.file(), line, o.URL, o.URL)
	if row["state"] != "moved" || !strings.Contains(row["why"], want) {
		t.Errorf("state %q, why %q; want moved and %q", row["state"], row["why"], want)
	}
	if page := h.serve("serve").get("/sources"); !strings.Contains(page.body, "change the url of source old from "+o.URL+"/old to "+o.URL+"/new") {
		t.Errorf("/sources does not say what to change:\n%s", page.body)
	}
}

// Publishers are to know whom to write to.
func TestContactThatNobodyReaches(t *testing.T) {
	for _, test := range []struct {
		contact, source string
		want            bool
	}{
		{"http://127.0.0.1:8080/about", "https://a.example/feed", true},
		{"http://localhost:8080/about", "https://a.example/feed?key=${KEY}", true},
		{"http://127.0.0.1:8080/about", "http://127.0.0.1:9090/feed", false},
		{"http://127.0.0.1:8080/about", "http://bridge:9090/feed", false},
		{"https://wire.example.org/about", "https://a.example/feed", false},
		{"mailto:desk@wire.example.org", "https://a.example/feed", false},
	} {
		c := &config.Config{Fetch: config.Fetch{Contact: test.contact}, Sources: []news.Source{{ID: "a", URL: test.source}}}
		if got := unreachable(c); got != test.want {
			t.Errorf("contact %s, source %s: got %v, want %v", test.contact, test.source, got, test.want)
		}
		c.Sources[0].Disabled = true
		if unreachable(c) {
			t.Errorf("contact %s: got true with nobody to ask", test.contact)
		}
	}
}

// A clock that ran ahead leaves no source waiting for years, and one that has not been set plans nothing.
func TestWrongClocksArePutRight(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(5*365*24*time.Hour))
	ahead := h.source("a")["next_poll"]

	var log bytes.Buffer
	db, err := store.Open(t.Context(), h.config.Store)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	e := &engine{store: db, log: newLog(&log, slog.LevelWarn)}
	must(t, e.rewind(t.Context(), time.Unix(0, 0)))
	if got := h.source("a")["next_poll"]; got != ahead || !strings.Contains(log.String(), "the clock is wrong") {
		t.Errorf("by a clock of 1970: next poll %s, log %q; want %s still, and why", got, log.String(), ahead)
	}
	log.Reset()
	must(t, e.rewind(t.Context(), noon))
	next, err := time.Parse(time.RFC3339, h.source("a")["next_poll"])
	must(t, err)
	if wait := next.Sub(noon); wait <= 0 || wait > 25*time.Hour || !strings.Contains(log.String(), "by a wrong clock") {
		t.Errorf("by the right clock: next poll %v later, log %q; want a day at most, and why", wait, log.String())
	}
	log.Reset()
	if must(t, e.rewind(t.Context(), noon)); log.Len() > 0 {
		t.Errorf("once more: log %q, want nothing", log.String())
	}
}
