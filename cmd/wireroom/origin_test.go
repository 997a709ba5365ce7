package main

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// An origin is an invented publisher on loopback. It answers each path as it was told, heeds validators, and remembers
// what it was asked. It is safe for concurrent use.
type origin struct {
	*httptest.Server

	mu     sync.Mutex
	pages  map[string]http.HandlerFunc // by path
	asked  []request                   // in the order of arrival
	active map[string]int              // requests under way, by host
	crowd  int                         // the most that were under way at once on one host
	before func(*http.Request)         // called before each answer, if not nil
}

// A request is what an origin remembers of one.
type request struct {
	host, path string
	header     http.Header
	status     int // 0 until the answer began
}

// newOrigin starts an origin on 127.0.0.1.
func newOrigin(t *testing.T) *origin { return newOriginAt(t, "127.0.0.1") }

// newOriginAt starts an origin on the given loopback addresses; its own URL is that of the first.
func newOriginAt(t *testing.T, address string) *origin {
	t.Helper()
	var config net.ListenConfig
	on, err := config.Listen(t.Context(), "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Skipf("no loopback address %s here: %v", address, err)
	}
	o := &origin{pages: make(map[string]http.HandlerFunc), active: make(map[string]int)}
	o.Server = &httptest.Server{Listener: on, Config: &http.Server{Handler: o, ReadHeaderTimeout: patience}}
	o.Start()
	t.Cleanup(o.CloseClientConnections)
	t.Cleanup(o.Close)
	return o
}

// ServeHTTP answers and takes note.
func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, before, note := o.enter(r)
	defer o.leave(r)
	if before != nil {
		before(r)
	}
	if answer == nil {
		answer = http.NotFound
	}
	answer(&noting{w, func(status int) { o.noteStatus(note, status) }}, r)
}

func (o *origin) enter(r *http.Request) (answer http.HandlerFunc, before func(*http.Request), note int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = append(o.asked, request{host: r.Host, path: r.URL.RequestURI(), header: r.Header.Clone()})
	o.active[r.Host]++
	o.crowd = max(o.crowd, o.active[r.Host])
	return o.pages[r.URL.Path], o.before, len(o.asked) - 1
}

func (o *origin) leave(r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.active[r.Host]--
}

func (o *origin) noteStatus(note, status int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked[note].status = status
}

// noting tells the status of an answer.
type noting struct {
	http.ResponseWriter
	status func(int)
}

func (n *noting) WriteHeader(status int) {
	n.status(status)
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// on answers path with h from now on.
func (o *origin) on(path string, h http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages[path] = h
}

// hold calls before ahead of each answer from now on; nil for nothing.
func (o *origin) hold(before func(*http.Request)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.before = before
}

// publish answers path with a document and an ETag of its bytes.
func (o *origin) publish(path, document string) {
	o.on(path, conditional(fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(document))), document))
}

// conditional answers with a document and its ETag, and 304 to who has it.
func conditional(etag, document string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		plain(document)(w, r)
	}
}

// plain answers with a document, without validators.
func plain(document string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType(document))
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte(document)) // whoever does not listen to the end knows why
	}
}

// mediaType is what an honest publisher says of a document.
func mediaType(document string) string {
	switch start := strings.TrimSpace(document); {
	case strings.HasPrefix(start, "{"):
		return "application/feed+json"
	case strings.HasPrefix(start, "<!DOCTYPE"):
		return "text/html; charset=utf-8"
	}
	return "application/xml"
}

// requests returns what was asked since the last call of forget.
func (o *origin) requests() []request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]request(nil), o.asked...)
}

// of returns what was asked of one path.
func (o *origin) of(path string) (some []request) {
	for _, r := range o.requests() {
		if r.path == path {
			some = append(some, r)
		}
	}
	return some
}

// forget forgets what was asked.
func (o *origin) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked = nil
}

// sources makes path a source for each id.
func (o *origin) sources(ids ...string) (all []sourceEntry) {
	for _, id := range ids {
		all = append(all, sourceEntry{ID: id, URL: o.URL + "/" + id})
	}
	return all
}

// A story is one entry of an invented feed. Its GUID and its link follow from its number, unless they are given.
type story struct {
	n           int
	guid, link  string
	title, text string
	at          time.Time // noon, n minutes earlier, if zero
}

// theatres are what invented stories are about, so that no two sources tell the same by chance.
var theatres = []string{"the northern strait", "the river delta", "the mountain pass", "the old capital", "the coastal plain"}

// rss writes an RSS document of a publisher called name.
func rss(name string, stories ...story) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>%s</title><link>https://%s.example/</link><description>Invented</description>
`, name, name)
	for _, s := range stories {
		s.complete(name)
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate><description>%s</description></item>
`, s.title, s.link, s.guid, s.at.Format(time.RFC1123Z), s.text)
	}
	return b.String() + "</channel></rss>\n"
}

func (s *story) complete(name string) {
	place := theatres[s.n%len(theatres)]
	if s.guid == "" {
		s.guid = fmt.Sprintf("%s-%d", name, s.n)
	}
	if s.link == "" {
		s.link = fmt.Sprintf("https://%s.example/news/%d", name, s.n)
	}
	if s.title == "" {
		s.title = fmt.Sprintf("Envoys of %s meet in %s for round %d", name, place, s.n)
	}
	if s.text == "" {
		s.text = fmt.Sprintf("Delegates sent by %s said after session %d in %s that the text on item %d of %s stays open. %s.",
			name, s.n, place, s.n*7+3, name, ownWords(name, s.n))
	}
	if s.at.IsZero() {
		s.at = noon.Add(-time.Duration(s.n) * time.Minute)
	}
}

// ownWords are what a story alone has, so that it is an event of its own.
func ownWords(name string, n int) string {
	words := make([]string, 40)
	for i := range words {
		words[i] = fmt.Sprintf("%s%dq%d", name, n, i)
	}
	return strings.Join(words, " ")
}

// numbered are stories from 1 to n.
func numbered(n int) (all []story) {
	for i := range n {
		all = append(all, story{n: i + 1})
	}
	return all
}
