package publish_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// Who announces a body and sends none of it gets an answer all the same, at once: well before the time that a request may
// take to come is over.
func TestNoBodyIsWaitedFor(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := s.HTTPServer("")
	t.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }()
	for request, want := range map[string]int{
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n":                                            405,
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n":                                                   405,
		"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n":                                          405,
		"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n":                           405,
		"GET /topics/strait.atom HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n":                                  200,
		"POST /topics/strait.atom HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello":                            405,
		"HEAD /topics/strait.atom HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n":                                 200,
		"OPTIONS /topics/strait.atom HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n":                              405,
		"PUT /topics/strait.atom HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n" + string(make([]byte, 3000)): 405,
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%.80q: %v", request, err)
			continue
		}
		if response.StatusCode != want || !response.Close {
			t.Errorf("%.80q: status %d, closed %v; want %d, closed", request, response.StatusCode, response.Close, want)
		}
	}
}
