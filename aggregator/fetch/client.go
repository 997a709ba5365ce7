package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Config says how a [Client] asks. The zero value of every field but UserAgent is a usable default.
type Config struct {
	UserAgent string           // whole value, with a contact address; required
	Timeout   time.Duration    // of a whole Get but for waiting on our side; 0: 30 s
	MaxBody   int64            // bytes of a decoded body; 0: 10 MiB
	Allow     []string         // what may be reached though it is not public: networks, addresses, hosts or host:port
	Slots     Slots            // nil: no limits
	Spacing   time.Duration    // between two requests of one Get to the host:port whose slot is held
	Roots     *x509.CertPool   // nil: the system's
	Clock     func() time.Time // for [Response.Took] alone; nil: Took stays 0
}

// Slots limits the requests to one host at a time. The slot of a Get's first host:port is held by its caller already, or
// that of Request.Held; the Client takes one more for each other host:port on its way, holds one of its own at most, and gives it back
// when it moves on. An error, such as that the host is on hold, ends the Get and can be found in its error.
//
// ctx bounds the waiting alone, by Config.Timeout, so that two Gets that wait for each other's first hosts end.
type Slots interface {
	Take(ctx context.Context, hostport string) (release func(), err error)
}

// The defaults of Config: those of config.yaml's fetch section.
const (
	defaultTimeout = 30 * time.Second
	defaultMaxBody = 10 << 20
)

// Limits of the connections. Polls of one source are at least minutes apart, so that idle connections only serve
// sources that share a host, and redirects; few and briefly kept ones hold the memory of 200 requests in flight down.
const (
	maxHeader      = 64 << 10 // bytes of an answer's header
	ioBuffer       = 4 << 10  // bytes, for reading and for writing, per connection
	idlePerHost    = 2
	idleOverall    = 64
	idleTimeout    = 60 * time.Second
	connectSpare   = time.Second // beyond Config.Timeout, for the transport to give up a connection that nobody awaits
	tlsSessions    = 256         // resumed instead of verified anew
	streamWindow   = 256 << 10   // bytes that an HTTP/2 server may send ahead of our reading, per stream
	connWindow     = 1 << 20     // and per connection
	pingAfter      = 15 * time.Second
	pingTimeout    = 5 * time.Second
	maxRedirects   = 5
	preallocateMax = 256 << 10 // bytes set aside on the word of a Content-Length
)

// Client makes polite GETs. It is safe for concurrent use.
type Client struct {
	userAgent string
	timeout   time.Duration
	maxBody   int64
	slots     Slots
	clock     func() time.Time
	spacing   time.Duration
	newest    *http.Transport // HTTP/2 where the server speaks it
	http1     *http.Transport
	rooted    rooted
	decoders  decoders
}

// New returns a Client, or an error where c cannot be meant.
func New(c Config) (*Client, error) {
	if c.UserAgent == "" {
		return nil, errors.New("fetch: no user agent: say who asks and where to complain")
	}
	if c.Timeout < 0 || c.MaxBody < 0 {
		return nil, errors.New("fetch: fetch.timeout and fetch.max_body must not be negative")
	}
	c = c.complete()
	g, err := newGuard("fetch.allow", c.Allow, c.Timeout+connectSpare)
	if err != nil {
		return nil, err
	}
	return &Client{
		userAgent: c.UserAgent,
		timeout:   c.Timeout,
		maxBody:   c.MaxBody,
		slots:     c.Slots,
		clock:     c.Clock,
		spacing:   c.Spacing,
		newest:    newTransport(c, g, true),
		http1:     newTransport(c, g, false),
		rooted:    rooted{config: c, guard: g},
		decoders:  newDecoders(),
	}, nil
}

// complete puts the defaults where nothing is said.
func (c Config) complete() Config {
	c.Timeout = cmp.Or(c.Timeout, defaultTimeout)
	c.MaxBody = cmp.Or(c.MaxBody, defaultMaxBody)
	return c
}

func newTransport(c Config, g *guard, http2 bool) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(http2)
	return &http.Transport{
		Proxy:       nil, // a proxy would dial for us, past the guard
		DialContext: g.dial,
		TLSClientConfig: &tls.Config{
			RootCAs:            c.Roots,
			MinVersion:         tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(tlsSessions),
		},
		TLSHandshakeTimeout:    c.Timeout + connectSpare,
		DisableCompression:     true, // Accept-Encoding is ours, and so is the decoding
		MaxIdleConns:           idleOverall,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
		ReadBufferSize:         ioBuffer,
		WriteBufferSize:        ioBuffer,
		Protocols:              protocols,
		HTTP2: &http.HTTP2Config{
			MaxReceiveBufferPerStream:     streamWindow,
			MaxReceiveBufferPerConnection: connWindow,
			SendPingTimeout:               pingAfter,
			PingTimeout:                   pingTimeout,
		},
	}
}

// Get asks once for r.URL and follows at most five redirects. An answer of any status is a Response and no error; an
// error means that there is none to speak of: an address that cannot be or must not be reached, a limit passed, a
// redirect that leads nowhere. It may be [ErrTimeout], [ErrUnreached], [ErrTooLarge], [ErrRefused] or [ErrRedirect], wraps what Slots
// and ctx gave, and holds no credentials.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	start := c.now()
	ctx, d := newDeadline(ctx, c.timeout)
	defer d.end()
	res, err := c.get(ctx, d, r)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", printable(r.URL), err)
	}
	res.Took = c.now().Sub(start)
	return res, nil
}

func (c *Client) get(ctx context.Context, d *deadline, r Request) (*Response, error) {
	w, err := c.newWalk(r, d)
	if err != nil {
		return nil, err
	}
	defer w.leave()
	res, err := w.run(ctx)
	if err != nil {
		return nil, c.reason(ctx, err, w.sends > 0)
	}
	return res, nil
}

// Close drops the idle connections. Call it when the last Get has returned.
func (c *Client) Close() {
	c.newest.CloseIdleConnections()
	c.http1.CloseIdleConnections()
	c.rooted.close()
}

func (c *Client) now() time.Time {
	if c.clock == nil {
		return time.Time{}
	}
	return c.clock()
}
