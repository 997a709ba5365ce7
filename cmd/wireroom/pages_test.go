package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// articlePage is a page that holds an article of several paragraphs, with the given sentence in the middle, and what
// stands around articles.
func articlePage(title, sentence string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang=en><head><title>%s</title></head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav><main><article><h1>%s</h1>`, title, title)
	for n := range 6 {
		fmt.Fprintf(&b, "<p>Paragraph %d of the report: the delegations went through the draft line by line, and the clerks, who had slept little, wrote down what each side would accept and what it would not.</p>", n+1)
		if n == 0 {
			fmt.Fprintf(&b, "<p>%s The rest of the evening was spent on the wording, as such evenings are, and on who would read it out.</p>", sentence)
		}
	}
	return b.String() + "</article></main><footer>All rights reserved</footer></body></html>"
}

// secretSentence stands on pages alone, and zebrawood in it is what a topic looks for.
const secretSentence = "The quorum gathered at the zebrawood table shortly before midnight."

// fullTextHouse has a source that wants full text, with size stories whose pages say the sentence, and a topic that only
// the pages match.
func fullTextHouse(t *testing.T, o *origin, size int, republish string) *house {
	t.Helper()
	var stories []story
	for n := range size {
		path := fmt.Sprintf("/page/%d", n+1)
		stories = append(stories, story{n: n + 1, link: o.URL + path})
		o.publish(path, articlePage(fmt.Sprintf("Round %d", n+1), secretSentence))
	}
	o.publish("/feed", rss("feed", stories...))
	h := newHouse(t, sourceEntry{ID: "feed", URL: o.URL + "/feed", FullText: true, Republish: republish})
	h.config.Topics = append(h.config.Topics, topicEntry{Slug: "tables", Strong: []string{"zebrawood"}, MinScore: 1})
	h.save()
	return h
}

// pagesAsked counts the requests for pages, by path.
func pagesAsked(o *origin) map[string]int {
	asked := make(map[string]int)
	for _, r := range o.requests() {
		if strings.HasPrefix(r.path, "/page/") {
			asked[r.path]++
		}
	}
	return asked
}

func TestFullTextIsMatchedAndShownOnlyWithRights(t *testing.T) {
	for republish, shown := range map[string]bool{"headline": false, "summary": false, "full": true} {
		t.Run(republish, func(t *testing.T) {
			o := newOrigin(t)
			h := fullTextHouse(t, o, 2, republish)
			h.must("poll", "--at", after(0))
			matched := h.items("--topic", "tables")
			if len(matched) != 2 || matched[0]["page"] != "fetched" {
				t.Fatalf("the topic that the pages match has %v, want both items", matched)
			}
			s := h.serve("serve")
			places := []string{"/", "/sources", "/sources/feed", "/search?q=quorum", "/search.atom?q=quorum", "/topics/tables", "/topics/everything",
				"/stories/" + matched[0]["story"], "/opml.xml"}
			for _, topic := range []string{"tables", "everything"} {
				for _, format := range []string{".atom", ".rss", ".json"} {
					places = append(places, "/topics/"+topic+format)
				}
			}
			seen := 0
			for _, path := range places {
				if body := s.get(path).body; strings.Contains(body, "The quorum gathered") {
					seen++
					if !shown {
						t.Errorf("%s shows the text of a page that the source does not allow to be shown", path)
					}
				}
			}
			if body := s.get("/search?q=quorum").body; !strings.Contains(body, matched[0]["title"]) {
				t.Errorf("a search for words of the page does not find the story:\n%s", body)
			}
			if shown && seen < 7 {
				t.Errorf("%d places show the full text, want the feeds and the story's page", seen)
			}
		})
	}
}

// A page is asked for once for each version of an item, politely, and with the Source's robots.txt known.
func TestAPageIsAskedForOncePerVersion(t *testing.T) {
	o := newOrigin(t)
	h := fullTextHouse(t, o, 3, "")
	h.must("poll", "--at", after(0))
	h.must("poll", "--at", after(time.Hour), "--force")
	if diff := cmp.Diff(map[string]int{"/page/1": 1, "/page/2": 1, "/page/3": 1}, pagesAsked(o)); diff != "" {
		t.Errorf("pages asked for in two polls (-want +got):\n%s", diff)
	}
	if o.crowd != 1 {
		t.Errorf("up to %d requests at a time to the host, want 1", o.crowd)
	}
	first := o.of("/page/1")[0].header
	if first.Get("Referer")+first.Get("Cookie")+first.Get("If-None-Match") != "" || !strings.HasPrefix(first.Get("Accept"), "text/html") {
		t.Errorf("the page was asked for with %v", first)
	}
	o.forget()
	o.publish("/feed", rss("feed", story{n: 1, link: o.URL + "/page/1", title: "Envoys meet again after a break"}))
	h.must("poll", "--at", after(2*time.Hour), "--force")
	if diff := cmp.Diff(map[string]int{"/page/1": 1}, pagesAsked(o)); diff != "" {
		t.Errorf("pages asked for after an edit (-want +got):\n%s", diff)
	}
}

// What a page answers ends the waiting, and why is kept.
func TestWhatAPageAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("many polls, one after another")
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	typed := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			fmt.Fprint(w, body)
		}
	}
	article := articlePage("Round", secretSentence)
	for name, test := range map[string]struct {
		answer  http.HandlerFunc
		outcome string
		reason  string
	}{
		"an article":     {plain(article), "fetched", ""},
		"not found":      {status(404), "refused", "404 Not Found"},
		"gone":           {status(410), "refused", "410 Gone"},
		"forbidden":      {status(403), "refused", "403 Forbidden"},
		"no HTML":        {typed("application/pdf", "%PDF-1.7"), "unreadable", "application/pdf"},
		"nothing":        {typed("text/html", ""), "unreadable", "empty"},
		"no article":     {plain("<!DOCTYPE html><title>x</title><script>x</script>"), "unreadable", "no article"},
		"too large":      {typed("text/html", strings.Repeat("<b>", 30_000)), "unreadable", "too large"},
		"less than feed": {plain("<!DOCTYPE html><title>x</title><article><p>Delegates met.</p></article>"), "shorter", "no more than the feed"},
		"an error":       {status(500), "late", "500 Internal Server Error"},
		"half of one": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, article)
		}, "late", "the body broke off"},
		"a private one": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		}, "failed", "fetch.allow"},
		"a PDF elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/private/1", http.StatusFound)
		}, "forbidden", "robots.txt forbids"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t)
			o.on("/robots.txt", plain("User-agent: wireroom\nDisallow: /private\n"))
			o.on("/private/1", plain(article))
			h := fullTextHouse(t, o, 1, "")
			o.on("/page/1", test.answer)
			h.must("poll", "--at", after(0))
			it := h.items()[0]
			if it["page"] != test.outcome || !strings.Contains(it["page_reason"], test.reason) || it["story"] == "" {
				t.Errorf("page %q (%q), story %q; want %q (%q), and the item sorted", it["page"], it["page_reason"], it["story"], test.outcome, test.reason)
			}
			h.must("poll", "--at", after(time.Hour), "--force")
			if n := len(o.of("/page/1")); n != 1 {
				t.Errorf("the page was asked for %d times, want once", n)
			}
			if n := len(o.of("/private/1")); n != 0 {
				t.Errorf("the forbidden page was asked for %d times", n)
			}
		})
	}
}

func TestRobotsForbidsPages(t *testing.T) {
	o := newOrigin(t)
	o.on("/robots.txt", plain("User-agent: *\nDisallow: /page\n"))
	h := fullTextHouse(t, o, 3, "")
	h.must("poll", "--at", after(0))
	if asked := pagesAsked(o); len(asked) != 0 || len(o.of("/robots.txt")) != 1 {
		t.Errorf("pages asked for: %v, robots.txt %d times; want none, and once", asked, len(o.of("/robots.txt")))
	}
	for _, it := range h.items() {
		if it["page"] != "forbidden" || !strings.Contains(it["page_reason"], "/robots.txt forbids the page") || it["story"] == "" {
			t.Errorf("page %q (%s), story %q; want it forbidden and the item sorted", it["page"], it["page_reason"], it["story"])
		}
	}
}

// A page that asks for time holds the source's other pages there, and its feed.
func TestRetryAfterOnAPage(t *testing.T) {
	o := newOrigin(t)
	h := fullTextHouse(t, o, 3, "")
	o.on("/page/1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	h.must("poll", "--at", after(0))
	if n := len(pagesAsked(o)); n != 1 {
		t.Errorf("%d pages were asked for, want the first alone", n)
	}
	for _, it := range h.items() {
		if it["page"] != "late" || it["story"] == "" {
			t.Errorf("page %q (%s), story %q; want it late and the item sorted", it["page"], it["page_reason"], it["story"])
		}
	}
	o.forget()
	h.must("poll", "--at", after(time.Hour), "--force")
	if n := len(o.requests()); n != 0 {
		t.Errorf("%d requests within the hold, want none", n)
	}
	h.must("poll", "--at", after(3*time.Hour), "--force")
	if n := len(o.of("/feed")); n != 1 || len(pagesAsked(o)) != 0 {
		t.Errorf("after the hold the feed was asked for %d times and pages %v; want once, and none again", n, pagesAsked(o))
	}
}

// Killed while it fetches pages, the program goes on at once: no page is asked for twice, and everything is sorted.
func TestKillWhileFetchingPages(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("processes of their own")
	}
	t.Parallel()
	const size = 12
	o := newOrigin(t)
	h := fullTextHouse(t, o, size, "")
	h.apart = true
	var pages atomic.Int64
	reached, release := make(chan struct{}), make(chan struct{})
	o.hold(func(r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/page/") && pages.Add(1) == 5 {
			close(reached)
			<-release
		}
	})
	p := h.start("poll", "--at", after(0))
	select {
	case <-reached:
	case <-p.ended:
		t.Fatalf("the poll ended after %d pages\n%s", pages.Load(), p.stderr)
	case <-time.After(patience):
		t.Fatalf("%d pages were asked for, want 5", pages.Load())
	}
	p.signal(syscall.SIGKILL)
	close(release)
	o.hold(nil)
	h.must("poll", "--at", after(0))
	asked := pagesAsked(o)
	for path, n := range asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times, want once", path, n)
		}
	}
	states := make(map[string]int)
	for _, it := range h.items() {
		states[it["page"]]++
	}
	if diff := cmp.Diff(map[string]int{"fetched": size - 1, "interrupted": 1}, states); diff != "" || len(asked) != size {
		t.Errorf("%d pages asked for; how they ended (-want +got):\n%s", len(asked), diff)
	}
	h.checkOnce()
}

// Two processes on one store ask for each page once, and a host for one page at a time.
func TestTwoProcessesShareThePages(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("two processes")
	}
	t.Parallel()
	const hosts, size = 6, 5
	var origins []*origin
	var sources []sourceEntry
	for n := range hosts {
		o := newOriginAt(t, fmt.Sprintf("127.0.0.%d", n+1))
		var stories []story
		for i := range size {
			path := fmt.Sprintf("/page/%d", i+1)
			o.publish(path, articlePage(fmt.Sprintf("Host %d, round %d", n, i), secretSentence))
			stories = append(stories, story{n: i + 1, link: o.URL + path})
		}
		id := fmt.Sprintf("h%d", n)
		o.publish("/"+id, rss(id, stories...))
		sources = append(sources, sourceEntry{ID: id, URL: o.URL + "/" + id, FullText: true})
		o.hold(func(*http.Request) { <-time.After(20 * time.Millisecond) }) // far away, so that requests can meet
		origins = append(origins, o)
	}
	h := newHouse(t, sources...)
	h.config.Fetch.Spacing = "50ms"
	h.save()
	share(t, h)
	for _, o := range origins {
		asked := pagesAsked(o)
		for path, n := range asked {
			if n != 1 {
				t.Errorf("%s%s was asked for %d times, want once", o.URL, path, n)
			}
		}
		if len(asked) != size || o.crowd != 1 {
			t.Errorf("%s: %d pages asked for, up to %d requests at a time; want %d, one at a time", o.URL, len(asked), o.crowd, size)
		}
	}
	for _, it := range h.items() {
		if it["page"] != "fetched" || it["story"] == "" {
			t.Errorf("%s: page %q (%s), story %q; want it fetched and sorted", it["title"], it["page"], it["page_reason"], it["story"])
		}
	}
	h.checkOnce()
}

// A running program fetches pages between its ticks, and sorts the items then; one whose page does not answer waits.
func TestARunningProgramFetchesPages(t *testing.T) {
	o := newOrigin(t)
	h := fullTextHouse(t, o, 3, "")
	h.config.Ticks = map[string]any{"poll": "@every 1s"}
	h.save()
	reached, release := make(chan struct{}), make(chan struct{})
	o.hold(func(r *http.Request) {
		if r.URL.Path == "/page/2" {
			close(reached)
			<-release
		}
	})
	s := h.serve("run")
	<-reached
	if sorted := h.sorted(); len(sorted) > 1 {
		t.Errorf("%d items are sorted while two wait for their pages", len(sorted))
	}
	close(release)
	for limit := time.After(patience); len(h.sorted()) < 3; pause(t, limit, s.ended) {
	}
	if diff := cmp.Diff(map[string]int{"/page/1": 1, "/page/2": 1, "/page/3": 1}, pagesAsked(o)); diff != "" {
		t.Errorf("pages asked for (-want +got):\n%s", diff)
	}
}

// naming is a page that gives itself an address.
func naming(page, canonical string) string {
	return strings.Replace(page, "<head>", `<head><link rel="canonical" href="`+canonical+`">`, 1)
}

// What a page calls itself tells copies, also behind the links of others: one source has the publisher's page, another a page
// for phones, a third a link that leads there. Links stay as they were published.
func TestAPageIsKnownByWhatItCallsItself(t *testing.T) {
	o := newOrigin(t)
	const page = "https://publisher.example/report"
	o.publish("/amp", naming(articlePage("Round", ownWords("phone", 1)), page+"?utm_source=amp"))
	o.publish("/there", naming(articlePage("Round", ownWords("other", 1)), page))
	o.on("/go", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/there", http.StatusFound) })
	o.publish("/a", rss("a", story{n: 1, link: page, text: "Said in a."}))
	o.publish("/b", rss("b", story{n: 2, link: o.URL + "/amp", text: "Told by b."}))
	o.publish("/c", rss("c", story{n: 3, link: o.URL + "/go", text: "News of c."}))
	sources := o.sources("a", "b", "c")
	sources[1].FullText, sources[2].FullText = true, true
	h := newHouse(t, sources...)
	h.must("poll", "--at", after(0))
	items := h.items()
	for _, it := range items {
		if it["story"] != items[0]["story"] {
			t.Errorf("%s is in another story than %s", it["title"], items[0]["title"])
		}
		want, link := "the same page, by the address that it gives itself", map[string]string{"a": page, "b": o.URL + "/amp", "c": o.URL + "/go"}[it["source"]]
		if text := h.must("explain", it["id"]); it["source"] != "a" && (!strings.Contains(text, want) || !strings.Contains(text, "page is    "+page)) || it["url"] != link {
			t.Errorf("link %s, want %s; no %q in\n%s", it["url"], link, want, text)
		}
	}
	if n := len(h.jsonFeed("everything")); n != 1 {
		t.Errorf("%d entries, want one", n)
	}
}

// Sites that give all their pages one address, or their front page's, do not make copies of each other.
func TestOneAddressForManyPagesTellsNothing(t *testing.T) {
	for name, canonical := range map[string]string{"front page": "https://both.example/", "one page": "https://both.example/live"} {
		for _, atOnce := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, at once %v", name, atOnce), func(t *testing.T) {
				o := newOrigin(t)
				sources := o.sources("a", "b", "c")
				for i := range sources {
					sources[i].FullText = true
				}
				h := newHouse(t, sources...)
				for n := range 5 {
					for i, s := range sources {
						var stories []story
						for k := range 5 {
							id := fmt.Sprintf("%s%d", s.ID, k)
							o.publish("/page/"+id, naming(articlePage(id, ownWords("page"+id, k)), canonical))
							if k <= n || atOnce {
								stories = append(stories, story{n: 10*i + k, link: o.URL + "/page/" + id, title: ownWords(id, 1)[:20], text: ownWords(id, 2)})
							}
						}
						o.publish("/"+s.ID, rss(s.ID, stories...))
					}
					h.must("poll", "--force", "--at", after(time.Duration(n)*time.Hour))
				}
				db := h.database()
				defer db.Close()
				var copies int
				if err := db.QueryRowContext(t.Context(), `select count(*) from items where duplicate_why = 'canonical'`).Scan(&copies); err != nil {
					t.Fatal(err)
				}
				// What is met before it is known that the address is everybody's can be taken for the report that it names:
				// one item of a source, never all.
				if most := map[string]int{"front page": 0, "one page": 2}[name]; copies > most {
					t.Errorf("%d items are copies by the address, want at most %d", copies, most)
				}
				h.checkNone("prints under the address of many", `select count(*) from prints p join addresses a on a.print = p.print where a.items > 3`)
			})
		}
	}
}
