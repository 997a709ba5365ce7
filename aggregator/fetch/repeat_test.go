package fetch_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"wireroom/aggregator/fetch"
)

// newRefusingOrigin is an HTTP/2 server that gives each request to refuse and answers none.
func newRefusingOrigin(t *testing.T, refuse func(*http2.Framer, uint32) error) (server *httptest.Server, asked *atomic.Int32) {
	t.Helper()
	asked = new(atomic.Int32)
	server = httptest.NewUnstartedServer(http.HandlerFunc(ok))
	server.EnableHTTP2 = true
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
			framer := http2.NewFramer(conn, conn)
			_, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
			if err == nil {
				err = framer.WriteSettings()
			}
			for err == nil {
				var frame http2.Frame
				if frame, err = framer.ReadFrame(); err == nil && frame.Header().Type == http2.FrameHeaders {
					asked.Add(1)
					err = refuse(framer, frame.Header().StreamID)
				}
			}
		},
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, asked
}

func TestARefusedRequestIsNotSentWithoutEnd(t *testing.T) {
	for name, refuse := range map[string]func(*http2.Framer, uint32) error{
		"each connection goes away": func(f *http2.Framer, _ uint32) error { return f.WriteGoAway(0, http2.ErrCodeNo, nil) },
		"each stream is broken":     func(f *http2.Framer, id uint32) error { return f.WriteRSTStream(id, http2.ErrCodeProtocol) },
	} {
		t.Run(name, func(t *testing.T) {
			server, asked := newRefusingOrigin(t, refuse)
			roots := x509.NewCertPool()
			roots.AddCert(server.Certificate())
			_, err := newClient(t, fetch.Config{Roots: roots}).Get(t.Context(), fetch.Request{URL: server.URL})
			if err == nil || !strings.Contains(err.Error(), "drops the request unanswered") {
				t.Errorf("error %v: want one that says how it ended", err)
			}
			if got := asked.Load(); got > 3 {
				t.Errorf("%d requests, want 3 at most", got)
			}
		})
	}
}

func TestWhetherSomebodyWasReachedIsTold(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	silent := newOrigin(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	for name, test := range map[string]struct {
		url, says string
		unreached bool
	}{
		"nobody listens":    {closed, "no connection to " + listener.Addr().String() + ": connection refused", true},
		"an answer is late": {silent.URL, "no complete answer in time", false},
		"not permitted":     {"http://10.0.0.1/", "get http://10.0.0.1/: address refused", false},
		"cut":               {rawOrigin(t, "tcp4", "HTTP/1.1 200"), "", false},
	} {
		_, err := newClient(t, fetch.Config{Timeout: 80 * time.Millisecond}).Get(t.Context(), fetch.Request{URL: test.url})
		if err == nil || errors.Is(err, fetch.ErrUnreached) != test.unreached || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: error %v, want one that says %q, and ErrUnreached: %v", name, err, test.says, test.unreached)
		}
	}
}

// A connection that does not come about in time is none.
func TestASilentHandshakeIsNoConnection(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() }) //nolint:errcheck // nothing was written
	_, err = newClient(t, fetch.Config{Timeout: 80 * time.Millisecond}).Get(t.Context(), fetch.Request{URL: "https://" + listener.Addr().String()})
	if !errors.Is(err, fetch.ErrUnreached) || !errors.Is(err, fetch.ErrTimeout) {
		t.Errorf("error %v, want ErrUnreached and ErrTimeout", err)
	}
}
