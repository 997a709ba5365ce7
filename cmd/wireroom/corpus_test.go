package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A document is one of the corpus, with how many entries of its own the reference finds in it.
type document struct {
	path    string
	body    string
	entries map[string]bool // by id, else link, else title
}

// newsDocuments reads n documents of news publishers that have entries: every second, to see more publishers.
func newsDocuments(t *testing.T, n int) (all []document) {
	t.Helper()
	folder := filepath.Dir(sharedFile(t, "feeds/index.tsv"))
	wanted, seen := make(map[string]bool), 0
	eachLine(t, filepath.Join(folder, "index.tsv"), func(line string) {
		if fields := strings.Split(line, "\t"); len(fields) > 2 && fields[2] == "news" {
			seen++
			wanted[fields[0]] = seen%2 == 0
		}
	})
	eachLine(t, filepath.Join(folder, "reference.jsonl"), func(line string) {
		var reference struct {
			Path    string
			Entries []struct{ ID, Link, Title string }
		}
		if err := json.Unmarshal([]byte(line), &reference); err != nil {
			t.Fatal(err)
		}
		if !wanted[reference.Path] || len(reference.Entries) == 0 || len(all) == n {
			return
		}
		body, err := os.ReadFile(filepath.Join(folder, "files", filepath.FromSlash(reference.Path)))
		if err != nil {
			t.Fatal(err)
		}
		d := document{path: reference.Path, body: string(body), entries: make(map[string]bool)}
		for _, e := range reference.Entries {
			d.entries[firstOf(e.ID, e.Link, e.Title)] = true
		}
		all = append(all, d)
	})
	return all
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func eachLine(t *testing.T, path string, do func(string)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		do(lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// Two hundred publishers' documents are stored once. Whatever way the publisher says that nothing is new, nothing
// changes of what is published: not a byte, not a validator.
func TestCorpusIsStoredOnceAndStaysAsItIs(t *testing.T) {
	if testing.Short() {
		t.Skip("200 documents, four times")
	}
	documents := newsDocuments(t, 200)
	if len(documents) != 200 {
		t.Fatalf("%d documents, want 200", len(documents))
	}
	var validators atomic.Bool
	validators.Store(true)
	h, o := corpusHouse(t, documents, &validators)
	h.must("poll", "--at", after(0))
	first := h.items()
	damaged := h.damaged()
	if len(damaged) > 4 {
		t.Errorf("%d documents were read as damaged: %v", len(damaged), damaged)
	}
	checkEachOnce(t, documents, damaged, first)
	feeds := h.feeds()
	for path, feed := range feeds {
		if strings.HasPrefix(path, "/topics/everything.") && len(feed.Body) < 10_000 {
			t.Errorf("%s has %d bytes, want dozens of entries", path, len(feed.Body))
		}
	}

	same := func(what string) {
		t.Helper()
		if diff := cmp.Diff(first, h.items()); diff != "" {
			t.Errorf("%s: items (-first +now):\n%s", what, diff)
		}
		for path, now := range h.feeds() {
			if now != feeds[path] {
				t.Errorf("%s: %s changed: ETag %s, was %s", what, path, now.ETag, feeds[path].ETag)
			}
		}
	}
	o.forget()
	h.must("poll", "--force", "--at", after(time.Hour))
	if n := o.answered(http.StatusNotModified); n != len(documents)-len(damaged) {
		t.Errorf("second poll: %d answers were 304, want %d", n, len(documents)-len(damaged))
	}
	same("after 304")

	validators.Store(false)
	o.forget()
	h.must("poll", "--force", "--at", after(2*time.Hour))
	if n := o.answered(http.StatusOK); n != len(documents) {
		t.Errorf("third poll: %d answers were 200, want %d", n, len(documents))
	}
	same("after the same bytes without validators")

	for i, d := range documents {
		o.on(sourcePath(i), plain(d.body+"\n"))
	}
	h.must("poll", "--force", "--at", after(3*time.Hour))
	same("after other bytes that say the same")
}

// corpusHouse serves each document as a source, with an ETag as long as validators is set.
func corpusHouse(t *testing.T, documents []document, validators *atomic.Bool) (*house, *origin) {
	t.Helper()
	o := newOrigin(t)
	var sources []sourceEntry
	for i, d := range documents {
		with, without := conditional(fmt.Sprintf(`"document %d"`, i), d.body), plain(d.body)
		o.on(sourcePath(i), func(w http.ResponseWriter, r *http.Request) {
			if validators.Load() {
				with(w, r)
				return
			}
			without(w, r)
		})
		sources = append(sources, sourceEntry{ID: fmt.Sprintf("s%03d", i), URL: o.URL + sourcePath(i)})
	}
	h := newHouse(t, sources...)
	h.config.Fetch.Floor, h.apart = "0s", true
	h.useDefaultTopics()
	return h, o
}

func sourcePath(i int) string { return "/source/" + strconv.Itoa(i) }

// answered counts the answers of a status.
func (o *origin) answered(status int) (n int) {
	for _, r := range o.requests() {
		if r.status == status {
			n++
		}
	}
	return n
}

// damaged are the sources whose documents are cut off as they lie in the corpus. Their validators are not kept, and
// what stands at the cut is no item.
func (h *house) damaged() map[string]bool {
	h.t.Helper()
	some := make(map[string]bool)
	for _, row := range h.rows("sources") {
		if strings.Contains(row["error"], "its whole items were saved") {
			some[row["id"]] = true
		}
	}
	return some
}

// checkEachOnce compares the items of each source with the entries that the reference finds in its document.
func checkEachOnce(t *testing.T, documents []document, damaged map[string]bool, items []map[string]string) {
	t.Helper()
	ids, bySource := make(map[string]bool), make(map[string]int)
	for _, it := range items {
		if ids[it["id"]] {
			t.Errorf("item %s is listed twice", it["id"])
		}
		ids[it["id"]] = true
		bySource[it["source"]]++
		if it["story"] == "" {
			t.Errorf("item %s of %s is in no story", it["id"], it["source"])
		}
	}
	for i, d := range documents {
		id, want := fmt.Sprintf("s%03d", i), len(d.entries)
		if got := bySource[id]; got != want && !(damaged[id] && got == want-1) {
			t.Errorf("%s: %d items, want %d", d.path, got, want)
		}
	}
}
