package publish

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
)

// pieces counts the writes that reach a connection.
type pieces struct {
	net.Conn
	count *atomic.Int64
}

func (p pieces) Write(b []byte) (int, error) {
	p.count.Add(1)
	return p.Conn.Write(b)
}

// TestHeadAndBodyLeaveTogether has bodies of every size around that of net/http's buffer arrive whole, several on one
// connection, and one that is too long to be sent at once.
func TestHeadAndBodyLeaveTogether(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.URL.RawQuery)
		w.Header().Set("Content-Length", r.URL.RawQuery)
		writeBody(w, r, numbered(size))
	})
	conn := serveOn(t, &http.Server{Handler: handler, ConnContext: withConnection})
	reader := bufio.NewReader(conn)
	sizes := []int{0, 1, 5 << 20, joined - 1, joined, 70_000}
	for size := 3800; size <= 4200; size++ {
		sizes = append(sizes, size)
	}
	for _, size := range sizes {
		if _, err := io.WriteString(conn, "GET /?"+strconv.Itoa(size)+" HTTP/1.1\r\nHost: wire.example\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatalf("size %d: %v", size, err)
		}
		if got, err := io.ReadAll(res.Body); err != nil || !bytes.Equal(got, numbered(size)) {
			t.Fatalf("size %d: got %d bytes, error %v", size, len(got), err)
		}
	}
}

// TestJoinedPieces looks at what a connection hands on: one piece where there were two, and nothing kept.
func TestJoinedPieces(t *testing.T) {
	for _, c := range []struct {
		name   string
		writes []string
		want   int64
	}{
		{"nothing", nil, 0},
		{"head alone", []string{"head"}, 1},
		{"head and body", []string{"head", "body"}, 2}, // by writev, where the system has it
		{"and more", []string{"head", "body", "more"}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			near, far := net.Pipe()
			var count atomic.Int64
			conn := &connection{Conn: pieces{near, &count}, leave: func() {}}
			received := make(chan string, 1)
			go func() {
				b, _ := io.ReadAll(far)
				received <- string(b)
			}()
			want := ""
			conn.join(func() {
				for _, text := range c.writes {
					if n, err := conn.Write([]byte(text)); n != len(text) || err != nil {
						t.Errorf("Write(%q) = %d, %v", text, n, err)
					}
					want += text
				}
			})
			_ = conn.Close()
			if got := <-received; got != want || count.Load() != c.want {
				t.Errorf("got %q in %d writes, want %q in %d", got, count.Load(), want, c.want)
			}
		})
	}
}

// TestJoinOnBrokenConnection has the connection closed where what was kept could not be sent.
func TestJoinOnBrokenConnection(t *testing.T) {
	near, far := net.Pipe()
	_ = far.Close()
	conn := &connection{Conn: near, leave: func() {}}
	conn.join(func() { _, _ = conn.Write([]byte("head")) })
	if _, err := near.Write([]byte("more")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Write after a lost head = %v, want %v", err, io.ErrClosedPipe)
	}
}

func numbered(size int) []byte {
	out := make([]byte, size)
	for i := range out {
		out[i] = byte('a' + i%23)
	}
	return out
}

func serveOn(t *testing.T, server *http.Server) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(Limit(l))
	t.Cleanup(func() { _ = server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}
