package publish

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// A connection does what net/http has no way for, and what would cost more than all else that this server does for a feed
// that it remembers. It sends the head of an answer together with its body: net/http fills 4 KiB with the head and what
// of the body goes in, and sends the rest by itself, in another call of the system and another packet. And it puts header
// fields that were written once into every head that has them, where net/http copies, sorts and writes them anew.
type connection struct {
	net.Conn
	of    *listener // nil in tests of the rest
	leave func()
	idle  atomic.Int64 // the listener's turn at which it began to wait for a further request; 0: it has one, or had none yet

	fields  []byte // lines for the head of the next answer; empty: none
	joining bool   // the first piece is kept until the second comes
	first   []byte // the piece that is kept; empty: none

	until time.Time // the deadline for writing; zero: none
}

// deadlineSlack is by how much a deadline for writing may fall short, so that it is not set for every request.
const deadlineSlack = 5 * time.Second

// SetWriteDeadline sets t, or leaves a deadline that comes only a little earlier.
func (c *connection) SetWriteDeadline(t time.Time) error {
	if d := t.Sub(c.until); 0 <= d && d < deadlineSlack && !t.IsZero() {
		return nil
	}
	c.until = t
	return c.Conn.SetWriteDeadline(t)
}

// Write sends b, or keeps it for the next call. After an error the count says nothing, and the connection is of no use.
func (c *connection) Write(b []byte) (int, error) {
	switch {
	case len(c.first) > 0:
		return c.sendWith(b)
	case len(c.fields) == 0 && !c.joining:
		return c.Conn.Write(b)
	}
	c.keep(b)
	if c.joining {
		return len(b), nil
	}
	return len(b), c.sendKept()
}

// keep copies b, and where it is a head with fields to come, puts them after its first line.
func (c *connection) keep(b []byte) {
	line := 0
	if len(c.fields) > 0 {
		line = bytes.IndexByte(b, '\n') + 1
	}
	c.first = append(append(append(c.first[:0], b[:line]...), c.fields...), b[line:]...)
	c.fields = nil
}

// sendKept sends what is kept.
func (c *connection) sendKept() error {
	_, err := c.Conn.Write(c.first)
	c.first = c.first[:0]
	return err
}

// sendWith sends b after what is kept, in one call.
func (c *connection) sendWith(b []byte) (int, error) {
	pieces := net.Buffers{c.first, b}
	sent, err := pieces.WriteTo(c.Conn)
	n := max(0, int(sent)-len(c.first))
	c.joining, c.first = false, c.first[:0]
	return n, err
}

// join runs write, whose first two pieces leave as one. They are with the system when it returns, or the connection is
// closed.
func (c *connection) join(write func()) {
	c.joining = true
	write()
	if c.joining = false; len(c.first) == 0 {
		return
	}
	if err := c.sendKept(); err != nil {
		_ = c.Conn.Close() // net/http believes that this was sent; it must not send more
	}
}

// Close makes room for another connection.
func (c *connection) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// connectionKey is of a request's context: the connection that it came by.
type connectionKey struct{}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// connectionOf returns the connection that a request came by alone; nil where it is none of ours, or of many requests at a
// time, as from HTTP/2 on.
func connectionOf(r *http.Request) *connection {
	c, ok := r.Context().Value(connectionKey{}).(*connection)
	if !ok || r.ProtoMajor != 1 {
		return nil
	}
	return c
}

// joined is from which size on a body does not go with its head anyway.
const joined = 3 << 10

// writeBody sends the body of an answer, in one piece with its head where that is possible.
func writeBody(w http.ResponseWriter, r *http.Request, body []byte) {
	write := func() { _, _ = w.Write(body) } // a reader who has left is no error of ours
	if c := connectionOf(r); c != nil && len(body) >= joined {
		c.join(write)
		return
	}
	write()
}
