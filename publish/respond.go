package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wireroom/news"
)

// handler answers a request or says why it cannot.
type handler func(w http.ResponseWriter, r *http.Request) error

// handle turns a handler into one of net/http; all errors go through fail.
func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// refusal is an answer that is no document: a status with a sentence for the reader.
type refusal struct {
	status int
	text   string
	cause  error // for the log; nil if there is nothing to repair

	retryAfter time.Duration // of 429 and 503; 0: a minute
	allow      string        // of 405: the methods; empty: GET and HEAD
}

// Error is for the log: the cause where there is one.
func (e *refusal) Error() string {
	if e.cause != nil {
		return e.cause.Error()
	}
	return e.text
}

// Unwrap returns the cause.
func (e *refusal) Unwrap() error { return e.cause }

// unavailable is what readers get while the store does not answer and nothing is remembered.
func unavailable(cause error) error {
	return &refusal{status: http.StatusServiceUnavailable, text: "Not available for the moment. Please come back in a minute.", cause: cause}
}

// fail is the one place where errors become statuses. What is not foreseen is the server's fault.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	answer := refusalOf(err)
	if answer.status >= http.StatusInternalServerError && r.Context().Err() == nil {
		s.log.Error("request failed", slog.String("path", r.URL.Path), slog.Int("status", answer.status), slog.Any("err", err))
	}
	h := w.Header()
	commonHeaders(h)
	switch answer.status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		wait := cmp.Or(answer.retryAfter, time.Minute)
		h.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		h.Set("Cache-Control", "no-store")
	case http.StatusNotFound, http.StatusGone:
		h.Set("Cache-Control", "public, max-age=60")
	default:
		h.Set("Cache-Control", "no-store")
	}
	if answer.status == http.StatusMethodNotAllowed {
		h.Set("Allow", cmp.Or(answer.allow, "GET, HEAD"))
	}
	s.refuse(w, r, answer)
}

func refusalOf(err error) *refusal {
	var known *refusal
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, news.ErrGone):
		return &refusal{status: http.StatusGone, text: "This was here and has been removed."}
	case errors.Is(err, news.ErrNotFound):
		return &refusal{status: http.StatusNotFound, text: "There is nothing at this address."}
	case errors.Is(err, context.Canceled):
		return &refusal{status: http.StatusServiceUnavailable, text: "The request was given up.", cause: err}
	}
	return &refusal{status: http.StatusInternalServerError, text: "Something went wrong here. The operator can see it.", cause: err}
}

// refuse writes a refusal, as a page to those who ask for one of the pages, else as a line of text.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, answer *refusal) {
	title := fmt.Sprintf("%d %s", answer.status, http.StatusText(answer.status))
	body, mediaType := []byte(title+"\n"+answer.text+"\n"), "text/plain"
	if !strings.Contains(r.URL.Path, ".") && !isMachinePath(r.URL.Path) {
		if page, err := s.pages.refusal(title, answer.text); err == nil {
			body, mediaType = page, "text/html"
			pageHeaders(w.Header())
		}
	}
	write(w, r, answer.status, mediaType, body)
}

func isMachinePath(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics" || path == hubPath
}

// write sends a body that is complete; for HEAD its headers alone.
func write(w http.ResponseWriter, r *http.Request, status int, mediaType string, body []byte) {
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		writeBody(w, r, body)
	}
}

// commonHeaders stand on every answer, errors included. Anyone's script may read them: nothing here is private.
func commonHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
}

// preflight answers a browser that asks whether a script may send validators along, which is all that it may.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	commonHeaders(h)
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since")
	h.Set("Access-Control-Max-Age", "86400")
	h.Set("Cache-Control", "public, max-age=86400")
	w.WriteHeader(http.StatusNoContent)
}

// pageHeaders forbid everything that the pages do not use: scripts, frames, forms that lead elsewhere, and pictures from
// elsewhere, which would tell their hosts who reads here. JSON-LD is data and no script to a browser, so it needs no leave.
func pageHeaders(h http.Header) {
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
}

// had returns the head of the 304 for a reader who has a document as it was, of which the bodies are forgotten; nil for one who
// has not.
func (s *Server) had(r *http.Request, husk *document) *head {
	rep := husk.place(chooseCoding(r.Header)).Load()
	if rep == nil {
		return nil
	}
	common := rep.headAt(s.now())
	if precondition(r.Header, rep.etag, common.modified) != http.StatusNotModified {
		return nil
	}
	return common
}

// send answers with a document, or with 304 where the reader has it already. It is the way of nearly every answer, so it
// makes nothing that can be made before.
func (s *Server) send(w http.ResponseWriter, r *http.Request, d *document) error {
	rep, err := d.in(chooseCoding(r.Header), s.press)
	if err != nil {
		return err
	}
	common := rep.headAt(s.now())
	switch precondition(r.Header, rep.etag, common.modified) {
	case http.StatusPreconditionFailed:
		return &refusal{status: http.StatusPreconditionFailed, text: "This is not, or no longer, what the request was made for."}
	case http.StatusNotModified:
		common.addTo(w, r)
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	common.addTo(w, r)
	h := w.Header()
	for _, f := range rep.content {
		h[f.name] = f.values
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		writeBody(w, r, rep.body)
	}
	return nil
}
