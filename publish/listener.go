package publish

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// connections is how many connections there are at most. A connection takes some 24 KiB, so that no crowd takes more than
// 96 MiB. Of these, one address has share at most, which is more than any reader needs, and a proxy of the site's own, at an
// address of this machine or a private one, all.
const (
	connections = 4096
	share       = connections / 4
)

// Limit returns l with a bound on the connections that are open at a time. Where there are as many, the one that has waited longest
// for a further request makes room for who comes; without such a one, who comes waits. That wants the server of
// [Server.HTTPServer].
func Limit(l net.Listener) net.Listener { return limit(l, connections, share) }

func limit(l net.Listener, all, share int) *listener {
	return &listener{
		Listener: l, places: make(chan struct{}, all), share: share, closed: make(chan struct{}),
		open: make(map[*connection]bool), from: make(map[netip.Prefix]int),
	}
}

type listener struct {
	net.Listener
	places    chan struct{} // holds as many as there are connections
	share     int           // of them, of one address
	closed    chan struct{}
	closeOnce sync.Once

	turns atomic.Int64 // counts how often a connection began to wait
	full  atomic.Bool  // somebody waits for a place

	mu   sync.Mutex
	open map[*connection]bool
	from map[netip.Prefix]int
}

// Accept waits for a place, and for who comes.
func (l *listener) Accept() (net.Conn, error) {
	if err := l.place(); err != nil {
		return nil, err
	}
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			<-l.places
			return nil, err
		}
		if c := l.enter(c); c != nil {
			return c, nil
		}
		_ = c.Close() // nothing was said yet
	}
}

// place takes a place, if need be that of a connection that only waits.
func (l *listener) place() error {
	select {
	case l.places <- struct{}{}:
		return nil
	default:
	}
	l.full.Store(true)
	defer l.full.Store(false)
	l.shed()
	select {
	case l.places <- struct{}{}:
		return nil
	case <-l.closed:
		return net.ErrClosed
	}
}

// shed closes the connection that has waited longest for a further request, if any does.
func (l *listener) shed() {
	l.mu.Lock()
	var longest *connection
	for c := range l.open {
		if turn := c.idle.Load(); turn > 0 && (longest == nil || turn < longest.idle.Load()) {
			longest = c
		}
	}
	l.mu.Unlock()
	if longest != nil {
		_ = longest.Close() // who would have used it connects anew
	}
}

// enter counts a connection, or returns nil where its address has its share.
func (l *listener) enter(conn net.Conn) *connection {
	c, from := &connection{Conn: conn, of: l}, network(addressOf(conn.RemoteAddr().String()))
	l.mu.Lock()
	defer l.mu.Unlock()
	if a := from.Addr(); l.from[from] >= l.share && !a.IsLoopback() && !a.IsPrivate() && !a.IsLinkLocalUnicast() {
		return nil
	}
	l.from[from]++
	l.open[c] = true
	c.leave = sync.OnceFunc(func() { l.left(c, from) })
	return c
}

func (l *listener) left(c *connection, from netip.Prefix) {
	l.mu.Lock()
	if l.from[from]--; l.from[from] == 0 {
		delete(l.from, from)
	}
	delete(l.open, c)
	l.mu.Unlock()
	<-l.places
}

// Close ends a waiting Accept too.
func (l *listener) Close() error {
	l.closeOnce.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// watch is told by the server what a connection of its listener is about.
func watch(conn net.Conn, state http.ConnState) {
	c, ok := conn.(*connection)
	if !ok {
		return
	}
	switch state {
	case http.StateActive:
		c.idle.Store(0)
	case http.StateIdle:
		c.idle.Store(c.of.turns.Add(1))
		if c.of.full.Load() {
			_ = c.Close()
		}
	}
}
