package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Hop is one redirect that was followed. From and To are URLs without user and fragment.
type Hop struct {
	Status   int // 301, 302, 303, 307 or 308
	From, To string
}

// permanent reports whether the server said that the new address is for good.
func (h Hop) permanent() bool {
	return h.Status == http.StatusMovedPermanently || h.Status == http.StatusPermanentRedirect
}

// walk is one Get on its way from the Request's URL over its redirects.
type walk struct {
	client *Client
	due    *deadline
	req    Request

	at      *url.URL // where it stands: no user, no fragment
	hops    []Hop
	seen    []string // resource of every URL asked for, at included
	issuer  string   // resource of the URL that issued the validators
	first   string   // host:port whose slot the caller holds
	origin  string   // that the own headers and credentials were given for
	left    bool     // that origin, for good: who can redirect us could also redirect us back
	held    string   // host:port of the slot that is held here; empty for none
	release func()   // gives it back; nil for none
	sends   int      // how often the last request had a connection to go out on
}

func (c *Client) newWalk(r Request, d *deadline) (*walk, error) {
	u, err := parseURL(r.URL)
	if err != nil {
		return nil, err
	}
	if u.User != nil && r.BasicAuth == "" {
		password, _ := u.User.Password()
		r.BasicAuth = u.User.Username() + ":" + password
	}
	bare(u)
	w := &walk{client: c, due: d, req: r, at: u, first: hostPort(u), origin: originOf(u)}
	if r.Held != "" {
		w.first = r.Held
	}
	w.seen = []string{resource(u)}
	w.issuer = w.seen[0]
	if r.ValidatorsURL != "" {
		issuer, err := parseURL(r.ValidatorsURL)
		if err != nil {
			return nil, fmt.Errorf("validators of %s: %w", printable(r.ValidatorsURL), err)
		}
		w.issuer = resource(issuer)
	}
	return w, nil
}

func (w *walk) run(ctx context.Context) (*Response, error) {
	if err := w.moveSlot(ctx, hostPort(w.at)); err != nil {
		return nil, err
	}
	for {
		conditional := w.req.hasValidators() && resource(w.at) == w.issuer
		req := w.req.write(w.sent(ctx), w.at, w.client.userAgent, !w.left, conditional)
		agent, err := w.agent()
		if err != nil {
			return nil, err
		}
		answer, err := agent.RoundTrip(req)
		if err != nil {
			return nil, withoutURL(err)
		}
		if !redirects(answer.StatusCode) {
			return w.finish(ctx, answer, conditional)
		}
		discard(answer.Body, answer.ContentLength)
		if err := w.follow(ctx, answer); err != nil {
			return nil, err
		}
	}
}

// agent is who asks for the next step. Roots of one origin vouch for no other.
func (w *walk) agent() (http.RoundTripper, error) {
	switch {
	case w.req.Roots != "" && !w.left:
		return w.client.rooted.transport(w.req.Roots, !w.req.HTTP1)
	case w.req.HTTP1:
		return w.client.http1, nil
	}
	return w.client.newest, nil
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow goes where a redirect points.
func (w *walk) follow(ctx context.Context, answer *http.Response) error {
	to, err := w.target(answer)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRedirect, err)
	}
	w.hops = append(w.hops, Hop{Status: answer.StatusCode, From: w.at.String(), To: to.String()})
	w.at = to
	w.seen = append(w.seen, resource(to))
	w.left = w.left || originOf(to) != w.origin
	if err := w.moveSlot(ctx, hostPort(to)); err != nil || w.req.BeforeHop == nil {
		return err
	}
	return w.due.pause(func() error { return w.req.BeforeHop(ctx, to.String()) })
}

func (w *walk) target(answer *http.Response) (*url.URL, error) {
	location := answer.Header.Get("Location")
	if location == "" {
		return nil, fmt.Errorf("%s answered %d without saying where to", printable(w.at.String()), answer.StatusCode)
	}
	if len(w.hops) == maxRedirects {
		return nil, fmt.Errorf("more than %d in a row", maxRedirects)
	}
	to, err := w.resolve(location)
	if err != nil {
		return nil, fmt.Errorf("%s points to %s: %w", printable(w.at.String()), printable(location), err)
	}
	bare(to)
	if slices.Contains(w.seen, resource(to)) {
		return nil, fmt.Errorf("they go in a circle and come back to %s", printable(to.String()))
	}
	return to, nil
}

// resolve reads a Location, which may be relative to where the walk stands.
func (w *walk) resolve(location string) (*url.URL, error) {
	ref, err := url.Parse(location)
	if err != nil {
		return nil, errNoURL
	}
	return parseURL(w.at.ResolveReference(ref).String())
}

// moveSlot takes the slot of the next host:port and gives back the one that it leaves. If it is held already, what is
// asked there next is spaced here.
func (w *walk) moveSlot(ctx context.Context, hostport string) error {
	if hostport == w.held {
		return w.space(ctx)
	}
	w.leave()
	if hostport == w.first {
		return w.space(ctx)
	}
	if w.client.slots == nil {
		return nil
	}
	return w.due.pause(func() error {
		ctx, cancel := context.WithTimeoutCause(ctx, w.client.timeout, ErrTimeout)
		defer cancel()
		release, err := w.client.slots.Take(ctx, hostport)
		if err != nil {
			return fmt.Errorf("take a slot of %s: %w", hostport, err)
		}
		w.held, w.release = hostport, release
		return nil
	})
}

// space waits between two requests of the walk.
func (w *walk) space(ctx context.Context) error {
	if len(w.hops) == 0 || w.client.spacing <= 0 {
		return nil
	}
	return w.due.pause(func() error {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(w.client.spacing):
			return nil
		}
	})
}

// leave gives back the slot that the walk holds, if any.
func (w *walk) leave() {
	if w.release != nil {
		w.release()
	}
	w.held, w.release = "", nil
}

// finish reads the answer that the walk ends with.
func (w *walk) finish(ctx context.Context, answer *http.Response, conditional bool) (*Response, error) {
	defer answer.Body.Close() //nolint:errcheck // the bytes have been read, or are not wanted
	res := newResponse(answer)
	res.URL, res.Hops, res.Permanent = w.at.String(), w.hops, len(w.hops) > 0
	for _, hop := range w.hops {
		res.Permanent = res.Permanent && hop.permanent()
	}
	if res.Status == http.StatusNotModified && !conditional {
		return nil, errors.New("answered 304 to a request that carried no validators")
	}
	if res.Status != http.StatusOK {
		discard(answer.Body, answer.ContentLength)
		return res, nil
	}
	if !w.req.wants(res.ContentType) {
		return nil, fmt.Errorf("%w: %q, want %s", ErrType, res.ContentType, strings.Join(w.req.Types, " or "))
	}
	if w.req.BeforeBody != nil {
		if err := w.due.pause(func() error { return w.req.BeforeBody(ctx) }); err != nil {
			return nil, err
		}
	}
	return res, w.client.readBody(ctx, answer, res)
}

// How much of a body that nobody wants is read so that its connection can serve again: what one window of a fresh
// connection (RFC 6928: ten segments) brings at once, and no waiting for more.
const (
	discardMax  = 14 << 10
	discardTime = 500 * time.Millisecond
)

// discard closes a body that is not wanted. Where it is short and comes at once it is read, so that the connection
// can be used again. length is its Content-Length, -1 where that is not known.
func discard(body io.ReadCloser, length int64) {
	if length <= discardMax && length != 0 {
		timer := time.AfterFunc(discardTime, func() { body.Close() }) //nolint:errcheck // it ends the copy
		io.CopyN(io.Discard, body, discardMax+1)                      //nolint:errcheck // whether it could be read is all the same
		timer.Stop()
	}
	body.Close() //nolint:errcheck // nothing was written
}

// bare drops what is never sent in a URL.
func bare(u *url.URL) {
	u.User = nil
	u.Fragment, u.RawFragment = "", ""
}

// originOf is scheme, host and port: what credentials are bound to (RFC 6454).
func originOf(u *url.URL) string { return u.Scheme + "://" + hostPort(u) }

// resource is what a server is asked for: the origin and the request target. Two spellings of one URL share it.
func resource(u *url.URL) string { return originOf(u) + u.RequestURI() }
