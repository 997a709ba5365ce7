package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// An origin serves feeds on a loopback port, with an ETag. It is safe for concurrent use.
type origin struct {
	feeds  []feed
	listen net.Listener
	server *http.Server

	mu    sync.RWMutex
	pages map[string][]byte // path → document
}

// serve starts to serve feeds; until show is called there are none. The caller closes it.
func serve(ctx context.Context, feeds []feed) (*origin, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("a loopback port for the feeds: %w", err)
	}
	o := &origin{feeds: feeds, listen: l}
	o.server = &http.Server{Handler: o, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	go o.server.Serve(l) // ends with close, and its error says no more than that
	return o, nil
}

func (o *origin) address() string { return o.listen.Addr().String() }

func (o *origin) close() error { return o.server.Close() }

// show renders all documents as they are at a time, so that serving costs little.
func (o *origin) show(at time.Time, span time.Duration) error {
	pages := make(map[string][]byte, len(o.feeds))
	for _, f := range o.feeds {
		body, err := f.document(at, span)
		if err != nil {
			return fmt.Errorf("render %s: %w", f.id, err)
		}
		pages[urlPath(f.id)] = body
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages = pages
	return nil
}

func urlPath(id string) string { return "/" + id + ".rss" }

// ServeHTTP answers with a document, or 304 where the ETag matches.
func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.RLock()
	body, ok := o.pages[r.URL.Path]
	o.mu.RUnlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
