package fetch_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/fetch"
)

func ok(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<rss/>")) } //nolint:errcheck // shows in the test

func TestRequestSaysWhoAsksAndNoMore(t *testing.T) {
	o := newOrigin(t, ok)
	c := newClient(t, fetch.Config{})
	mustGet(t, c, fetch.Request{URL: o.URL + "/feed?b=2&a=1#part"})
	got := o.requests()[0]
	if got.RequestURI != "/feed?b=2&a=1" {
		t.Errorf("request target %q: want the query as given and no fragment", got.RequestURI)
	}
	want := http.Header{
		"User-Agent":      {agent},
		"Accept":          got.Header["Accept"],
		"Accept-Encoding": {"gzip, br, zstd"},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Errorf("header of a first request (-want +got):\n%s", diff)
	}
	for _, media := range []string{"application/atom+xml", "application/rss+xml", "application/feed+json", "text/xml"} {
		if !strings.Contains(got.Header.Get("Accept"), media) {
			t.Errorf("Accept %q does not name %s", got.Header.Get("Accept"), media)
		}
	}
}

func TestRequestOfOneSource(t *testing.T) {
	o := newOrigin(t, ok)
	c := newClient(t, fetch.Config{})
	host := strings.TrimPrefix(o.URL, "http://")
	tests := map[string]struct {
		request fetch.Request
		name    string
		want    string
	}{
		"own user agent":        {fetch.Request{URL: o.URL, UserAgent: "Reader/2"}, "User-Agent", "Reader/2"},
		"own accept":            {fetch.Request{URL: o.URL, Accept: "text/html"}, "Accept", "text/html"},
		"own header":            {fetch.Request{URL: o.URL, Headers: map[string]string{"x-key": "k"}}, "X-Key", "k"},
		"basic auth":            {fetch.Request{URL: o.URL, BasicAuth: "Aladdin:open sesame"}, "Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
		"bearer":                {fetch.Request{URL: o.URL, Bearer: "abc"}, "Authorization", "Bearer abc"},
		"user in the URL":       {fetch.Request{URL: "http://Aladdin:open%20sesame@" + host}, "Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
		"bearer wins over user": {fetch.Request{URL: "http://a:b@" + host, Bearer: "abc"}, "Authorization", "Bearer abc"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			mustGet(t, c, tt.request)
			all := o.requests()
			if got := all[len(all)-1].Header.Get(tt.name); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
			}
		})
	}
}

func TestURLOfTheAnswerHasNoUser(t *testing.T) {
	o := newOrigin(t, redirector)
	c := newClient(t, fetch.Config{})
	for _, path := range []string{"/feed", "/301/feed"} {
		res := mustGet(t, c, fetch.Request{URL: strings.Replace(o.URL, "//", "//me:secret@", 1) + path + "#top"})
		if res.URL != o.URL+"/feed" || len(res.Hops) > 0 && res.Hops[0].From != o.URL+path {
			t.Errorf("URL %s, hops %v: want neither user nor fragment", res.URL, res.Hops)
		}
	}
}

func TestHostHeaderOfOneSource(t *testing.T) {
	o := newOrigin(t, ok)
	mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL, Headers: map[string]string{"Host": "news.example"}})
	if got := o.requests()[0].Host; got != "news.example" {
		t.Errorf("Host %q, want news.example", got)
	}
}

func TestValidatorsGoBackByteForByte(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	c := newClient(t, fetch.Config{})
	tests := map[string]struct{ etag, modified string }{
		"strong":             {`"abc"`, "Fri, 02 Jan 2026 03:04:05 GMT"},
		"weak":               {`W/"abc"`, ""},
		"unquoted":           {`abc-gzip`, ""},
		"quotes within":      {`""abc""`, ""},
		"latin-1":            {"\"\xe9\"", ""},
		"only last-modified": {"", "Fri, 02 Jan 2026 03:04:05 GMT"},
		"odd date":           {"", "2026-01-02 03:04:05 +0300"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res := mustGet(t, c, fetch.Request{URL: o.URL, ETag: tt.etag, LastModified: tt.modified})
			if res.Status != http.StatusNotModified || res.Body != nil {
				t.Errorf("got status %d and body %q, want 304 without body", res.Status, res.Body)
			}
			all := o.requests()
			header := all[len(all)-1].Header
			if got := header.Get("If-None-Match"); got != tt.etag {
				t.Errorf("If-None-Match %q, want %q", got, tt.etag)
			}
			if got := header.Get("If-Modified-Since"); got != tt.modified {
				t.Errorf("If-Modified-Since %q, want %q", got, tt.modified)
			}
			if _, invented := header["If-None-Match"]; invented != (tt.etag != "") {
				t.Error("If-None-Match present without an ETag, or absent with one")
			}
		})
	}
}

func TestValidatorThatHTTPCannotCarryIsLeftOut(t *testing.T) {
	o := newOrigin(t, ok)
	c := newClient(t, fetch.Config{})
	for _, etag := range []string{"\"a\nb\"", `"` + strings.Repeat("a", 8<<10) + `"`} {
		mustGet(t, c, fetch.Request{URL: o.URL, ETag: etag, LastModified: "yesterday"})
		all := o.requests()
		header := all[len(all)-1].Header
		if header["If-None-Match"] != nil || header.Get("If-Modified-Since") != "yesterday" {
			t.Errorf("header %v: want the one validator that can be carried", header)
		}
	}
}

func TestNotModifiedCarriesNewValidators(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `W/"new"`)
		w.Header().Set("Last-Modified", "Sat, 03 Jan 2026 00:00:00 GMT")
		w.Header().Set("Cache-Control", "max-age=1800")
		w.WriteHeader(http.StatusNotModified)
	})
	res := mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL, ETag: `"old"`})
	if res.ETag != `W/"new"` || res.LastModified != "Sat, 03 Jan 2026 00:00:00 GMT" {
		t.Errorf("validators %q, %q: want the new ones of the 304", res.ETag, res.LastModified)
	}
	if res.MaxAge != 30*time.Minute || !res.HasMaxAge {
		t.Errorf("max-age %v, %v: want 30m on a 304 as on a 200", res.MaxAge, res.HasMaxAge)
	}
}

func TestNotModifiedWithoutValidatorsIsAnError(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if res, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: o.URL}); err == nil {
		t.Errorf("got %+v, want an error: nothing was there to be unchanged", res)
	}
}

func TestNoCookiesAreKept(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1", Path: "/"})
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
		}
	})
	c := newClient(t, fetch.Config{})
	mustGet(t, c, fetch.Request{URL: o.URL + "/a"})
	mustGet(t, c, fetch.Request{URL: o.URL + "/a"})
	for _, r := range o.requests() {
		if got := r.Header.Get("Cookie"); got != "" {
			t.Errorf("%s: sent cookie %q", r.URL, got)
		}
	}
}

func TestConnectionsAreReused(t *testing.T) {
	for name, status := range map[string]int{"200": 200, "304": 304, "404": 404, "503": 503} {
		t.Run(name, func(t *testing.T) {
			var connections atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				if status != http.StatusNotModified {
					w.Write([]byte("some words")) //nolint:errcheck // shows in the test
				}
			}))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.Start()
			t.Cleanup(server.Close)
			c := newClient(t, fetch.Config{})
			for range 3 {
				mustGet(t, c, fetch.Request{URL: server.URL, ETag: `"a"`})
			}
			if got := connections.Load(); got != 1 {
				t.Errorf("%d connections for three requests, want 1", got)
			}
		})
	}
}

func TestProtocolVersions(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"2"`)
		w.Write([]byte(r.Proto)) //nolint:errcheck // shows in the test
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := newClient(t, fetch.Config{Roots: roots})
	for want, http1 := range map[string]bool{"HTTP/2.0": false, "HTTP/1.1": true} {
		res := mustGet(t, c, fetch.Request{URL: server.URL, HTTP1: http1})
		if string(res.Body) != want || res.ETag != `"2"` {
			t.Errorf("HTTP1=%v: got %s with ETag %s, want %s", http1, res.Body, res.ETag, want)
		}
	}
}

func TestTLSIsVerified(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(ok))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	_, err := newClient(t, fetch.Config{Roots: x509.NewCertPool()}).Get(t.Context(), fetch.Request{URL: server.URL})
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("error %v: want one about the certificate", err)
	}
}

func TestOldTLSIsNotSpoken(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	if _, err := newClient(t, fetch.Config{Roots: roots}).Get(t.Context(), fetch.Request{URL: server.URL}); err == nil {
		t.Error("TLS 1.1 was accepted")
	}
}

func TestIPv6(t *testing.T) {
	address := rawOrigin(t, "tcp6", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>")
	if res := mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: address}); string(res.Body) != "<rss/>" {
		t.Errorf("body %q", res.Body)
	}
}

func TestOneGetIsOneRequest(t *testing.T) {
	tests := map[string]string{
		"closed without an answer": "",
		"half a header":            "HTTP/1.1 200 OK\r\nContent-",
		"no HTTP":                  "220 mail.example ESMTP\r\n",
		"503":                      "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			address := rawOrigin(t, "tcp4", answer)
			var wrote atomic.Int32
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				WroteRequest: func(httptrace.WroteRequestInfo) { wrote.Add(1) },
			})
			res, err := newClient(t, fetch.Config{}).Get(ctx, fetch.Request{URL: address})
			if name == "503" {
				if err != nil || res.Status != 503 {
					t.Errorf("got %v, %v", res, err)
				}
			} else if err == nil {
				t.Errorf("got %+v, want an error", res)
			}
			if got := wrote.Load(); got != 1 {
				t.Errorf("%d requests, want 1: nothing is retried", got)
			}
		})
	}
}
