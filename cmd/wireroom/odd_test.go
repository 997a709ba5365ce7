package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// oddDocuments reads those documents of the corpus in which there are characters that none before them had: all that are
// neither in ASCII nor letters.
func oddDocuments(t *testing.T) (all []document) {
	t.Helper()
	folder := filepath.Dir(sharedFile(t, "feeds/index.tsv"))
	seen := make(map[rune]bool)
	eachLine(t, filepath.Join(folder, "index.tsv"), func(line string) {
		fields := strings.Split(line, "\t")
		if len(fields) < 3 || fields[2] != "news" && fields[2] != "real" {
			return
		}
		body, err := os.ReadFile(filepath.Join(folder, "files", filepath.FromSlash(fields[0])))
		if err != nil {
			t.Fatal(err)
		}
		if bringsOddities(string(body), seen) {
			all = append(all, document{path: fields[0], body: string(body)})
		}
	})
	return all
}

func bringsOddities(text string, seen map[rune]bool) (some bool) {
	for _, r := range text {
		odd := r < ' ' || r >= 0x7f && !unicode.In(r, unicode.Han, unicode.Hangul) && (!unicode.IsLetter(r) || r > 0x17f)
		if odd && !seen[r] {
			seen[r], some = true, true
		}
	}
	return some
}

// Everything odd that real documents have comes out of every page of every feed as XML and JSON that programs read, with
// the same entries in all formats, for a common reader and for our own.
func TestOddCharactersComeThrough(t *testing.T) {
	if testing.Short() {
		t.Skip("a few hundred documents")
	}
	documents := oddDocuments(t)
	var validators atomic.Bool
	h, _ := corpusHouse(t, documents, &validators)
	h.config.Topics = []topicEntry{everything}
	for i := range h.config.Sources {
		h.config.Sources[i].Republish = []string{"full", "summary", "headline"}[i%3]
	}
	h.save()
	h.must("poll", "--at", after(0))
	s := h.serve("serve")
	entries := 0
	for _, page := range h.pages(s) {
		rss, atom := s.get(page+".rss").body, s.get(page+".atom").body
		want := jsonTitles(t, s.get(page+".json").body)
		entries += len(want)
		for format, body := range map[string]string{"rss": rss, "atom": atom} {
			wantCleanXML(t, page+"."+format, body)
			feed, err := gofeed.NewParser().ParseString(body)
			if err != nil {
				t.Fatalf("%s.%s: %v", page, format, err)
			}
			var common, own [][2]string
			for _, it := range feed.Items {
				common = append(common, [2]string{it.GUID, it.Title})
			}
			doc, err := parse.Parse([]byte(body), "", "https://wire.example.org"+page)
			if err != nil {
				t.Fatalf("%s.%s: %v", page, format, err)
			}
			for i, e := range doc.Entries {
				title := e.Item("wire", noon).Title
				if i < len(want) && title == news.OneLine(news.PlainText(want[i][1])) {
					title = want[i][1] // our reader takes a tag in a title for markup, which most publishers mean by it
				}
				own = append(own, [2]string{e.GUID, title})
			}
			if diff := cmp.Diff(want, common); diff != "" {
				t.Errorf("%s.%s, gofeed (-JSON +%s):\n%s", page, format, format, diff)
			}
			if diff := cmp.Diff(want, own); diff != "" {
				t.Errorf("%s.%s, our own reader (-JSON +%s):\n%s", page, format, format, diff)
			}
		}
	}
	t.Logf("%d documents, %d entries", len(documents), entries)
	if entries < 1000 {
		t.Errorf("%d entries, want a thousand at least", entries)
	}
}

// pages are the addresses of a topic's head and its archive, without the format.
func (h *house) pages(s *service) (all []string) {
	h.t.Helper()
	path := "/topics/everything"
	for path != "" {
		all = append(all, path)
		var feed struct {
			Next string `json:"next_url"`
		}
		if err := json.Unmarshal([]byte(s.get(path+".json").body), &feed); err != nil {
			h.t.Fatalf("%s: %v", path, err)
		}
		path = strings.TrimSuffix(strings.TrimPrefix(feed.Next, h.config.Server.BaseURL), ".json")
	}
	return all
}

func jsonTitles(t *testing.T, body string) (all [][2]string) {
	t.Helper()
	var feed struct{ Items []struct{ ID, Title string } }
	if err := json.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatal(err)
	}
	for _, it := range feed.Items {
		all = append(all, [2]string{it.ID, it.Title})
	}
	return all
}

// wantCleanXML reads a document strictly, and wants no character that XML 1.0 forbids or discourages, not even as a reference.
func wantCleanXML(t *testing.T, name, body string) {
	t.Helper()
	if !utf8.ValidString(body) {
		t.Errorf("%s is no UTF-8", name)
	}
	decoder := xml.NewDecoder(bytes.NewReader([]byte(body)))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		text, ok := token.(xml.CharData)
		if !ok {
			continue
		}
		if i := bytes.IndexFunc(text, func(r rune) bool {
			return r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0xfffd || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
		}); i >= 0 {
			t.Errorf("%s: %q", name, text[max(0, i-20):min(len(text), i+20)])
		}
	}
}
