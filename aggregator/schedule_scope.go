package aggregator

import (
	"cmp"
	"net"
	"net/netip"
	"strings"

	"wireroom/news"
)

// held returns what a Retry-After of host, with or without a port, forbids requests to, in the form of
// [news.Poll.HeldHost]; ok is false where it is the Source alone. What the operator says of the host's registrable
// domain, or of its address, comes before [HostScope].
func (lim Limits) held(host string) (what string, ok bool) {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	domain := news.Registrable(name)
	scope, said := lim.RetryScopes[cmp.Or(domain, name)]
	switch {
	case said && scope == news.RetrySource, !said && !HostScope(host):
		return "", false
	case scope == news.RetryDomain && domain != "":
		return "." + domain, true
	}
	return host, true
}

// HostScope reports whether a Retry-After from host, with or without a port, speaks for all of it: true for public
// hosts, where one machine serves many sources; false for loopback and private ones, where a bridge serves each
// source on its own account.
func HostScope(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		return addr.IsGlobalUnicast() && !addr.IsPrivate() && !sharedSpace(addr)
	}
	if host == "" {
		return true
	}
	if !strings.Contains(host, ".") {
		return false
	}
	for _, suffix := range [...]string{".localhost", ".local", ".internal", ".home.arpa", ".lan"} {
		if strings.HasSuffix(host, suffix) {
			return false
		}
	}
	return true
}

// sharedSpace reports whether addr is of RFC 6598, which carriers and container networks use inside.
func sharedSpace(addr netip.Addr) bool {
	b := addr.As16()
	return addr.Is4() && b[12] == 100 && b[13]&0xc0 == 64
}
