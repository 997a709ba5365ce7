package main

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const (
	day        = 24 * time.Hour
	sharedHost = "127.0.2.1" // whose Retry-After is configured to speak for all of it
)

// yearScenes are the publishers of the year, in the order of the rules that they are about.
func yearScenes() []scene {
	return slices.Concat(validatorScenes(), timingScenes(), requestScenes(), answerScenes())
}

// between checks how often a path was asked in the year.
func between(path string, least, most int) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		t.Helper()
		if n := len(s.calls(path)); n < least || n > most {
			t.Errorf("%s: %s was asked %d times, want %d to %d", s.name, path, n, least, most)
		}
	}
}

func validatorScenes() []scene {
	date := func(c *call) string { return yearBegins.AddDate(0, 0, 7*(c.edition()-1)).UTC().Format(http.TimeFormat) }
	return []scene{
		{name: "ETag and Last-Modified", answer: func(c *call) { c.give(c.tag(), date(c), c.document()) }, check: between("/feed", 300, 900)},
		{name: "Last-Modified alone", answer: func(c *call) { c.give("", date(c), c.document()) }},
		{name: "validators that break the grammar", answer: func(c *call) {
			c.give(fmt.Sprintf(`W/"a, b" %d`, c.edition()), "the day after "+strconv.Itoa(c.edition()), c.document())
		}},
		{name: "an ETag that changes while Last-Modified stays", answer: func(c *call) {
			c.give(fmt.Sprintf(`"call-%d"`, c.nth), yearBegins.UTC().Format(http.TimeFormat), c.document())
		}},
		{name: "a 304 with a new ETag", answer: func(c *call) {
			if c.nth == 1 {
				c.give(`"first"`, "", c.document())
				return
			}
			c.validators(fmt.Sprintf(`"renewed-%d"`, c.nth), "")
			c.etag = fmt.Sprintf(`"renewed-%d"`, c.nth)
			c.status(http.StatusNotModified)
		}},
		{name: "a 200 without validators clears them", answer: func(c *call) {
			if c.edition()%2 == 0 {
				c.give("", "", c.document())
				return
			}
			c.give(c.tag(), "", c.document())
		}},
		{name: "validators go to the URL that issued them", answer: func(c *call) {
			if c.request.URL.Path == "/feed" {
				http.Redirect(c, c.request, "/target", http.StatusFound)
				return
			}
			c.give(c.tag(), "", c.document())
		}},
	}
}

func timingScenes() []scene {
	return slices.Concat(freshnessScenes(), retryScenes(), []scene{
		{name: "skipHours, in GMT", answer: func(c *call) {
			c.document304("<skipHours>" + hours(0, 11) + "</skipHours>")
			if h := c.now.Add(yearStep).UTC().Hour(); h < 12 { // the next look comes in an hour that is skipped
				c.wait(yearStep + time.Minute)
			}
		}},
		{name: "skipDays, in GMT", answer: func(c *call) {
			c.document304("<skipDays><day>Saturday</day><day>Sunday</day></skipDays>")
			for t := c.now; t.Before(c.now.Add(3 * day)); t = t.Add(time.Hour) {
				if d := t.UTC().Weekday(); d == time.Saturday || d == time.Sunday {
					c.soonest = latestOf(c.soonest, c.now.Add(yearFloor))
				}
			}
			if d := c.now.UTC().Weekday(); c.nth > 1 && !c.forced() && (d == time.Saturday || d == time.Sunday) {
				c.misbehaved("asked on a %v", d)
			}
		}},
		{name: "twelve sources on one host", sources: dozen(), answer: func(c *call) {
			c.Header().Set("Cache-Control", "max-age=604800")
			c.give(c.tag(), "", c.document())
			c.wait(7 * day)
		}, check: func(t *testing.T, s *stage) {
			if s.spaced < 600 || 3*s.connections > s.requests {
				t.Errorf("%s: %d requests judged on their spacing, %d connections for %d requests; want 600 or more, and connections that serve again", s.name, s.spaced, s.connections, s.requests)
			}
		}},
		{name: "404 backs off to daily", answer: func(c *call) { c.status(http.StatusNotFound) }, check: between("/feed", 300, 420)},
		{name: "410 stops", answer: func(c *call) {
			if c.nth < 3 {
				c.give(c.tag(), "", c.document())
				return
			}
			c.status(http.StatusGone)
			c.ban(10 * 365 * day)
		}, check: func(t *testing.T, s *stage) {
			if row := s.source("/feed"); row["state"] != "gone" || row["next_poll"] != "" || row["reason"] != "410 gone: stopped" {
				t.Errorf("%s: %v", s.name, row)
			}
		}},
		{name: "a learned cadence", answer: func(c *call) { c.give(c.tag(), "", c.document()) }, check: func(t *testing.T, s *stage) {
			if row := s.source("/feed"); !strings.Contains(row["reason"], "learned: an item every 7 days") {
				t.Errorf("%s: reason %q", s.name, row["reason"])
			}
		}},
	})
}

// freshnessScenes say how long their documents are good, each in its own way.
func freshnessScenes() []scene {
	return []scene{
		{name: "max-age", answer: func(c *call) {
			c.Header().Set("Cache-Control", "public, max-age=172800")
			c.give(c.tag(), "", c.document())
			c.wait(2 * day)
		}},
		{name: "max-age less Age", answer: func(c *call) {
			c.Header().Set("Cache-Control", "max-age=172800")
			c.Header().Set("Age", "86400")
			c.give(c.tag(), "", c.document())
			c.wait(day)
		}},
		{name: "max-age on the 200 alone", answer: func(c *call) {
			if c.request.Header.Get("If-None-Match") != c.tag() {
				c.Header().Set("Cache-Control", "max-age=172800")
			}
			c.give(c.tag(), "", c.document())
			c.wait(2 * day)
		}},
		{name: "Expires", answer: func(c *call) {
			c.Header().Set("Expires", c.now.Add(2*day).UTC().Format(http.TimeFormat))
			c.give(c.tag(), "", c.document())
			c.wait(2 * day)
		}},
		{name: "ttl", answer: func(c *call) { c.document304("<ttl>2880</ttl>"); c.wait(2 * day) }},
		{name: "sy:updatePeriod", answer: func(c *call) {
			c.document304(`<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">weekly</sy:updatePeriod>` +
				`<sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">2</sy:updateFrequency>`)
			c.wait(84 * time.Hour)
		}},
	}
}

// retryScenes ask for time.
func retryScenes() []scene {
	return []scene{
		{name: "429 with Retry-After in seconds", answer: every(5, func(c *call) {
			c.status(http.StatusTooManyRequests, "Retry-After", "200000")
			c.ban(200000 * time.Second)
		})},
		{name: "Retry-After on 503, as a date", answer: every(5, func(c *call) {
			until := c.now.Add(3 * day).Truncate(time.Second)
			c.status(http.StatusServiceUnavailable, "Retry-After", until.UTC().Format(http.TimeFormat))
			c.ban(until.Sub(c.now))
		})},
		{name: "Retry-After on 500", answer: every(5, func(c *call) {
			c.status(http.StatusInternalServerError, "Retry-After", "200000")
			c.ban(200000 * time.Second)
		})},
		{name: "Retry-After beyond the longest wait", answer: every(5, func(c *call) {
			c.status(http.StatusServiceUnavailable, "Retry-After", "99999999")
			c.ban(30 * day)
		})},
		{name: "503 without Retry-After", answer: func(c *call) {
			c.status(http.StatusServiceUnavailable)
			c.wait(min(15*time.Minute<<min(c.nth-1, 10), day))
		}, check: between("/feed", 300, 420)},
		{name: "Retry-After for all of a host", host: sharedHost, sources: []string{"/a", "/b"}, answer: func(c *call) {
			if c.request.URL.Path == "/a" && c.nth%4 == 2 {
				c.status(http.StatusTooManyRequests, "Retry-After", "200000")
				c.everyone(200000 * time.Second)
				return
			}
			c.give(c.tag(), "", c.document())
		}, check: func(t *testing.T, s *stage) {
			if a, b := len(s.calls("/a")), len(s.calls("/b")); a < 100 || b < 100 || b > 3*a {
				t.Errorf("%s: asked %d and %d times", s.name, a, b)
			}
		}},
	}
}

func requestScenes() []scene {
	var elsewhere string // of another origin, that credentials must not reach
	return []scene{
		{name: "a publisher of another origin", answer: func(c *call) {
			elsewhere = c.URL
			if c.request.Header.Get("Authorization")+c.request.Header.Get("X-Key") != "" {
				c.misbehaved("credentials of another origin")
			}
			c.give(c.tag(), "", c.document())
		}, sources: []string{"/own"}},
		{name: "credentials, and a redirect to another origin", answer: func(c *call) {
			if c.request.Header.Get("Authorization") == "" || c.request.Header.Get("X-Key") == "" {
				c.misbehaved("without its credentials")
			}
			http.SetCookie(c, &http.Cookie{Name: "session", Value: "1"})
			http.Redirect(c, c.request, elsewhere+"/shared", http.StatusTemporaryRedirect)
			c.wait(0)
		}, entry: func(_ *stage, e *sourceEntry) {
			e.BasicAuth, e.Headers = "reader:secret", map[string]string{"X-Key": "secret"}
		}},
		{name: "cookies", answer: func(c *call) {
			http.SetCookie(c, &http.Cookie{Name: "session", Value: strconv.Itoa(c.nth)})
			c.give(c.tag(), "", c.document())
		}},
		{name: "IPv6", host: "::1", answer: func(c *call) { c.give(c.tag(), "", c.document()) }},
		{name: "HTTP/2 and TLS, from roots of its own", host: "127.0.0.1", tls: true, answer: func(c *call) {
			if c.request.ProtoMajor != 2 {
				c.misbehaved("spoke %s", c.request.Proto)
			}
			c.give(c.tag(), "", c.document())
		}},
		{name: "gzip, br, zstd, deflate, and twice", answer: func(c *call) {
			names := []string{"gzip", "br", "zstd", "deflate", "gzip, gzip"}
			coding := names[c.edition()%len(names)]
			if c.request.Header.Get("If-None-Match") == c.tag() {
				c.status(http.StatusNotModified)
				return
			}
			c.etag = c.tag()
			c.validators(c.tag(), "")
			c.Header().Set("Content-Encoding", coding)
			c.send(coded(coding, c.document()))
		}, check: fresh},
	}
}

func answerScenes() []scene {
	const moved = "/moved"
	return []scene{
		{name: "301, adopted when it held", answer: func(c *call) {
			if c.request.URL.Path == "/feed" {
				c.status(http.StatusMovedPermanently, "Location", moved)
				return
			}
			c.give(c.tag(), "", c.document())
		}, check: func(t *testing.T, s *stage) {
			old := s.calls("/feed")
			if n := len(old); n < 3 || n > 8 || old[n-1].Sub(old[0]) < 2*day || s.source("/feed")["state"] != "moved" {
				t.Errorf("%s: the old address was asked %d times, over %v; want 3 to 8, and two days or more", s.name, n, old[len(old)-1].Sub(old[0]))
			}
		}},
		{name: "302, never adopted", answer: func(c *call) {
			if c.request.URL.Path == "/feed" {
				c.status(http.StatusFound, "Location", moved)
				return
			}
			c.give(c.tag(), "", c.document())
		}, check: between("/feed", 300, 900)},
		{name: "a redirect loop", answer: func(c *call) { c.status(http.StatusMovedPermanently, "Location", "/feed") }, check: between("/feed", 300, 420)},
		{name: "more than five hops", answer: func(c *call) {
			n, _ := strconv.Atoi(strings.TrimPrefix(c.request.URL.Path, "/hop"))
			c.status(http.StatusFound, "Location", fmt.Sprintf("/hop%d", n+1))
		}, check: between("/hop6", 0, 0)},
		{name: "HTML at 200", answer: every(3, func(c *call) { c.send("<!DOCTYPE html><title>Please enable JavaScript</title>") }), check: fresh},
		{name: "an empty body, or no items", answer: every(3, func(c *call) {
			if c.nth%2 == 0 {
				c.send("")
				return
			}
			c.send(rss("empty"))
		}), check: fresh},
		{name: "a body that breaks off", answer: every(3, func(c *call) {
			text := c.document()
			c.validators(`"cut"`, "")
			c.Header().Set("Content-Length", strconv.Itoa(len(text)))
			c.send(text[:len(text)-80])
		}), check: fresh},
		{name: "a redirect to a private address", answer: func(c *call) { c.status(http.StatusFound, "Location", "http://10.0.0.1/latest/meta-data/") },
			check: func(t *testing.T, s *stage) {
				if row := s.source("/feed"); !strings.Contains(row["error"], "fetch.allow") {
					t.Errorf("%s: error %q", s.name, row["error"])
				}
			}},
		{name: "a body without end, and a bomb", answer: every(3, func(c *call) {
			if c.nth%2 == 0 {
				c.Header().Set("Content-Encoding", "gzip")
				c.send(coded("gzip", strings.Repeat("<item/>", yearMaxBody)))
				return
			}
			for range 64 {
				if _, err := c.Write(bytes.Repeat([]byte("<item/>"), 1<<12)); err != nil {
					break
				}
			}
			c.wait(0)
		}), check: fresh},
		{name: "an answer that does not come", answer: func(c *call) {
			if c.nth == 5 {
				<-c.request.Context().Done()
			}
			c.give(c.tag(), "", c.document())
		}, check: fresh},
		{name: "article pages, as robots.txt allows", answer: articles, entry: func(_ *stage, e *sourceEntry) { e.FullText = true }, check: func(t *testing.T, s *stage) {
			for path, a := range s.paths {
				if strings.HasPrefix(path, "/page/") && len(a.calls) > 1 || strings.HasPrefix(path, "/private/") {
					t.Errorf("%s: %s was asked %d times", s.name, path, len(a.calls))
				}
			}
			if n := len(s.calls("/page/50")); n != 1 {
				t.Errorf("%s: a page was asked for %d times, want once", s.name, n)
			}
		}},
	}
}

// articles is a feed whose items have pages, every third of them forbidden.
func articles(c *call) {
	switch path := c.request.URL.Path; {
	case path == "/robots.txt":
		c.Header().Set("Content-Type", "text/plain")
		_, _ = c.Write([]byte("User-agent: *\nDisallow: /private/\n"))
		c.soonest = time.Time{} // it is asked for anew by each process
	case path == "/feed":
		folder := "page"
		if c.edition()%3 == 0 {
			folder = "private"
		}
		c.give(c.tag(), "", rss("articles", story{n: c.edition(), link: fmt.Sprintf("%s/%s/%d", c.URL, folder, c.edition()), at: c.now.Add(-time.Minute)}))
	default:
		c.send("<!DOCTYPE html><title>A page</title><article><h1>A page</h1>" + strings.Repeat("<p>Envoys met again, and said at length what they had said before, in other words.</p>", 20) + "</article>")
	}
}

// fresh wants the source to have its newest item: trouble in between has not kept it from that.
func fresh(t *testing.T, s *stage) {
	t.Helper()
	id := s.source("/feed")["id"]
	items := s.year.rows("items", "--source", id, "--limit", "0")
	if len(items) < yearDays/7 { // the last week has a day
		t.Errorf("%s: %d items, want %d", s.name, len(items), yearDays/7)
	}
}

// every answers each nth call by trouble, and else with the feed.
func every(n int, trouble func(*call)) func(*call) {
	return func(c *call) {
		if c.nth%n == 0 {
			trouble(c)
			return
		}
		c.give(c.tag(), "", c.document())
	}
}

// document304 gives the document with something more in its channel.
func (c *call) document304(channel string) {
	c.give(c.tag(), "", strings.Replace(c.document(), "<description>", channel+"<description>", 1))
}

// everyone bans every path of the stage.
func (c *call) everyone(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.paths {
		a.hold = c.now.Add(d)
	}
}

func (c *call) forced() bool {
	c.year.mu.Lock()
	defer c.year.mu.Unlock()
	return c.year.forced
}

// misbehaved counts what only the scene can see.
func (c *call) misbehaved(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault(&c.traces, c.request, format, args...)
}

func hours(from, to int) string {
	var b strings.Builder
	for h := from; h <= to; h++ {
		fmt.Fprintf(&b, "<hour>%d</hour>", h)
	}
	return b.String()
}

func dozen() (paths []string) {
	for n := range 12 {
		paths = append(paths, fmt.Sprintf("/feed-%d", n))
	}
	return paths
}

// coded applies a content coding, or two.
func coded(coding, text string) string {
	var b bytes.Buffer
	var w interface {
		Write([]byte) (int, error)
		Close() error
	}
	switch coding {
	case "gzip, gzip":
		return coded("gzip", coded("gzip", text))
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b) // without options it cannot fail
	}
	_, _ = w.Write([]byte(text)) // a buffer takes everything
	_ = w.Close()
	return b.String()
}

// rootsFile writes the certificate of a server where tls_roots can name it.
func rootsFile(t *testing.T, s *httptest.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
