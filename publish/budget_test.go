package publish_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
	"wireroom/publish"
)

// archiveStore has as many sealed pages as anyone asks for.
type archiveStore struct{ *fakeStore }

func (s archiveStore) Edition(ctx context.Context, slug string, page int) (news.Edition, error) {
	e, err := s.fakeStore.Edition(ctx, slug, min(page, 1))
	e.Page, e.Previous = page, page-1
	return e, err
}

func serveArchive(t *testing.T, pages int) (h func(path string, headers ...string) *httptest.ResponseRecorder, c *clock) {
	t.Helper()
	head, page := richEdition(), sealedEdition()
	head.Pages, page.Page = pages, 1
	return serveStore(t, newFakeStore(head, page))
}

func serveStore(t *testing.T, store *fakeStore) (h func(path string, headers ...string) *httptest.ResponseRecorder, c *clock) {
	t.Helper()
	c = &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{
		Store: archiveStore{store}, BaseURL: baseURL, Now: c.Now, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := s.Handler()
	return func(path string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr = "10.1.1.1:1234"
		for i := 0; i+1 < len(headers); i += 2 {
			if r.Header.Add(headers[i], headers[i+1]); headers[i] == "Remote" {
				r.RemoteAddr = headers[i+1]
			}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}, c
}

func TestWhoCostsTooMuchIsAskedToComeBack(t *testing.T) {
	h, c := serveArchive(t, 5000)
	reader := []string{"X-Forwarded-For", "192.0.2.7"}
	feed, seventh := h("/topics/strait.atom", reader...), h("/topics/strait/archive/7.atom", reader...)
	page, answers := 0, map[int]int{}
	for range 1200 {
		page++
		answers[h(fmt.Sprintf("/topics/strait/archive/%d.atom", page), reader...).Code]++
	}
	if answers[200] != 1000 || answers[429] != 200 {
		t.Fatalf("answers %v, want 1000 pages and then 429", answers)
	}
	refused := h("/topics/strait/archive/4000.atom", reader...)
	if wait, err := strconv.Atoi(refused.Header().Get("Retry-After")); err != nil || wait < 1 || wait > 2 || refused.Body.Len() > 300 {
		t.Errorf("Retry-After %q: %v; want a second or two, and a short body: %s", refused.Header().Get("Retry-After"), err, refused.Body)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"a feed":                           h("/topics/strait.atom", reader...),
		"a page that is at hand":           h("/topics/strait/archive/1000.atom", reader...),
		"another reader":                   h("/topics/strait/archive/4000.atom", "X-Forwarded-For", "192.0.2.8"),
		"somebody's invention before ours": h("/topics/strait/archive/4001.atom", "X-Forwarded-For", "192.0.2.7, 192.0.2.9"),
	} {
		if w.Code != 200 {
			t.Errorf("%s: status %d, want 200", name, w.Code)
		}
	}
	known := h("/topics/strait/archive/7.atom", append(reader, "If-None-Match", seventh.Header().Get("ETag"))...)
	for _, name := range []string{"Content-Type", "Content-Length"} {
		seventh.Header().Del(name)
	}
	if diff := cmp.Diff(seventh.Header(), known.Header()); known.Code != 304 || diff != "" {
		t.Errorf("a page that the reader has and the server has forgotten: status %d, headers (-200 +304):\n%s", known.Code, diff)
	}
	if w := h("/topics/strait/archive/4002.atom", append(reader, "If-None-Match", seventh.Header().Get("ETag"))...); w.Code != 429 {
		t.Errorf("a page that the reader has not: status %d, want 429", w.Code)
	}
	if w := h("/topics/strait.atom", "X-Forwarded-For", "192.0.2.7", "If-None-Match", feed.Header().Get("ETag")); w.Code != 304 {
		t.Errorf("what has not changed: status %d, want 304", w.Code)
	}
	c.pass(time.Second)
	answers = map[int]int{}
	for range 60 {
		page++
		answers[h(fmt.Sprintf("/topics/strait/archive/%d.atom", page), reader...).Code]++
	}
	if answers[200] != 50 || answers[429] != 10 {
		t.Errorf("a second later: answers %v, want 50 pages", answers)
	}
}

// What a reader has costs it nothing when the topic has news since, whether the server still has it or not.
func TestWhatAReaderHasIsFreeAfterNews(t *testing.T) {
	head, page := richEdition(), sealedEdition()
	head.Pages, page.Page = 5000, 1
	store := newFakeStore(head, page)
	h, c := serveStore(t, store)
	tags := map[int]string{}
	for n := range 1100 {
		if w := h(fmt.Sprintf("/topics/strait/archive/%d.atom", n+1), "X-Forwarded-For", "192.0.2.7"); w.Code == 200 {
			tags[n+1] = w.Header().Get("ETag")
		}
	}
	head.Revision++
	store.put(head)
	c.pass(time.Second)
	for n := range 60 { // more than a second's budget allows
		h(fmt.Sprintf("/topics/strait/archive/%d.atom", 2000+n), "X-Forwarded-For", "192.0.2.7")
	}
	for _, page := range []int{7, 999} {
		path := fmt.Sprintf("/topics/strait/archive/%d.atom", page)
		if w := h(path, "X-Forwarded-For", "192.0.2.7", "If-None-Match", `"another"`); w.Code != 429 {
			t.Errorf("page %d, which the reader has not: status %d, want 429", page, w.Code)
		}
		if w := h(path, "X-Forwarded-For", "192.0.2.7", "If-None-Match", tags[page]); w.Code != 304 {
			t.Errorf("page %d: status %d, want 304", page, w.Code)
		}
	}
}

// Countries are too many to be remembered: who goes through all of their feeds again and again pays for what has to be made, and
// nothing for what it has.
func TestWhoReadsAllCountriesPays(t *testing.T) {
	var heads []news.Edition
	for i := range 300 {
		e := countryEdition()
		e.Topic.Slug = fmt.Sprintf("country:%c%c", 'a'+i/26, 'a'+i%26)
		heads = append(heads, e)
	}
	h, _ := serveStore(t, newFakeStore(heads...))
	reader := []string{"X-Forwarded-For", "192.0.2.7"}
	answers, tags := map[int]int{}, map[string]string{}
	for range 2 {
		for _, e := range heads {
			for _, f := range publish.Formats {
				path := "/countries/" + e.Topic.Slug[len("country:"):] + "." + string(f)
				w := h(path, reader...)
				if answers[w.Code]++; w.Code == 200 {
					tags[path] = w.Header().Get("ETag")
				}
			}
		}
	}
	if answers[200] != 1000 || answers[429] != 800 {
		t.Errorf("answers %v, want 1000 feeds and then 429", answers)
	}
	for path, tag := range tags {
		if w := h(path, append(reader, "If-None-Match", tag)...); w.Code != 304 {
			t.Fatalf("%s, which the reader has: status %d, want 304", path, w.Code)
		}
	}
}

// A search costs more than a page, and who has spent too much on searches is told so in the same words.
func TestWhoSearchesTooMuchIsAskedToComeBack(t *testing.T) {
	h, _ := serveArchive(t, 1)
	answers := map[int]int{}
	var last *httptest.ResponseRecorder
	for n := range 250 {
		last = h(fmt.Sprintf("/search.atom?q=word%d", n), "X-Forwarded-For", "192.0.2.7")
		answers[last.Code]++
	}
	if answers[200] != 200 || answers[429] != 50 || last.Header().Get("Retry-After") != "1" {
		t.Errorf("answers %v, Retry-After %q; want 200 searches and then 429, for a second", answers, last.Header().Get("Retry-After"))
	}
}

// Whoever can choose the address that is counted escapes every count, and can spend what is another's.
func TestProxiesAreBelievedOnlyWhereConfigured(t *testing.T) {
	const victim = "192.0.2.7"
	for name, headers := range map[string][]string{
		"through ours":                   {"X-Forwarded-For", victim},
		"with a port":                    {"X-Forwarded-For", victim + ":4711"},
		"through two of ours":            {"X-Forwarded-For", victim + ", 10.2.2.2"},
		"in two lines":                   {"X-Forwarded-For", "203.0.113.1", "X-Forwarded-For", victim},
		"RFC 7239":                       {"Forwarded", `for=203.0.113.1, for="` + victim + `:4711";proto=https`},
		"mapped into IPv6":               {"X-Forwarded-For", "::ffff:" + victim},
		"directly":                       {"Remote", victim + ":999"},
		"directly, claiming another":     {"Remote", victim + ":999", "X-Forwarded-For", "198.51.100.1"},
		"RFC 7239, claiming, directly":   {"Remote", victim + ":999", "Forwarded", "for=198.51.100.1"},
		"rubbish in front of the victim": {"X-Forwarded-For", "unknown, " + victim},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := serveArchive(t, 5000)
			for page := range 1000 {
				h(fmt.Sprintf("/topics/strait/archive/%d.atom", page+1), headers...)
			}
			if w := h("/topics/strait/archive/4000.atom", "Remote", victim+":1"); w.Code != 429 {
				t.Errorf("the address itself gets %d, want 429: another was counted", w.Code)
			}
		})
	}
}

func TestIPv6NetworkIsOneReader(t *testing.T) {
	h, _ := serveArchive(t, 5000)
	for page := range 1000 {
		h(fmt.Sprintf("/topics/strait/archive/%d.atom", page+1), "Remote", fmt.Sprintf("[2001:db8::%x]:1", page+1))
	}
	for address, want := range map[string]int{"[2001:db8::ffff]:1": 429, "[2001:db8:0:1::1]:1": 200} {
		page := fmt.Sprintf("/topics/strait/archive/%d.atom", 4000+want) // one for each: what is remembered costs nothing
		if w := h(page, "Remote", address); w.Code != want {
			t.Errorf("%s: status %d, want %d", address, w.Code, want)
		}
	}
}

func TestScriptsMaySendValidators(t *testing.T) {
	h, _, _ := serving(t)
	w := ask(h, "OPTIONS", "/topics/strait.atom", "Origin", "https://reader.example", "Access-Control-Request-Method", "GET",
		"Access-Control-Request-Headers", "if-none-match")
	if w.Code != 204 || w.Header().Get("Access-Control-Allow-Headers") != "If-None-Match, If-Modified-Since" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("status %d, headers %v", w.Code, w.Header())
	}
}
