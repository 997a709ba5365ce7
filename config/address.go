package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// checkHTTP accepts an absolute http or https URL. Its faults never repeat the URL, which may hold a secret.
func checkHTTP(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return advice{"the URL cannot be read", "write https://host/path, with blanks and the like percent-encoded"}
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return advice{"the URL has no scheme http or https", "write it in full: https://host/path"}
	}
	if u.Hostname() == "" {
		return advice{"the URL has no host", "write it in full: https://host/path"}
	}
	if port := u.Port(); port != "" && !isPort(port) {
		return advice{fmt.Sprintf("there is no port %s", port), "use 1 to 65535"}
	}
	return nil
}

// baseURL checks an absolute URL that paths are put behind, and writes it to to without its final slash.
func baseURL(to *string) check {
	return func(text string) error {
		if err := checkHTTP(text); err != nil {
			return err
		}
		u, err := url.Parse(text)
		if err != nil {
			return err
		}
		if u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#") {
			return advice{"the base URL has a query or a fragment", "end it before the ? or #"}
		}
		if u.User != nil {
			return advice{"the base URL has a user", "it is published: take what stands before the @ away"}
		}
		*to = strings.TrimRight(text, "/")
		return nil
	}
}

func checkContact(text string) error {
	if strings.ContainsAny(text, " ()\t\r\n") {
		return advice{"the contact has a blank or a bracket in it", "write a URL: https://host/about or mailto:name@host"}
	}
	if address, ok := strings.CutPrefix(text, "mailto:"); ok && strings.Contains(address, "@") {
		return nil
	}
	if err := checkHTTP(text); err != nil {
		return advice{"the contact is no URL", "write https://host/about or mailto:name@host"}
	}
	return nil
}

func checkListen(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return advice{fmt.Sprintf("%q is no host:port", text), "write 127.0.0.1:8080, [::1]:8080, or :8080 for every address"}
	}
	if port != "0" && !isPort(port) {
		return advice{fmt.Sprintf("there is no port %s", port), "use 0 to 65535; 0 takes a free one"}
	}
	if host != "" && !isHost(host) {
		return advice{fmt.Sprintf("%q is no host", host), "write an address, a host name, or nothing for every address"}
	}
	return nil
}

// reachable returns listen as this machine can reach it.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

func checkStore(text string) error {
	if path, ok := strings.CutPrefix(text, "sqlite:"); ok {
		if path == "" {
			return advice{"the store has no path", "write sqlite:wireroom.db"}
		}
		return nil
	}
	if !strings.HasPrefix(text, "postgres://") {
		return advice{"the store is neither SQLite nor PostgreSQL", "write sqlite:PATH or postgres://user:${PGPASSWORD}@host:5432/name"}
	}
	if _, err := url.Parse(text); err != nil {
		return advice{"the store's URL cannot be read", "percent-encode what is special in the user, the password and the name"}
	}
	return nil
}

// checkDirect accepts the address of a database beside that of its pooler.
func checkDirect(text string) error {
	if !strings.HasPrefix(text, "postgres://") {
		return advice{"the direct connection is to no PostgreSQL", "write postgres://user:${PGPASSWORD}@host:5432/name, or leave it out"}
	}
	return checkStore(text)
}

// checkAllow accepts a network, an address, a host, or one of the latter with a port.
func checkAllow(text string) error {
	if strings.Contains(text, "/") {
		if _, err := netip.ParsePrefix(text); err != nil {
			return advice{fmt.Sprintf("%q is no network", text), "write it as in 10.0.0.0/8 or fd00::/8"}
		}
		return nil
	}
	if isHost(text) {
		return nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil || !isHost(host) || !isPort(port) {
		return advice{
			fmt.Sprintf("%q is no network, address, host or host:port", text),
			`write it as in 127.0.0.0/8, ::1, feeds.lan, feeds.lan:8080 or "[::1]:8081"`,
		}
	}
	return nil
}

var hostName = regexp.MustCompile(`^(?i)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$`)

// isHost reports whether text is an IP address or a host name (RFC 1123, and the underscores that container networks
// use). Digits and dots alone are a mistyped address.
func isHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	return len(text) <= 253 && hostName.MatchString(text) && strings.Trim(text, "0123456789.") != ""
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func checkNetwork(text string) error {
	if _, err := parseNetwork(text); err != nil {
		return advice{fmt.Sprintf("%q is no network and no address", text), "write it as in 10.0.0.0/8, 127.0.0.1 or ::1"}
	}
	return nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return a.Prefix(a.BitLen())
}
