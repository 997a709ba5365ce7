package publish

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clients finds out who asks. The headers that proxies add are believed from the configured ones alone: anyone can write
// them.
type clients struct{ proxies []netip.Prefix }

// of returns the address that a request came from; of an IPv6 address its /64, of which one reader may have any.
func (c clients) of(r *http.Request) netip.Prefix {
	peer := addressOf(r.RemoteAddr)
	if c.trusts(peer) {
		peer = c.before(forwarded(r.Header), peer)
	}
	return network(peer)
}

func (c clients) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// before walks the chain of those a request came through, nearest last, to the first that is no proxy of ours. What
// cannot be read ends it: the one before may have invented it.
func (c clients) before(chain []string, peer netip.Addr) netip.Addr {
	for _, hop := range slices.Backward(chain) {
		a := addressOf(hop)
		if !a.IsValid() {
			return peer
		}
		if peer = a; !c.trusts(a) {
			return peer
		}
	}
	return peer
}

// forwarded returns the addresses that proxies noted, nearest last: of X-Forwarded-For, else of Forwarded (RFC 7239).
func forwarded(h http.Header) []string {
	if lines := h.Values("X-Forwarded-For"); len(lines) > 0 {
		return strings.Split(strings.Join(lines, ","), ",")
	}
	var chain []string
	for element := range strings.SplitSeq(strings.Join(h.Values("Forwarded"), ","), ",") {
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(pair, "=")
			if strings.EqualFold(strings.TrimSpace(name), "for") {
				chain = append(chain, strings.Trim(strings.TrimSpace(value), `"`))
			}
		}
	}
	return chain
}

// addressOf reads an address with or without a port; the zero Addr for what is none.
func addressOf(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

func network(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
