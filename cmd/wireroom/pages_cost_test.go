package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Real articles' pages, of 2018 and 2019, become full texts. What a page costs is logged: the difference of two polls, as
// processes, of the same feeds, with and without.
func TestRealPages(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of pages")
	}
	const hosts, size = 12, 30
	pages := realPages(t)
	without, _ := pollPages(t, pages, hosts, size, false)
	with, fetched := pollPages(t, pages, hosts, size, true)
	if fetched < hosts*size*95/100 {
		t.Errorf("%d of %d pages became full texts, want 95 %% of them", fetched, hosts*size)
	}
	t.Logf("%d pages: %.1f ms of processor time a page; the most in memory %d MB, without pages %d MB",
		hosts*size, float64((with.cpu-without.cpu).Microseconds())/1000/(hosts*size), with.peak>>10, without.peak>>10)
}

// realPages reads the pages of ../shared/data.
func realPages(t *testing.T) (pages []string) {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/extraction/aeb/html/*.html.gz")
	if err != nil || len(files) == 0 {
		t.Skipf("no pages here: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, string(body))
	}
	return pages
}

// usage is what a process took.
type usage struct {
	cpu  time.Duration // user and system
	peak int64         // the most memory, KB
}

// pollPages polls hosts of size pages each, in turn from pages, and counts those that became full texts.
func pollPages(t *testing.T, pages []string, hosts, size int, fullText bool) (usage, int) {
	t.Helper()
	var sources []sourceEntry
	for n := range hosts {
		o := newOriginAt(t, fmt.Sprintf("127.0.0.%d", n+1))
		var stories []story
		for i := range size {
			path := fmt.Sprintf("/page/%d", i)
			o.publish(path, "<!DOCTYPE html>"+pages[(n*size+i)%len(pages)])
			stories = append(stories, story{n: n*size + i + 1, link: o.URL + path})
		}
		id := fmt.Sprintf("h%d", n)
		o.publish("/"+id, rss(id, stories...))
		sources = append(sources, sourceEntry{ID: id, URL: o.URL + "/" + id, FullText: fullText})
	}
	h := newHouse(t, sources...)
	p := h.start("poll", "--at", after(0))
	peak := p.watchMemory()
	if code := p.wait(); code != exitDone {
		t.Fatalf("exit code %d, want 0\n%s", code, p.stderr)
	}
	fetched := 0
	for _, it := range h.items() {
		if it["page"] == "fetched" {
			fetched++
		}
	}
	state := p.cmd.ProcessState
	return usage{state.UserTime() + state.SystemTime(), <-peak}, fetched
}

// watchMemory returns the most memory, in KB, that the process was last seen to have had when it has ended; 0 where the
// system does not tell. What getrusage has begins with the memory of the process that started it.
func (p *process) watchMemory() <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var kb int64
		for {
			if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid)); err == nil {
				if _, after, ok := strings.Cut(string(text), "VmHWM:"); ok {
					_, _ = fmt.Sscan(after, &kb) // as it was before
				}
			}
			select {
			case <-p.ended:
				peak <- kb
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return peak
}
