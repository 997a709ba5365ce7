package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// unfedHouse polls sources that are given as YAML within their mapping, each with its path on the origin.
func unfedHouse(t *testing.T, o *origin, sources ...string) *house {
	t.Helper()
	h := newHouse(t)
	var text strings.Builder
	fmt.Fprintf(&text, "server: {listen: \"127.0.0.1:0\", base_url: https://wire.example.org}\nstore: %s\nfetch: {spacing: 0s, allow: [127.0.0.0/8]}\ntopics: [{slug: everything, all: true}]\nsources:\n", h.config.Store)
	for _, s := range sources {
		path, rest, _ := strings.Cut(s, " ")
		fmt.Fprintf(&text, "  - {id: %s, url: %q, %s}\n", strings.TrimPrefix(strings.TrimSuffix(path, ".xml"), "/"), o.URL+path, rest)
	}
	h.write(text.String())
	return h
}

// newsMap writes a sitemap of news with a page for each number.
func newsMap(name string, numbers ...int) string {
	var b strings.Builder
	b.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for _, n := range numbers {
		fmt.Fprintf(&b, "<url><loc>https://%s.example/news/%d</loc><news:news><news:publication_date>%s</news:publication_date><news:title>%s votes on motion %d</news:title></news:news></url>",
			name, n, noon.Add(-time.Duration(n)*time.Minute).Format(time.RFC3339), name, n)
	}
	return b.String() + "</urlset>"
}

// pressPage writes a page of items, with feeds in its head.
func pressPage(head string, numbers ...int) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html lang=en><head><title>Press office</title>" + head + "</head><body><a href=/about>About</a>")
	for _, n := range numbers {
		fmt.Fprintf(&b, `<article><h2><a href="/note/%d">Minister signs note %d</a></h2><time datetime=%q>x</time><p>On page %d.</p></article>`,
			n, n, noon.Add(-time.Duration(n)*time.Hour).Format(time.RFC3339), n)
	}
	return b.String() + "</body></html>"
}

const pressSelectors = "format: html, selectors: {item: article, date: time, summary: p}"

func TestASitemapAndAPageArePolledAndPublished(t *testing.T) {
	o := newOrigin(t)
	o.publish("/sitemap.xml", newsMap("chamber", 1, 2))
	o.publish("/press", pressPage("", 1, 2, 3))
	o.on("/robots.txt", plain("User-agent: *\nDisallow: /private\n"))
	h := unfedHouse(t, o, "/sitemap.xml format: sitemap", "/press "+pressSelectors)
	h.must("poll", "--at", after(0))
	if got := len(h.items()); got != 5 {
		t.Fatalf("%d items, want 5: %v", got, h.rows("sources"))
	}
	feed := h.serve("serve").get("/topics/everything.atom").body
	for _, want := range []string{"chamber votes on motion 2", "Minister signs note 3", o.URL + "/note/3", "On page 3.", "<published>2026-03-02T09:00:00"} {
		if !strings.Contains(feed, want) {
			t.Errorf("the feed lacks %q", want)
		}
	}
	o.forget()
	o.publish("/sitemap.xml", newsMap("chamber", 2, 3))
	h.must("poll", "--at", after(24*time.Hour), "--force")
	if got := len(h.items()); got != 6 {
		t.Errorf("%d items after one more, want 6", got)
	}
	if pages := o.of("/press"); len(pages) != 1 || pages[0].status != 304 {
		t.Errorf("the page was asked for as %v, want once, conditionally", pages)
	}
}

func TestAnIndexOfSitemapsIsPolled(t *testing.T) {
	o := newOrigin(t)
	o.publish("/index.xml", `<sitemapindex><sitemap><loc>`+o.URL+`/new.xml</loc><lastmod>2026-03-02</lastmod></sitemap><sitemap><loc>`+
		strings.Replace(o.URL, "127.0.0.1", "localhost", 1)+`/old.xml</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>`)
	o.publish("/new.xml", newsMap("chamber", 1))
	o.publish("/old.xml", newsMap("chamber", 2))
	h := unfedHouse(t, o, "/index.xml format: sitemap")
	h.must("poll", "--at", after(0))
	if got := len(h.items()); got != 2 {
		t.Fatalf("%d items, want 2: %v", got, h.rows("sources"))
	}
	if old := o.of("/old.xml"); len(old) != 1 || !strings.HasPrefix(old[0].host, "localhost:") {
		t.Errorf("the sitemap on the other host was asked for as %v, want once", old)
	}
}

func TestAPageThatRobotsForbidIsNotAskedFor(t *testing.T) {
	o := newOrigin(t)
	o.publish("/press", pressPage("", 1))
	o.on("/robots.txt", plain("User-agent: *\nAllow: /\n\nUser-agent: wireroom\nDisallow: /press\n"))
	h := unfedHouse(t, o, "/press "+pressSelectors)
	h.must("poll", "--at", after(0))
	if asked := len(o.of("/press")); asked != 0 || len(o.of("/robots.txt")) != 1 {
		t.Errorf("the page was asked for %d times, robots.txt %d times; want 0 and 1", asked, len(o.of("/robots.txt")))
	}
	if s := h.source("press"); !strings.Contains(s["error"], "/robots.txt forbids the page") || s["failures"] != "1" {
		t.Errorf("error %q, %s failures; want what robots.txt says", s["error"], s["failures"])
	}
	if out := h.run("try", o.URL+"/press", "--item", "article"); out.code != exitFailed || !strings.Contains(out.stderr, "forbids the page") {
		t.Errorf("try: exit code %d, %q; want the same refusal", out.code, out.stderr)
	}
}

func TestTryReadsSitemapsAndPages(t *testing.T) {
	o := newOrigin(t)
	o.publish("/sitemap.xml", newsMap("chamber", 1, 2))
	o.publish("/index.xml", "<sitemapindex><sitemap><loc>/day.xml</loc></sitemap></sitemapindex>")
	o.publish("/press", pressPage("", 1, 2, 3))
	h := newHouse(t, o.sources("unused")...)
	file := filepath.Join(h.folder, "press.html")
	if err := os.WriteFile(file, []byte(pressPage("", 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"sitemap":  {[]string{o.URL + "/sitemap.xml", "--as", "sitemap"}, []string{"chamber votes on motion 1", "chamber votes on motion 2"}},
		"an index": {[]string{o.URL + "/index.xml", "--as", "sitemap"}, nil},
		"page":     {[]string{o.URL + "/press", "--item", "article:first-of-type", "--title", "p", "--link", "h2 a", "--date", "time", "--summary", "h2"}, []string{"On page 1."}},
		"file":     {[]string{file, "--as", "html", "--base", "https://press.example/", "--item", "article"}, []string{"Minister signs note 4"}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := h.rows(append([]string{"try"}, test.args...)...)
			if diff := cmp.Diff(test.want, column(rows, "title")); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
		})
	}
	for address, want := range map[string]string{
		"press.example/feed": "a URL begins with http:// or https://",
		file:                 "wireroom: parse: not a feed but an HTML page",
	} {
		if out := h.run("try", address); out.code != exitFailed || !strings.Contains(out.stderr, want) {
			t.Errorf("try %s: exit code %d, %q; want 1 and %q", address, out.code, out.stderr, want)
		}
	}
	if out := h.run("try", o.URL+"/index.xml", "--as", "sitemap"); !strings.Contains(out.stderr, o.URL+"/day.xml") {
		t.Errorf("try of an index says %q, want its sitemaps named", out.stderr)
	}
	if out := h.run("try", o.URL+"/press", "--as", "html"); out.code != exitUsage || !strings.Contains(out.stderr, "--item") {
		t.Errorf("without --item: exit code %d, %q; want 2", out.code, out.stderr)
	}
}

// A page is not read by way of a redirect that leads to what robots.txt forbids; nor is an article's.
func TestARedirectToAForbiddenPageIsNotFollowed(t *testing.T) {
	o := newOrigin(t)
	o.publish("/hidden/press", pressPage("", 1))
	o.on("/press", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/hidden/press", http.StatusFound) })
	o.on("/robots.txt", plain("User-agent: *\nDisallow: /hidden\n"))
	h := unfedHouse(t, o, "/press "+pressSelectors)
	h.must("poll", "--at", after(0))
	if n := len(o.of("/hidden/press")); n != 0 {
		t.Errorf("the page was asked for %d times, want never", n)
	}
	if s := h.source("press"); !strings.Contains(s["error"], "/robots.txt forbids the page") {
		t.Errorf("error %q, want what robots.txt says", s["error"])
	}
	if out := h.run("try", "--fulltext", o.URL+"/hidden/press"); out.code != exitFailed || !strings.Contains(out.stderr, "forbids the page") {
		t.Errorf("try --fulltext: exit code %d, %q; want the same refusal", out.code, out.stderr)
	}
}

func TestDiscoverListsWhatAPageOffers(t *testing.T) {
	o := newOrigin(t)
	o.publish("/", pressPage(`<link rel=alternate type=application/rss+xml title="All news" href=/rss><link rel=alternate type=application/feed+json href=/feed.json>`))
	o.publish("/bare", pressPage(""))
	o.publish("/rss", rss("press", story{n: 1}))
	h := newHouse(t, sourceEntry{ID: "home", URL: o.URL + "/"})
	want := []map[string]string{
		{"url": o.URL + "/rss", "type": "application/rss+xml", "title": "All news"},
		{"url": o.URL + "/feed.json", "type": "application/feed+json", "title": ""},
	}
	if diff := cmp.Diff(want, h.rows("discover", o.URL+"/")); diff != "" {
		t.Errorf("discover (-want +got):\n%s", diff)
	}
	if asked := o.requests(); len(asked) != 1 {
		t.Errorf("%d requests, want 1: no address is guessed", len(asked))
	}
	for path, says := range map[string]string{"/bare": "names no feed", "/rss": "a feed itself"} {
		if out := h.run("discover", o.URL+path); out.code != exitDone || !strings.Contains(out.stderr, says) {
			t.Errorf("discover %s: exit code %d, %q; want 0 and %q", path, out.code, out.stderr, says)
		}
	}
	if out := h.run("discover", o.URL+"/nowhere"); out.code != exitFailed || !strings.Contains(out.stderr, "404") {
		t.Errorf("discover of nothing: exit code %d, %q; want 1 and the status", out.code, out.stderr)
	}
	h.must("poll", "--at", after(0))
	if got := h.source("home")["error"]; !strings.Contains(got, "it offers these feeds: "+o.URL+"/rss, "+o.URL+"/feed.json") {
		t.Errorf("a page in place of a feed: error %q, want its feeds named", got)
	}
}
