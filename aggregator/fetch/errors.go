package fetch

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"wireroom/news"
)

// The reasons for which [Client.Get] gives up, to be found with errors.Is.
var (
	// ErrTimeout is returned when the whole answer did not come within Config.Timeout.
	ErrTimeout = errors.New("no complete answer in time")
	// ErrUnreached is returned when no connection came about: the server is down, or the network is away, theirs or ours. A name
	// that does not exist is no such error.
	ErrUnreached = errors.New("no connection")
	// ErrTooLarge is returned when a body is larger than Config.MaxBody.
	ErrTooLarge = errors.New("body too large")
	// ErrRefused is returned when an address is not public and Config.Allow does not name it.
	ErrRefused = errors.New("address refused")
	// ErrType is returned when an answer is of none of the media types that Request.Types names.
	ErrType = errors.New("wrong media type")
	// ErrRedirect is returned when redirects go in a circle, are too many, or lead to no address we could ask.
	ErrRedirect = errors.New("bad redirect")
)

// reason returns err, or what stands behind it where we ended the request ourselves: the transport words it in many ways. sent
// says whether there was a connection.
func (c *Client) reason(ctx context.Context, err error, sent bool) error {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, ErrTimeout) && !sent:
		return fmt.Errorf("%w: %w: more than %v (fetch.timeout)", ErrUnreached, ErrTimeout, c.timeout)
	case errors.Is(cause, ErrTimeout):
		return fmt.Errorf("%w: more than %v (fetch.timeout)", ErrTimeout, c.timeout)
	case errors.Is(cause, errDropped):
		return errDropped
	}
	return explained(err)
}

// explained says in fewer words, and with what to do, what the network's own errors say of names, connections and certificates.
// Our own address and the resolver's, which are often private ones, are nobody's business.
func explained(err error) error {
	var name *net.DNSError
	var at *net.OpError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("there is no host %s: check the spelling, or remove the source if it is gone", name.Name)
	case errors.As(err, &name):
		return fmt.Errorf("%w: the name %s cannot be looked up: %s", ErrUnreached, name.Name, name.Err)
	case errors.As(err, &at):
		return ofConnection(at)
	case errors.As(err, &unknown):
		return fmt.Errorf("%w: if its publisher has an authority of its own, name that in tls_roots", err)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the server closed the connection without an answer: %w", err)
	case strings.Contains(err.Error(), "HTTP_1_1_REQUIRED"): // of a type that net/http keeps to itself
		return fmt.Errorf("%w: set http1: true for the source", err)
	}
	return err
}

// ofConnection is an error of a connection without the system call and our own address.
func ofConnection(at *net.OpError) error {
	why := at.Err
	var call *os.SyscallError
	if errors.As(why, &call) {
		why = call.Err
	}
	switch {
	case errors.Is(why, ErrRefused):
		return why
	case at.Op == "dial" && at.Addr != nil:
		return fmt.Errorf("%w to %s: %w", ErrUnreached, at.Addr, why)
	}
	return fmt.Errorf("%s: %w", at.Op, why)
}

func (c *Client) tooLarge() error {
	return fmt.Errorf("%w: more than %d bytes when decoded (fetch.max_body)", ErrTooLarge, c.maxBody)
}

// printable returns rawURL as it may stand in a message: without credentials, and with the values of its query hidden,
// since publishers hand out keys there.
func printable(rawURL string) string {
	rawURL, _, _ = strings.Cut(rawURL, "#")
	base, query, has := strings.Cut(rawURL, "?")
	if _, err := url.Parse(base); err == nil {
		base = news.WithoutCredentials(base)
	} else if at := strings.LastIndexByte(base, '@'); at >= 0 {
		base = "…@" + base[at+1:] // a password with a slash in it: nobody can say where it begins
	}
	if !has || query == "" {
		return base
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, ok := strings.Cut(pair, "=")
		if !ok {
			name = ""
		} else {
			name += "="
		}
		pairs[i] = name + "…"
	}
	return base + "?" + strings.Join(pairs, "&")
}

// withoutURL drops the URL that net/url and net/http put before the reason, credentials and all.
func withoutURL(err error) error {
	var with *url.Error
	if errors.As(err, &with) {
		return with.Err
	}
	return err
}
