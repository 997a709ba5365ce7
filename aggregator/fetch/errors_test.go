package fetch_test

import (
	"net"
	"strings"
	"testing"

	"wireroom/aggregator/fetch"
)

// resetting answers each connection's first request with the bytes given and resets it.
func resetting(t *testing.T, answer string) string {
	return rawOriginThat(t, "tcp4", answer, func(conn *net.TCPConn) {
		conn.SetLinger(0) //nolint:errcheck // a reset that fails shows in the test
	})
}

// What went wrong is shown to everyone, and our own address is often a private one.
func TestErrorsTellNoAddressOfOurs(t *testing.T) {
	c := newClient(t, fetch.Config{})
	address := resetting(t, "")
	_, err := c.Get(t.Context(), fetch.Request{URL: address})
	if want := "get " + address + ": read: connection reset by peer"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	res := mustGet(t, c, fetch.Request{URL: resetting(t, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"+strings.Repeat("x", 100))})
	if !strings.HasPrefix(res.Damage, "the body broke off after ") || !strings.HasSuffix(res.Damage, " bytes: read: connection reset by peer") {
		t.Errorf("got damage %q, want the bytes and the reason alone", res.Damage)
	}
}

func TestAnAnswerThatDoesNotComeIsToldInWords(t *testing.T) {
	_, err := newClient(t, fetch.Config{}).Get(t.Context(), fetch.Request{URL: rawOrigin(t, "tcp4", "")})
	if err == nil || !strings.Contains(err.Error(), "closed the connection without an answer") {
		t.Errorf("got error %v, want one that says so", err)
	}
}
