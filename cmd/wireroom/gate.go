package main

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// A gate leads requests to the site that the configuration in force makes, and keeps them waiting while that changes: what
// answers a request was made wholly under one configuration. Requests hold it until their answer begins to be written,
// when it has been made; so nobody waits for a slow reader.
type gate struct {
	mu   sync.RWMutex
	site http.Handler // nil before the first is set
}

// change runs fn while no answer is being made. If it returns a handler, that answers from then on; fn's error leaves the
// gate as it was.
func (g *gate) change(fn func() (http.Handler, error)) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	site, err := fn()
	if err == nil && site != nil {
		g.site = site
	}
	return err
}

// ServeHTTP passes a request on.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		r.Body = readAhead(r.Body)
	}
	g.mu.RLock()
	p := &passing{ResponseWriter: w, gate: g}
	defer p.pass()
	g.site.ServeHTTP(p, r)
}

// aheadBytes is how much of a body is read before the gate: more than any that is taken.
const aheadBytes = 16 << 10

// readAhead reads a body as far as any is taken: who is slow with it must not hold the gate, as all others wait then for a
// configuration that is to change.
func readAhead(body io.ReadCloser) io.ReadCloser {
	var ahead bytes.Buffer
	_, err := io.CopyN(&ahead, body, aheadBytes)
	rest := io.Reader(body)
	if err != nil { // most often the end
		rest = failing{err}
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&ahead, rest), body}
}

// failing is what is left of a body that ended.
type failing struct{ err error }

// Read fails with how the body ended.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

// passing lets the gate go when the answer begins. Like every ResponseWriter it is for one goroutine at a time.
type passing struct {
	http.ResponseWriter
	gate   *gate
	passed bool
}

func (p *passing) pass() {
	if !p.passed {
		p.passed = true
		p.gate.mu.RUnlock()
	}
}

// WriteHeader begins the answer.
func (p *passing) WriteHeader(status int) {
	p.pass()
	p.ResponseWriter.WriteHeader(status)
}

// Write begins the answer, if that was not done before.
func (p *passing) Write(b []byte) (int, error) {
	p.pass()
	return p.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (p *passing) Unwrap() http.ResponseWriter { return p.ResponseWriter }
