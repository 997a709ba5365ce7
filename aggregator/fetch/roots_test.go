package fetch_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/fetch"
)

// rootsOf writes the certificates of servers as a PEM file.
func rootsOf(t *testing.T, servers ...*httptest.Server) string {
	t.Helper()
	var text []byte
	for _, s := range servers {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})...)
	}
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRootsOfOneSource(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(ok))
	t.Cleanup(server.Close)
	roots := rootsOf(t, server)
	c := newClient(t, fetch.Config{})
	for _, http1 := range []bool{false, true} {
		mustGet(t, c, fetch.Request{URL: server.URL, Roots: roots, HTTP1: http1})
	}
	if _, err := c.Get(t.Context(), fetch.Request{URL: server.URL}); err == nil {
		t.Error("the roots of one request were trusted by another")
	}
}

// The authority of one origin vouches for no other that it may redirect to.
func TestRootsStayAtTheirOrigin(t *testing.T) {
	second := httptest.NewTLSServer(http.HandlerFunc(ok))
	t.Cleanup(second.Close)
	second.Config.ErrorLog = nil
	first := httptest.NewTLSServer(http.RedirectHandler(second.URL, http.StatusFound))
	t.Cleanup(first.Close)
	_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: first.URL, Roots: rootsOf(t, first, second)})
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got error %v, want one about the second origin's certificate", err)
	}
}

func TestRootsThatCannotBeRead(t *testing.T) {
	c := newClient(t, fetch.Config{})
	path := filepath.Join(t.TempDir(), "roots.pem")
	for _, text := range []string{"", "no certificate"} {
		if _, err := c.Get(t.Context(), fetch.Request{URL: "https://127.0.0.1:1/", Roots: path}); err == nil || !strings.Contains(err.Error(), "tls_roots "+path) {
			t.Errorf("got error %v, want one that names tls_roots and the file", err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A redirect within a host is one more request to it.
func TestRedirectsWithinAHostAreSpaced(t *testing.T) {
	const spacing = 50 * time.Millisecond
	var came []time.Time
	o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		came = append(came, time.Now())
		if len(came) < 3 {
			http.Redirect(w, r, "/"+strings.Repeat("a", len(came)), http.StatusFound)
		}
	})
	mustGet(t, newClient(t, fetch.Config{Spacing: spacing}), fetch.Request{URL: o.URL})
	for i := 1; i < len(came); i++ {
		if got := came[i].Sub(came[i-1]); got < spacing {
			t.Errorf("request %d came %v after the one before, want at least %v", i+1, got, spacing)
		}
	}
	if len(came) != 3 {
		t.Errorf("got %d requests, want 3", len(came))
	}
}

func TestAnUnknownAuthorityIsNamedWithItsRemedy(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(ok))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: server.URL})
	if err == nil || !strings.Contains(err.Error(), "unknown authority") || !strings.Contains(err.Error(), "tls_roots") {
		t.Errorf("got error %v, want one that names tls_roots", err)
	}
}
