package news

import (
	"net/netip"

	"golang.org/x/net/publicsuffix"
)

// Registrable returns the part of a host's name, without a port, that somebody has registered (publicsuffix.org); empty for an
// address, and for what is a suffix itself, such as localhost.
func Registrable(name string) string {
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil {
		return ""
	}
	return domain
}
