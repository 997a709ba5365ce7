package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// How the year is lived. The step is prime to the day, so that every hour of the day has its turn.
const (
	yearDays    = 365
	yearStep    = 25 * time.Hour
	yearFloor   = 15 * time.Minute
	yearSpacing = 4 * time.Millisecond // of the process's clock, which is the database's too
	yearMaxBody = 64 << 10
)

// A scene is one publisher of the year, on addresses of its own, with what it does and what must come of it.
type scene struct {
	name    string
	host    string   // loopback address; empty: the next of 127.0.0.0/8
	tls     bool     // https, with HTTP/2
	sources []string // paths; none: /feed
	answer  func(v *call)
	entry   func(s *stage, e *sourceEntry) // changes how its sources are configured; nil: not at all
	check   func(t *testing.T, s *stage)   // at the year's end; nil: nothing more
}

// A stage is a scene that is played: its server, and what its judge saw.
type stage struct {
	scene
	*httptest.Server
	year *year

	mu    sync.Mutex
	paths map[string]*account
	under []*http.Request // under way
	ended time.Time       // the last request, by the process's clock

	requests, connections, spaced                int // spaced: pairs that could be judged
	unconditional, invented, early, traces, rude int
	faults                                       []string
}

// An account is what one path has given and may expect.
type account struct {
	etag, modified string // of the last good 200 or the last 304 that renewed them
	good           bool   // there was a 200
	soonest        time.Time
	hold           time.Time // nothing overrides it
	calls          []time.Time
	kept           map[string]int // what the scene counts for itself
}

// A year is a house with its publishers.
type year struct {
	*house
	mu     sync.Mutex
	now    time.Time
	forced bool // floor, max-age, ttl and skip hours do not count now
	stages []*stage
}

func (y *year) time() time.Time {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.now
}

func (y *year) set(now time.Time, forced bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.now, y.forced = now, forced
}

// A call is one request on a stage, before its answer.
type call struct {
	*stage
	*account
	http.ResponseWriter
	request *http.Request
	now     time.Time
	nth     int // of its path, from 1
}

// ServeHTTP judges the request and lets the scene answer.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.enter(w, r)
	w.Header()["Date"] = []string{c.now.UTC().Format(http.TimeFormat)}
	s.answer(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under = slices.DeleteFunc(s.under, func(other *http.Request) bool { return other == r })
	s.ended = time.Now()
}

func (s *stage) enter(w http.ResponseWriter, r *http.Request) *call {
	now, came := s.year.time(), time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.under, func(other *http.Request) bool { return other.Context().Err() == nil }) { // it still listens
		s.fault(&s.rude, r, "at the same time as another")
	}
	s.under = append(s.under, r)
	if !s.ended.IsZero() {
		s.spaced++
		if gap := came.Sub(s.ended); gap < yearSpacing-time.Millisecond { // the database counts whole milliseconds
			s.fault(&s.rude, r, "only %v after another", gap)
		}
	}
	s.requests++
	a, ok := s.paths[r.URL.Path]
	if !ok {
		a = &account{kept: make(map[string]int)}
		s.paths[r.URL.Path] = a
	}
	s.judge(r, a, now)
	a.calls = append(a.calls, now)
	return &call{s, a, w, r, now, len(a.calls)}
}

// judge holds a request against what its path has given.
func (s *stage) judge(r *http.Request, a *account, now time.Time) {
	etag, modified := r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since")
	given := a.etag != "" || a.modified != ""
	switch {
	case given && etag == "" && modified == "":
		s.fault(&s.unconditional, r, "unconditional, though %q %q was given", a.etag, a.modified)
	case etag != a.etag || modified != a.modified:
		s.fault(&s.invented, r, "validators %q %q, where %q %q were given", etag, modified, a.etag, a.modified)
	}
	s.year.mu.Lock()
	forced := s.year.forced
	s.year.mu.Unlock()
	if now.Before(a.hold) || !forced && now.Before(a.soonest) {
		s.fault(&s.early, r, "at %v, before %v", now, latestOf(a.hold, a.soonest))
	}
	for _, name := range []string{"Cookie", "Referer", "Origin", "From", "X-Forwarded-For", "Via"} {
		if r.Header.Get(name) != "" {
			s.fault(&s.traces, r, "%s: %s", name, r.Header.Get(name))
		}
	}
	if r.URL.RawQuery != "" || !strings.HasPrefix(r.UserAgent(), "wireroom/") || !strings.Contains(r.UserAgent(), "(+https://") || r.Header.Get("Accept-Encoding") != "gzip, br, zstd" {
		s.fault(&s.traces, r, "query %q, User-Agent %q, Accept-Encoding %q", r.URL.RawQuery, r.UserAgent(), r.Header.Get("Accept-Encoding"))
	}
}

// fault counts a fault, and keeps the first few to be read.
func (s *stage) fault(kind *int, r *http.Request, format string, args ...any) {
	if *kind++; len(s.faults) < 5 {
		s.faults = append(s.faults, r.URL.Path+": "+fmt.Sprintf(format, args...))
	}
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// wait says that the path is not to be asked again before so long.
func (c *call) wait(d time.Duration) { c.soonest = c.now.Add(max(d, yearFloor)) }

// ban says the same, and that nothing overrides it.
func (c *call) ban(d time.Duration) { c.hold = c.now.Add(d) }

// give answers with a document under the validators given, or 304 to who has them. Empty ones are not given.
func (c *call) give(etag, modified, document string) {
	c.wait(0)
	if etag != "" && c.request.Header.Get("If-None-Match") == etag || etag == "" && modified != "" && c.request.Header.Get("If-Modified-Since") == modified {
		c.WriteHeader(http.StatusNotModified)
		return
	}
	c.validators(etag, modified)
	c.etag, c.modified = etag, modified
	c.send(document)
}

// validators puts validators into the header.
func (c *call) validators(etag, modified string) {
	for name, value := range map[string]string{"Etag": etag, "Last-Modified": modified} {
		if value != "" {
			c.Header()[name] = []string{value}
		}
	}
}

// send answers 200 with a document, without a word on validators.
func (c *call) send(document string) {
	c.wait(0)
	c.good = true
	c.Header().Set("Content-Type", mediaType(document))
	_, _ = c.Write([]byte(document)) // who does not listen to the end knows why
}

// status answers without a document.
func (c *call) status(code int, headers ...string) {
	c.wait(0)
	for i := 0; i+1 < len(headers); i += 2 {
		c.Header().Set(headers[i], headers[i+1])
	}
	c.WriteHeader(code)
}

// document is the feed as of now: an item a week, the last ten.
func (c *call) document() string {
	name := "p" + strings.NewReplacer(".", "-", ":", "-", "[", "", "]", "").Replace(c.request.Host) + strings.ReplaceAll(c.request.URL.Path, "/", "-")
	var stories []story
	for n := c.edition(); n > max(c.edition()-10, 0); n-- {
		stories = append(stories, story{n: n, at: yearBegins.Add(time.Duration(n-1) * 7 * 24 * time.Hour)})
	}
	return rss(name, stories...)
}

// edition is the number of the week, from 1.
func (c *call) edition() int { return int(c.now.Sub(yearBegins)/(7*24*time.Hour)) + 1 }

// tag is an ETag of the week's document.
func (c *call) tag() string { return fmt.Sprintf(`"week-%d"`, c.edition()) }

var yearBegins = noon

// newYear opens all scenes and makes a house that polls them.
func newYear(t *testing.T, scenes []scene) *year {
	t.Helper()
	y := &year{now: yearBegins}
	var sources []sourceEntry
	for i, sc := range scenes {
		if sc.host == "" {
			sc.host = fmt.Sprintf("127.0.1.%d", i+1)
		}
		s := &stage{scene: sc, year: y, paths: make(map[string]*account)}
		s.open(t)
		y.stages = append(y.stages, s)
		sources = append(sources, s.entries(t, i)...)
	}
	y.house = newHouse(t, sources...)
	y.config.Fetch.Spacing, y.config.Fetch.MaxBody, y.config.Fetch.Timeout = yearSpacing.String(), fmt.Sprint(yearMaxBody), "2s"
	y.config.Fetch.Allow = []string{"127.0.0.0/8", "::1"}
	y.config.Fetch.RetryScope = map[string]string{sharedHost: "host"}
	y.save()
	return y
}

func (s *stage) open(t *testing.T) {
	t.Helper()
	on, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(s.host, "0"))
	if err != nil {
		t.Skipf("no loopback address %s here: %v", s.host, err)
	}
	s.Server = &httptest.Server{Listener: on, EnableHTTP2: s.tls, Config: &http.Server{Handler: s, ReadHeaderTimeout: patience, ErrorLog: log.New(io.Discard, "", 0)}}
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.connections++
		}
	}
	if s.tls {
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.CloseClientConnections)
	t.Cleanup(s.Close)
}

func (s *stage) entries(t *testing.T, place int) (all []sourceEntry) {
	t.Helper()
	paths := s.sources
	if len(paths) == 0 {
		paths = []string{"/feed"}
	}
	for _, path := range paths {
		e := sourceEntry{ID: fmt.Sprintf("s%02d%s", place, strings.ReplaceAll(path, "/", "-")), URL: s.URL + path}
		if s.tls {
			e.TLSRoots = rootsFile(t, s.Server)
		}
		if s.entry != nil {
			s.entry(s, &e)
		}
		all = append(all, e)
	}
	return all
}

// live polls for a year: a process of the command at each step, which knows of the last one by the store alone. Now and
// then the operator cannot wait, and now and then the configuration changes.
func (y *year) live() {
	y.t.Helper()
	end := yearBegins.AddDate(0, 0, yearDays)
	for step, now := 0, yearBegins; now.Before(end); step, now = step+1, now.Add(yearStep) {
		y.set(now, false)
		y.poll(now)
		switch step % 20 {
		case 7:
			y.set(now.Add(time.Minute), false)
			y.poll(now.Add(time.Minute), "--all")
		case 13:
			y.set(now.Add(time.Minute), true)
			y.poll(now.Add(time.Minute), "--force")
		case 21:
			y.config.Exclude = []string{fmt.Sprintf("word%d", step)}
			y.save()
		}
	}
}

func (y *year) poll(now time.Time, args ...string) {
	y.t.Helper()
	y.must(append([]string{"poll", "--at", now.UTC().Format(time.RFC3339)}, args...)...)
}

// The most polite year: every line of what a publisher can observe of us, served and judged, a simulated year long.
func TestFakeOriginYear(t *testing.T) {
	sqliteAlone(t) // a year of polls says nothing of the store that the other tests do not
	if testing.Short() {
		t.Skip("a year")
	}
	t.Parallel()
	y := newYear(t, yearScenes())
	y.live()
	var table strings.Builder
	table.WriteString("\n| scenario | requests | unconditional | early | invented | cookies, referrers, other traces | at once or unspaced |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, s := range y.stages {
		fmt.Fprintf(&table, "| %s | %d | %d | %d | %d | %d | %d |\n", s.name, s.requests, s.unconditional, s.early, s.invented, s.traces, s.rude)
		if s.unconditional+s.early+s.invented+s.traces+s.rude > 0 {
			t.Errorf("%s: %s", s.name, strings.Join(s.faults, "\n\t"))
		}
		if s.requests == 0 {
			t.Errorf("%s: nobody came", s.name)
		}
		if s.check != nil {
			s.check(t, s)
		}
	}
	t.Log(table.String())
	for _, row := range y.rows("sources") {
		if row["reason"] == "" {
			t.Errorf("%s: no reason for its next poll", row["id"])
		}
	}
}

// calls returns when a path was asked.
func (s *stage) calls(path string) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.paths[path]; a != nil {
		return slices.Clone(a.calls)
	}
	return nil
}

// source returns the row of the stage's source at a path.
func (s *stage) source(path string) map[string]string {
	for _, row := range s.year.rows("sources") {
		if u, err := url.Parse(row["url"]); err == nil && "http://"+u.Host == strings.Replace(s.URL, "https:", "http:", 1) && u.Path == path {
			return row
		}
	}
	return nil
}
