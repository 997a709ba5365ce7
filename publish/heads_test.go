package publish_test

import (
	"bufio"
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"wireroom/publish"
)

// TestWrittenHeadsAreThoseOfTheHandler asks over a connection that writes heads by itself, two requests at a time, for what
// the handler answers without one.
func TestWrittenHeadsAreThoseOfTheHandler(t *testing.T) {
	s, clock := newServer(t, newFakeStore(richEdition()))
	clock.now = time.Now()
	conn := dialed(t, s.HTTPServer(""), publish.Limit)
	reader := bufio.NewReader(conn)
	etag := get(s.Handler(), "/topics/strait.atom").Header().Get("ETag")
	for _, path := range []string{"/topics/strait.atom", "/topics/strait", "/static/style.css", "/opml.xml", "/none", "/Topics/strait.atom"} {
		for _, c := range [][2]string{{"GET", `"other"`}, {"GET", etag}, {"GET", "*"}, {"HEAD", `"other"`}, {"HEAD", etag}, {"HEAD", "*"}} {
			t.Run(c[0]+" "+path+" "+c[1], func(t *testing.T) {
				r := httptest.NewRequest(c[0], path, http.NoBody)
				r.Header.Set("If-None-Match", c[1])
				want := httptest.NewRecorder()
				s.Handler().ServeHTTP(want, r)
				request := c[0] + " " + path + " HTTP/1.1\r\nHost: example.com\r\nIf-None-Match: " + c[1] + "\r\n\r\n"
				if _, err := io.WriteString(conn, request+request); err != nil {
					t.Fatal(err)
				}
				sameAnswer(t, reader, r, want)
				sameAnswer(t, reader, r, want)
			})
		}
	}
}

// sameAnswer reads the next answer to r and compares it with one that went over no connection.
func sameAnswer(t *testing.T, reader *bufio.Reader, r *http.Request, want *httptest.ResponseRecorder) {
	t.Helper()
	got, err := http.ReadResponse(reader, r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != want.Code || !bytes.Equal(body, want.Body.Bytes()) {
		t.Errorf("got status %d and %d bytes, error %v; want %d and %d", got.StatusCode, len(body), err, want.Code, want.Body.Len())
	}
	got.Header.Del("Date")
	if !maps.EqualFunc(got.Header, want.Header(), slices.Equal) {
		t.Errorf("got headers %v, want %v", got.Header, want.Header())
	}
}

// dialed starts the server on a listener with what goes around it, and connects to it.
func dialed(tb testing.TB, server *http.Server, around func(net.Listener) net.Listener) net.Conn {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	go server.Serve(around(l))
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		conn.Close()
		server.Close()
	})
	return conn
}
