package fetch_test

import (
	"net/http"
	"testing"

	"wireroom/aggregator/fetch"
)

// The figures include the origin, which runs in the same process.

func BenchmarkGet304(b *testing.B) {
	o := newOrigin(b, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	benchmark(b, fetch.Request{URL: o.URL + "/feed", ETag: `"abc"`, LastModified: "Fri, 02 Jan 2026 03:04:05 GMT"})
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
			benchmark(b, fetch.Request{URL: o.URL + "/feed"})
		})
	}
}

func benchmark(b *testing.B, r fetch.Request) {
	c := newClient(b, fetch.Config{})
	mustGet(b, c, r) // connects
	b.ReportAllocs()
	for b.Loop() {
		mustGet(b, c, r)
	}
}
