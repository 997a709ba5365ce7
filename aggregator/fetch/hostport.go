package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// HostPort returns the host:port that a request for rawURL goes to, in one spelling: lower case, international names
// in ASCII, addresses in their shortest form, no final dot, the scheme's own port where none is given. It is the key of
// host slots. The URL must be http or https and have a host.
func HostPort(rawURL string) (string, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return "", fmt.Errorf("host of %q: %w", printable(rawURL), err)
	}
	return hostPort(u), nil
}

// SameOrigin reports whether two URLs have the same scheme, host and port: whether credentials for the one may go to the
// other. It is false for what is no http or https URL.
func SameOrigin(a, b string) bool {
	first, err := parseURL(a)
	if err != nil {
		return false
	}
	second, err := parseURL(b)
	return err == nil && originOf(first) == originOf(second)
}

// errNoURL stands for the errors of net/url, which repeat the URL, credentials and all.
var errNoURL = errors.New("not a URL that can be read: want http:// or https:// and a host")

// parseURL reads a URL that can be asked for. User and fragment are kept. The error does not repeat the URL.
func parseURL(rawURL string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil {
		return nil, errNoURL
	}
	if err := checkURL(u); err != nil {
		return nil, err
	}
	u.Host = hostPart(u)
	u.RawQuery = sendable(u.RawQuery)
	return u, nil
}

func checkURL(u *url.URL) error {
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("only http:// and https:// can be asked for")
	}
	if u.Hostname() == "" {
		return errors.New("the URL has no host")
	}
	if _, err := asciiHost(u.Hostname()); err != nil {
		return errors.New("the host is no valid international name")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return errors.New("the port is not one from 1 to 65535")
		}
	}
	return nil
}

// hostPart returns the host of u in one spelling, with its port only where it is not the scheme's own.
func hostPart(u *url.URL) string {
	hostport := hostPort(u)
	host, port, _ := net.SplitHostPort(hostport) // hostPort has just joined them
	if port != schemePort(u.Scheme) {
		return hostport
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// hostPort is HostPort for a checked URL.
func hostPort(u *url.URL) string {
	host, err := asciiHost(u.Hostname())
	if err != nil {
		host = strings.ToLower(u.Hostname())
	}
	port := u.Port()
	if port == "" {
		port = schemePort(u.Scheme)
	}
	return net.JoinHostPort(host, port)
}

func schemePort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// asciiHost returns the one spelling of a host. Names in ASCII are taken as they are, underscores and all, as net/http
// takes them.
func asciiHost(host string) (string, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.String(), nil
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for i := range len(host) {
		if host[i] >= 0x80 {
			return idna.Lookup.ToASCII(host)
		}
	}
	return host, nil
}

// sendable escapes the bytes of a query that a request line cannot carry and leaves everything else as it came.
func sendable(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
