package publish

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// accepting has a listener with so many places, and of them so many for one address, accept all who come, from the address that from
// says.
func accepting(t *testing.T, all, share int, from string) (l *listener, come func() net.Conn, accepted chan net.Conn, ended chan error) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l = limit(strangers{inner, from}, all, share)
	accepted, ended = make(chan net.Conn), make(chan error, 1)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				ended <- err
				return
			}
			accepted <- c
		}
	}()
	come = func() net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, come, accepted, ended
}

// strangers come from an address that is not this machine's; empty: from where they do.
type strangers struct {
	net.Listener
	from string
}

func (s strangers) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err != nil || s.from == "" {
		return c, err
	}
	return stranger{c, s.from}, nil
}

type stranger struct {
	net.Conn
	from string
}

func (s stranger) RemoteAddr() net.Addr {
	a, _ := net.ResolveTCPAddr("tcp", s.from)
	return a
}

// TestLimitHoldsAndFrees has a listener of one place keep the second waiting while the first has a request, and let go of who
// waits when it is closed.
func TestLimitHoldsAndFrees(t *testing.T) {
	l, come, accepted, ended := accepting(t, 1, 1, "")
	come()
	first := <-accepted
	watch(first, http.StateActive)
	come()
	select {
	case <-accepted:
		t.Fatal("two connections in one place")
	default:
	}
	_, _ = first.Close(), first.Close() // the second must not free another place
	second := <-accepted
	watch(second, http.StateActive)
	if len(l.places) != 1 {
		t.Errorf("%d places taken, want 1", len(l.places))
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close = %v, want %v", err, net.ErrClosed)
	}
	if _ = second.Close(); len(l.open)+len(l.from) > 0 {
		t.Errorf("connections are left: %v, %v", l.open, l.from)
	}
}

// TestWhoOnlyWaitsMakesRoom has the connection leave that has waited longest for a further request, and none that has one, or waits for
// its first.
func TestWhoOnlyWaitsMakesRoom(t *testing.T) {
	_, come, accepted, _ := accepting(t, 3, 3, "")
	var readers, conns []net.Conn
	for range 3 {
		readers = append(readers, come())
		conns = append(conns, <-accepted)
	}
	gone := func(n int) {
		t.Helper()
		if _, err := readers[n].Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("reader %d: %v, want the end", n, err)
		}
	}
	watch(conns[2], http.StateIdle) // somebody may wait already: then it is sent away at once
	watch(conns[0], http.StateActive)
	gone(2)
	come()
	<-accepted
	watch(conns[1], http.StateActive)
	watch(conns[1], http.StateIdle)
	gone(1)
	come()
	<-accepted
	if err := conns[0].SetReadDeadline(time.Now().Add(-1)); err != nil {
		t.Errorf("the one with a request: %v, want it to be open", err)
	}
}

// TestTheLongestIsShed has of two that wait the one leave that began first.
func TestTheLongestIsShed(t *testing.T) {
	l, come, accepted, _ := accepting(t, 9, 9, "")
	first, second := come(), come()
	conns := map[string]net.Conn{}
	for range 2 {
		c := <-accepted
		conns[c.RemoteAddr().String()] = c
	}
	for _, c := range []net.Conn{second, first} {
		watch(conns[c.LocalAddr().String()], http.StateIdle)
	}
	l.shed()
	if _, err := second.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the one that began first: %v, want the end", err)
	}
	if len(l.open) != 1 {
		t.Errorf("%d connections are left, want 1", len(l.open))
	}
}

// TestOneAddressHasItsShare has who comes too often from one public address be sent away at once, and a proxy of the site's own not.
func TestOneAddressHasItsShare(t *testing.T) {
	for from, want := range map[string]bool{"203.0.113.7:1": false, "[2001:db8::7]:1": false, "10.0.0.7:1": true, "127.0.0.1:1": true, "[fd00::7]:1": true} {
		_, come, accepted, _ := accepting(t, 9, 1, from)
		come()
		<-accepted
		second := come()
		closed := make(chan bool)
		go func() {
			_, err := second.Read(make([]byte, 1))
			closed <- errors.Is(err, io.EOF)
		}()
		select {
		case c := <-accepted:
			if !want {
				t.Errorf("%s: the second was accepted", from)
			}
			_ = c.Close()
			<-closed
		case got := <-closed:
			if want || !got {
				t.Errorf("%s: the second was sent away (%v), want it to be accepted: %v", from, got, want)
			}
		}
	}
}

// TestACrowdThatWaitsKeepsNobodyOut has a reader be answered while all places are taken by connections that have had their answers.
func TestACrowdThatWaitsKeepsNobodyOut(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ConnState: watch}
	go server.Serve(limit(inner, 8, 8))
	t.Cleanup(func() { _ = server.Close() })
	for range 40 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: wire.example\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if res, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || res.StatusCode != 200 {
			t.Fatalf("got %v, %v; want an answer", res, err)
		}
	}
}
