package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

// fakeHub keeps subscriptions in memory, as the store does.
type fakeHub struct {
	mu       sync.Mutex
	subs     []news.Subscription
	revision int64 // of the only Topic
	removed  bool
	full     bool
}

func (h *fakeHub) AskSubscription(_ context.Context, req news.SubscriptionRequest, at time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.full {
		return news.ErrTooManySubscriptions
	}
	i := slices.IndexFunc(h.subs, func(s news.Subscription) bool { return s.Callback == req.Callback })
	if i < 0 {
		i = len(h.subs)
		h.subs = append(h.subs, news.Subscription{Callback: req.Callback, TopicURL: req.TopicURL, Slug: "strait", Format: req.Format, Revision: h.revision})
	}
	h.subs[i].Wish, h.subs[i].NextTry, h.subs[i].Tries = req.Wish, at, 0
	return nil
}

func (h *fakeHub) ClaimSubscriptions(_ context.Context, confirmed bool, at time.Time, limit int, _ time.Duration) (due []news.Subscription, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	order := make([]*news.Subscription, len(h.subs))
	for i := range h.subs {
		order[i] = &h.subs[i]
	}
	if !confirmed {
		slices.Reverse(order)
		slices.SortStableFunc(order, func(a, b *news.Subscription) int { return a.Tries - b.Tries })
	}
	for _, s := range order {
		if s.Until.IsZero() == confirmed || s.Owner != "" || s.NextTry.After(at) || len(due) == limit ||
			s.Wish.Mode == "" && s.Until.After(at) && s.Revision >= h.revision && !h.removed {
			continue
		}
		s.Owner, s.TopicRevision, s.TopicRemoved = "me", h.revision, h.removed
		due = append(due, *s)
	}
	return due, nil
}

func (h *fakeHub) SaveSubscription(_ context.Context, s news.Subscription) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.Owner = ""
	h.subs[h.at(s)] = s
	return nil
}

func (h *fakeHub) EndSubscription(_ context.Context, s news.Subscription) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs = slices.Delete(h.subs, h.at(s), h.at(s)+1)
	return nil
}

func (h *fakeHub) at(s news.Subscription) int {
	return slices.IndexFunc(h.subs, func(known news.Subscription) bool { return known.Callback == s.Callback })
}

// A callback is a subscriber, as the hub's transport sees it.
type callback struct {
	mu     sync.Mutex
	status int                    // of deliveries; 0: 204
	header http.Header            // of deliveries
	lost   error                  // instead of any answer
	last   func() error           // called once, when a delivery has come; its error is all that the hub hears
	kept   int                    // by the slow host
	slow   func(host string) bool // hosts that never answer
	answer func(challenge string) (status int, text string)
	visits []*http.Request
	sent   []time.Time // when deliveries came
}

func (c *callback) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	if c.slow != nil && c.slow(r.URL.Host) {
		c.kept++
		c.mu.Unlock()
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	defer c.mu.Unlock()
	c.visits = append(c.visits, r)
	w := httptest.NewRecorder()
	switch {
	case c.lost != nil:
		return nil, c.lost
	case r.Method == http.MethodGet:
		status, text := c.answer(r.URL.Query().Get("hub.challenge"))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	default:
		c.sent = append(c.sent, time.Now())
		if last := c.last; last != nil {
			c.last = nil
			if err := last(); err != nil {
				return nil, err
			}
		}
		for name, values := range c.header {
			w.Header()[name] = values
		}
		w.WriteHeader(max(c.status, http.StatusNoContent))
	}
	return w.Result(), nil
}

func (c *callback) set(do func(*callback)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do(c)
}

func echo(challenge string) (int, string) { return http.StatusOK, challenge }

// A hubBench is a server with a hub, and one who subscribes to its only Topic.
type hubBench struct {
	*testing.T
	store   *fakeStore
	hub     *fakeHub
	server  *publish.Server
	visitor *callback
	asking  int // requests so far; who asks for much comes from many addresses
}

// inBubble runs test with a hub that pushes, in a time of its own.
func inBubble(t *testing.T, test func(*hubBench)) {
	synctest.Test(t, func(t *testing.T) {
		b := newHubBench(t)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { b.server.Push(ctx); close(ended) }()
		test(b)
		cancel()
		<-ended
	})
}

func newHubBench(t *testing.T) *hubBench {
	b := &hubBench{T: t, store: newFakeStore(richEdition()), hub: &fakeHub{revision: richEdition().Revision}, visitor: &callback{answer: echo}}
	server, err := publish.New(publish.Config{Store: b.store, BaseURL: baseURL, Now: time.Now, Hub: b.hub, Callbacks: b.visitor})
	if err != nil {
		t.Fatal(err)
	}
	b.server = server
	return b
}

const straitFeed = baseURL + "/topics/strait.atom"

// ask posts a request to the hub.
func (b *hubBench) ask(change ...string) *httptest.ResponseRecorder {
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {straitFeed}, "hub.callback": {"https://reader.example/in"}, "hub.lease_seconds": {"3600"}}
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/hub", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = fmt.Sprintf("192.0.2.%d:1", b.asking/100%256)
	b.asking++
	w := httptest.NewRecorder()
	b.server.Handler().ServeHTTP(w, r)
	return w
}

// changes the Topic, and has it told.
func (b *hubBench) change() {
	b.hub.mu.Lock()
	defer b.hub.mu.Unlock()
	b.hub.revision++
	e := richEdition()
	e.Revision, e.Updated = b.hub.revision, e.Updated.Add(time.Duration(b.hub.revision)*time.Minute)
	b.store.put(e)
}

// pass lets time go by until all is quiet.
func (b *hubBench) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (b *hubBench) wantLeft(n int) {
	b.Helper()
	b.hub.mu.Lock()
	defer b.hub.mu.Unlock()
	if len(b.hub.subs) != n {
		b.Errorf("%d subscriptions are left, want %d: %+v", len(b.hub.subs), n, b.hub.subs)
	}
}

func (b *hubBench) wantSent(n int) {
	b.Helper()
	b.visitor.mu.Lock()
	defer b.visitor.mu.Unlock()
	if len(b.visitor.sent) != n {
		b.Errorf("%d deliveries, want %d", len(b.visitor.sent), n)
	}
}

func TestHubRefusesWhatItCannotDo(t *testing.T) {
	b := newHubBench(t)
	for _, c := range []struct {
		name, key, value string
		want             int
		text             string
	}{
		{"no mode", "hub.mode", "", 400, "hub.mode"},
		{"another mode", "hub.mode", "publish", 400, "hub.mode"},
		{"no callback", "hub.callback", "", 400, "hub.callback"},
		{"a relative callback", "hub.callback", "/in", 400, "absolute"},
		{"a callback by FTP", "hub.callback", "ftp://reader.example/", 400, "http or https"},
		{"a callback with a fragment", "hub.callback", "https://reader.example/#a", 400, "fragment"},
		{"a callback with a user", "hub.callback", "https://me:x@reader.example/", 400, "user"},
		{"a long callback", "hub.callback", "https://reader.example/" + strings.Repeat("a", 2048), 400, "longer"},
		{"a long secret", "hub.secret", strings.Repeat("s", 200), 400, "hub.secret"},
		{"no number of seconds", "hub.lease_seconds", "soon", 400, "hub.lease_seconds"},
		{"no seconds", "hub.lease_seconds", "0", 400, "hub.lease_seconds"},
		{"no topic", "hub.topic", "", 404, "hub.topic"},
		{"a topic elsewhere", "hub.topic", "https://other.example/topics/strait.atom", 404, "hub.topic"},
		{"a page", "hub.topic", baseURL + "/topics/strait", 404, "hub.topic"},
		{"another spelling", "hub.topic", baseURL + "/topics/Strait.atom", 404, ""},
		{"an archive page", "hub.topic", baseURL + "/topics/strait/archive/1.atom", 404, ""},
		{"a topic that there is not", "hub.topic", baseURL + "/topics/none.atom", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := b.ask(c.key, c.value)
			if w.Code != c.want || !strings.Contains(w.Body.String(), c.text) || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
				t.Errorf("got %d %s, want %d with %q", w.Code, w.Body, c.want, c.text)
			}
		})
	}
	b.wantLeft(0)
	if w := get(b.server.Handler(), "/hub"); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	b.hub.full = true
	if w := b.ask(); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a full hub: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
}

// TestASubscriptionEndsAfterAMove has who subscribed to a Feed under its former address end that, as only this address names
// the subscription.
func TestASubscriptionEndsAfterAMove(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask()
		b.pass(time.Second)
		b.store.mu.Lock()
		b.store.topics[0].Slug, b.store.topics[0].Aliases = "narrows", []string{"strait"}
		b.store.mu.Unlock()
		b.server.Changed()
		if w := b.ask("hub.callback", "https://late.example/"); w.Code != 400 || !strings.Contains(w.Body.String(), baseURL+"/topics/narrows.atom") {
			b.Errorf("a subscription under the former address: %d %s, want 400 and the new one", w.Code, w.Body)
		}
		if w := b.ask("hub.mode", "unsubscribe", "hub.topic", ""); w.Code != 404 {
			b.Errorf("the end of no subscription: %d, want 404", w.Code)
		}
		b.wantLeft(1)
		if w := b.ask("hub.mode", "unsubscribe"); w.Code != 202 {
			b.Errorf("the end under the former address: %d %s, want 202", w.Code, w.Body)
		}
		b.pass(time.Second)
		b.wantLeft(0)
	})
}

// TestWithoutAHub has no hub answer, and no feed name one.
func TestWithoutAHub(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	if w := get(s.Handler(), "/hub"); w.Code != 404 {
		t.Errorf("status %d, want 404", w.Code)
	}
	for _, f := range publish.Formats {
		if w := get(s.Handler(), "/topics/strait."+string(f)); strings.Contains(w.Body.String()+w.Header().Get("Link"), "hub") {
			t.Errorf("the feed in %s speaks of a hub", f)
		}
	}
}

// TestHeadsNameTheHub has heads name the hub in every format, and what never changes not.
func TestHeadsNameTheHub(t *testing.T) {
	b := newHubBench(t)
	b.store.put(sealedEdition())
	for f, want := range map[publish.Format]string{
		publish.Atom: `<link href="` + baseURL + `/hub" rel="hub">`, publish.RSS: `<atom:link rel="hub" href="` + baseURL + `/hub">`,
		publish.JSONFeed: `"type": "WebSub"`,
	} {
		w := get(b.server.Handler(), "/topics/strait."+string(f))
		if !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Header().Get("Link"), `<`+baseURL+`/hub>; rel="hub"`) {
			t.Errorf("%s lacks %s, or its Link header the hub: %s", f, want, w.Header().Get("Link"))
		}
	}
	if page := sealedEdition().Page; page > 0 {
		if w := get(b.server.Handler(), publish.Site{}.FeedURL("strait", page, publish.Atom)); w.Code != 200 || strings.Contains(w.Body.String(), `"hub"`) {
			t.Errorf("status %d; a sealed page names the hub", w.Code)
		}
	}
}

// TestALeaseIsBounded has a subscriber who asks for ages be told how long it is.
func TestALeaseIsBounded(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		if w := b.ask("hub.lease_seconds", "99999999999999999999999999"); w.Code != 202 {
			b.Fatalf("status %d: %s", w.Code, w.Body)
		}
		b.pass(2 * time.Second)
		if got := b.visitor.visits[0].URL.Query().Get("hub.lease_seconds"); got != "2592000" {
			b.Errorf("the lease is %s s, want 30 days", got)
		}
	})
}

func TestWhoDoesNotMeanItIsNotTold(t *testing.T) {
	for name, answer := range map[string]func(string) (int, string){
		"404":             func(string) (int, string) { return 404, "" },
		"another text":    func(string) (int, string) { return 200, "yes" },
		"a line end":      func(c string) (int, string) { return 200, c + "\n" },
		"more than that":  func(c string) (int, string) { return 200, c + strings.Repeat(" ", 5000) },
		"see other":       func(c string) (int, string) { return 303, c },
		"a redirect":      func(c string) (int, string) { return 302, c },
		"nothing at all":  func(string) (int, string) { return 200, "" },
		"always in error": func(string) (int, string) { return 500, "" },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(b *hubBench) {
				b.visitor.answer = answer
				if w := b.ask(); w.Code != 202 {
					b.Fatalf("status %d: %s", w.Code, w.Body)
				}
				b.pass(time.Minute)
				b.change()
				b.pass(time.Minute)
				b.wantLeft(0)
				b.wantSent(0)
			})
		})
	}
}

// TestARefusedWishLeavesWhatHolds has nobody end another's subscription.
func TestARefusedWishLeavesWhatHolds(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask()
		b.pass(2 * time.Second)
		b.visitor.set(func(c *callback) { c.answer = func(string) (int, string) { return 404, "" } })
		b.ask("hub.mode", "unsubscribe")
		b.pass(2 * time.Second)
		b.wantLeft(1)
		b.change()
		b.pass(time.Minute)
		b.wantSent(1)
	})
}

func TestASubscriptionEndsInTime(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask("hub.lease_seconds", "60")
		b.pass(30 * time.Second)
		b.change()
		b.pass(10 * time.Second)
		b.wantSent(1)
		b.wantLeft(1)
		b.pass(21 * time.Second)
		b.change()
		b.pass(time.Minute)
		b.wantSent(1)
		b.wantLeft(0)
	})
}

// TestDeliveriesAreTriedAgain has a callback that fails be asked later and later, never before it asks for, and get the
// newest bytes once it answers.
func TestDeliveriesAreTriedAgain(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask("hub.lease_seconds", "999999")
		b.pass(2 * time.Second)
		b.visitor.set(func(c *callback) { c.status = 503 })
		b.change()
		b.pass(10 * time.Minute)
		var waits []time.Duration
		for i, at := range b.visitor.sent[1:] {
			waits = append(waits, at.Sub(b.visitor.sent[i]))
		}
		if len(waits) < 3 || !slices.IsSorted(waits) || waits[len(waits)-1] < 2*waits[0] {
			b.Errorf("tried again after %v, want longer and longer", waits)
		}
		b.visitor.set(func(c *callback) { c.header = http.Header{"Retry-After": {"3000"}} })
		b.pass(20 * time.Minute)
		before := len(b.visitor.sent)
		b.pass(25 * time.Minute)
		b.wantSent(before)
		b.visitor.set(func(c *callback) { c.status, c.header = 200, nil })
		b.pass(2 * time.Hour)
		b.wantSent(before + 1)
		b.wantLeft(1)
	})
}

func TestACallbackThatIsGoneIsLeft(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask()
		b.pass(2 * time.Second)
		b.visitor.set(func(c *callback) { c.status = 410 })
		b.change()
		b.pass(time.Minute)
		b.wantSent(1)
		b.wantLeft(0)
	})
}

// TestAFeedThatEndsIsDenied tells subscribers that their feed has ended.
func TestAFeedThatEndsIsDenied(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask()
		b.pass(2 * time.Second)
		b.hub.mu.Lock()
		b.hub.removed = true
		b.hub.mu.Unlock()
		b.pass(2 * time.Second)
		b.wantLeft(0)
		last := b.visitor.visits[len(b.visitor.visits)-1].URL.Query()
		if last.Get("hub.mode") != "denied" || last.Get("hub.topic") != straitFeed || last.Get("hub.reason") == "" {
			b.Errorf("the callback was told %v", last)
		}
	})
}

// TestNobodyIsSentTheSameTwice has a revision that changes no byte be no news, and no signature be made without a secret.
func TestNobodyIsSentTheSameTwice(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask()
		b.pass(2 * time.Second)
		b.change()
		b.pass(time.Minute)
		b.wantSent(1)
		if h := b.visitor.visits[len(b.visitor.visits)-1].Header; h.Get("X-Hub-Signature") != "" {
			b.Errorf("signed without a secret: %v", h)
		}
		b.hub.mu.Lock()
		b.hub.revision++
		b.hub.mu.Unlock()
		b.pass(time.Minute)
		b.wantSent(1)
	})
}

// TestASlowHostLeavesPlaces has a host that does not answer hold half of the places at most, and not for long: another is told
// meanwhile, and who comes anew is asked.
func TestASlowHostLeavesPlaces(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		for i := range 400 {
			b.ask("hub.callback", fmt.Sprintf("https://reader.example/%d", i))
		}
		b.ask("hub.callback", "https://other.example/")
		b.pass(10 * time.Second)
		b.visitor.set(func(c *callback) { c.slow = func(host string) bool { return host == "reader.example" } })
		b.change()
		b.pass(5 * time.Second)
		b.wantSent(1)
		b.pass(10 * time.Minute)
		if tried := b.visitor.kept; tried == 0 || tried > 10*pushesAtOnce {
			b.Errorf("the host that does not answer was tried %d times in ten minutes", tried)
		}
		b.ask("hub.callback", "https://third.example/")
		b.pass(5 * time.Second)
		b.change()
		b.pass(30 * time.Second)
		b.wantSent(3)
		b.wantLeft(402)
	})
}

// pushesAtOnce is how many may be kept waiting by one host.
const pushesAtOnce = 16

// TestAnUnreachableCallbackIsNotNamed keeps a callback's address, which may be a secret, out of what is said of it.
func TestAnUnreachableCallbackIsNotNamed(t *testing.T) {
	inBubble(t, func(b *hubBench) {
		b.ask("hub.callback", "https://reader.example/secret-path")
		b.pass(2 * time.Second)
		b.visitor.set(func(c *callback) { c.lost = errors.New("connection refused") })
		b.change()
		b.pass(10 * time.Second)
		b.hub.mu.Lock()
		defer b.hub.mu.Unlock()
		if why := b.hub.subs[0].Reason; why != "connection refused" {
			b.Errorf("the reason is %q", why)
		}
	})
}
