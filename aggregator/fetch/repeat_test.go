package fetch_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

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
