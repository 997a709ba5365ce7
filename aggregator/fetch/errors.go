package fetch

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
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

// explained says in fewer words, and with what to do, what the network's own errors say of names, addresses and certificates. The
// address of the resolver, which is often a private one, is nobody's business.
func explained(err error) error {
	var name *net.DNSError
	var dial *net.OpError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("there is no host %s: check the spelling, or remove the source if it is gone", name.Name)
	case errors.As(err, &name):
		return fmt.Errorf("%w: the name %s cannot be looked up: %s", ErrUnreached, name.Name, name.Err)
	case errors.As(err, &dial) && dial.Op == "dial" && errors.Is(err, ErrRefused):
		return dial.Err
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("%w to %v: %w", ErrUnreached, dial.Addr, withoutCall(dial.Err))
	case errors.As(err, &unknown):
		return fmt.Errorf("%w: if its publisher has an authority of its own, name that in tls_roots", err)
	}
	return err
}

// withoutCall drops the name of the system call that failed.
func withoutCall(err error) error {
	var call *os.SyscallError
	if errors.As(err, &call) {
		return call.Err
	}
	return err
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
