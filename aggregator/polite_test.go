package aggregator_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator"
	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// What was said for one origin is not said to another, not even once its address has been adopted for good.
func TestCredentialsDoNotFollowAnAdoptedMove(t *testing.T) {
	var elsewhere []http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere = append(elsewhere, r.Header.Clone())
		rss(nil, one)(w, r)
	}))
	t.Cleanup(other.Close)
	v := newVisitor(t)
	v.store.source.URL = strings.Replace(strings.TrimSuffix(v.store.source.URL, "?key=${SECRET}"), "//", "//user:secret@", 1)
	v.store.source.Headers = map[string]string{"X-Key": "secret"}
	v.visit(rss(nil, one))
	v.store.state.URL = other.URL + "/new"
	v.visit(nil)
	if got := v.asked[0]; got.Get("Authorization") == "" || got.Get("X-Key") != "secret" {
		t.Errorf("the configured origin got %v, want the source's header and credentials", got)
	}
	if len(elsewhere) != 1 || elsewhere[0].Get("Authorization") != "" || elsewhere[0].Get("X-Key") != "" {
		t.Errorf("the adopted origin got %v, want one request without header and credentials", elsewhere)
	}
}

func TestCredentialsInTheURLFollowAMoveWithinTheOrigin(t *testing.T) {
	v := newVisitor(t)
	plain := strings.TrimSuffix(v.store.source.URL, "?key=${SECRET}")
	v.store.source.URL, v.store.state.URL = strings.Replace(plain, "//", "//user:secret@", 1), plain+"/new"
	v.visit(rss(nil, one))
	if got := v.asked[0].Get("Authorization"); !strings.HasPrefix(got, "Basic ") {
		t.Errorf("got Authorization %q at the adopted address, want that of the configured one", got)
	}
}

// The host that a redirect led to is the one that has said when it may be asked again.
func TestRetryAfterHoldsTheHostThatSaidIt(t *testing.T) {
	busy := httptest.NewServer(status(http.StatusTooManyRequests, map[string]string{"Retry-After": "7200"}))
	t.Cleanup(busy.Close)
	v := newVisitor(t)
	v.puller.Limits.RetryScopes = map[string]news.RetryScope{"127.0.0.1": news.RetryHost}
	p := v.visit(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, busy.URL, http.StatusFound) })
	if want := strings.TrimPrefix(busy.URL, "http://"); p.HeldHost != want || !p.HostHold.Equal(v.now.Add(2*time.Hour)) {
		t.Errorf("got %q held until %v, want %q for two hours", p.HeldHost, p.HostHold, want)
	}
}

func TestScopeOfRetryAfterAsConfigured(t *testing.T) {
	lim := limits
	lim.RetryScopes = map[string]news.RetryScope{
		"example.co.uk": news.RetryDomain, "example.org": news.RetrySource, "example.com": news.RetryHost, "127.0.0.9": news.RetryDomain, "bridge": news.RetryHost,
	}
	for host, want := range map[string]string{
		"feeds.example.co.uk:443": ".example.co.uk", "example.co.uk:443": ".example.co.uk", "feeds.example.org:443": "", "a.example.com:80": "a.example.com:80",
		"other.co.uk:443": "other.co.uk:443", "127.0.0.9:80": "127.0.0.9:80", "127.0.0.8:80": "", "bridge:1200": "bridge:1200",
	} {
		ans := failed(429, "7200")
		ans.Host = host
		p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{}, ans, lim, friday)
		if p.HeldHost != want || p.HostHold.IsZero() == (want != "") {
			t.Errorf("%s: got %q held until %v, want %q", host, p.HeldHost, p.HostHold, want)
		}
	}
}

// A 304 renews the lifetime that the 200 before it had, unless it brings one of its own.
func TestA304KeepsTheLifetimeOfTheLast200(t *testing.T) {
	hour := fetch.Timing{Status: 200, HasMaxAge: true, MaxAge: time.Hour}
	dated := fetch.Timing{Status: 200, Date: friday, Expires: friday.Add(time.Hour)}
	for name, test := range map[string]struct {
		first, second fetch.Timing
		want          time.Duration
	}{
		"a bare 304":                 {hour, fetch.Timing{Status: 304}, time.Hour},
		"a bare 304 after Expires":   {dated, fetch.Timing{Status: 304}, time.Hour},
		"a 304 with max-age":         {hour, fetch.Timing{Status: 304, HasMaxAge: true, MaxAge: 20 * time.Minute}, 20 * time.Minute},
		"a 304 with max-age of zero": {hour, fetch.Timing{Status: 304, HasMaxAge: true}, 15 * time.Minute},
		"a bare 200":                 {hour, fetch.Timing{Status: 200}, 15 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			var st news.SourceState
			aggregator.Next(news.Source{ID: "s"}, st, answered(test.first), limits, friday).Fill(&st)
			p := aggregator.Next(news.Source{ID: "s"}, st, answered(test.second), limits, friday)
			if got := p.Earliest.Sub(friday); got != test.want {
				t.Errorf("earliest after %v (%s), want %v", got, p.Reason, test.want)
			}
		})
	}
}

// answered is a good answer of any status.
func answered(t fetch.Timing) aggregator.Answer {
	outcome := news.OutcomeSameBytes
	if t.Status == http.StatusNotModified {
		outcome = news.OutcomeNotModified
	}
	return aggregator.Answer{Outcome: outcome, Timing: t, Host: "feeds.example.org:443"}
}

// A pass that is told to stop when an answer has come saves it: nobody is asked twice for the same.
func TestWhatHasComeIsSavedAtTheEnd(t *testing.T) {
	v := newVisitor(t)
	ctx, stop := context.WithCancel(t.Context())
	v.puller.Store = stoppingStore{v.store, stop}
	v.answer = rss(map[string]string{"ETag": `"a"`}, one)
	if err := v.puller.Pass(ctx, news.DueForced, ""); err == nil {
		t.Error("got no error of a pass that was told to stop")
	}
	if len(v.store.polls) != 1 || v.store.state.ETag != `"a"` {
		t.Errorf("got %d polls saved, validator %q; want the one that had come", len(v.store.polls), v.store.state.ETag)
	}
}

// A stoppingStore stops the pass when a document has come and is recognised.
type stoppingStore struct {
	*memoryStore
	stop context.CancelFunc
}

func (s stoppingStore) Known(ctx context.Context, source string, keys []news.Key) (map[news.Key]news.Known, error) {
	s.stop()
	return s.memoryStore.Known(context.WithoutCancel(ctx), source, keys)
}

func (s stoppingStore) SavePolls(ctx context.Context, polls []news.Poll) ([]error, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return s.memoryStore.SavePolls(ctx, polls)
}

// A Source that was due before its skip hours, and comes late, is put off until they are over.
func TestSkipHoursAreObeyedByWhoComesLate(t *testing.T) {
	v := newVisitor(t)
	v.visit(rss(nil, one))
	v.store.state.Hints.SkipHours = []int{14, 15} // it is 13:00
	v.now = v.now.Add(time.Hour)
	if err := v.puller.Pass(t.Context(), news.DueAll, ""); err != nil {
		t.Fatal(err)
	}
	st := v.store.state
	if len(v.asked) != 1 || st.NextPoll.Before(v.now.Add(2*time.Hour)) || !strings.Contains(st.Reason, "skip hours until") {
		t.Errorf("got %d requests, next poll %v (%s); want the first alone, and the next after 16:00", len(v.asked), st.NextPoll, st.Reason)
	}
	if v.visit(rss(nil, one)); len(v.asked) != 2 {
		t.Errorf("got %d requests when it was forced, want 2", len(v.asked))
	}
}

// An address that was adopted and is no more gives way to the configured one, which may know better.
func TestAnAdoptedAddressThatFailsIsGivenUp(t *testing.T) {
	for name, test := range map[string]struct{ status, visits int }{
		"it is gone":               {http.StatusGone, 1},
		"it fails again and again": {http.StatusNotFound, 3},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVisitor(t)
			v.store.source.URL = strings.TrimSuffix(v.store.source.URL, "?key=${SECRET}")
			v.visit(rss(map[string]string{"ETag": `"a"`}, one))
			v.store.state.URL = v.store.source.URL + "/new"
			for i := range test.visits {
				p := v.visit(status(test.status, nil))
				if last := i == test.visits-1; p.State.Gone || (p.State.URL == "") != last || last && (p.NextHost == "" || p.State.NextPoll.IsZero()) {
					t.Errorf("visit %d: got address %q, host %q, gone %v, next poll %v", i+1, p.State.URL, p.NextHost, p.State.Gone, p.State.NextPoll)
				}
			}
			v.visit(status(http.StatusNotModified, nil))
			if got := v.asked[len(v.asked)-1].Get("If-None-Match"); got != `"a"` {
				t.Errorf("got validator %q at the configured address, want that which it gave", got)
			}
		})
	}
}

// An hour without a network is no reason to go back to an address that may be none any more.
func TestAnAdoptedAddressOutlastsANetworkThatIsAway(t *testing.T) {
	v := newVisitor(t)
	v.store.source.URL = strings.TrimSuffix(v.store.source.URL, "?key=${SECRET}")
	v.visit(rss(nil, one))
	nobody, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	adopted := "http://" + nobody.Addr().String() + "/feed"
	if err := nobody.Close(); err != nil {
		t.Fatal(err)
	}
	v.store.state.URL = adopted
	for i := range 23 {
		if p := v.visit(nil); p.State.URL != adopted {
			t.Fatalf("given up after %d polls: %s", i+1, p.State.Error)
		}
	}
	if p := v.visit(nil); p.State.URL != "" || p.NextHost == "" {
		t.Errorf("got address %q, host %q after a day, want the configured one", p.State.URL, p.NextHost)
	}
}

// A bad day at the new address is no reason to lose it where the old one is no more.
func TestAGivenUpAddressIsAskedByTurns(t *testing.T) {
	for name, test := range map[string]struct {
		home, adopted int
		want          string // paths asked for
	}{
		"neither answers":        {http.StatusNotFound, http.StatusBadGateway, "/new /new /new /feed /new /feed"},
		"the old one is gone":    {http.StatusGone, http.StatusBadGateway, "/new /new /new /feed /new /feed"},
		"the new one is gone":    {http.StatusNotFound, http.StatusGone, "/new /feed /feed /feed /feed /feed"},
		"the old one has it":     {http.StatusOK, http.StatusBadGateway, "/new /new /new /feed /feed /feed"},
		"nothing was the matter": {http.StatusNotFound, http.StatusOK, "/new /new /new /new /new /new"},
	} {
		v := newVisitor(t)
		v.store.source.URL = strings.TrimSuffix(v.store.source.URL, "?key=${SECRET}")
		v.visit(rss(nil, one))
		v.store.state.URL = strings.TrimSuffix(v.store.source.URL, "/feed") + "/new"
		var asked []string
		for range 6 {
			v.visit(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.Path)
				code := test.home
				if r.URL.Path == "/new" {
					code = test.adopted
				}
				if code != http.StatusOK {
					w.WriteHeader(code)
					return
				}
				rss(nil, one)(w, r)
			})
		}
		if got := strings.Join(asked, " "); got != test.want || v.store.state.Gone {
			t.Errorf("%s: asked for %s, gone %v; want %s, and polled on", name, got, v.store.state.Gone, test.want)
		}
	}
}

// What is gone behind a redirect for now says nothing of what the Source will be.
func TestOnlyARedirectForGoodLeadsToTheEnd(t *testing.T) {
	for redirect, gone := range map[int]bool{
		http.StatusMovedPermanently: true, http.StatusPermanentRedirect: true, http.StatusFound: false, http.StatusTemporaryRedirect: false,
	} {
		v := newVisitor(t)
		p := v.visit(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				http.Redirect(w, r, "/elsewhere", redirect)
				return
			}
			w.WriteHeader(http.StatusGone)
		})
		if p.State.Gone != gone || p.State.NextPoll.IsZero() != gone || p.Outcome != news.OutcomeHTTPError || !strings.Contains(p.State.Error, "410 Gone") {
			t.Errorf("%d: got gone %v, next poll %v, %s (%s); want gone %v", redirect, p.State.Gone, p.State.NextPoll, p.Outcome, p.State.Error, gone)
		}
	}
}

// Who redirects to a host that has asked for time is not asked again before that is over.
func TestARedirectToAHeldHostWaitsForIt(t *testing.T) {
	v := newVisitor(t)
	client, err := fetch.New(fetch.Config{UserAgent: "test", Allow: []string{"127.0.0.0/8"}, Slots: barredSlots{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	v.puller.Client = client
	p := v.visit(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:9/", http.StatusFound)
	})
	if !p.State.Hold.Equal(v.now.Add(2*time.Hour)) || !strings.Contains(p.State.Reason, "Retry-After until") {
		t.Errorf("got hold %v (%s), want two hours", p.State.Hold, p.State.Reason)
	}
}

// barredSlots are of hosts that have asked for two hours.
type barredSlots struct{}

func (barredSlots) Take(_ context.Context, host string) (func(), error) {
	return nil, &aggregator.HeldError{Host: host, For: 2 * time.Hour}
}
