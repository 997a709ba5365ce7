package publish_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wireroom/publish"
)

// An operator sees how long answers take that are not at hand, by route, how long documents take to make, by format, and in
// which codings all leave, under labels of which there are as many as routes.
func TestDurationsAndCodingsAreCounted(t *testing.T) {
	reg := prometheus.NewRegistry()
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{Store: newFakeStore(richEdition()), BaseURL: baseURL, Now: c.Now, Metrics: reg})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	etag := get(h, "/topics/strait.atom").Header().Get("ETag")
	get(h, "/topics/strait.atom")
	get(h, "/topics/strait.atom", "Accept-Encoding", "gzip")
	get(h, "/topics/strait.atom", "If-None-Match", etag)
	get(h, "/topics/strait.json", "Accept-Encoding", "br")
	get(h, "/made-up-1")
	get(h, "/made-up-2")

	got := make(map[string]uint64)
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			switch name := f.GetName() + " " + strings.Join(labels, " "); {
			case m.Histogram != nil:
				got[name] = m.Histogram.GetSampleCount()
			case f.GetName() == "wireroom_http_bodies_total":
				got[name] = uint64(m.Counter.GetValue())
			}
		}
	}
	want := map[string]uint64{
		"wireroom_http_request_duration_seconds /topics/{file}": 2, "wireroom_http_request_duration_seconds /": 2,
		"wireroom_render_duration_seconds atom": 1, "wireroom_render_duration_seconds json": 1,
		"wireroom_http_bodies_total identity": 2, "wireroom_http_bodies_total gzip": 1, "wireroom_http_bodies_total br": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What the library answers comes as all answers do: one line for each field, not sniffed at, and kept by nobody.
func TestFiguresComeInOneVary(t *testing.T) {
	reg := prometheus.NewRegistry()
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{Store: newFakeStore(richEdition()), BaseURL: baseURL, Now: c.Now, Metrics: reg, MetricsHandler: promhttp.HandlerFor(reg, promhttp.HandlerOpts{})})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	get(h, "/topics/strait.atom")
	w := get(h, "/metrics", "Accept-Encoding", "gzip")
	want := http.Header{
		"Cache-Control": {"no-store"}, "Content-Encoding": {"gzip"}, "Content-Type": {w.Header().Get("Content-Type")},
		"Vary": {"Accept, Accept-Encoding"}, "X-Content-Type-Options": {"nosniff"},
	}
	if diff := cmp.Diff(want, w.Header()); diff != "" || w.Code != http.StatusOK {
		t.Errorf("status %d, (-want +got):\n%s", w.Code, diff)
	}
}
