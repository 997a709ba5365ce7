package publish

import (
	"net/http"
	"strings"
)

// figures passes the library's answer to /metrics on, which is of this moment: no cache keeps it, and its two lines of Vary are one,
// since some read the first alone.
func figures(metrics http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		metrics.ServeHTTP(&oneVary{ResponseWriter: w}, r)
	})
}

// oneVary joins the lines of Vary when the answer begins.
type oneVary struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (w *oneVary) WriteHeader(status int) {
	if h := w.Header(); !w.begun && len(h["Vary"]) > 1 {
		h.Set("Vary", strings.Join(h["Vary"], ", "))
	}
	w.begun = true
	w.ResponseWriter.WriteHeader(status)
}

// Write begins the answer, if that was not done before.
func (w *oneVary) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *oneVary) Unwrap() http.ResponseWriter { return w.ResponseWriter }
