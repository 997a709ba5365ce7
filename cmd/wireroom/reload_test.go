package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// replace puts another file in the place of the configuration, as editors do.
func (h *house) replace() {
	h.t.Helper()
	text, err := yaml.Marshal(h.config)
	must(h.t, err)
	beside := filepath.Join(h.folder, "config.yaml~")
	must(h.t, os.WriteFile(beside, text, 0o600))
	must(h.t, os.Rename(beside, h.file()))
}

var takenUp = regexp.MustCompile(`configuration taken up.* number=(\d+)`)

// awaitBody asks for a path until its body has a text.
func (s *service) awaitBody(path, want string) string {
	s.t.Helper()
	for limit := time.After(patience); ; pause(s.t, limit, s.ended) {
		if p := s.get(path); p.status == http.StatusOK && strings.Contains(p.body, want) {
			return p.body
		}
	}
}

// awaitTakenUp waits until the file is in force.
func (s *service) awaitTakenUp() {
	s.t.Helper()
	for limit := time.After(patience); strings.Contains(s.get("/readyz").body, "not taken up"); pause(s.t, limit, s.ended) {
	}
}

func TestReloadTakesUpTheFile(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(3)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Topics = append(h.config.Topics, topicEntry{Slug: "talks", Title: "Talks", Strong: []string{"envoys"}}, topicEntry{Slug: "gone", Strong: []string{"envoys"}})
	h.save()
	s := h.serve("run")
	s.awaitEntries("everything", 3)
	first := s.awaitBody("/readyz", "configuration: number 1, hash ")

	h.config.Topics = []topicEntry{{Slug: "speeches", Title: "Speeches", Aliases: []string{"talks"}, Strong: []string{"envoys"}}, everything}
	h.config.Server.BaseURL = "https://other.example.org"
	h.replace()
	s.stderr.await(t, takenUp, s.ended)
	if now := s.get("/readyz").body; !strings.Contains(now, "configuration: number 2, hash ") || now == first {
		t.Errorf("readyz after the change: %q, want the second configuration", now)
	}
	if page := s.get("/sources").body; !strings.Contains(page, "number 2, hash") {
		t.Errorf("the page of sources does not say which configuration is in force:\n%s", page)
	}
	for path, want := range map[string]int{"/topics/speeches.atom": 200, "/topics/gone.atom": 410} {
		if got := s.get(path); got.status != want {
			t.Errorf("GET %s after the change: %d, want %d", path, got.status, want)
		}
	}
	if got := s.get("/topics/speeches.atom").body; !strings.Contains(got, "https://other.example.org/topics/speeches.atom") {
		t.Errorf("the feed does not have the new address:\n%.600s", got)
	}
	s.awaitEntries("speeches", 3)
}

func TestFaultyFileChangesNothing(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	s := h.serve("run")
	s.awaitEntries("everything", 2)
	good := h.config
	for name, edit := range map[string]func(*configuration){
		"a fault of the file": func(c *configuration) { c.Server.BaseURL = "no address" },
		"a fault of a rule":   func(c *configuration) { c.Topics = []topicEntry{{Slug: "x", Strong: []string{"a*b"}}} },
	} {
		t.Run(name, func(t *testing.T) {
			h.config = good
			edit(&h.config)
			h.replace()
			status := s.awaitBody("/readyz", "not taken up: ")
			if !strings.Contains(status, "configuration: number 1,") || strings.Contains(status, h.folder) {
				t.Errorf("readyz with a faulty file: %q, want the first configuration and no path", status)
			}
			if got := s.get("/topics/everything.atom"); got.status != http.StatusOK || !strings.Contains(got.body, good.Server.BaseURL) {
				t.Errorf("the feed with a faulty file: %d\n%.400s", got.status, got.body)
			}
			h.config = good
			h.replace()
			s.awaitTakenUp()
		})
	}
}

// A file that was away for a moment, as while it is checked out anew, is in force when it is back.
func TestFileComesBackAsItWas(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	s := h.serve("run")
	s.awaitEntries("everything", 2)
	must(t, os.Remove(h.file()))
	s.awaitBody("/readyz", "not taken up: the file cannot be read")
	h.replace()
	s.awaitTakenUp()
}

// TestHangup: SIGHUP has the file read although it is the same, and a process that no one watches for does not end by it.
func TestHangup(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(1)...))
	h := newHouse(t, o.sources("a")...)
	s := h.serve("run")
	s.awaitEntries("everything", 1)
	must(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	if match := s.stderr.await(t, takenUp, s.ended); match[1] != "1" {
		t.Errorf("the same file made configuration %s, want 1 still", match[1])
	}
}

// TestKubernetesSwap: the file is a link through ..data, and what that leads to is swapped.
func TestKubernetesSwap(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(1)...))
	h := newHouse(t, o.sources("a")...)
	mount := func(version string) {
		folder := filepath.Join(h.folder, "..", filepath.Base(h.folder), ".."+version)
		must(t, os.Mkdir(folder, 0o700))
		text, err := yaml.Marshal(h.config)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, "config.yaml"), text, 0o600))
		must(t, os.Symlink(".."+version, filepath.Join(h.folder, "..data_tmp")))
		must(t, os.Rename(filepath.Join(h.folder, "..data_tmp"), filepath.Join(h.folder, "..data")))
	}
	must(t, os.Remove(h.file()))
	mount("one")
	must(t, os.Symlink("..data/config.yaml", h.file()))
	s := h.serve("run")
	s.awaitEntries("everything", 1)
	h.config.Topics = append(h.config.Topics, topicEntry{Slug: "second", All: true})
	mount("two")
	s.stderr.await(t, takenUp, s.ended)
	s.awaitEntries("second", 1)
}

// TestConsentWhileRunning: a change that nobody agreed to waits, and is taken up by itself once someone has.
func TestConsentWhileRunning(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(12)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Topics = []topicEntry{{Slug: "one", Strong: []string{"round 7"}}, everything}
	h.config.Plan = map[string]any{"limit": 5}
	h.save()
	s := h.serve("run")
	s.awaitEntries("one", 1)
	h.config.Topics = []topicEntry{{Slug: "one", Strong: []string{"envoys"}}, everything}
	h.replace()
	s.awaitBody("/readyz", "not taken up: 11 stories would enter the topic one at once, and nobody has agreed")
	h.must("plan", "--yes")
	s.awaitBody("/readyz", "configuration: number 2,")
	for limit := time.After(patience); len(h.rows("items", "--topic", "one")) < 12; pause(t, limit, s.ended) {
	}
}

// TestNoAnswerMixesConfigurations reads under load while the configuration changes back and forth: every request is
// answered, and every answer was made under one configuration, of which title and address differ.
func TestNoAnswerMixesConfigurations(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(5)...))
	h := newHouse(t, o.sources("a")...)
	flavour := func(n int) {
		h.config.Topics = []topicEntry{{Slug: "everything", Title: fmt.Sprintf("Flavour%d", n%2), All: true}}
		h.config.Server.BaseURL = fmt.Sprintf("https://flavour%d.example.org", n%2)
	}
	flavour(0)
	h.save()
	s := h.serve("run")
	s.awaitEntries("everything", 5)

	stop := make(chan struct{})
	var group sync.WaitGroup
	for _, path := range []string{"/topics/everything.atom", "/topics/everything.json", "/", "/opml.xml"} {
		group.Go(func() { readMixed(t, s, path, stop) })
	}
	for n := 1; n <= 6; n++ {
		flavour(n)
		h.replace()
		s.awaitBody("/topics/everything.atom", fmt.Sprintf("https://flavour%d.example.org", n%2))
	}
	close(stop)
	group.Wait()
}

// readMixed reads a path over and over until it is stopped.
func readMixed(t *testing.T, s *service, path string, stop <-chan struct{}) {
	for read := 0; ; read++ {
		select {
		case <-stop:
			if read == 0 {
				t.Errorf("GET %s: never read", path)
			}
			return
		default:
		}
		answer, err := http.Get(s.base + path)
		if err != nil {
			t.Errorf("GET %s: %v", path, err)
			return
		}
		body := readAll(t, answer)
		if answer.StatusCode != http.StatusOK {
			t.Errorf("GET %s: status %d", path, answer.StatusCode)
			return
		}
		zero := strings.Contains(body, "Flavour0") || strings.Contains(body, "flavour0")
		one := strings.Contains(body, "Flavour1") || strings.Contains(body, "flavour1")
		if zero == one {
			t.Errorf("GET %s: an answer of two configurations, or of none:\n%s", path, body)
			return
		}
	}
}

func readAll(t *testing.T, answer *http.Response) string {
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Errorf("read the answer: %v", err)
	}
	return string(body)
}
