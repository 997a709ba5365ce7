package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// movedItems is how many real items the moving of a house is tried with; 22,620 are all there are.
var movedItems = flag.Int("moved", 4000, "move a house with so many real items")

// A realItem is a line of the data set.
type realItem struct {
	Title, Description, Link, Feed string
	Published                      time.Time `json:"date_published"`
}

// readItems reads the first n items of the data set, by feed.
func readItems(t *testing.T, n int) map[string][]story {
	t.Helper()
	byFeed := make(map[string][]story)
	for part := 1; n > 0 && part <= 2; part++ {
		n = readPart(t, fmt.Sprintf("items/rss2026_en.%d.jsonl.gz", part), n, byFeed)
	}
	return byFeed
}

// readPart adds up to n items of one file of the data set, and returns how many are wanted of the next.
func readPart(t *testing.T, name string, n int, byFeed map[string][]story) (left int) {
	t.Helper()
	file, err := os.Open(sharedFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unpacked)
	for lines.Buffer(nil, 1<<20); n > 0 && lines.Scan(); n-- {
		var it realItem
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
			t.Fatal(err)
		}
		byFeed[it.Feed] = append(byFeed[it.Feed], story{guid: html.EscapeString(it.Link), link: html.EscapeString(it.Link),
			title: html.EscapeString(it.Title), text: html.EscapeString(it.Description), at: it.Published})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// itemsHouse polls real items in two rounds, an edit between them, under the topics of config.yaml.
func itemsHouse(t *testing.T) *house {
	t.Helper()
	o := newOrigin(t)
	var ids []string
	byFeed := readItems(t, *movedItems)
	feeds := slices.Sorted(maps.Keys(byFeed))
	for i, feed := range feeds {
		id := fmt.Sprintf("f%03d", i)
		ids = append(ids, id)
		o.publish("/"+id, rss(id, byFeed[feed][len(byFeed[feed])/2:]...))
	}
	h := newHouse(t, o.sources(ids...)...)
	h.useDefaultTopics()
	h.must("poll", "--at", "2026-01-08T00:00:00Z")
	for i, feed := range feeds {
		stories := byFeed[feed]
		stories[len(stories)-1].title += " (edited)"
		o.publish(fmt.Sprintf("/f%03d", i), rss(fmt.Sprintf("f%03d", i), stories...))
	}
	h.must("poll", "--force", "--at", "2026-01-11T00:00:00Z")
	return h
}

// A house that moves from SQLite to PostgreSQL and back publishes the same bytes under the same validators everywhere: the
// heads and pages of every topic in every format. The export is the same from both engines.
func TestMovingHouse(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of items")
	}
	t.Parallel()
	var first *house
	timed(t, "polled and sorted", func() { first = itemsHouse(t) })
	first.config.Store = "sqlite:" + filepath.Join(first.folder, "wireroom.db")
	if *onPostgres {
		t.Skip("begins with SQLite")
	}
	second := first.twin()
	second.config.Store = newDatabase(t)
	second.save()
	third := first.twin()

	var exported, again []byte
	timed(t, "exported from SQLite", func() { exported = first.export() })
	timed(t, "imported into PostgreSQL", func() { second.load(exported) })
	timed(t, "exported from PostgreSQL", func() { again = second.export() })
	timed(t, "imported into SQLite", func() { third.load(again) })
	if !bytes.Equal(exported, again) {
		t.Errorf("exports of %d and %d bytes differ", len(exported), len(again))
	}
	if !bytes.Equal(exported, third.export()) {
		t.Error("the export of the last store differs from that of the first")
	}
	want := first.everyFeed()
	if len(want) < 60 {
		t.Fatalf("%d feeds and pages only", len(want))
	}
	for name, h := range map[string]*house{"PostgreSQL": second, "SQLite again": third} {
		if diff := cmp.Diff(want, h.everyFeed()); diff != "" {
			t.Errorf("feeds of the first store and of %s (-want +got):\n%s", name, diff)
		}
	}
	checkSame(t, first, third)
	t.Logf("%d items; %d bytes of export; %d feeds and pages the same", len(first.items()), len(exported), len(want))
}

// timed does something and logs how long it took.
func timed(t *testing.T, what string, do func()) {
	t.Helper()
	start := time.Now()
	do()
	t.Logf("%s: %.1f s", what, time.Since(start).Seconds())
}

// checkSame fails unless two stores list the same sources, with validators and schedules, and the same items.
func checkSame(t *testing.T, a, b *house) {
	t.Helper()
	for _, args := range [][]string{{"sources"}, {"items", "--limit", "0"}} {
		if diff := cmp.Diff(a.rows(args...), b.rows(args...)); diff != "" {
			t.Errorf("wireroom %s (-first +last):\n%s", strings.Join(args, " "), diff)
		}
	}
}

// export writes the store to a file and reads it.
func (h *house) export() []byte {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "export.jsonl")
	h.must("export", "--out", path)
	data, err := os.ReadFile(path)
	if err != nil {
		h.t.Fatal(err)
	}
	return data
}

// load imports an export.
func (h *house) load(export []byte) {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "import.jsonl")
	if err := os.WriteFile(path, export, 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.must("import", "--in", path)
}

// prevArchive finds the page behind a page.
var prevArchive = regexp.MustCompile(`rel="prev-archive"[^>]*href="https://wire.example.org([^"]+)"|href="https://wire.example.org([^"]+)"[^>]*rel="prev-archive"`)

// everyFeed reads every format of every topic, head and pages.
func (h *house) everyFeed() map[string]published {
	h.t.Helper()
	s := h.serve("serve")
	defer s.end()
	all := make(map[string]published)
	for _, topic := range h.config.Topics {
		for next := "/topics/" + topic.Slug + ".atom"; next != ""; {
			next = s.readFormats(next, all)
		}
	}
	return all
}

// readFormats reads a feed in its formats and returns the page behind it, if there is one.
func (s *service) readFormats(path string, into map[string]published) (next string) {
	s.t.Helper()
	for _, format := range []string{".rss", ".json", ".atom"} {
		path := strings.TrimSuffix(path, ".atom") + format
		p := s.get(path)
		if p.status != http.StatusOK || p.header.Get("ETag") == "" {
			s.t.Fatalf("GET %s: status %d, ETag %q\n%s", path, p.status, p.header.Get("ETag"), p.body)
		}
		into[path] = published{p.header.Get("ETag"), p.body}
		if match := prevArchive.FindStringSubmatch(p.body); format == ".atom" && match != nil {
			return match[1] + match[2]
		}
	}
	return ""
}

func TestExportRefusesToReplace(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(2)...))
	h := newHouse(t, o.sources("a")...)
	h.must("poll", "--at", after(0))
	path := filepath.Join(h.folder, "file")
	place(t, path, "precious")
	for _, args := range [][]string{{"export", "--out", path}, {"backup", path}} {
		if out := h.run(args...); out.code != exitUsage || !strings.Contains(out.stderr, "exists") {
			t.Errorf("wireroom %s: exit code %d, want 2 and why\n%s", strings.Join(args, " "), out.code, out.stderr)
		}
	}
	nowhere := filepath.Join(h.folder, "nowhere", "file")
	if out := h.run("backup", nowhere); out.code != exitUsage || !strings.Contains(out.stderr, "nowhere does not exist: create it") {
		t.Errorf("backup into no folder: exit code %d, want 2 and why\n%s", out.code, out.stderr)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "precious" {
		t.Errorf("the file holds %q (%v)", data, err)
	}
	if out := h.run("import", "--in", path); out.code != exitFailed || !strings.Contains(out.stderr, "not empty") {
		t.Errorf("import: exit code %d, want 1 and why\n%s", out.code, out.stderr)
	}
}

func TestRenameNewReplacesNothing(t *testing.T) {
	folder := t.TempDir()
	for name, there := range map[string]bool{"new": false, "old": true} {
		from, to := filepath.Join(folder, "part"), filepath.Join(folder, name)
		must(t, os.WriteFile(from, []byte("copy"), 0o600))
		want := "copy"
		if there {
			want = "older"
			must(t, os.WriteFile(to, []byte(want), 0o600))
		}
		if err := renameNew(from, to); (err != nil) != there {
			t.Errorf("%s: error %v, want one: %v", name, err, there)
		}
		if got, err := os.ReadFile(to); err != nil || string(got) != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
		if _, err := os.Stat(from); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the part is still there (%v)", name, err)
		}
	}
}

// A backup made while the program runs is a store of its own that publishes the same.
func TestBackupWhileRunning(t *testing.T) {
	sqliteAlone(t)
	t.Parallel()
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(5)...))
	h := newHouse(t, o.sources("a")...)
	s := h.serve("run")
	s.awaitEntries("everything", 5)
	path := filepath.Join(h.folder, "copy.db")
	h.must("backup", path)
	s.end()
	want := h.feeds()
	h.config.Store = "sqlite:" + path
	h.save()
	if diff := cmp.Diff(want, h.feeds()); diff != "" {
		t.Errorf("feeds of the store and of its copy (-want +got):\n%s", diff)
	}
}
