package publish_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestEveryRouteAnswers(t *testing.T) {
	store := newFakeStore(richEdition(), emptyEdition(), sealedEdition(), countryEdition())
	s, _ := newServer(t, store)
	for path, want := range map[string]int{
		"/": 200, "/about": 200, "/subscribe": 200, "/sources": 200, "/topics/strait": 200, "/topics/quiet": 200, "/opml.xml": 200,
		"/sources.opml": 200, "/countries": 200, "/countries.opml": 200, "/countries/ua": 200, "/countries/ua.json": 200, "/countries/ua/corrections.atom": 200,
		"/countries/xx.atom": 404, "/topics/country:ua.atom": 404, "/robots.txt": 200, "/favicon.ico": 200, "/healthz": 200, "/readyz": 200, "/static/wireroom.css": 200,
		"/topics/strait.atom": 200, "/topics/strait/archive/2.rss": 200, "/nothing": 404, "/metrics": 404,
	} {
		t.Run(path, func(t *testing.T) {
			if got := get(s.Handler(), path).Code; got != want {
				t.Errorf("GET %s: status %d, want %d", path, got, want)
			}
		})
	}
}

// get asks with header lines given as name, value, name, value.
func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, http.MethodGet, path, headers...)
}

func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
