package cluster

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wireroom/news"
)

var update = flag.Bool("update", false, "count common_en.txt anew")

// sharedItems is where real items lie on machines that have them.
const sharedItems = "../../../shared/data/items/*.jsonl.gz"

const (
	leastShare = 10  // ten-thousandths; rarer stems are left out
	leastDay   = 500 // items of a day, for its share to count
)

// TestCommonWords counts what is common in English news and compares it with what is built in.
func TestCommonWords(t *testing.T) {
	files, _ := filepath.Glob(sharedItems)
	if len(files) == 0 {
		t.Skip("no shared items on this machine")
	}
	days := make(map[string]int)
	counts := make(map[string]map[string]int)
	for _, file := range files {
		countItems(t, file, days, counts)
	}
	got := commonLines(days, counts)
	if *update {
		if err := os.WriteFile("common_en.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != commonEN {
		t.Errorf("common_en.txt is not what the items give: run with -update")
	}
}

func countItems(t *testing.T, file string, days map[string]int, counts map[string]map[string]int) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var it struct{ Title, Description, Date_published string }
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil || len(it.Date_published) < 10 {
			continue
		}
		day := it.Date_published[:10]
		days[day]++
		for stem := range stemsOf(it.Title, news.PlainText(it.Description)) {
			if counts[stem] == nil {
				counts[stem] = make(map[string]int)
			}
			counts[stem][day]++
		}
	}
}

func stemsOf(title, text string) map[string]bool {
	stems := make(map[string]bool)
	for _, field := range []string{title, text} {
		words := scanner{rest: field}
		for range headWords {
			w, ok := words.next()
			if !ok {
				break
			}
			if word := string(w.text); !w.number && len(word) > 1 && !stopWords["en"][word] {
				stems[stemmers["en"](word, true)] = true
			}
		}
	}
	return stems
}

func commonLines(days map[string]int, counts map[string]map[string]int) string {
	byShare := make(map[int][]string)
	for stem, count := range counts {
		var shares []int
		for day, n := range days {
			if n >= leastDay {
				shares = append(shares, 10_000*count[day]/n)
			}
		}
		slices.Sort(shares)
		if share := shares[min(1, len(shares)-1)]; share >= leastShare {
			byShare[share] = append(byShare[share], stem)
		}
	}
	var out strings.Builder
	var shares []int
	for share := range byShare {
		shares = append(shares, share)
	}
	slices.Sort(shares)
	slices.Reverse(shares)
	for _, share := range shares {
		slices.Sort(byShare[share])
		fmt.Fprintln(&out, share, strings.Join(byShare[share], " "))
	}
	return out.String()
}
