package fetch_test

import (
	"net/http"
	"testing"

	"wireroom/aggregator/fetch"
)

// The figures include the origin, which runs in the same process.

func BenchmarkGet304(b *testing.B) {
	o := newOrigin(b, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	benchmark(b, o, fetch.Request{URL: o.URL + "/feed", ETag: `"abc"`, LastModified: "Fri, 02 Jan 2026 03:04:05 GMT"})
}

func BenchmarkGet200(b *testing.B) {
	plain := document(100_000)
	for _, coding := range []string{"", "gzip", "br", "zstd"} {
		body := plain
		if coding != "" {
			body = squeeze(b, coding, plain)
		}
		b.Run("coding="+coding, func(b *testing.B) {
			o := serve(b, body, coding)
			benchmark(b, o, fetch.Request{URL: o.URL + "/feed"})
		})
	}
}

func benchmark(b *testing.B, o *origin, r fetch.Request) {
	c := newClient(b, fetch.Config{})
	o.Config.Handler.ServeHTTP(discardWriter{}, &http.Request{}) // it must not fail
	b.ReportAllocs()
	for b.Loop() {
		mustGet(b, c, r)
	}
}

type discardWriter struct{}

func (discardWriter) Header() http.Header         { return http.Header{} }
func (discardWriter) Write(p []byte) (int, error) { return len(p), nil }
func (discardWriter) WriteHeader(int)             {}
