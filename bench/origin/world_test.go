package main

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testTime = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

func testWorld(t *testing.T, sources int) *world {
	t.Helper()
	w, err := newWorld(worldSize{sources: sources, hosts: 3, seed: 1, at: testTime})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// rss is what the tests read of a document.
type rss struct {
	Items []struct {
		Title    string   `xml:"title"`
		GUID     string   `xml:"guid"`
		Date     string   `xml:"pubDate"`
		Creator  string   `xml:"creator"`
		Category []string `xml:"category"`
		Summary  string   `xml:"description"`
		Body     string   `xml:"encoded"`
	} `xml:"channel>item"`
}

func read(t *testing.T, document []byte) rss {
	t.Helper()
	var r rss
	if err := xml.Unmarshal(document, &r); err != nil {
		t.Fatalf("document is not XML: %v", err)
	}
	return r
}

// The sizes that bench/README.md states are means over a world's first 100 sources.
func TestDocumentSizes(t *testing.T) {
	w := testWorld(t, 100)
	var total, html, packed int
	for n := range w.sources {
		doc, _ := w.document(n, 0)
		total += len(doc)
		for _, it := range read(t, doc).Items {
			html += len(it.Summary) + len(it.Body)
		}
		packed += gzipSize(t, doc)
	}
	total, html, packed = total/w.sources, html/w.sources, packed/w.sources
	t.Logf("mean document %d bytes, %d of HTML, %d gzipped", total, html, packed)
	within(t, "document", total, 68_000, 72_000)
	within(t, "HTML", html, 47_500, 50_500)
	within(t, "gzipped document", packed, total/6, total/3)
}

func within(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("mean %s is %d bytes, want %d to %d", what, got, low, high)
	}
}

func gzipSize(t *testing.T, b []byte) int {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Len()
}

func TestSameWorldSameBytes(t *testing.T) {
	a, _ := testWorld(t, 3).document(2, 4)
	b, _ := testWorld(t, 3).document(2, 4)
	if !bytes.Equal(a, b) {
		t.Error("two worlds of one seed differ")
	}
	other, err := newWorld(worldSize{sources: 3, hosts: 3, seed: 2, at: testTime})
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := other.document(2, 4); bytes.Equal(a, c) {
		t.Error("worlds of two seeds are the same")
	}
}

func TestStepAddsOneItem(t *testing.T) {
	w := testWorld(t, 3)
	before, changedBefore := w.document(1, 0)
	after, changedAfter := w.document(1, 1)
	old, now := read(t, before).Items, read(t, after).Items
	if len(old) != itemsPerSource || len(now) != itemsPerSource {
		t.Fatalf("documents have %d and %d items, want %d", len(old), len(now), itemsPerSource)
	}
	if diff := cmp.Diff(old[:itemsPerSource-1], now[1:]); diff != "" {
		t.Errorf("items that stay changed (-before +after):\n%s", diff)
	}
	if now[0].GUID == old[0].GUID {
		t.Errorf("newest item is still %s", now[0].GUID)
	}
	if !changedAfter.After(changedBefore) {
		t.Errorf("changed %v after %v", changedAfter, changedBefore)
	}
}

func TestDatesFallFromNewestToOldest(t *testing.T) {
	w := testWorld(t, 20)
	for n := range w.sources {
		doc, _ := w.document(n, 0)
		last := testTime
		for _, it := range read(t, doc).Items {
			date, err := time.Parse(time.RFC1123Z, it.Date)
			if err != nil {
				t.Fatal(err)
			}
			if date.After(last) || testTime.Sub(date) > 5*24*time.Hour {
				t.Errorf("source %d: %v after %v, or more than five days old", n, date, last)
			}
			last = date
		}
	}
}

// Every symbol of the grammar must be known, or its name would stand in the text.
func TestNoSymbolIsLeft(t *testing.T) {
	w := testWorld(t, 50)
	for n := range w.sources {
		doc, _ := w.document(n, 0)
		if m := regexp.MustCompile(`.{20}\$.{20}`).Find(doc); m != nil {
			t.Fatalf("source %d: %s", n, m)
		}
	}
}

func TestVocabularyIsVaried(t *testing.T) {
	w := testWorld(t, 100)
	words := map[string]bool{}
	for n := range w.sources {
		doc, _ := w.document(n, 0)
		for _, it := range read(t, doc).Items {
			for _, word := range regexp.MustCompile(`[A-Za-z]+`).FindAllString(it.Title+" "+it.Body, -1) {
				words[strings.ToLower(word)] = true
			}
		}
	}
	if len(words) < 5000 {
		t.Errorf("100 sources use %d words, want 5000", len(words))
	}
}

// Wire texts are the same text in several sources, and shared events have several reports: without both, grouping and
// recognising copies would have nothing to do.
func TestEventsAreSharedAndTextsCopied(t *testing.T) {
	w := testWorld(t, 200)
	reports, titles := map[uint64]int{}, map[string]int{}
	for n := range w.sources {
		doc, _ := w.document(n, 0)
		for _, it := range read(t, doc).Items {
			titles[it.Title]++
		}
		for serial := range itemsPerSource {
			reports[w.item(n, serial).event.id]++
		}
	}
	total := w.sources * itemsPerSource
	if share := total - len(reports); share < total/5 || share > total*4/5 {
		t.Errorf("%d of %d items report an event that another reports too", share, total)
	}
	if copies := total - len(titles); copies < total/50 {
		t.Errorf("%d of %d items repeat a title, want %d", copies, total, total/50)
	}
}

func TestForms(t *testing.T) {
	tests := []struct {
		name, got, want string
	}{
		{"plural", withS("convoy"), "convoys"},
		{"plural in ies", withS("army"), "armies"},
		{"plural in es", withS("church"), "churches"},
		{"past of a verb in e", suffix("escalate", "ed"), "escalated"},
		{"past of a verb in y", suffix("deny", "ed"), "denied"},
		{"gerund of a verb in y", suffix("deny", "ing"), "denying"},
		{"adverb in ally", adverb("drastic"), "drastically"},
		{"adverb in bly", adverb("notable"), "notably"},
		{"adverb in ily", adverb("uneasy"), "uneasily"},
		{"slug", slug("Tal'ka: 3 boats, seized"), "tal-ka-3-boats-seized"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}
