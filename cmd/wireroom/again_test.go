package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A second pass right away asks nobody: what is due stands in the store, and a restart does not reset it.
func TestPollAgainRightAwayAsksNobody(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(3)...))
	o.publish("/b", rss("b", numbered(3)...))
	h := newHouse(t, o.sources("a", "b")...)
	h.must("poll", "--at", after(0))
	if got := len(o.requests()); got != 2 {
		t.Fatalf("first poll: %d requests, want 2", got)
	}
	h.must("poll", "--at", after(0))
	h.must("poll", "--at", after(14*time.Minute))
	h.must("poll", "--all", "--at", after(14*time.Minute+59*time.Second))
	if got := o.requests(); len(got) != 2 {
		t.Errorf("within the floor of 15 minutes: %d more requests, want none", len(got)-2)
	}
	h.must("poll", "--all", "--at", after(15*time.Minute))
	if got := o.requests(); len(got) != 4 {
		t.Errorf("after the floor: %d more requests, want 2", len(got)-2)
	}
}

// --all ignores the learned cadence, and nothing that the publisher asked for; --force does, and stays conditional.
func TestAllHeedsMaxAgeAndForceStaysConditional(t *testing.T) {
	o := newOrigin(t)
	const etag = `W/"as: given"`
	document := rss("a", numbered(3)...)
	o.on("/a", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=7200")
		conditional(etag, document)(w, r)
	})
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(0))
	for _, c := range []struct {
		name string
		args []string
		at   time.Duration
		want int
	}{
		{"all within max-age", []string{"--all"}, time.Hour, 0},
		{"force within max-age", []string{"--force"}, time.Hour, 1},
		{"all within the max-age of the 304", []string{"--all"}, 3*time.Hour - time.Second, 0},
		{"all after it", []string{"--all"}, 3 * time.Hour, 1},
	} {
		o.forget()
		h.must(append([]string{"poll", "--at", after(c.at)}, c.args...)...)
		asked := o.requests()
		if len(asked) != c.want {
			t.Errorf("%s: %d requests, want %d", c.name, len(asked), c.want)
		}
		for _, r := range asked {
			if r.header.Get("If-None-Match") != etag || r.status != http.StatusNotModified {
				t.Errorf("%s: If-None-Match %q answered %d, want %q and 304", c.name, r.header.Get("If-None-Match"), r.status, etag)
			}
		}
	}
	if n := len(h.items()); n != 3 {
		t.Errorf("%d items, want 3", n)
	}
}

// Nothing ignores Retry-After, and nothing asks a feed again that has ended.
func TestForceHeedsRetryAfterAndGone(t *testing.T) {
	o := newOrigin(t)
	o.on("/busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	o.on("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	h := newHouse(t, o.sources("busy", "gone")...)
	h.must("poll", "--at", after(0))
	o.forget()
	h.must("poll", "--force", "--at", after(59*time.Minute))
	if got := o.requests(); len(got) != 0 {
		t.Errorf("before Retry-After: %d requests, want none: %v", len(got), got)
	}
	h.must("poll", "--force", "--at", after(time.Hour))
	if got := o.requests(); len(got) != 1 || got[0].path != "/busy" {
		t.Errorf("after Retry-After: asked %v, want /busy alone", got)
	}
	if row := h.source("gone"); row["state"] != "gone" || row["next_poll"] != "" {
		t.Errorf("state %q, next_poll %q; want gone, and none", row["state"], row["next_poll"])
	}
}

func TestPollRefusesToGoBackInTime(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(time.Hour))
	before := h.rows("sources")
	out := h.run("poll", "--force", "--at", after(time.Hour-time.Second))
	if out.code != exitUsage || !strings.Contains(out.stderr, after(time.Hour)) {
		t.Errorf("exit code %d, want 2 and the time of the newest poll:\n%s", out.code, out.stderr)
	}
	if diff := cmp.Diff(before, h.rows("sources")); diff != "" {
		t.Errorf("the refused poll changed the sources:\n%s", diff)
	}
	if got := len(o.requests()); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
	h.must("poll", "--at", after(time.Hour)) // the same moment is not before it
	if out := h.run("poll", "--at", "tomorrow"); out.code != exitUsage {
		t.Errorf("--at tomorrow: exit code %d, want 2", out.code)
	}
}

// Validators go back byte for byte, over a restart of the program, whatever they look like; a 200 without one clears it.
func TestValidatorsGoBackByteForByte(t *testing.T) {
	if testing.Short() {
		t.Skip("many polls, one after another")
	}
	for _, c := range []struct{ name, etag, modified string }{
		{"both", `"abc"`, "Mon, 02 Mar 2026 11:00:00 GMT"},
		{"weak", `W/"abc"`, ""},
		{"without quotes", `abc-gzip`, ""},
		{"odd characters", `"a,b\c;  d"`, ""},
		{"a date of its own form", "", "2026-03-02 11:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOrigin(t)
			etag, modified := c.etag, c.modified
			n := 0
			o.on("/a", func(w http.ResponseWriter, r *http.Request) {
				setUnless(w.Header(), "ETag", etag)
				setUnless(w.Header(), "Last-Modified", modified)
				n++
				plain(rss("a", numbered(n)...))(w, r)
			})
			h := newHouse(t, o.sources("a")...)
			h.must("poll", "--at", after(0))
			etag, modified = "", ""
			h.must("poll", "--force", "--at", after(time.Hour))
			h.must("poll", "--force", "--at", after(2*time.Hour))
			asked := o.requests()
			if len(asked) != 3 {
				t.Fatalf("%d requests, want 3", len(asked))
			}
			var got [3][2]string
			for i, r := range asked {
				got[i] = [2]string{r.header.Get("If-None-Match"), r.header.Get("If-Modified-Since")}
			}
			want := [3][2]string{{"", ""}, {c.etag, c.modified}, {"", ""}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("validators sent (-want +got):\n%s", diff)
			}
		})
	}
}

func setUnless(header http.Header, name, value string) {
	if value != "" {
		header.Set(name, value)
	}
}
