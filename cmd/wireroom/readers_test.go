package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A readership is a house whose feeds are read by other programs, through a front that takes note of what they ask.
type readership struct {
	*house
	served        *service
	origin, front *origin
	stories       []story
	visits        int
}

// newReadership has twelve stories of one source published.
func newReadership(t *testing.T) *readership {
	r := &readership{origin: newOrigin(t), front: newOrigin(t), stories: numbered(12)}
	r.origin.publish("/a", rss("a", r.stories...))
	r.origin.publish("/b", rss("b"))
	r.house = newHouse(t, r.origin.sources("a", "b")...)
	r.poll()
	r.served = r.serve("serve")
	target, err := url.Parse(r.served.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{".atom", ".rss"} {
		r.front.on("/topics/everything"+format, httputil.NewSingleHostReverseProxy(target).ServeHTTP)
	}
	return r
}

// poll polls, an hour after the last time.
func (r *readership) poll() {
	r.t.Helper()
	r.must("poll", "--force", "--at", after(time.Duration(r.visits)*time.Hour))
	r.visits++
}

// change edits one story, lets another grow by a copy elsewhere, and adds a new one; and waits until the server shows it.
func (r *readership) change() {
	r.t.Helper()
	r.stories[4].title = "An envoy has left after all"
	r.stories[4].text = "He took the night train, a spokesman said."
	fresh := story{n: 13, at: noon.Add(30 * time.Minute)}
	r.origin.publish("/a", rss("a", append([]story{fresh}, r.stories...)...))
	r.origin.publish("/b", rss("b", story{n: 1, link: "https://a.example/news/7?utm_source=b"}))
	r.poll()
	for limit := time.After(patience); !strings.Contains(r.served.get("/topics/everything.atom").body, "round 13"); {
		pause(r.t, limit, r.served.ended)
	}
}

// titles are those of the feed by id.
func (r *readership) titles() map[string]string {
	r.t.Helper()
	titles := make(map[string]string)
	for _, e := range r.jsonFeed("everything") {
		titles[e.ID] = e.Title
	}
	return titles
}

// statuses are what a path was answered by, since it was last asked for them.
func (r *readership) statuses(path string) (all []int) {
	for _, q := range r.front.of(path) {
		all = append(all, q.status)
	}
	r.front.forget()
	return all
}

func formats(t *testing.T, test func(t *testing.T, path string)) {
	for _, format := range []string{".atom", ".rss"} {
		t.Run(strings.TrimPrefix(format, "."), func(t *testing.T) { test(t, "/topics/everything"+format) })
	}
}

// feedparserVisit is a reader's visit with the library that most of Python's use: it keeps the validators and what it
// has seen in a file, and prints what it was answered, with the items that are new to it by id.
const feedparserVisit = `
import feedparser, json, os, sys
url, path = sys.argv[1:]
kept = json.load(open(path)) if os.path.exists(path) else {"seen": []}
d = feedparser.parse(url, etag=kept.get("etag"), modified=kept.get("modified"))
new = {}
for e in d.entries:
    if e.id not in kept["seen"]:
        kept["seen"].append(e.id)
        new[e.id] = e.title
kept["etag"], kept["modified"] = d.get("etag"), d.get("modified")
json.dump(kept, open(path, "w"))
json.dump({"status": d.status, "bozo": bool(d.bozo), "entries": len(d.entries), "new": new}, sys.stdout)
`

// A visit is what feedparserVisit prints.
type visit struct {
	Status  int
	Bozo    bool // not well-formed
	Entries int
	New     map[string]string
}

func TestFeedparserReadsTheFeeds(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, which has Debian's packages
	if err := exec.Command(python, "-c", "import feedparser").Run(); err != nil {
		t.Skip("feedparser is not installed: apt-get install python3-feedparser")
	}
	formats(t, func(t *testing.T, path string) {
		r := newReadership(t)
		kept := filepath.Join(t.TempDir(), "kept.json")
		read := func() (v visit) {
			t.Helper()
			out, err := exec.CommandContext(t.Context(), python, "-c", feedparserVisit, r.front.URL+path, kept).CombinedOutput()
			if err != nil || json.Unmarshal(out, &v) != nil {
				t.Fatalf("feedparser: %v\n%s", err, out)
			}
			return v
		}
		want := r.titles()
		if diff := cmp.Diff(visit{Status: http.StatusOK, Entries: 12, New: want}, read()); diff != "" {
			t.Errorf("first visit (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(visit{Status: http.StatusNotModified, New: map[string]string{}}, read()); diff != "" {
			t.Errorf("second visit (-want +got):\n%s", diff)
		}
		r.change()
		for id, title := range r.titles() {
			if _, had := want[id]; had {
				continue
			}
			if diff := cmp.Diff(visit{Status: http.StatusOK, Entries: 13, New: map[string]string{id: title}}, read()); diff != "" {
				t.Errorf("after an edit, a growth and a new story (-want +got):\n%s", diff)
			}
		}
	})
}

func TestRSS2EmailReadsTheFeeds(t *testing.T) {
	program, err := exec.LookPath("r2e")
	if err != nil {
		t.Skip("rss2email is not installed: apt-get install rss2email")
	}
	formats(t, func(t *testing.T, path string) {
		r := newReadership(t)
		m := mailReader{t: t, program: program, folder: t.TempDir()}
		m.subscribe(r.front.URL + path)
		m.run("run")
		if got := m.letters(); got != 12 {
			t.Errorf("%d letters for 12 stories", got)
		}
		m.run("run")
		if got := m.letters(); got != 12 {
			t.Errorf("%d letters after a visit with nothing new, want 12", got)
		}
		if diff := cmp.Diff([]int{http.StatusOK, http.StatusNotModified}, r.statuses(path)); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
		r.change()
		m.run("run")
		if got := m.letters(); got != 13 {
			t.Errorf("%d letters after an edit, a growth and one new story, want 13", got)
		}
	})
}

// mailReader is rss2email with one subscription, which delivers into a folder.
type mailReader struct {
	t               *testing.T
	program, folder string
}

func (m mailReader) subscribe(feed string) {
	m.t.Helper()
	for _, box := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(m.folder, "mail", "INBOX", box), 0o700); err != nil {
			m.t.Fatal(err)
		}
	}
	place(m.t, filepath.Join(m.folder, "config"), fmt.Sprintf(`[DEFAULT]
from = wire@example.org
to = reader@example.org
email-protocol = maildir
maildir-path = %s
`, filepath.Join(m.folder, "mail")))
	m.run("add", "wire", feed)
}

func (m mailReader) run(args ...string) {
	m.t.Helper()
	command := exec.CommandContext(m.t.Context(), m.program, append([]string{"-c", "config", "-d", "data.json"}, args...)...)
	command.Dir, command.Env = m.folder, []string{"HOME=" + m.folder, "LANG=C.UTF-8", "PATH=/usr/bin:/bin"}
	if out, err := command.CombinedOutput(); err != nil {
		m.t.Fatalf("r2e %s: %v\n%s", args[0], err, out)
	}
}

func (m mailReader) letters() int {
	m.t.Helper()
	all, err := os.ReadDir(filepath.Join(m.folder, "mail", "INBOX", "new"))
	if err != nil {
		m.t.Fatal(err)
	}
	return len(all)
}
