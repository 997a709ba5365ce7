package publish_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

// fullEdition is a head as long as it gets: 100 entries of the size of real ones, every third with other reports.
func fullEdition(slug string) news.Edition {
	e := news.Edition{Topic: news.Topic{Slug: slug, Title: "Topic " + slug}, TopicID: uuidOf(200), Revision: 1, Updated: at("2026-01-05T09:00:00Z"), Pages: 9}
	for i := range 100 {
		lead := report(summaries, fmt.Sprint("i", i), fmt.Sprintf("https://vestnik.example/2026/01/05/report-number-%d", i), fmt.Sprintf("Report number %d on what was said of the strait", i))
		lead.Item.Summary = fmt.Sprintf("<p>Number %d. %s</p>", i, strings.Repeat(fmt.Sprintf("Words of report %d. ", i*7919), 30))
		var also []news.Report
		for j := range i % 3 * 2 {
			also = append(also, report(headlines, fmt.Sprint("a", i, j), fmt.Sprintf("https://north.example/%d/%d", i, j), fmt.Sprintf("The other report %d", i*j)))
		}
		entry := entryOf(100-i, lead, also...)
		e.Entries = append(e.Entries, entry)
	}
	return e
}

// sink is a ResponseWriter that costs nothing.
type sink struct {
	header http.Header
	status int
	bytes  int64
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(b []byte) (int, error) { s.bytes += int64(len(b)); return len(b), nil }

func benchmarkServe(b *testing.B, want int, headers ...string) {
	s, _ := newServer(b, newFakeStore(fullEdition("strait")))
	h := s.Handler()
	etag := get(h, "/topics/strait.atom", headers...).Header().Get("ETag")
	if want == http.StatusNotModified {
		headers = append(headers, "If-None-Match", etag)
	}
	r, err := http.NewRequest(http.MethodGet, "/topics/strait.atom", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := &sink{header: make(http.Header)}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
		if w.status != want {
			b.Fatalf("status %d, want %d", w.status, want)
		}
	}
}

func BenchmarkServe200(b *testing.B)       { benchmarkServe(b, 200) }
func BenchmarkServe200Brotli(b *testing.B) { benchmarkServe(b, 200, "Accept-Encoding", "gzip, br") }
func BenchmarkServe304(b *testing.B)       { benchmarkServe(b, 304, "Accept-Encoding", "gzip, br") }

func BenchmarkRender(b *testing.B) {
	f := publish.Feed{Site: publish.Site{BaseURL: baseURL}, Edition: fullEdition("strait"), Interval: time.Hour}
	for _, format := range publish.Formats {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				body, err := f.Render(format)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(body)))
			}
		})
	}
}

// BenchmarkFirstRequest is a new revision in one coding: reading, rendering and compressing.
func BenchmarkFirstRequest(b *testing.B) {
	for _, coding := range []string{"identity", "gzip", "zstd", "br"} {
		b.Run(coding, func(b *testing.B) {
			b.ReportAllocs()
			store := newFakeStore(fullEdition("strait"))
			s, c := newServer(b, store)
			h := s.Handler()
			for b.Loop() {
				store.topics[0].Revision++
				c.pass(time.Second)
				w := get(h, "/topics/strait.atom", "Accept-Encoding", coding)
				b.ReportMetric(float64(w.Body.Len()), "bytes-sent")
			}
		})
	}
}
