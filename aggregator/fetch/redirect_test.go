package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/fetch"
)

// redirector answers /STATUS/rest with STATUS to /rest, and anything else with its own path.
func redirector(w http.ResponseWriter, r *http.Request) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if status, err := strconv.Atoi(first); err == nil {
		w.Header().Set("Location", "/"+rest)
		w.WriteHeader(status)
		return
	}
	w.Write([]byte(r.URL.Path)) //nolint:errcheck // shows in the test
}

func TestRedirectsAreToldHopByHop(t *testing.T) {
	o := newOrigin(t, redirector)
	c := newClient(t, fetch.Config{})
	tests := map[string]struct {
		path      string
		statuses  []int
		permanent bool
	}{
		"none":          {"/feed", nil, false},
		"301":           {"/301/feed", []int{301}, true},
		"308":           {"/308/feed", []int{308}, true},
		"301 then 308":  {"/301/308/feed", []int{301, 308}, true},
		"301 then 302":  {"/301/302/feed", []int{301, 302}, false},
		"307 then 301":  {"/307/301/feed", []int{307, 301}, false},
		"303":           {"/303/feed", []int{303}, false},
		"five in a row": {"/301/301/301/301/301/feed", []int{301, 301, 301, 301, 301}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res := mustGet(t, c, fetch.Request{URL: o.URL + tt.path + "#top"})
			var statuses []int
			from := o.URL + tt.path
			for _, hop := range res.Hops {
				statuses = append(statuses, hop.Status)
				if hop.From != from {
					t.Errorf("hop from %s, want %s", hop.From, from)
				}
				from = hop.To
			}
			if diff := cmp.Diff(tt.statuses, statuses); diff != "" {
				t.Errorf("statuses of the hops (-want +got):\n%s", diff)
			}
			if res.Permanent != tt.permanent || res.URL != o.URL+"/feed" || from != res.URL || string(res.Body) != "/feed" {
				t.Errorf("permanent %v, URL %s, body %s; want %v, %s/feed, /feed", res.Permanent, res.URL, res.Body, tt.permanent, o.URL)
			}
		})
	}
}

func TestBadRedirectsFail(t *testing.T) {
	o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{
			"/self": "/self", "/self-fragment": "/self-fragment#x", "/a": "/b", "/b": "/a",
			"/file": "file:///etc/passwd", "/ftp": "ftp://127.0.0.1/", "/js": "javascript:alert(1)",
			"/broken": "http://[::1", "/port": "http://127.0.0.1:99999/", "/hostless": "http:///x",
		}[r.URL.Path]
		if r.URL.Path == "/endless" {
			n, _ := strconv.Atoi(r.URL.RawQuery)
			to = "/endless?" + strconv.Itoa(n+1)
		}
		if to != "" {
			w.Header().Set("Location", to)
		}
		w.WriteHeader(http.StatusFound)
	})
	c := newClient(t, fetch.Config{})
	tests := map[string]struct {
		path, want string
		requests   int
	}{
		"to itself":                {"/self", "circle", 1},
		"to itself but a fragment": {"/self-fragment", "circle", 1},
		"there and back":           {"/a", "circle", 2},
		"endless":                  {"/endless?0", "more than 5", 6},
		"file":                     {"/file", "only http", 1},
		"ftp":                      {"/ftp", "only http", 1},
		"javascript":               {"/js", "only http", 1},
		"no URL":                   {"/broken", "not a URL", 1},
		"no such port":             {"/port", "port", 1},
		"no host":                  {"/hostless", "no host", 1},
		"no Location":              {"/nowhere", "without saying where", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(o.requests())
			_, err := c.Get(t.Context(), fetch.Request{URL: o.URL + tt.path})
			if !errors.Is(err, fetch.ErrRedirect) || !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("error %v: want ErrRedirect with %q", err, tt.want)
			}
			if got := len(o.requests()) - before; got != tt.requests {
				t.Errorf("%d requests, want %d", got, tt.requests)
			}
		})
	}
}

func TestNoRefererOnRedirects(t *testing.T) {
	o := newOrigin(t, redirector)
	mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL + "/301/302/feed"})
	for _, r := range o.requests() {
		if got := r.Header.Get("Referer"); got != "" {
			t.Errorf("%s: sent Referer %q", r.URL, got)
		}
	}
}

func TestCredentialsStayAtTheirOrigin(t *testing.T) {
	elsewhere := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		if back := r.URL.Query().Get("back"); back != "" {
			http.Redirect(w, r, back, http.StatusFound)
		}
	})
	home := newOrigin(t, nil)
	home.Config.Handler = home.note(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/out":
			http.Redirect(w, r, elsewhere.URL+"/x", http.StatusMovedPermanently)
		case "/round":
			http.Redirect(w, r, elsewhere.URL+"/x?back="+home.URL+"/end", http.StatusFound)
		case "/within":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/out-with-user":
			http.Redirect(w, r, strings.Replace(elsewhere.URL, "//", "//user:secret@", 1)+"/x", http.StatusFound)
		}
	})
	tests := map[string]struct {
		path    string
		at      *origin
		carried bool
	}{
		"same origin":               {"/within", home, true},
		"another port":              {"/out", elsewhere, false},
		"sent back by another":      {"/round", home, false},
		"credentials in the target": {"/out-with-user", elsewhere, false},
	}
	c := newClient(t, fetch.Config{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			mustGet(t, c, fetch.Request{URL: home.URL + tt.path, BasicAuth: "me:secret",
				Headers: map[string]string{"X-Api-Key": "secret", "Cookie": "session=secret"}})
			all := tt.at.requests()
			last := all[len(all)-1]
			for _, name := range []string{"Authorization", "X-Api-Key", "Cookie"} {
				if got := last.Header.Get(name); (got != "") != tt.carried {
					t.Errorf("%s at the end: %q, want it carried: %v", name, got, tt.carried)
				}
			}
			if last.Header.Get("User-Agent") != agent {
				t.Errorf("User-Agent %q is lost on the way", last.Header.Get("User-Agent"))
			}
		})
	}
}

func TestValidatorsGoOnlyToTheURLThatIssuedThem(t *testing.T) {
	o := newOrigin(t, redirector)
	c := newClient(t, fetch.Config{})
	tests := map[string]struct {
		path, issuer string
		want         map[string]string // path to If-None-Match
	}{
		"asked URL is the issuer":        {"/feed", "", map[string]string{"/feed": `"v"`}},
		"issuer is the end of the way":   {"/302/feed", "/feed", map[string]string{"/302/feed": "", "/feed": `"v"`}},
		"issuer is the start of the way": {"/302/feed", "", map[string]string{"/302/feed": `"v"`, "/feed": ""}},
		"issuer is neither":              {"/302/feed", "/old", map[string]string{"/302/feed": "", "/feed": ""}},
		"query tells URLs apart":         {"/feed?a=1", "/feed?a=2", map[string]string{"/feed?a=1": ""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := len(o.requests())
			issuer := tt.issuer
			if issuer != "" {
				issuer = o.URL + issuer
			}
			mustGet(t, c, fetch.Request{URL: o.URL + tt.path, ETag: `"v"`, ValidatorsURL: issuer})
			got := map[string]string{}
			for _, r := range o.requests()[before:] {
				got[r.RequestURI] = r.Header.Get("If-None-Match")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("If-None-Match by URL (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIssuerIsKnownInAnotherSpelling(t *testing.T) {
	o := newOrigin(t, ok)
	issuer := strings.Replace(o.URL, "http://", "HTTP://user:pw@", 1) + "/feed#top"
	mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL + "/feed", ETag: `"v"`, ValidatorsURL: issuer})
	if got := o.requests()[0].Header.Get("If-None-Match"); got != `"v"` {
		t.Errorf("If-None-Match %q, want the validator", got)
	}
}

func TestLocationIsReadAsBrowsersDo(t *testing.T) {
	tests := map[string]struct{ location, want string }{
		"relative":          {"other", "/dir/other"},
		"absolute path":     {"/top?x=1", "/top?x=1"},
		"blank in query":    {"/top?q=a b", "/top?q=a%20b"},
		"letters in query":  {"/top?q=é", "/top?q=%C3%A9"},
		"blank in path":     {"/a b", "/a%20b"},
		"escapes are kept":  {"/a%2Fb?c=%2f", "/a%2Fb?c=%2f"},
		"fragment is local": {"/top#x", "/top"},
		"empty query":       {"/top?", "/top?"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/dir/feed" {
					w.Header().Set("Location", tt.location)
					w.WriteHeader(http.StatusFound)
				}
			})
			mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL + "/dir/feed"})
			if got := o.asked()[1]; got != tt.want {
				t.Errorf("asked for %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSlotsAreTakenForOtherHosts(t *testing.T) {
	third := newOrigin(t, ok)
	second := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/again" {
			http.Redirect(w, r, third.URL, http.StatusFound)
			return
		}
		http.Redirect(w, r, "/again", http.StatusFound)
	})
	first := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/here" {
			http.Redirect(w, r, second.URL, http.StatusFound)
			return
		}
		http.Redirect(w, r, "/here", http.StatusFound)
	})
	var log []string
	slots := slotsFunc(func(_ context.Context, hostport string) (func(), error) {
		log = append(log, "take "+hostport)
		return func() { log = append(log, "release "+hostport) }, nil
	})
	mustGet(t, newClient(t, fetch.Config{Slots: slots}), fetch.Request{URL: first.URL})
	b, c := hostOf(t, second.URL), hostOf(t, third.URL)
	want := []string{"take " + b, "release " + b, "take " + c, "release " + c}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
}

func TestASlotIsTakenForAnotherHostThanTheOneHeld(t *testing.T) {
	second := newOrigin(t, ok)
	first := newOrigin(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, second.URL, http.StatusFound) })
	var log []string
	slots := slotsFunc(func(_ context.Context, hostport string) (func(), error) {
		log = append(log, "take "+hostport)
		return func() { log = append(log, "release "+hostport) }, nil
	})
	a, b := hostOf(t, first.URL), hostOf(t, second.URL)
	for _, test := range []struct {
		name, held string
		want       []string
	}{
		{"none", "", []string{"take " + b, "release " + b}},
		{"the first", a, []string{"take " + b, "release " + b}},
		{"the second", b, []string{"take " + a, "release " + a}},
		{"another", "other.example:443", []string{"take " + a, "release " + a, "take " + b, "release " + b}},
	} {
		log = nil
		mustGet(t, newClient(t, fetch.Config{Slots: slots}), fetch.Request{URL: first.URL, Held: test.held})
		if diff := cmp.Diff(test.want, log); diff != "" {
			t.Errorf("%s held: slots (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestWaitForASlotIsBounded(t *testing.T) {
	start := newOrigin(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2/", http.StatusFound)
	})
	slots := slotsFunc(func(ctx context.Context, _ string) (func(), error) {
		if _, ok := ctx.Deadline(); !ok {
			return nil, errors.New("no deadline to plan with")
		}
		<-ctx.Done()
		return nil, context.Cause(ctx)
	})
	c := newClient(t, fetch.Config{Slots: slots, Timeout: 50 * time.Millisecond})
	if _, err := c.Get(t.Context(), fetch.Request{URL: start.URL}); !errors.Is(err, fetch.ErrTimeout) {
		t.Errorf("error %v, want ErrTimeout", err)
	}
}

func TestSlotRefusedEndsTheGet(t *testing.T) {
	target := newOrigin(t, ok)
	start := newOrigin(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target.URL, http.StatusFound) })
	onHold := errors.New("host is on hold")
	slots := slotsFunc(func(context.Context, string) (func(), error) { return nil, onHold })
	_, err := newClient(t, fetch.Config{Slots: slots}).Get(t.Context(), fetch.Request{URL: start.URL})
	if !errors.Is(err, onHold) {
		t.Errorf("error %v, want that of the slots", err)
	}
	if got := len(target.requests()); got != 0 {
		t.Errorf("%d requests to a host without its slot", got)
	}
}
