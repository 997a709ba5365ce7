package world

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// calm is how long pages, pictures and the feeds of unhurried outlets may be cached.
const calm = 30 * time.Second

// Handler serves the whole World. now tells the time; nothing else changes what is served. All outlets live on one
// host, each under its id:
//
//	/                 front page: that this is an invented world, and who is in it
//	/{outlet}/        an outlet's front page
//	/{outlet}/{slug}  a report, once it has appeared
//	/{outlet}/…       its feed; where it has moved, 301 to the new place
//	/pictures/, /sounds/   what reports show and play
//	/robots.txt       allows everything
func (w *World) Handler(now func() time.Time) http.Handler {
	s := &server{world: w, now: now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.front)
	mux.HandleFunc("GET /robots.txt", s.robots)
	mux.HandleFunc("GET /pictures/{file}", s.picture)
	mux.HandleFunc("GET /sounds/{file}", s.sound)
	for _, o := range w.outlets {
		mux.HandleFunc("GET /"+o.ID+"/{$}", s.outlet(o))
		mux.HandleFunc("GET /"+o.ID+"/{slug}", s.report(o))
		if o.MovedTo != "" {
			mux.Handle("GET "+o.Path, http.RedirectHandler(o.MovedTo, http.StatusMovedPermanently))
		}
		mux.HandleFunc("GET "+cmp.Or(o.MovedTo, o.Path), s.feed(o))
	}
	return mux
}

type server struct {
	world *World
	now   func() time.Time
}

// elapsed is how long ago the World began; negative before it.
func (s *server) elapsed() time.Duration { return s.now().Sub(s.world.start) }

func (s *server) feed(o outlet) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		elapsed := s.elapsed()
		if f, ok := o.faultAt(elapsed); ok {
			f.serve(rw, o)
			return
		}
		reports := o.head(s.world.start, elapsed)
		d := document{outlet: o, reports: reports, base: base(r), changed: lastChange(reports, s.world.start)}
		form := renderers[o.Format]
		body, err := form.render(d)
		if err != nil {
			http.Error(rw, "the feed cannot be written", http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", form.mediaType+"; charset="+cmp.Or(o.Charset, "utf-8"))
		serve(rw, r, body, d.changed, o.MaxAge)
	}
}

// faultAt returns the fault that o's feed suffers from after elapsed.
func (o outlet) faultAt(elapsed time.Duration) (fault, bool) {
	i := slices.IndexFunc(o.Faults, func(f fault) bool { return f.From <= elapsed && elapsed < f.Until })
	if i < 0 {
		return fault{}, false
	}
	return o.Faults[i], true
}

// serve answers as a broken publishing system does: with a page where a feed should be.
func (f fault) serve(rw http.ResponseWriter, o outlet) {
	if f.Retry > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(int(f.Retry.Seconds())))
	}
	rw.Header().Set("Cache-Control", "no-store")
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.WriteHeader(f.Status)
	// A reader that has gone away is no trouble of ours.
	_, _ = fmt.Fprintf(rw, "<!doctype html><title>%s</title><h1>We are moving desks</h1><p>Back in a few minutes.</p>\n", o.Name)
}

func (s *server) picture(rw http.ResponseWriter, r *http.Request) {
	name, isPNG := strings.CutSuffix(r.PathValue("file"), ".png")
	if !isPNG || !s.world.has(func(x script) bool { return x.Picture == name }) {
		http.NotFound(rw, r)
		return
	}
	body, err := picture(name)
	if err != nil {
		http.Error(rw, "the picture cannot be drawn", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "image/png")
	serve(rw, r, body, s.world.start, calm)
}

func (s *server) sound(rw http.ResponseWriter, r *http.Request) {
	name, isWAV := strings.CutSuffix(r.PathValue("file"), ".wav")
	if !isWAV || !s.world.has(func(x script) bool { return x.Audio == name }) {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "audio/wav")
	serve(rw, r, sound(), s.world.start, calm)
}

// has reports whether any script of the World satisfies ok.
func (w *World) has(ok func(script) bool) bool {
	return slices.ContainsFunc(w.outlets, func(o outlet) bool {
		return slices.ContainsFunc(o.Reports, ok) || slices.ContainsFunc(o.Cycle.Texts, ok)
	})
}

func (s *server) robots(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// A reader that has gone away is no trouble of ours.
	_, _ = io.WriteString(rw, "User-agent: *\nDisallow:\n")
}

// base is the address that the request came to, by which links are made absolute.
func base(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// serve writes body with validators, or 304 where the reader has it already. The ETag is strong: it hashes the bytes.
func serve(rw http.ResponseWriter, r *http.Request, body []byte, changed time.Time, maxAge time.Duration) {
	sum := sha256.Sum256(body)
	rw.Header().Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	rw.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(maxAge.Seconds())))
	http.ServeContent(rw, r, "", changed, bytes.NewReader(body))
}
