package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// guard decides at dial time, when names have become addresses, which of them may be reached: the public ones, and
// what the operator allows. It is not written after it was made.
type guard struct {
	setting  string // of the configuration, that permits
	public   *ssrf.Guardian
	prefixes []netip.Prefix
	ports    map[netip.AddrPort]bool
	hosts    map[string]bool // host, or host:port
	guarded  net.Dialer
	free     net.Dialer
}

// newGuard reads the entries of fetch.allow, or of another setting of its kind. A connection that is not there within timeout is given up.
func newGuard(setting string, allow []string, timeout time.Duration) (*guard, error) {
	g := &guard{
		setting: setting,
		public:  ssrf.New(ssrf.WithAnyPort()),
		ports:   make(map[netip.AddrPort]bool),
		hosts:   make(map[string]bool),
		free:    net.Dialer{Timeout: timeout},
	}
	g.guarded = g.free
	g.guarded.Control = g.check
	for _, entry := range allow {
		if err := g.permit(strings.TrimSpace(entry)); err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
	}
	return g, nil
}

func (g *guard) permit(entry string) error {
	if prefix, err := netip.ParsePrefix(entry); err == nil {
		g.prefixes = append(g.prefixes, prefix.Masked())
		return nil
	}
	if addr, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
		g.prefixes = append(g.prefixes, netip.PrefixFrom(addr.Unmap().WithZone(""), addr.Unmap().BitLen()))
		return nil
	}
	if addr, err := netip.ParseAddrPort(entry); err == nil {
		g.ports[netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())] = true
		return nil
	}
	host, err := allowedHost(entry)
	if err != nil {
		return err
	}
	g.hosts[host] = true
	return nil
}

// allowedHost reads a host or host:port of fetch.allow.
func allowedHost(entry string) (string, error) {
	wrong := fmt.Errorf("%q is neither a network like 10.0.0.0/8, an address, a host nor host:port", entry)
	host, port, has := strings.Cut(entry, ":")
	name, err := asciiHost(host)
	if err != nil || name == "" || strings.ContainsAny(name, "/@*?#[] \t") {
		return "", wrong
	}
	if !has {
		return name, nil
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", wrong
	}
	return net.JoinHostPort(name, port), nil
}

// dial is the transports' DialContext. An allowed host is dialled wherever its name leads, under that name only.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	if g.hosts[host] || g.hosts[address] {
		return g.free.DialContext(ctx, network, address)
	}
	return g.guarded.DialContext(ctx, network, address)
}

// check is a Dialer's Control: it sees each address before a packet goes out.
func (g *guard) check(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q cannot be read", ErrRefused, address)
	}
	addr := to.Addr().Unmap()
	if g.ports[netip.AddrPortFrom(addr, to.Port())] {
		return nil
	}
	for _, prefix := range g.prefixes {
		if prefix.Contains(addr.WithZone("")) {
			return nil
		}
	}
	if g.public.SafeAddr(behind(addr)) != nil {
		return fmt.Errorf("%w: %s is not public; to permit it, name it in %s", ErrRefused, addr, g.setting)
	}
	return nil
}

// nat64 is where a network without IPv4 finds all of it (RFC 6052): its resolver makes such addresses of those of hosts that
// have no others.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// behind is the address that is reached in the end.
func behind(addr netip.Addr) netip.Addr {
	if !nat64.Contains(addr) {
		return addr
	}
	all := addr.As16()
	return netip.AddrFrom4([4]byte(all[12:]))
}
