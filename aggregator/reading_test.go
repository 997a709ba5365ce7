package aggregator_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

// A site answers by path, and remembers which paths were asked for. A path that it does not know is not found.
type site struct {
	*visitor
	pages map[string]http.HandlerFunc
	paths []string
}

func newSite(t *testing.T, path string, format news.Format) *site {
	s := &site{visitor: newVisitor(t), pages: make(map[string]http.HandlerFunc)}
	base, _, _ := strings.Cut(s.store.source.URL, "/feed")
	s.store.source.URL, s.store.source.Format = base+path, format
	s.store.source.Headers = map[string]string{"X-Own": "yes"}
	if format == news.FormatHTML {
		s.store.source.Selectors = news.Selectors{Item: "article", Summary: "p"}
	}
	return s
}

// poll makes one Poll and returns it with the paths that it asked for.
func (s *site) poll() (news.Poll, string) {
	s.Helper()
	s.paths = nil
	p := s.visit(func(w http.ResponseWriter, r *http.Request) {
		s.paths = append(s.paths, r.URL.RequestURI())
		if answer, ok := s.pages[r.URL.Path]; ok {
			answer(w, r)
			return
		}
		http.NotFound(w, r)
	})
	return p, strings.Join(s.paths, " ")
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }
}

// newsMap writes a sitemap of news with a page for each number.
func newsMap(numbers ...int) string {
	var b strings.Builder
	b.WriteString(`<urlset xmlns:news="x">`)
	for _, n := range numbers {
		fmt.Fprintf(&b, "<url><loc>https://s.example/%d</loc><news:news><news:title>Page %d</news:title></news:news></url>", n, n)
	}
	return b.String() + "</urlset>"
}

// index writes an index of the sitemaps at some paths, which were changed on days given after a blank.
func index(sitemaps ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"index"`)
		if r.Header.Get("If-None-Match") == `"index"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "<sitemapindex>")
		for _, s := range sitemaps {
			path, day, _ := strings.Cut(s, " ")
			fmt.Fprintf(w, "<sitemap><loc>http://%s%s</loc><lastmod>%s</lastmod></sitemap>", r.Host, path, day)
		}
		fmt.Fprint(w, "</sitemapindex>")
	}
}

func titles(items []news.Item) (all []string) {
	for _, it := range items {
		all = append(all, it.Title)
	}
	slices.Sort(all)
	return all
}

func TestASitemapIsASource(t *testing.T) {
	s := newSite(t, "/news.xml.gz", news.FormatSitemap)
	s.pages["/news.xml.gz"] = func(w http.ResponseWriter, _ *http.Request) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		fmt.Fprint(z, newsMap(1, 2))
		z.Close() //nolint:errcheck // a buffer takes everything
		w.Header().Set("Content-Type", "application/gzip")
		w.Write(packed.Bytes()) //nolint:errcheck // the test sees it
	}
	p, _ := s.poll()
	s.want(p, news.OutcomeChanged, 2, 0, 0)
	if got := s.asked[0].Get("Accept"); !strings.HasPrefix(got, "application/xml") {
		t.Errorf("asked for %q, want XML", got)
	}
	s.pages["/news.xml.gz"] = text(newsMap(2, 3))
	p, _ = s.poll()
	s.want(p, news.OutcomeChanged, 1, 0, 1)
	s.pages["/news.xml.gz"] = text(newsMap())
	p, _ = s.poll()
	s.want(p, news.OutcomeUnchanged, 0, 0, 0)
	s.pages["/news.xml.gz"] = text("<urlset><url><loc>https://s.example/about</loc></url></urlset>")
	p, _ = s.poll()
	s.want(p, news.OutcomeNotAFeed, 0, 0, 0)
	if !strings.Contains(p.State.Error, "a plain sitemap names pages") {
		t.Errorf("got error %q, want one that says what a plain sitemap is", p.State.Error)
	}
}

func TestAnIndexIsFollowedToItsNewestSitemaps(t *testing.T) {
	s := newSite(t, "/index.xml", news.FormatSitemap)
	s.pages["/index.xml"] = index("/old.xml 2026-01-01", "/a.xml 2026-03-01", "/b.xml 2026-02-28", "/c.xml 2026-02-27")
	for i, name := range []string{"/old.xml", "/a.xml", "/b.xml", "/c.xml"} {
		s.pages[name] = text(newsMap(i, i+1))
	}
	p, paths := s.poll()
	s.want(p, news.OutcomeChanged, 4, 0, 0)
	if paths != "/index.xml /a.xml /b.xml /c.xml" {
		t.Errorf("asked for %s, want the index and the three newest", paths)
	}
	for i, header := range s.asked {
		if header.Get("X-Own") != "yes" {
			t.Errorf("request %d went to the source's own origin without its headers", i+1)
		}
	}
	if diff := cmp.Diff([]string{"Page 1", "Page 2", "Page 3", "Page 4"}, titles(p.New)); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	p, paths = s.poll()
	if p.Outcome != news.OutcomeNotModified || paths != "/index.xml" {
		t.Errorf("got %s after asking for %s, want not-modified by the index alone: it says when its sitemaps changed", p.Outcome, paths)
	}
}

func TestAnIndexWithoutDatesIsReadAgain(t *testing.T) {
	s := newSite(t, "/index.xml", news.FormatSitemap)
	s.pages["/index.xml"] = index("/a.xml")
	s.pages["/a.xml"] = text(newsMap(1))
	s.poll()
	s.pages["/a.xml"] = text(newsMap(1, 2))
	p, paths := s.poll()
	s.want(p, news.OutcomeChanged, 1, 0, 1)
	if paths != "/index.xml /a.xml" || p.State.ETag != "" {
		t.Errorf("asked for %s and kept etag %q: an index without dates says nothing of its sitemaps", paths, p.State.ETag)
	}
}

func TestTroubleWithSitemapsOfAnIndex(t *testing.T) {
	for name, test := range map[string]struct {
		pages   map[string]http.HandlerFunc
		outcome news.Outcome
		fresh   int
		says    string
	}{
		"one is lost":        {map[string]http.HandlerFunc{"/b.xml": text(newsMap(1))}, news.OutcomeChanged, 1, "/a.xml: answers 404"},
		"one is a page":      {map[string]http.HandlerFunc{"/a.xml": text("<html>"), "/b.xml": text(newsMap(1))}, news.OutcomeChanged, 1, "not a sitemap"},
		"one is an index":    {map[string]http.HandlerFunc{"/a.xml": index("/x.xml"), "/b.xml": text(newsMap(1))}, news.OutcomeChanged, 1, "an index itself"},
		"one is cut off":     {map[string]http.HandlerFunc{"/a.xml": text(strings.TrimSuffix(newsMap(1, 2), "</url></urlset>")), "/b.xml": text(newsMap(3))}, news.OutcomeDamaged, 2, "cut off"},
		"all are lost":       {nil, news.OutcomeNotAFeed, 0, "/b.xml: answers 404"},
		"one is gone":        {map[string]http.HandlerFunc{"/a.xml": status(http.StatusGone, nil), "/b.xml": text(newsMap(1))}, news.OutcomeChanged, 1, "answers 410"},
		"one asks for time":  {map[string]http.HandlerFunc{"/a.xml": status(http.StatusTooManyRequests, map[string]string{"Retry-After": "7200"}), "/b.xml": text(newsMap(1))}, news.OutcomeHTTPError, 0, "429"},
		"one is overwhelmed": {map[string]http.HandlerFunc{"/b.xml": status(http.StatusServiceUnavailable, nil), "/a.xml": text(newsMap(1))}, news.OutcomeHTTPError, 0, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "/index.xml", news.FormatSitemap)
			for path, page := range test.pages {
				s.pages[path] = page
			}
			s.pages["/index.xml"] = index("/a.xml 2026-03-01", "/b.xml 2026-02-28")
			p, _ := s.poll()
			s.want(p, test.outcome, test.fresh, 0, 0)
			if said := p.State.Error + strings.Join(p.Skipped, "; "); !strings.Contains(said, test.says) {
				t.Errorf("got error %q, skipped %q; want %q said", p.State.Error, p.Skipped, test.says)
			}
			if test.outcome != news.OutcomeHTTPError && p.State.Gone || name == "one asks for time" && p.State.Hold.Sub(p.At) != 2*time.Hour {
				t.Errorf("gone: %v, hold until %v, polled at %v", p.State.Gone, p.State.Hold, p.At)
			}
			if p.State.ETag != "" {
				t.Errorf("kept etag %s of an index whose sitemaps were not all read", p.State.ETag)
			}
		})
	}
}

const listing = `<title>Press</title><article><h2><a href="/1">One</a></h2><p>Text</p></article><article><a href="/2">Two</a></article>`

func TestAPageIsASource(t *testing.T) {
	s := newSite(t, "/press", news.FormatHTML)
	s.pages["/press"] = text(listing)
	p, paths := s.poll()
	s.want(p, news.OutcomeChanged, 2, 0, 0)
	if paths != "/robots.txt /press" || s.asked[0].Get("X-Own") != "" {
		t.Errorf("asked for %s, want robots.txt without own headers, and the page", paths)
	}
	s.pages["/press"] = text(listing + "<article><a href=/3>Three</a></article>")
	p, paths = s.poll()
	s.want(p, news.OutcomeChanged, 1, 0, 2)
	if paths != "/press" {
		t.Errorf("asked for %s, want the page alone: robots.txt is kept for a day", paths)
	}
	s.pages["/press"] = text("<title>Press</title><p>We have moved")
	p, _ = s.poll()
	s.want(p, news.OutcomeNotAFeed, 0, 0, 0)
	if !strings.Contains(p.State.Error, `"article" finds nothing on the page titled "Press"`) || len(s.store.items) != 3 {
		t.Errorf("got error %q, %d items; want the selector named, and 3 kept", p.State.Error, len(s.store.items))
	}
	s.now = s.now.Add(24 * time.Hour)
	if _, paths = s.poll(); paths != "/robots.txt /press" {
		t.Errorf("asked for %s after a day, want robots.txt again", paths)
	}
}

func TestRobotsDecideBeforeThePage(t *testing.T) {
	for name, test := range map[string]struct {
		robots  http.HandlerFunc
		outcome news.Outcome
		paths   string
		says    string
	}{
		"none":          {http.NotFound, news.OutcomeChanged, "/robots.txt /press", ""},
		"refused to us": {status(http.StatusForbidden, nil), news.OutcomeChanged, "/robots.txt /press", ""},
		"allowed":       {text("User-agent: *\nDisallow: /admin"), news.OutcomeChanged, "/robots.txt /press", ""},
		"forbidden":     {text("User-agent: wireroom\nDisallow: /press"), news.OutcomeFailed, "/robots.txt", "forbids the page"},
		"broken":        {status(http.StatusInternalServerError, nil), news.OutcomeHTTPError, "/robots.txt", "500"},
		"busy":          {status(http.StatusTooManyRequests, map[string]string{"Retry-After": "7200"}), news.OutcomeHTTPError, "/robots.txt", "429"},
		"half of it": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "User-agent: *\nDisallow: /admin\n")
		}, news.OutcomeFailed, "/robots.txt", "the body broke off"},
		"out of reach": {http.RedirectHandler("http://10.0.0.1/robots.txt", http.StatusFound).ServeHTTP, news.OutcomeFailed, "/robots.txt", "nobody knows"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, "/press", news.FormatHTML)
			s.pages["/press"], s.pages["/robots.txt"] = text(listing), test.robots
			p, paths := s.poll()
			if p.Outcome != test.outcome || paths != test.paths || !strings.Contains(p.State.Error, test.says) {
				t.Errorf("got %s after asking for %s (%s); want %s, %s, %q", p.Outcome, paths, p.State.Error, test.outcome, test.paths, test.says)
			}
			if name == "busy" && p.State.Hold.Sub(p.At) != 2*time.Hour {
				t.Errorf("held until %v, polled at %v: want what Retry-After says", p.State.Hold, p.At)
			}
			_, again := s.poll()
			if name == "forbidden" && again != "" || (name == "broken" || name == "half of it") && again != "/robots.txt" {
				t.Errorf("then asked for %q: want what was read kept, and what was not read asked for again", again)
			}
		})
	}
}

func TestAPageInPlaceOfAFeedNamesItsFeeds(t *testing.T) {
	answer := text(`<title>Home</title><link rel="alternate" type="application/rss+xml" href="/rss?key=hidden">`)
	v := newVisitor(t)
	p := v.visit(answer)
	if strings.Contains(p.State.Error, "hidden") {
		t.Errorf("the error shows a secret that the page repeats: %s", p.State.Error)
	}
	v.store.source.URL = strings.ReplaceAll(v.store.source.URL, "${SECRET}", "open")
	p = v.visit(answer)
	if !strings.Contains(p.State.Error, `an HTML page titled "Home"; it offers these feeds: http://127.0.0.1`) {
		t.Errorf("got error %q, want the page's feeds named", p.State.Error)
	}
}
