package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A subscriber is a WebSub subscriber with a callback on loopback.
type subscriber struct {
	t *testing.T
	*httptest.Server
	asked  chan url.Values // what the hub asked
	posted chan delivery
	refuse bool          // says no to the hub's question
	status chan int      // of the next deliveries; without, they are accepted
	hold   chan struct{} // the next delivery is answered when there is something in it; nil: at once
}

// A delivery is what the hub sent.
type delivery struct {
	header http.Header
	body   string
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{t: t, asked: make(chan url.Values, 9), posted: make(chan delivery, 9), status: make(chan int, 9)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP answers the hub.
func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		s.asked <- r.URL.Query()
		if s.refuse {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	select {
	case status := <-s.status:
		w.WriteHeader(status)
	default:
	}
	s.posted <- delivery{r.Header, string(body)}
	if s.hold != nil {
		<-s.hold
	}
}

// ask sends a request to the hub.
func (s *subscriber) ask(hub string, form url.Values) {
	s.t.Helper()
	res, err := http.PostForm(hub, form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		text, _ := io.ReadAll(res.Body)
		s.t.Fatalf("status %d: %s", res.StatusCode, text)
	}
}

var unsubscribed = regexp.MustCompile(`outcome=unsubscribed`)

// within returns what comes next.
func within[T any](t *testing.T, c <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Fatalf("%s did not come", what)
	}
	return v
}

// TestSubscribersAreTold has a subscriber find the hub in a feed, subscribe, and be sent what is new: once, signed, the bytes
// that everyone gets, again where it could not take them, and nothing after it has unsubscribed.
func TestSubscribersAreTold(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Server.HubAllow = []string{"127.0.0.0/8"}
	h.save()
	h.must("poll", "--at", after(0))
	s := h.serve("serve")
	feed := s.get("/topics/everything.atom")
	const hub, topic = "https://wire.example.org/hub", "https://wire.example.org/topics/everything.atom"
	if !strings.Contains(feed.header.Get("Link"), "<"+hub+`>; rel="hub"`) || !strings.Contains(feed.body, `<link href="`+hub+`" rel="hub">`) {
		t.Fatalf("the feed names no hub: Link %s\n%.1500s", feed.header.Get("Link"), feed.body)
	}
	sub := newSubscriber(t)
	form := url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {sub.URL + "/in?key=1"}, "hub.secret": {"quiet"}, "hub.lease_seconds": {"86400"},
	}
	sub.ask(s.base+"/hub", form)
	asked := within(t, sub.asked, "the hub's question")
	if asked.Get("hub.mode") != "subscribe" || asked.Get("hub.topic") != topic || asked.Get("hub.lease_seconds") != "86400" || asked.Get("key") != "1" {
		t.Errorf("the hub asked %v", asked)
	}

	for round, status := range []int{http.StatusOK, http.StatusBadGateway} {
		if status != http.StatusOK {
			sub.status <- status
		}
		o.publish("/a", rss("a", numbered(3+round)...))
		h.must("poll", "--force", "--at", after(time.Duration(1+round)*time.Hour))
		got := within(t, sub.posted, "the delivery")
		if status != http.StatusOK {
			got = within(t, sub.posted, "the second try")
		}
		now := s.get("/topics/everything.atom")
		mac := hmac.New(sha256.New, []byte("quiet"))
		_, _ = io.WriteString(mac, got.body)
		if got.body != now.body || got.header.Get("Content-Type") != "application/atom+xml; charset=utf-8" ||
			got.header.Get("X-Hub-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) ||
			got.header.Get("Link") != fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, hub, topic) {
			t.Errorf("round %d: delivered %d bytes with %v; the feed has %d", round, len(got.body), got.header, len(now.body))
		}
	}

	form.Set("hub.mode", "unsubscribe")
	sub.ask(s.base+"/hub", form)
	if asked := within(t, sub.asked, "the hub's question"); asked.Get("hub.mode") != "unsubscribe" {
		t.Errorf("the hub asked %v", asked)
	}
	s.stderr.await(t, unsubscribed, s.ended)
	if rows := h.rows("subscribers"); len(rows) != 0 {
		t.Errorf("subscribers are left: %v", rows)
	}
}

// TestReloadDuringADelivery has the configuration change while a subscriber has a delivery and does not answer: it is not waited
// for, what is published then is sent, and the subscription stays.
func TestReloadDuringADelivery(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Server.HubAllow = []string{"127.0.0.0/8"}
	h.save()
	s := h.serve("run")
	s.awaitEntries("everything", 2)
	sub := newSubscriber(t)
	sub.ask(s.base+"/hub", url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {"https://wire.example.org/topics/everything.atom"}, "hub.callback": {sub.URL}, "hub.lease_seconds": {"86400"},
	})
	within(t, sub.asked, "the hub's question")
	sub.hold = make(chan struct{})
	t.Cleanup(func() { close(sub.hold) })
	for _, title := range []string{"All of it", "All of that", "All there is"} {
		h.config.Topics = []topicEntry{{Slug: "everything", Title: title, All: true}}
		h.replace()
		if got := within(t, sub.posted, "the delivery"); !strings.Contains(got.body, "<title>"+title+"</title>") {
			t.Fatalf("what was delivered is not of %q:\n%.600s", title, got.body)
		}
	}
	if rows := h.rows("subscribers"); len(rows) != 1 {
		t.Errorf("subscribers: %v, want the one", rows)
	}
}
