package publish_test

import (
	"bufio"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"wireroom/publish"
)

// BenchmarkBesideBare asks this server and two bare ones for the same bytes over loopback, one request each by turns: one that
// sends the headers that it must, one that sends those that this server sends. It reports the medians and their ratios:
// what other work on the machine does to a single request hardly touches a median. The client is in all of it.
func BenchmarkBesideBare(b *testing.B) {
	for _, c := range []struct {
		name    string
		headers string
		want    int
	}{
		{"200-identity", "", 200}, {"200-gzip", "Accept-Encoding: gzip\r\n", 200}, {"304", "Accept-Encoding: gzip\r\nIf-None-Match: %\r\n", 304},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, clock := newServer(b, newFakeStore(fullEdition("strait")))
			clock.now = time.Now()
			first := get(s.Handler(), "/topics/strait.atom", splitHeaders(c.headers)...)
			etag, body := first.Header().Get("ETag"), first.Body.Bytes()
			request := "GET /topics/strait.atom HTTP/1.1\r\nHost: wire.example.org\r\n" + withTag(c.headers, etag) + "\r\n"
			servers := [...]*http.Server{
				s.HTTPServer(""), {Handler: bare(first.Header(), body, "Etag", "Content-Encoding")}, {Handler: bare(first.Header(), body)},
			}
			var visitors [len(servers)]*visitor
			var took [len(servers)][]time.Duration
			for i, server := range servers {
				around := func(l net.Listener) net.Listener { return l }
				if i == 0 {
					around = publish.Limit
				}
				visitors[i] = newVisitor(b, server, around, request)
			}
			for b.Loop() {
				for i, v := range visitors {
					took[i] = append(took[i], v.visit(b, c.want))
				}
			}
			ours, least, same := middle(took[0]), middle(took[1]), middle(took[2])
			b.ReportMetric(float64(ours.Nanoseconds()), "ns-ours")
			b.ReportMetric(float64(least)/float64(ours), "bare/ours")
			b.ReportMetric(float64(same)/float64(ours), "same-headers/ours")
		})
	}
}

// bare holds one document in memory and sends it with some of the headers given, or with all of them if none is named.
func bare(header http.Header, body []byte, names ...string) http.Handler {
	extra := make(http.Header)
	for name, values := range header {
		own := name == "Content-Type" || name == "Content-Length"
		if !own && (len(names) == 0 || slices.Contains(names, name)) {
			extra[name] = values
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, extra)
		if r.Header.Get("If-None-Match") == header.Get("ETag") {
			h.Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", header.Get("Content-Type"))
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // a reader who has left is no error
	})
}

func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

func splitHeaders(text string) []string {
	if text == "" {
		return nil
	}
	return []string{"Accept-Encoding", "gzip"}
}

func withTag(headers, etag string) string {
	out := ""
	for _, r := range headers {
		if r == '%' {
			out += etag
			continue
		}
		out += string(r)
	}
	return out
}

// A visitor asks one server over one connection.
type visitor struct {
	conn    net.Conn
	reader  *bufio.Reader
	request []byte
}

// newVisitor starts the server on a listener with what goes around it.
func newVisitor(b *testing.B, server *http.Server, around func(net.Listener) net.Listener, request string) *visitor {
	b.Helper()
	conn := dialed(b, server, around)
	return &visitor{conn, bufio.NewReaderSize(conn, 256<<10), []byte(request)}
}

// visit makes one request and returns how long it took until its last byte.
func (v *visitor) visit(b *testing.B, want int) time.Duration {
	begun := time.Now()
	if _, err := v.conn.Write(v.request); err != nil {
		b.Fatal(err)
	}
	res, err := http.ReadResponse(v.reader, nil)
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	took := time.Since(begun)
	if err != nil || res.StatusCode != want {
		b.Fatalf("status %d, want %d; error %v", res.StatusCode, want, err)
	}
	return took
}
