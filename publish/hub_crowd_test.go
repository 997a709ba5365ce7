package publish_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestACrowdOfSlowStrangers has hundreds of callbacks, each at a domain of its own, that never answer keep nobody waiting: who
// was confirmed is told, and who comes anew is asked.
func TestACrowdOfSlowStrangers(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.visitor.set(func(c *callback) { c.slow = func(host string) bool { return strings.HasSuffix(host, ".test") } })
		b.ask()
		b.pass(2 * time.Second)
		for i := range 300 {
			if w := b.ask("hub.callback", fmt.Sprintf("https://slow%d.test/", i)); w.Code != 202 {
				b.Fatalf("status %d", w.Code)
			}
		}
		b.pass(time.Second)
		b.ask("hub.callback", "https://late.example/")
		b.pass(12 * time.Second)
		b.change()
		b.pass(5 * time.Second)
		b.wantSent(2)
		b.pass(time.Hour)
		b.wantLeft(0) // an hour was the lease of both that were confirmed
	})
}

// TestWhoAsksForTooMuch has one reader ask the hub to visit two hundred strangers at once, and no more.
func TestWhoAsksForTooMuch(t *testing.T) {
	b := newHubBench(t)
	codes := make(map[int]int)
	for i := range 300 {
		b.asking = 0
		codes[b.ask("hub.callback", fmt.Sprintf("https://slow%d.test/", i)).Code]++
	}
	if codes[202] < 200 || codes[202] > 220 || codes[429] == 0 {
		t.Errorf("got answers %v, want about two hundred of 202", codes)
	}
}

// TestASlowRequestHoldsNoTurn has requests whose bodies do not come keep nobody from the store.
func TestASlowRequestHoldsNoTurn(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.store.put(sealedEdition())
		b.store.stories[uuidOf(1)] = storyRecord()
		var bodies []*io.PipeWriter
		for range 40 {
			body, end := io.Pipe()
			bodies = append(bodies, end)
			r := httptest.NewRequest(http.MethodPost, "/hub", body)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			go b.server.Handler().ServeHTTP(httptest.NewRecorder(), r)
		}
		synctest.Wait()
		wantStatus(b.T, get(b.server.Handler(), "/stories/"+uuidOf(1)), 200)
		for _, end := range bodies {
			_ = end.Close()
		}
		synctest.Wait()
	})
}

// TestTheHubTakesForms says so to who sends anything else.
func TestTheHubTakesForms(t *testing.T) {
	b := newHubBench(t)
	for _, mediaType := range []string{"application/json", "", "text/plain"} {
		r := httptest.NewRequest(http.MethodPost, "/hub", strings.NewReader(`{"hub.mode":"subscribe"}`))
		r.Header.Set("Content-Type", mediaType)
		w := httptest.NewRecorder()
		b.server.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusUnsupportedMediaType || !strings.Contains(w.Body.String(), "application/x-www-form-urlencoded") {
			t.Errorf("%q: %d %s, want 415 and what to send", mediaType, w.Code, w.Body)
		}
	}
}

// TestTheLastConfirmedSecretSigns has a subscriber change its secret, in vain and then in earnest.
func TestTheLastConfirmedSecretSigns(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		for i, step := range []struct {
			secret string
			answer func(string) (int, string)
			signs  string
		}{
			{"first", echo, "first"},
			{"second", func(string) (int, string) { return 404, "" }, "first"},
			{"second", echo, "second"},
			{"", echo, ""},
		} {
			b.visitor.set(func(c *callback) { c.answer = step.answer })
			b.ask("hub.secret", step.secret)
			b.pass(3 * time.Second)
			b.change()
			b.pass(10 * time.Second)
			b.wantSent(i + 1)
			last := b.visitor.visits[len(b.visitor.visits)-1]
			body, err := io.ReadAll(last.Body)
			if err != nil {
				b.Fatal(err)
			}
			want := ""
			if step.signs != "" {
				mac := hmac.New(sha256.New, []byte(step.signs))
				_, _ = mac.Write(body)
				want = "sha256=" + hex.EncodeToString(mac.Sum(nil))
			}
			if got := last.Header.Get("X-Hub-Signature"); got != want {
				b.Errorf("step %d: signed %q, want %q", i, got, want)
			}
		}
		b.wantLeft(1)
	})
}

// TestNoRedirectIsFollowed has a callback that redirects be tried again and again where it was confirmed, and nowhere else.
func TestNoRedirectIsFollowed(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask()
		b.pass(2 * time.Second)
		for _, status := range []int{301, 302, 303, 307, 308} {
			b.visitor.set(func(c *callback) {
				c.status, c.header = status, http.Header{"Location": {"https://elsewhere.example/"}}
			})
			b.change()
			b.pass(time.Minute)
		}
		b.wantLeft(1)
		for _, r := range b.visitor.visits {
			if r.URL.Host != "reader.example" {
				b.Errorf("%s %s was asked", r.Method, r.URL)
			}
		}
	})
}

// TestWhatEndsMeanwhileIsDenied has a feed that ends before the subscriber was asked be denied, not confirmed.
func TestWhatEndsMeanwhileIsDenied(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.hub.mu.Lock()
		b.hub.removed = true // the list of topics that the server has is a second old
		b.hub.mu.Unlock()
		b.ask()
		b.pass(5 * time.Second)
		b.wantLeft(0)
		if n := len(b.visitor.visits); n != 1 || b.visitor.visits[0].URL.Query().Get("hub.mode") != "denied" {
			b.Errorf("the callback was visited %d times, want once, to be denied", n)
		}
	})
}

// TestADeliveryOutlivesItsServer has a server be replaced while a callback has a delivery: where it was not heard what came of it, the
// next server sends it again; where it was, it does not.
func TestADeliveryOutlivesItsServer(t *testing.T) {
	for name, heard := range map[string]bool{"broken off": false, "accepted": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newHubBench(t)
				first, replace := context.WithCancel(t.Context())
				second, end := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					b.server.Push(first)
					b.server.Push(second)
					close(ended)
				}()
				b.ask()
				b.pass(2 * time.Second)
				b.visitor.set(func(c *callback) {
					c.last = func() error { replace(); return map[bool]error{false: context.Canceled}[heard] }
				})
				b.change()
				b.pass(time.Minute)
				b.wantSent(map[bool]int{false: 2, true: 1}[heard])
				b.wantLeft(1)
				end()
				<-ended
			})
		})
	}
}
