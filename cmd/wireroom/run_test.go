package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"wireroom/cmd/wireroom/world"
)

// promptly is how fast a process has to end when it is told to: less than orchestrators wait before they kill it.
const promptly = 9 * time.Second

// awaitEntries reads a topic until it has at least n entries.
func (s *service) awaitEntries(slug string, n int) {
	s.t.Helper()
	for limit := time.After(patience); ; pause(s.t, limit, s.ended) {
		p := s.get("/topics/" + slug + ".json")
		var feed struct{ Items []jsonEntry }
		if err := json.Unmarshal([]byte(p.body), &feed); p.status == http.StatusOK && err != nil {
			s.t.Fatalf("topic %s: %v\n%s", slug, err, p.body)
		}
		if len(feed.Items) >= n {
			return
		}
	}
}

// terminate sends SIGTERM and fails the test unless the process ends promptly with the code.
func (p *process) terminate(want int) {
	p.t.Helper()
	limit := time.After(promptly)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
		if p.code != want {
			p.t.Errorf("exit code %d after SIGTERM, want %d\n%s", p.code, want, p.stderr)
		}
	case <-limit:
		p.t.Errorf("still there %v after SIGTERM\n%s", promptly, p.stderr)
	}
}

// run polls, serves, is found well, and ends when it is told to, also while a source keeps it waiting.
func TestRunFromStartToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("a process of its own")
	}
	t.Parallel()
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(5)...))
	slow := newOriginAt(t, "127.0.0.2")
	release := make(chan struct{})
	slow.hold(func(*http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	h := newHouse(t, append(o.sources("a"), slow.sources("slow")...)...)

	p := h.start("run")
	s := p.service()
	for path, body := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\nconfiguration: number 1, hash "} {
		if got := s.get(path); got.status != http.StatusOK || !strings.HasPrefix(got.body, body) {
			t.Errorf("GET %s: %d %q, want 200 %q", path, got.status, got.body, body)
		}
	}
	s.awaitEntries("everything", 5)
	figures := s.get("/metrics")
	for _, want := range []string{`wireroom_polls_total{outcome="changed"} 1`, `wireroom_source_polls_total{outcome="changed",source="a"} 1`,
		`wireroom_source_state{source="a",state="stale"} 1`, `wireroom_source_failures{source="a"} 0`,
		`wireroom_source_last_success_timestamp_seconds{source="a"} `, `wireroom_source_next_poll_timestamp_seconds{source="a"} `} {
		if figures.status != http.StatusOK || !strings.Contains(figures.body, want) {
			t.Errorf("GET /metrics: %d, without %s:\n%s", figures.status, want, figures.body)
		}
	}
	for _, path := range []string{"/", "/about", "/opml.xml", "/sources", "/topics/everything"} {
		if got := s.get(path); got.status != http.StatusOK {
			t.Errorf("GET %s: status %d, want 200", path, got.status)
		}
	}

	h.env["WIREROOM_LISTEN"] = strings.TrimPrefix(s.base, "http://")
	if out := h.run("healthcheck"); out.code != exitDone {
		t.Errorf("healthcheck while it runs: exit code %d, want 0\n%s", out.code, out.stderr)
	}
	p.terminate(exitDone)
	if out := h.run("healthcheck"); out.code != exitFailed || out.stderr == "" {
		t.Errorf("healthcheck afterwards: exit code %d, want 1 and why; stderr %q", out.code, out.stderr)
	}
	if n := len(h.items()); n != 5 {
		t.Errorf("%d items afterwards, want 5", n)
	}
}

// The halves of run as two processes on one store: what the one brings the other shows.
func TestWorkAndServeApart(t *testing.T) {
	if testing.Short() {
		t.Skip("two processes")
	}
	t.Parallel()
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(3)...))
	h := newHouse(t, o.sources("a")...)
	served := h.start("serve")
	s := served.service()
	work := h.start("work", "--quiet")
	s.awaitEntries("everything", 3)
	work.terminate(exitDone)
	if got := s.get("/readyz"); got.status != http.StatusOK {
		t.Errorf("readyz after the worker's end: status %d, want 200", got.status)
	}
	served.terminate(exitDone)
}

// A poll that is interrupted says so and leaves nothing behind that the next would have to wait for.
func TestInterruptedPollCanBeRepeatedAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a process of its own")
	}
	t.Parallel()
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(3)...))
	o.publish("/b", rss("b", numbered(3)...))
	h := newHouse(t, o.sources("a", "b")...)
	asked, release := make(chan struct{}, 2), make(chan struct{})
	o.hold(func(*http.Request) {
		asked <- struct{}{}
		<-release
	})
	p := h.start("poll", "--at", after(0))
	select {
	case <-asked:
	case <-p.ended:
		t.Fatalf("ended early\n%s", p.stderr)
	}
	p.terminate(exitFailed)
	if text := p.stderr.String(); strings.Count(text, "wireroom:") != 1 || !strings.Contains(text, "run it again") {
		t.Errorf("stderr %q, want one sentence that says what to do", text)
	}
	close(release)
	o.hold(nil)
	h.must("poll", "--at", after(0))
	if n := len(h.items()); n != 6 {
		t.Errorf("%d items, want 6", n)
	}
}

// demo needs nothing, and shows entries in every topic of its world.
func TestDemoShowsItsTopics(t *testing.T) {
	if testing.Short() {
		t.Skip("a process of its own")
	}
	t.Parallel()
	h := newHouse(t)
	p := h.start("demo", "--listen", "127.0.0.1:0")
	s := p.service()
	for _, topic := range world.New(noon).Topics() {
		s.awaitEntries(topic.Slug, 1)
	}
	front := s.get("/")
	for _, topic := range world.New(noon).Topics() {
		if !strings.Contains(front.body, topic.Title) {
			t.Errorf("the front page does not name %q", topic.Title)
		}
	}
	if link := s.get("/topics/" + world.New(noon).Topics()[0].Slug + ".atom").header.Get("Link"); !strings.Contains(link, `rel="hub"`) {
		t.Errorf("the feed names no hub: %s", link)
	}
	p.terminate(exitDone)
	if out := h.run("demo", "--listen", "nowhere"); out.code != exitUsage {
		t.Errorf("--listen nowhere: exit code %d, want 2\n%s", out.code, out.stderr)
	}
}
