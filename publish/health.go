package publish

import (
	"context"
	"net/http"
	"time"
)

// readyTimeout is how long a load balancer waits at most; most give up after a few seconds themselves.
const readyTimeout = 2 * time.Second

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	commonHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	write(w, r, http.StatusOK, "text/plain", []byte("ok\n"))
	return nil
}

// readyz says whether the store answers, too.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.store.Ready(ctx); err != nil {
		return &refusal{status: http.StatusServiceUnavailable, text: "The store does not answer.", cause: err}
	}
	commonHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	write(w, r, http.StatusOK, "text/plain", []byte("ready\n"))
	return nil
}
