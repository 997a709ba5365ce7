package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

// A request whose body does not come keeps no change of the configuration waiting, and so nobody else.
func TestASlowBodyHoldsNoGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got string
		g := &gate{site: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			must(t, err)
			got = string(body)
			w.WriteHeader(http.StatusNoContent)
		})}
		body, end := io.Pipe()
		go g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/hub", body))
		synctest.Wait()
		changed := false
		go func() {
			must(t, g.change(func() (http.Handler, error) { return nil, nil }))
			changed = true
		}()
		synctest.Wait()
		if !changed {
			t.Error("the change waits for a body")
		}
		_, err := io.WriteString(end, "hub.mode=subscribe")
		must(t, err)
		must(t, end.Close())
		synctest.Wait()
		if got != "hub.mode=subscribe" {
			t.Errorf("got the body %q", got)
		}
	})
}

// What is read ahead is the body, also a longer one, and one that breaks off breaks off.
func TestReadAhead(t *testing.T) {
	long := strings.Repeat("a", 3*aheadBytes)
	for _, want := range []string{"", "a", long[:aheadBytes], long} {
		got, err := io.ReadAll(readAhead(io.NopCloser(strings.NewReader(want))))
		if err != nil || string(got) != want {
			t.Errorf("%d bytes came out of %d, error %v", len(got), len(want), err)
		}
	}
	broken := io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if got, err := io.ReadAll(readAhead(io.NopCloser(broken))); string(got) != "abc" || err != io.ErrUnexpectedEOF {
		t.Errorf("of a body that broke off: %q, %v", got, err)
	}
}
