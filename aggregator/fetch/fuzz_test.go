package fetch_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"wireroom/aggregator/fetch"
)

// FuzzBody holds that no body and no declared coding makes Get panic or give more than the limit, and that what was
// not coded comes through untouched.
func FuzzBody(f *testing.F) {
	plain := []byte(`<?xml version="1.0"?><rss version="2.0"/>`)
	f.Add(plain, "")
	for coding, name := range map[string]string{"gzip": "gzip", "br": "br", "zstd": "zstd", "zlib": "deflate", "deflate": "deflate"} {
		f.Add(squeeze(f, coding, plain), name)
		f.Add(squeeze(f, coding, squeeze(f, "gzip", plain)), "gzip, "+name)
	}
	const limit = 4 << 10
	var body, coding atomic.Value
	o := newOrigin(f, nil)
	o.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding.Load().(string))
		w.Write(body.Load().([]byte)) //nolint:errcheck // the client may hang up
	})
	c := newClient(f, fetch.Config{MaxBody: limit})
	f.Fuzz(func(t *testing.T, raw []byte, declared string) {
		declared = strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return -1
			}
			return r
		}, declared)
		body.Store(raw)
		coding.Store(declared)
		res, err := c.Get(t.Context(), fetch.Request{URL: o.URL})
		if err != nil {
			return
		}
		if len(res.Body) > limit || res.Body == nil {
			t.Errorf("%d bytes of body, limit %d", len(res.Body), limit)
		}
		if declared == "" && strings.HasPrefix(string(raw), "<") && string(res.Body) != string(raw) {
			t.Errorf("plain body %q became %q", raw, res.Body)
		}
	})
}

// FuzzLocation holds that no Location makes Get panic, leave http and https, or ask for what it has asked for before.
func FuzzLocation(f *testing.F) {
	for _, location := range []string{"/a", "a?b#c", "//host/x", "http://user:pw@x/", "?", "#", "http://[::1", "\x80", "http:opaque", "//%zz"} {
		f.Add(location)
	}
	var to atomic.Value
	o := newOrigin(f, nil)
	o.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/start" {
			w.Header()["Location"] = []string{to.Load().(string)}
			w.WriteHeader(http.StatusFound)
			return
		}
		io.WriteString(w, "end") //nolint:errcheck // shows in the test
	})
	c := newClient(f, fetch.Config{Allow: []string{hostOf(f, o.URL)}})
	f.Fuzz(func(t *testing.T, location string) {
		if strings.Contains(location, "//") && !strings.Contains(location, "127.0.0.1") {
			return // names are not looked up in tests
		}
		to.Store(location)
		res, err := c.Get(t.Context(), fetch.Request{URL: o.URL + "/start"})
		if err == nil && (len(res.Hops) != 1 || !strings.HasPrefix(res.URL, "http") || strings.Contains(res.URL, "#")) {
			t.Errorf("to %q: ended at %q after %v", location, res.URL, res.Hops)
		}
	})
}

// FuzzHostPort holds that the key of a host is a key of itself.
func FuzzHostPort(f *testing.F) {
	for _, u := range []string{"http://Example.ORG./", "https://[::1]:8/", "http://Bücher.example", "http://a:b@c:1", "http://%41/", "http://[fe80::1%25en0]/"} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, rawURL string) {
		key, err := fetch.HostPort(rawURL)
		if err != nil {
			return
		}
		again, err := fetch.HostPort("http://" + strings.Replace(key, "%", "%25", 1))
		if err == nil && again != key {
			t.Errorf("HostPort(%q) = %q, whose key is %q", rawURL, key, again)
		}
	})
}
