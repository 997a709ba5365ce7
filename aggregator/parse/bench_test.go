package parse_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"wireroom/aggregator/parse"
)

// benchmarkDocuments are well-formed documents of news publishers, 20 to 120 KiB, in UTF-8.
func benchmarkDocuments(b *testing.B) [][]byte {
	b.Helper()
	paths, _ := filepath.Glob(corpus + "/files/news-headlines/*.xml")
	var docs [][]byte
	total := 0
	for n, p := range paths {
		if n%5 != 0 { // some of every publisher
			continue
		}
		data, err := os.ReadFile(p)
		if err != nil || len(data) < 20<<10 || len(data) > 120<<10 {
			continue
		}
		doc, err := parse.Parse(data, "", "https://feeds.example.test/dir/feed.xml")
		if err != nil || len(doc.Repairs) > 0 || doc.Damaged != "" {
			continue
		}
		if docs, total = append(docs, data), total+len(data); len(docs) == 40 {
			break
		}
	}
	if len(docs) == 0 {
		b.Skip("the corpus of feeds is not here")
	}
	b.SetBytes(int64(total))
	b.ReportAllocs()
	b.ResetTimer()
	return docs
}

func BenchmarkParse(b *testing.B) {
	docs := benchmarkDocuments(b)
	for b.Loop() {
		for _, data := range docs {
			if _, err := parse.Parse(data, "", "https://feeds.example.test/dir/feed.xml"); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkGofeed is what BenchmarkParse is compared with: gofeed as it comes.
func BenchmarkGofeed(b *testing.B) {
	docs := benchmarkDocuments(b)
	for b.Loop() {
		for _, data := range docs {
			if _, err := gofeed.NewParser().Parse(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkItem is a document whose items are all new: Parse and Item.
func BenchmarkItem(b *testing.B) {
	docs := benchmarkDocuments(b)
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		for _, data := range docs {
			doc, err := parse.Parse(data, "", "https://feeds.example.test/dir/feed.xml")
			if err != nil {
				b.Fatal(err)
			}
			for _, e := range doc.Entries {
				_ = e.Item("source", at)
			}
		}
	}
}
