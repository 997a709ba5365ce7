package fetch_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"wireroom/aggregator/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const agent = "wireroom/test (+https://wire.example.org/about)"

// loopback is the fetch.allow that lets a Client reach the origins of these tests.
var loopback = []string{"127.0.0.0/8", "::1"}

// origin is a server on loopback that notes what it is asked.
type origin struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

func newOrigin(t testing.TB, handler http.HandlerFunc) *origin {
	t.Helper()
	o := &origin{}
	o.Server = httptest.NewServer(o.note(handler))
	t.Cleanup(o.Close)
	return o
}

func (o *origin) note(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.seen = append(o.seen, r)
		o.mu.Unlock()
		handler(w, r)
	})
}

func (o *origin) requests() []*http.Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.seen)
}

// asked lists the request targets that were asked for, in order.
func (o *origin) asked() []string {
	var all []string
	for _, r := range o.requests() {
		all = append(all, r.RequestURI)
	}
	return all
}

// newClient completes c, whose zero fields are the tests' defaults.
func newClient(t testing.TB, c fetch.Config) *fetch.Client {
	t.Helper()
	if c.UserAgent == "" {
		c.UserAgent = agent
	}
	if c.Allow == nil {
		c.Allow = loopback
	}
	client, err := fetch.New(c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(client.Close)
	return client
}

func mustGet(t testing.TB, c *fetch.Client, r fetch.Request) *fetch.Response {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return res
}

// rawOrigin answers each connection's first request with the very bytes given and closes it.
func rawOrigin(t *testing.T, network, answer string) string {
	return rawOriginThat(t, network, answer, func(conn *net.TCPConn) {
		conn.CloseWrite()                         //nolint:errcheck // a request that fails shows in the test
		conn.SetReadDeadline(time.Now().Add(5e9)) //nolint:errcheck // as above
		io.Copy(io.Discard, conn)                 //nolint:errcheck // as above
	})
}

// rawOriginThat answers each connection's first request with the very bytes given, ends it so, and closes it.
func rawOriginThat(t *testing.T, network, answer string, end func(*net.TCPConn)) string {
	t.Helper()
	listener, err := net.Listen(network, net.JoinHostPort(map[string]string{"tcp4": "127.0.0.1", "tcp6": "::1"}[network], "0"))
	if err != nil {
		t.Skipf("cannot listen: %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4096)) //nolint:errcheck // a request that fails shows in the test
			conn.Write([]byte(answer))    //nolint:errcheck // as above
			end(conn.(*net.TCPConn))
			conn.Close() //nolint:errcheck // as above
		}
	}()
	t.Cleanup(func() {
		listener.Close() //nolint:errcheck // nothing was written
		<-done
	})
	return "http://" + listener.Addr().String()
}

// slotsFunc makes a function Slots.
type slotsFunc func(ctx context.Context, hostport string) (func(), error)

func (f slotsFunc) Take(ctx context.Context, hostport string) (func(), error) {
	return f(ctx, hostport)
}

func hostOf(t testing.TB, rawURL string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}
