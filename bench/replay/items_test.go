package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pack writes lines, gzipped, and returns the file's path.
func pack(t *testing.T, lines ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "items.jsonl.gz")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// line is an item in the files' form.
func line(feed, title, text, link string, at time.Time) string {
	return fmt.Sprintf(`{"title": %q, "description": %q, "link": %q, "date_published": %q, "author": null, "feed": %q}`,
		title, text, link, at.Format(time.RFC3339), feed)
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestReadFeedsKeepsTheOrderOfFeedsAndPutsTheNewestFirst(t *testing.T) {
	path := pack(t,
		line("b", "older", "", "http://b.example/1", noon),
		line("a", "alone", "", "http://a.example/1", noon),
		line("b", "newer", "", "http://b.example/2", noon.Add(time.Hour)))
	feeds, err := readFeeds([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range feeds {
		for _, it := range f.items {
			got = append(got, f.id+" "+f.name+" "+it.Title)
		}
	}
	want := "feed001 b newer, feed001 b older, feed002 a alone"
	if strings.Join(got, ", ") != want {
		t.Errorf("feeds are %q, want %q", got, want)
	}
	if first := firstDate(feeds); !first.Equal(noon) {
		t.Errorf("first date is %s, want %s", first, noon)
	}
}

func TestReadFeedsRefuses(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain.jsonl")
	if err := os.WriteFile(plain, []byte(line("a", "t", "", "http://a.example/1", noon)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, want string }{
		{"no JSON", pack(t, "{"), "line 1"},
		{"no link", pack(t, line("a", "t", "", "", noon)), "want link"},
		{"no feed", pack(t, line("a", "t", "", "http://a.example/1", noon), line("", "t", "", "http://a.example/2", noon)), "line 2: want link, feed"},
		{"no date", pack(t, `{"link": "http://a.example/1", "feed": "a"}`), "date_published"},
		{"not gzipped", plain, "gzipped"},
		{"empty", pack(t), "no item"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readFeeds([]string{c.path}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestDealSplitsWhatTheProgramWouldNotReadWhole(t *testing.T) {
	items := make([]item, 2*mostItems+1)
	for i := range items {
		items[i] = item{Link: fmt.Sprint(i), Published: noon.Add(time.Duration(i) * time.Second)}
	}
	parts := deal("feed007", "large", items)
	var ids []string
	seen := make(map[string]bool)
	for _, p := range parts {
		ids = append(ids, p.id)
		if len(p.items) > mostItems {
			t.Errorf("part %s has %d items, want at most %d", p.id, len(p.items), mostItems)
		}
		if span := p.items[0].Published.Sub(p.oldest()); span < 2*(mostItems-2)*time.Second {
			t.Errorf("part %s spans %s: not the whole time", p.id, span)
		}
		for _, it := range p.items {
			seen[it.Link] = true
		}
	}
	if got, want := strings.Join(ids, " "), "feed007 feed007-2 feed007-3"; got != want {
		t.Errorf("parts are %s, want %s", got, want)
	}
	if len(seen) != len(items) {
		t.Errorf("%d items are in the parts, want %d", len(seen), len(items))
	}
}
