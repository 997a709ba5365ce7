package publish_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"wireroom/news"
	"wireroom/publish"
)

func serving(t *testing.T) (http.Handler, *fakeStore, *clock) {
	t.Helper()
	store := newFakeStore(richEdition(), emptyEdition(), sealedEdition())
	s, c := newServer(t, store)
	return s.Handler(), store, c
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Fatalf("status %d, want %d; body: %.200s", w.Code, want, w.Body)
	}
}

var feedPaths = []string{
	"/topics/strait.atom", "/topics/strait.rss", "/topics/strait.json", "/topics/strait/archive/2.atom",
	"/topics/strait/archive/2.rss", "/topics/strait/archive/2.json", "/topics/quiet.atom", "/topics/quiet.rss", "/topics/quiet.json",
}

func TestStrongETagOnEveryAnswerAndNoBodyWith304(t *testing.T) {
	h, store, c := serving(t)
	store.sources = polled()
	paths := append([]string{"/", "/about", "/subscribe", "/sources", "/topics/strait", "/opml.xml", "/sources.opml", "/robots.txt",
		"/favicon.ico", "/static/wireroom.css"}, feedPaths...)
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			first := get(h, path)
			wantStatus(t, first, 200)
			etag := first.Header().Get("ETag")
			if !strings.HasPrefix(etag, `"`) || len(etag) < 10 {
				t.Fatalf("ETag %q is not strong", etag)
			}
			c.pass(time.Hour)
			for _, method := range []string{"GET", "HEAD"} {
				again := ask(h, method, path, "If-None-Match", etag)
				wantStatus(t, again, 304)
				if again.Body.Len() != 0 {
					t.Errorf("%s: a 304 with %d bytes", method, again.Body.Len())
				}
				for _, name := range []string{"ETag", "Last-Modified", "Cache-Control", "Vary", "Link", "Access-Control-Allow-Origin"} {
					if diff := cmp.Diff(first.Header().Values(name), again.Header().Values(name)); diff != "" {
						t.Errorf("%s: %s of 200 and 304 (-200 +304):\n%s", method, name, diff)
					}
				}
			}
		})
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	h, _, _ := serving(t)
	for _, path := range append([]string{"/", "/topics/strait", "/nothing", "/topics/Strait.atom"}, feedPaths...) {
		for _, coding := range []string{"", "gzip", "br", "zstd"} {
			g, hd := get(h, path, "Accept-Encoding", coding), ask(h, "HEAD", path, "Accept-Encoding", coding)
			if diff := cmp.Diff(g.Header(), hd.Header()); diff != "" || hd.Code != g.Code {
				t.Errorf("%s as %q: status %d and %d, headers (-GET +HEAD):\n%s", path, coding, g.Code, hd.Code, diff)
			}
			if hd.Body.Len() != 0 || hd.Header().Get("Content-Length") != fmt.Sprint(g.Body.Len()) {
				t.Errorf("%s as %q: HEAD has %d bytes, Content-Length %s; GET has %d bytes", path, coding, hd.Body.Len(), hd.Header().Get("Content-Length"), g.Body.Len())
			}
		}
	}
}

func TestIfNoneMatch(t *testing.T) {
	h, _, _ := serving(t)
	etag := get(h, "/topics/strait.atom").Header().Get("ETag")
	for name, tc := range map[string]struct {
		header []string
		want   int
	}{
		"same":                        {[]string{"If-None-Match", etag}, 304},
		"weak":                        {[]string{"If-None-Match", "W/" + etag}, 304},
		"in a list":                   {[]string{"If-None-Match", `"a,b", W/"c" ,` + etag}, 304},
		"in a second line":            {[]string{"If-None-Match", `"a"`, "If-None-Match", etag}, 304},
		"star":                        {[]string{"If-None-Match", "*"}, 304},
		"other":                       {[]string{"If-None-Match", `"other"`}, 200},
		"inside another tag":          {[]string{"If-None-Match", `"x` + strings.Trim(etag, `"`) + `"`}, 200},
		"without quotes":              {[]string{"If-None-Match", strings.Trim(etag, `"`)}, 200},
		"unclosed":                    {[]string{"If-None-Match", `"abc`}, 200},
		"lower-case weak":             {[]string{"If-None-Match", "w/" + etag}, 200},
		"wins over a later date":      {[]string{"If-None-Match", `"other"`, "If-Modified-Since", "Tue, 06 Jan 2026 00:00:00 GMT"}, 200},
		"wins over an earlier date":   {[]string{"If-None-Match", etag, "If-Modified-Since", "Tue, 06 Jan 2015 00:00:00 GMT"}, 304},
		"date alone, same":            {[]string{"If-Modified-Since", "Mon, 05 Jan 2026 09:00:01 GMT"}, 304},
		"date alone, later":           {[]string{"If-Modified-Since", "Mon, 05 Jan 2026 10:00:00 GMT"}, 304},
		"date alone, earlier":         {[]string{"If-Modified-Since", "Mon, 05 Jan 2026 09:00:00 GMT"}, 200},
		"date alone, in RFC 850 form": {[]string{"If-Modified-Since", "Monday, 05-Jan-26 09:00:01 GMT"}, 304},
		"date that is none":           {[]string{"If-Modified-Since", "yesterday"}, 200},
		"etag of another coding":      {[]string{"If-None-Match", etag, "Accept-Encoding", "br"}, 200},
	} {
		t.Run(name, func(t *testing.T) { wantStatus(t, get(h, "/topics/strait.atom", tc.header...), tc.want) })
	}
}

// TestPreconditionsOfTheRest has a request fail that is made for another representation, or an older one.
func TestPreconditionsOfTheRest(t *testing.T) {
	h, _, _ := serving(t)
	etag := get(h, "/topics/strait.atom").Header().Get("ETag")
	for name, tc := range map[string]struct {
		header []string
		want   int
	}{
		"same":                         {[]string{"If-Match", etag}, 200},
		"in a list":                    {[]string{"If-Match", `"a", ` + etag}, 200},
		"star":                         {[]string{"If-Match", "*"}, 200},
		"other":                        {[]string{"If-Match", `"other"`}, 412},
		"weak":                         {[]string{"If-Match", "W/" + etag}, 412},
		"none in it":                   {[]string{"If-Match", ""}, 412},
		"etag of another coding":       {[]string{"If-Match", etag, "Accept-Encoding", "br"}, 412},
		"same, and known":              {[]string{"If-Match", etag, "If-None-Match", etag}, 304},
		"other, and known":             {[]string{"If-Match", `"other"`, "If-None-Match", etag}, 412},
		"not changed since":            {[]string{"If-Unmodified-Since", "Mon, 05 Jan 2026 09:00:01 GMT"}, 200},
		"changed since":                {[]string{"If-Unmodified-Since", "Mon, 05 Jan 2026 08:59:59 GMT"}, 412},
		"wins over the date":           {[]string{"If-Match", etag, "If-Unmodified-Since", "Mon, 05 Jan 2026 08:59:59 GMT"}, 200},
		"date that is none":            {[]string{"If-Unmodified-Since", "yesterday"}, 200},
		"not changed since, and known": {[]string{"If-Unmodified-Since", "Mon, 05 Jan 2026 09:00:01 GMT", "If-Modified-Since", "Mon, 05 Jan 2026 09:00:01 GMT"}, 304},
	} {
		t.Run(name, func(t *testing.T) { wantStatus(t, get(h, "/topics/strait.atom", tc.header...), tc.want) })
	}
	w := get(h, "/topics/strait.atom", "If-Match", `"other"`)
	if w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a failed precondition is answered with the headers of the feed: %v", w.Header())
	}
}

func TestEveryCodingHasItsOwnETagAndDecodesToTheSameBytes(t *testing.T) {
	h, _, _ := serving(t)
	plain := get(h, "/topics/strait.atom").Body.String()
	etags := make(map[string]string)
	for coding, decode := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
	} {
		w := get(h, "/topics/strait.atom", "Accept-Encoding", coding)
		if got := w.Header().Get("Content-Encoding"); got != coding {
			t.Errorf("Accept-Encoding %q: Content-Encoding %q", coding, got)
		}
		if got := w.Header().Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: Vary %q", coding, got)
		}
		r, err := decode(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil || string(body) != plain {
			t.Errorf("Accept-Encoding %q: %d bytes, error %v; want %d bytes", coding, len(body), err, len(plain))
		}
		etag := w.Header().Get("ETag")
		if other, taken := etags[etag]; taken {
			t.Errorf("%q and %q share the ETag %s", coding, other, etag)
		}
		etags[etag] = coding
	}
}

func TestAcceptEncoding(t *testing.T) {
	h, _, _ := serving(t)
	for header, want := range map[string]string{
		"gzip, deflate, br, zstd":    "br",
		"gzip":                       "gzip",
		"x-gzip":                     "gzip",
		"GZIP;q=0.5":                 "gzip",
		"br;q=0.5, gzip":             "gzip",
		"br;q=0, gzip;q=0, zstd;q=0": "",
		"*":                          "br",
		"*, br;q=0":                  "zstd",
		"*;q=0":                      "",
		"identity":                   "",
		"identity, gzip;q=0.5":       "",
		"identity;q=0":               "",
		"deflate":                    "",
		"gzip;q=2":                   "",
		"gzip;q=nan":                 "",
		"gzip ; q=0.001":             "gzip",
		"zstd;q=1.0,br;q=1.0,gzip":   "br",
		",, ,":                       "",
	} {
		if got := get(h, "/topics/strait.atom", "Accept-Encoding", header).Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: coded as %q, want %q", header, got, want)
		}
	}
}

func TestTwoServersGiveTheSameBytes(t *testing.T) {
	one, _, _ := serving(t)
	other, _, c := serving(t)
	c.pass(1000 * time.Hour)
	for _, path := range append([]string{"/", "/topics/strait", "/opml.xml", "/sources"}, feedPaths...) {
		for _, coding := range []string{"", "gzip", "br", "zstd"} {
			a, b := get(one, path, "Accept-Encoding", coding), get(other, path, "Accept-Encoding", coding)
			if !bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) || a.Header().Get("ETag") != b.Header().Get("ETag") {
				t.Errorf("%s as %q differs between two servers", path, coding)
			}
		}
	}
}

func TestCacheControlFollowsTheCadence(t *testing.T) {
	for interval, want := range map[time.Duration]string{
		0:                  "public, max-age=300,",
		time.Second:        "public, max-age=60,",
		7*time.Minute + 59: "public, max-age=420,",
		5 * time.Hour:      "public, max-age=900,",
	} {
		store := newFakeStore(richEdition())
		store.topics[0].Interval = interval
		s, _ := newServer(t, store)
		got := get(s.Handler(), "/topics/strait.atom").Header().Get("Cache-Control")
		if !strings.HasPrefix(got, want) || !strings.Contains(got, "stale-while-revalidate=") || !strings.Contains(got, "stale-if-error=") {
			t.Errorf("interval %v: Cache-Control %q, want %q and what may be stale", interval, got, want)
		}
	}
	h, _, _ := serving(t)
	if got := get(h, "/topics/strait/archive/2.atom").Header().Get("Cache-Control"); !strings.HasPrefix(got, "public, max-age=86400") || strings.Contains(got, "immutable") {
		t.Errorf("sealed page: Cache-Control %q", got)
	}
}

func TestHeadersOfFeeds(t *testing.T) {
	h, _, _ := serving(t)
	for path, mediaType := range map[string]string{
		"/topics/strait.atom": "application/atom+xml; charset=utf-8", "/topics/strait.rss": "application/rss+xml; charset=utf-8",
		"/topics/strait.json": "application/feed+json; charset=utf-8", "/opml.xml": "text/x-opml; charset=utf-8",
		"/sources.opml": "text/x-opml; charset=utf-8", "/topics/strait/archive/2.rss": "application/rss+xml; charset=utf-8",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			head := ask(h, method, path).Header()
			for name, want := range map[string]string{
				"Content-Type": mediaType, "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*", "Set-Cookie": "",
				"Content-Disposition": "",
			} {
				if got := head.Get(name); got != want {
					t.Errorf("%s %s: %s %q, want %q", method, path, name, got, want)
				}
			}
			if links := strings.Join(head.Values("Link"), "\n"); !strings.Contains(links, "<"+baseURL+path+`>; rel="self"`) {
				t.Errorf("%s %s: no Link to self in %q", method, path, links)
			}
		}
	}
}

func TestOneAddressForEachThing(t *testing.T) {
	store := newFakeStore(richEdition(), sealedEdition())
	store.topics[0].Aliases = []string{"narrows"}
	store.topics = append(store.topics, news.TopicState{Topic: news.Topic{Slug: "old", Aliases: []string{"older"}}, Removed: true})
	s, _ := newServer(t, store)
	h := s.Handler()
	for path, want := range map[string]struct {
		status   int
		location string
	}{
		"/topics/Strait.atom":            {308, "/topics/strait.atom"},
		"/topics/strait.ATOM":            {308, "/topics/strait.atom"},
		"/topics/strait.atom/":           {308, "/topics/strait.atom"},
		"/Topics/strait/":                {308, "/topics/strait"},
		"//topics//strait":               {308, "/topics/strait"},
		"/topics/./x/../strait.rss":      {308, "/topics/strait.rss"},
		"/topics/strait.atom?utm_x=1":    {200, ""},
		"/topics/STRAIT.atom?q=A":        {308, "/topics/strait.atom?q=A"},
		"//evil.example/":                {308, "/evil.example"},
		"/%5Cevil.example/":              {308, "/%5Cevil.example"},
		"/topics/narrows.json":           {308, "/topics/strait.json"},
		"/topics/narrows":                {308, "/topics/strait"},
		"/topics/narrows/archive/2.rss":  {308, "/topics/strait/archive/2.rss"},
		"/topics/old.atom":               {410, ""},
		"/topics/old":                    {410, ""},
		"/topics/older.rss":              {410, ""},
		"/topics/never.atom":             {404, ""},
		"/topics/strait.xml":             {404, ""},
		"/topics/strait.atom.rss":        {404, ""},
		"/topics/strait/archive/3.atom":  {404, ""},
		"/topics/strait/archive/0.atom":  {404, ""},
		"/topics/strait/archive/02.atom": {404, ""},
		"/topics/strait/archive/+2.atom": {404, ""},
		"/topics/strait/archive/-2.atom": {404, ""},
		"/topics/strait/archive/2":       {404, ""},
		"/topics/strait/archive":         {404, ""},
		"/stories/" + uuidOf(9):          {404, ""},
		"/stories/not-an-id":             {404, ""},
		"/static/../static/wireroom.css": {308, "/static/wireroom.css"},
		"/static/nothing.css":            {404, ""},
	} {
		w := get(h, path)
		if got := w.Header().Get("Location"); w.Code != want.status || got != want.location {
			t.Errorf("%s: %d to %q, want %d to %q", path, w.Code, got, want.status, want.location)
		}
		if want.status == 404 || want.status == 410 {
			if got := w.Header().Get("Cache-Control"); got != "public, max-age=60" {
				t.Errorf("%s: Cache-Control %q: a refusal is cached for a minute", path, got)
			}
		}
		if strings.Contains(path, ".atom") && want.status == 404 && w.Body.Len() > 200 {
			t.Errorf("%s: a 404 of %d bytes is not short", path, w.Body.Len())
		}
	}
}

func TestOnlyGetAndHead(t *testing.T) {
	h, _, _ := serving(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		w := ask(h, method, "/topics/strait.atom")
		if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestBasePathInFrontOfAllLinks(t *testing.T) {
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{Store: newFakeStore(richEdition()), BaseURL: "https://example.org/wire/", Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	for _, path := range []string{"/topics/strait.atom", "/wire/topics/strait.atom"} {
		if body := get(h, path).Body.String(); !strings.Contains(body, `href="https://example.org/wire/topics/strait.atom" rel="self"`) {
			t.Errorf("%s: self does not carry the base path", path)
		}
	}
	if got := get(h, "/wire/Topics/strait").Header().Get("Location"); got != "/wire/topics/strait" {
		t.Errorf("Location %q, want /wire/topics/strait", got)
	}
	if body := get(h, "/wire").Body.String(); !strings.Contains(body, `href="/wire/topics/strait"`) {
		t.Error("the front page's links do not carry the base path")
	}
}

func TestNewRefusesABadBaseURL(t *testing.T) {
	for _, bad := range []string{"", "wire.example.org", "ftp://wire.example.org", "https://", "https://u:p@wire.example.org", "https://x.example/?a=1", "https://x.example/%zz"} {
		if _, err := publish.New(publish.Config{Store: newFakeStore(), Now: time.Now, BaseURL: bad}); err == nil {
			t.Errorf("base URL %q was taken", bad)
		}
	}
}

func TestNotModifiedCostsNoStoreAccess(t *testing.T) {
	h, store, c := serving(t)
	etag := get(h, "/topics/strait.atom").Header().Get("ETag")
	before := store.calls()
	for range 100 {
		wantStatus(t, get(h, "/topics/strait.atom", "If-None-Match", etag), 304)
	}
	if n := store.calls() - before; n != 0 {
		t.Errorf("100 conditional requests within a second asked the store %d times", n)
	}
	c.pass(time.Second)
	for range 100 {
		wantStatus(t, get(h, "/topics/strait.atom", "If-None-Match", etag), 304)
	}
	if n := store.calls() - before; n != 1 {
		t.Errorf("100 conditional requests in the next second asked the store %d times, want 1", n)
	}
}

func TestANewRevisionIsSeenWithinASecond(t *testing.T) {
	h, store, c := serving(t)
	first := get(h, "/topics/strait.atom")
	e := richEdition()
	e.Revision, e.Updated, e.Entries = 8, e.Updated.Add(time.Minute), e.Entries[1:]
	store.put(e)
	c.pass(time.Second)
	second := get(h, "/topics/strait.atom", "If-None-Match", first.Header().Get("ETag"))
	wantStatus(t, second, 200)
	if strings.Contains(second.Body.String(), uuidOf(5)) {
		t.Error("the old Edition is still served")
	}
	if page := get(h, "/").Body.String(); strings.Contains(page, uuidOf(5)) {
		t.Error("the front page still shows the old Edition")
	}
	if sealed := get(h, "/topics/strait/archive/2.atom"); sealed.Code != 200 {
		t.Errorf("sealed page: status %d", sealed.Code)
	}
}

func TestANewRevisionLeavesSealedPagesAsTheyAre(t *testing.T) {
	h, store, c := serving(t)
	for _, format := range []string{"atom", "rss", "json"} {
		first := get(h, "/topics/strait/archive/2."+format)
		head, sealed := richEdition(), sealedEdition()
		for _, e := range []*news.Edition{&head, &sealed} {
			e.Revision, e.Pages, e.Updated = 9, 3, e.Updated.Add(time.Hour)
		}
		store.put(head)
		store.put(sealed)
		c.pass(time.Minute)
		if w := get(h, "/topics/strait/archive/2."+format, "If-None-Match", first.Header().Get("ETag")); w.Code != 304 {
			t.Errorf("%s: status %d: a new page has changed an old one", format, w.Code)
		}
	}
}

func TestManyReadersAtOnceMakeADocumentOnce(t *testing.T) {
	store := newFakeStore(richEdition())
	s, _ := newServer(t, store)
	h := s.Handler()
	var wait sync.WaitGroup
	for i := range 64 {
		wait.Go(func() {
			coding := []string{"", "gzip", "br", "zstd"}[i%4]
			if w := get(h, "/topics/strait.atom", "Accept-Encoding", coding); w.Code != 200 {
				t.Errorf("status %d", w.Code)
			}
			get(h, "/")
		})
	}
	wait.Wait()
	if n := store.calls(); n != 3 {
		t.Errorf("64 readers made %d visits to the store, want 3: the list, the feed, the front page", n)
	}
}

func TestServerHasAllItsLimits(t *testing.T) {
	s, _ := newServer(t, newFakeStore())
	hs := s.HTTPServer("127.0.0.1:0")
	if hs.ReadHeaderTimeout <= 0 || hs.ReadTimeout <= 0 || hs.WriteTimeout <= 0 || hs.IdleTimeout <= 0 || hs.MaxHeaderBytes <= 0 || hs.ErrorLog == nil {
		t.Errorf("a limit is missing: %+v", hs)
	}
}

func TestOverTheNetwork(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()
	res, err := srv.Client().Get(srv.URL + "/topics/Strait.atom/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || res.Request.URL.Path != "/topics/strait.atom" {
		t.Fatalf("status %d at %s, error %v", res.StatusCode, res.Request.URL, err)
	}
	if !bytes.Equal(body, render(t, richEdition(), publish.Atom)) {
		t.Error("the bytes on the wire are not those of the rendering")
	}
	req, _ := http.NewRequest("GET", srv.URL+"/topics/strait.atom", nil)
	req.Header.Set("If-None-Match", res.Header.Get("ETag"))
	again, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d", again.StatusCode)
	}
}
