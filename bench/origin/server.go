package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// origin serves a world. It is safe for concurrent use.
type origin struct {
	world  *world
	counts *counts
	maxAge time.Duration

	stepping sync.Mutex // one step at a time

	mu      sync.RWMutex
	mode    string
	latency time.Duration
	version int
	pages   []page // one per source, at version
}

// page is a document ready to be sent.
type page struct {
	body     []byte
	etag     string
	modified string
}

// newOrigin renders version 0 of the world.
func newOrigin(w *world, maxAge time.Duration) *origin {
	o := &origin{world: w, counts: newCounts(maxAge), maxAge: maxAge, mode: "etag"}
	o.pages = o.render(0)
	return o
}

func (o *origin) render(version int) []page {
	pages := make([]page, o.world.sources)
	for n := range pages {
		body, changed := o.world.document(n, version)
		pages[n] = page{
			body:     body,
			etag:     fmt.Sprintf(`"%x-%d-%d"`, o.world.seed, n, version),
			modified: changed.Format(http.TimeFormat),
		}
	}
	return pages
}

func (o *origin) setMode(mode string) error {
	if mode != "etag" && mode != "plain" {
		return fmt.Errorf("mode %q: give etag or plain", mode)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mode = mode
	return nil
}

func (o *origin) setLatency(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.latency = d
}

// step raises the version of the world, which answers by the old one until the new documents are ready, and returns then.
func (o *origin) step(by int) {
	o.stepping.Lock()
	defer o.stepping.Unlock()
	o.mu.RLock()
	next := o.version + by
	o.mu.RUnlock()
	pages := o.render(next)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.version, o.pages = next, pages
}

// routes are all that the origin answers.
func (o *origin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{source}/rss.xml", o.serveDocument) // the program that is measured
	mux.HandleFunc("POST /control", o.serveControl)          // the script that measures
	mux.HandleFunc("GET /control/stats", o.serveStats)       // the same
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		o.counts.unknown(r.URL.Path)
		http.NotFound(w, r)
	})
	return mux
}

// serveDocument answers for one source. The host in the request is not looked at: the number in the path decides.
func (o *origin) serveDocument(w http.ResponseWriter, r *http.Request) {
	digits, named := strings.CutPrefix(r.PathValue("source"), "source-")
	source, err := strconv.Atoi(digits)
	if !named || err != nil || source < 0 || source >= o.world.sources {
		o.counts.unknown(r.URL.Path)
		http.NotFound(w, r)
		return
	}
	o.mu.RLock()
	p, validators, latency := o.pages[source], o.mode == "etag", o.latency
	o.mu.RUnlock()

	host := source % o.world.hosts
	conditional := r.Header.Get("If-None-Match") != "" || r.Header.Get("If-Modified-Since") != ""
	o.counts.begin(source, host, conditional, time.Now())
	wait(r, latency)
	status, size := o.answer(w, r, p, validators)
	o.counts.end(source, host, status, size, validators, time.Now())
}

// wait sleeps for the latency, or until the client has gone.
func wait(r *http.Request, latency time.Duration) {
	if latency <= 0 {
		return
	}
	select {
	case <-time.After(latency):
	case <-r.Context().Done():
	}
}

// answer sends the page, or 304, and returns the status and the size of the body.
func (o *origin) answer(w http.ResponseWriter, r *http.Request, p page, validators bool) (status, size int) {
	h := w.Header()
	if o.maxAge > 0 {
		h.Set("Cache-Control", fmt.Sprintf("max-age=%d", int(o.maxAge.Seconds())))
	}
	if validators {
		h.Set("ETag", p.etag)
		h.Set("Last-Modified", p.modified)
		if fresh(r, p) {
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified, 0
		}
	}
	h.Set("Content-Type", "application/rss+xml; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(p.body)))
	size, _ = w.Write(p.body) // a client that has gone is no trouble of ours
	return http.StatusOK, size
}

// fresh says whether the client has this page: If-None-Match wins over If-Modified-Since (RFC 9110, section 13.2.2), and
// both are compared byte for byte, since a fetcher has to give them back as they were.
func fresh(r *http.Request, p page) bool {
	if match := r.Header.Get("If-None-Match"); match != "" {
		return match == p.etag
	}
	return r.Header.Get("If-Modified-Since") == p.modified
}

// serveControl changes what the query names, in the order mode, latency, step, reset, and answers with the stats.
func (o *origin) serveControl(w http.ResponseWriter, r *http.Request) {
	if err := o.control(r); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	o.serveStats(w, r)
}

func (o *origin) control(r *http.Request) error {
	q := r.URL.Query()
	if mode := q.Get("mode"); mode != "" {
		if err := o.setMode(mode); err != nil {
			return err
		}
	}
	if s := q.Get("latency"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			return fmt.Errorf("latency %q: give a duration such as 50ms: %w", s, err)
		}
		o.setLatency(d)
	}
	if s := q.Get("step"); s != "" {
		by, err := strconv.Atoi(s)
		if err != nil || by < 1 || by > 1000 {
			return fmt.Errorf("step %q: give 1 to 1000", s)
		}
		o.step(by)
	}
	if q.Get("reset") != "" {
		o.counts.reset()
	}
	return nil
}

func (o *origin) serveStats(w http.ResponseWriter, _ *http.Request) {
	s := o.counts.snapshot()
	o.mu.RLock()
	s.Mode, s.Version = o.mode, o.version
	o.mu.RUnlock()
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	_ = enc.Encode(s) // a client that has gone is no trouble of ours
}
