package main

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// What other readers get wrong, as publishers have written about them. Each case polls at hours from noon.
func TestWhatPeersGetWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*peerCase){
		"Retry-After on 503":                                     retryAfterOn503,
		"an ETag that changes while Last-Modified stays":         etagChangesAlone,
		"a 304 with a new ETag":                                  newETagOn304,
		"a 200 without validators":                               validatorsCleared,
		"permanent redirects are remembered only when they held": redirectsHeld,
		"410":             goneIsGone,
		"sy:updatePeriod": updatePeriod,
		"skipHours":       skipHoursObeyed,
		"skipDays":        skipDaysObeyed,
		"the Referer that net/http adds on redirects": noReferer,
		"UTF-16":                               utf16Document,
		"header-only charsets":                 headerCharset,
		"twelve sources on one host":           twelveOnOneHost,
		"one Atom entry edited stays one item": atomEntryEdited,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOrigin(t)
			test(&peerCase{T: t, origin: o, house: newHouse(t, o.sources("feed")...)})
		})
	}
}

type peerCase struct {
	*testing.T
	*origin
	*house
}

// poll polls so many hours after noon, and returns what was asked meanwhile.
func (c *peerCase) poll(hours float64, args ...string) []request {
	c.Helper()
	c.forget()
	c.must(append([]string{"poll", "--at", after(time.Duration(hours * float64(time.Hour)))}, args...)...)
	return c.requests()
}

func (c *peerCase) asks(hours float64, want int, args ...string) {
	c.Helper()
	if got := len(c.poll(hours, args...)); got != want {
		c.Errorf("%v hours after noon, poll %v made %d requests, want %d", hours, args, got, want)
	}
}

// wantValidators polls with --force and looks at what the request carries.
func (c *peerCase) wantValidators(hours float64, etag, modified string) {
	c.Helper()
	asked := c.poll(hours, "--force")
	if len(asked) != 1 || asked[0].header.Get("If-None-Match") != etag || asked[0].header.Get("If-Modified-Since") != modified {
		c.Errorf("%v hours after noon: got %v, want one request with %q and %q", hours, asked, etag, modified)
	}
}

// answering gives one answer after the other, the last one for ever.
func (c *peerCase) answering(all ...http.HandlerFunc) {
	n := 0
	c.on("/feed", func(w http.ResponseWriter, r *http.Request) {
		answer := all[min(n, len(all)-1)]
		n++
		answer(w, r)
	})
}

// with answers with a status and headers, and, at 200, a feed.
func with(status int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header()[headers[i]] = []string{headers[i+1]}
		}
		w.WriteHeader(status)
		if status == http.StatusOK {
			_, _ = w.Write([]byte(rss("feed", numbered(3)...)))
		}
	}
}

func retryAfterOn503(c *peerCase) {
	c.answering(with(200), with(503, "Retry-After", "18000"), with(200))
	c.asks(0, 1)
	c.asks(1, 1, "--force")
	c.asks(5.9, 0, "--force")
	c.asks(6.1, 1, "--force")
}

func etagChangesAlone(c *peerCase) {
	const date = "Mon, 02 Mar 2026 11:00:00 GMT"
	c.answering(with(200, "Etag", `"a"`, "Last-Modified", date), with(200, "Etag", `"b"`, "Last-Modified", date), with(304))
	c.asks(0, 1)
	c.wantValidators(1, `"a"`, date)
	c.wantValidators(2, `"b"`, date)
}

func newETagOn304(c *peerCase) {
	c.answering(with(200, "Etag", `"a"`), with(304, "Etag", `W/"b"`), with(304))
	c.asks(0, 1)
	c.wantValidators(1, `"a"`, "")
	c.wantValidators(2, `W/"b"`, "")
	c.wantValidators(3, `W/"b"`, "")
}

func validatorsCleared(c *peerCase) {
	c.answering(with(200, "Etag", `"a"`), with(200))
	c.asks(0, 1)
	c.wantValidators(1, `"a"`, "")
	c.wantValidators(2, "", "")
}

func redirectsHeld(c *peerCase) {
	permanent := true
	c.on("/feed", func(w http.ResponseWriter, r *http.Request) {
		status := http.StatusFound
		if permanent {
			status = http.StatusMovedPermanently
		}
		http.Redirect(w, r, "/new", status)
	})
	c.publish("/new", rss("feed", numbered(3)...))
	days := func(n float64) float64 { return 24 * n }
	for hour := range 4 {
		c.asks(float64(hour), 2, "--force") // often, but not for days
	}
	permanent = false
	c.asks(days(3), 2, "--force") // for days, but not always
	permanent = true
	for _, day := range []float64{4, 5, 6} {
		c.asks(days(day), 2, "--force")
	}
	c.asks(days(7), 1, "--force") // it has held
}

func goneIsGone(c *peerCase) {
	c.answering(with(200), with(410))
	c.asks(0, 1)
	c.asks(1, 1, "--force")
	c.asks(9000, 0, "--force")
	if row := c.source("feed"); row["state"] != "gone" || row["next_poll"] != "" || row["reason"] != "410 gone: stopped" {
		c.Errorf("got %v, want a source that is gone, and says so", row)
	}
}

// channel publishes a feed with something more in its channel.
func (c *peerCase) channel(more string) {
	c.publish("/feed", strings.Replace(rss("feed", numbered(3)...), "<description>", more+"<description>", 1))
}

func updatePeriod(c *peerCase) {
	c.channel(`<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>`)
	c.asks(0, 1)
	c.asks(23.9, 0, "--all")
	c.asks(24.1, 1, "--all")
	c.asks(47, 0, "--all") // a 304 says it again
}

func skipHoursObeyed(c *peerCase) {
	c.channel("<skipHours><hour>13</hour><hour>14</hour></skipHours>")
	c.asks(0, 1)
	c.asks(1.5, 0, "--all")
	c.asks(2.9, 0, "--all")
	c.asks(4, 1, "--all")
}

func skipDaysObeyed(c *peerCase) {
	c.channel("<skipDays><day>Tuesday</day></skipDays>") // noon is on a Monday
	c.asks(0, 1)
	c.asks(13, 0, "--all")
	c.asks(35.9, 0, "--all")
	c.asks(37, 1, "--all")
}

func noReferer(c *peerCase) {
	c.on("/feed", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/new", http.StatusFound) })
	c.publish("/new", rss("feed", numbered(3)...))
	asked := c.poll(0)
	if len(asked) != 2 {
		c.Fatalf("got %d requests, want 2", len(asked))
	}
	for _, r := range asked {
		if got := r.header.Get("Referer"); got != "" {
			c.Errorf("%s was told Referer %q", r.path, got)
		}
	}
}

func utf16Document(c *peerCase) {
	text := strings.Replace(rss("feed", story{n: 1, title: "Überfahrt nach Łódź"}), `encoding="UTF-8"`, `encoding="UTF-16"`, 1)
	body := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		body = binary.LittleEndian.AppendUint16(body, unit)
	}
	c.wantTitle(string(body), "application/xml", "Überfahrt nach Łódź")
}

func headerCharset(c *peerCase) {
	text := strings.Replace(rss("feed", story{n: 1, title: "\xdcberfahrt"}), ` encoding="UTF-8"`, "", 1)
	c.wantTitle(text, "application/rss+xml; charset=ISO-8859-1", "Überfahrt")
}

func (c *peerCase) wantTitle(body, contentType, want string) {
	c.Helper()
	c.on("/feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	})
	c.asks(0, 1)
	if items := c.items(); len(items) != 1 || items[0]["title"] != want {
		c.Errorf("got items %v, want one called %q", items, want)
	}
}

func twelveOnOneHost(c *peerCase) {
	var ids []string
	for n := range 12 {
		ids = append(ids, fmt.Sprintf("s%02d", n))
		c.publish("/"+ids[n], rss(ids[n], numbered(2)...))
	}
	c.config.Sources, c.config.Fetch.Spacing = c.origin.sources(ids...), "20ms"
	c.save()
	var came []time.Time
	c.origin.hold(func(*http.Request) { came = append(came, time.Now()) }) // one at a time
	c.asks(0, 12)
	if c.crowd != 1 {
		c.Errorf("up to %d requests at a time, want 1", c.crowd)
	}
	for i := 1; i < len(came); i++ {
		if gap := came[i].Sub(came[i-1]); gap < 19*time.Millisecond { // the database counts whole milliseconds
			c.Errorf("request %d came %v after the one before, want 20 ms", i+1, gap)
		}
	}
}

func atomEntryEdited(c *peerCase) {
	entry := func(title, updated string) string {
		return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><id>urn:f</id><updated>` + updated + `</updated>` +
			`<entry><id>urn:f:1</id><title>` + title + `</title><link href="https://f.example/1"/><published>2026-03-02T09:00:00Z</published><updated>` + updated + `</updated></entry></feed>`
	}
	c.publish("/feed", entry("Envoys meet", "2026-03-02T09:00:00Z"))
	c.asks(0, 1)
	before := c.items()[0]
	c.publish("/feed", entry("Envoys have met", "2026-03-02T12:30:00Z"))
	c.asks(1, 1, "--force")
	items := c.items()
	if len(items) != 1 || items[0]["id"] != before["id"] || items[0]["published"] != before["published"] || items[0]["title"] != "Envoys have met" {
		c.Errorf("got items %v, want the one that was %v, under its new title", items, before)
	}
}
