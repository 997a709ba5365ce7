package extract_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"wireroom/aggregator/extract"
)

// evaluation is a public collection of pages with the texts that people took from them.
const evaluation = "../../../shared/data/extraction/aeb"

type gold struct {
	ArticleBody string `json:"articleBody"`
	URL         string `json:"url"`
}

// TestEvaluation measures as the collection's authors do: precision and recall of runs of four words, a page at a
// time, and F1 of their means.
func TestEvaluation(t *testing.T) {
	var precision, recall mean
	for id, g := range goldTexts(t) {
		article, err := extract.Text(gunzip(t, filepath.Join(evaluation, "html", id+".html.gz")), "text/html", g.URL)
		if err != nil {
			t.Errorf("page %s: %v", id, err)
		}
		matched, extra, missing := compare(shingles(g.ArticleBody), shingles(article.Text))
		precision.add(matched, extra)
		recall.add(matched, missing)
	}
	p, r := precision.value(), recall.value()
	f1 := 2 * p * r / (p + r)
	t.Logf("precision %.4f, recall %.4f, F1 %.4f", p, r, f1)
	if f1 < .975 {
		t.Errorf("F1 = %.4f, want at least .975", f1)
	}
}

func BenchmarkEvaluation(b *testing.B) {
	var pages [][]byte
	for id := range goldTexts(b) {
		pages = append(pages, gunzip(b, filepath.Join(evaluation, "html", id+".html.gz")))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, page := range pages {
			if _, err := extract.Text(page, "text/html", "https://paper.example/a"); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*len(pages)), "ms/page")
}

func goldTexts(t testing.TB) map[string]gold {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(evaluation, "ground-truth.json"))
	if err != nil {
		t.Skipf("no pages to evaluate on: %v", err)
	}
	texts := make(map[string]gold)
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func gunzip(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// A mean is of shares, leaving out those of nothing.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(matched, other int) {
	if matched+other > 0 {
		m.sum += float64(matched) / float64(matched+other)
		m.n++
	}
}

func (m *mean) value() float64 { return m.sum / float64(m.n) }

var wordPattern = regexp.MustCompile(`[\p{L}\p{N}_]+`)

// shingles counts each run of four words. A shorter text is one run.
func shingles(text string) map[[4]string]int {
	words := wordPattern.FindAllString(text, -1)
	runs := make(map[[4]string]int)
	if len(words) > 0 && len(words) < 4 {
		var run [4]string
		copy(run[:], words)
		runs[run] = 1
	}
	for i := 0; i+4 <= len(words); i++ {
		runs[[4]string(words[i:i+4])]++
	}
	return runs
}

func compare(want, got map[[4]string]int) (matched, extra, missing int) {
	for run, n := range want {
		matched += min(n, got[run])
		missing += n - min(n, got[run])
	}
	for run, n := range got {
		extra += n - min(n, want[run])
	}
	return matched, extra, missing
}
