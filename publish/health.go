package publish

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"wireroom/news"
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

// readyz says whether the store answers, too, and which configuration is in force.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	status, err := s.configuration(ctx)
	if err == nil {
		err = s.store.Ready(ctx)
	}
	if err != nil {
		return &refusal{status: http.StatusServiceUnavailable, text: "The store does not answer.", cause: err}
	}
	commonHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	text := "ready\n"
	if status.Number > 0 {
		text += "configuration: " + inForce(status) + "\n"
		if status.Error != "" {
			text += "not taken up: " + status.Error + "\n"
		}
	}
	write(w, r, http.StatusOK, "text/plain", []byte(text))
	return nil
}

// configuration returns which configuration is in force; its number is 0 where nobody knows.
func (s *Server) configuration(ctx context.Context) (news.ConfigurationStatus, error) {
	if s.configured == nil {
		return news.ConfigurationStatus{}, nil
	}
	return s.configured(ctx)
}

// hashShown is how many digits of a hash tell configurations apart for people.
const hashShown = 12

// inForce names a configuration in words.
func inForce(c news.ConfigurationStatus) string {
	return fmt.Sprintf("number %d, hash %.*s, since %s", c.Number, hashShown, c.Hash, c.Since.UTC().Format(time.RFC3339))
}
