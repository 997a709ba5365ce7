package parse_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/parse"
)

// corpus is the collection of feed documents with reference answers that lies beside the module, if it does.
const corpus = "../../../shared/data/feeds"

// reference is an answer of reference.jsonl, as far as it is compared here. The scorer beside it compares the rest.
type reference struct {
	Path    string
	OK      bool
	Title   string
	Entries []struct {
		ID    string
		Title string
	}
}

// TestCorpus holds that of the documents that the reference reads at least 99.5 % are read with the same number of
// items and, but for one in a hundred, the same ids, and that none takes a second.
func TestCorpus(t *testing.T) {
	file, err := os.Open(filepath.Join(corpus, "reference.jsonl"))
	if err != nil {
		t.Skip("the corpus of feeds is not here:", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	documents, counted, ids, sameIDs := 0, 0, 0, 0
	for n := 0; lines.Scan(); n++ {
		if n%raceFactor != 0 {
			continue
		}
		var want reference
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		got := readCorpus(t, want.Path)
		if !want.OK {
			continue
		}
		documents++
		if got == nil || len(got.Entries) != len(want.Entries) {
			t.Logf("%s: other than %d items", want.Path, len(want.Entries))
			continue
		}
		counted++
		for i, e := range want.Entries {
			if e.ID == "" {
				continue
			}
			ids++
			if id := strings.TrimSpace(got.Entries[i].GUID); id != "" && strings.HasSuffix(strings.TrimSpace(e.ID), id) {
				sameIDs++
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if counted*1000 < documents*995 {
		t.Errorf("%d of %d documents have the right number of items", counted, documents)
	}
	if sameIDs*100 < ids*99 {
		t.Errorf("%d of %d items have the right id", sameIDs, ids)
	}
}

// readCorpus parses a document of the corpus; nil if it is no feed.
func readCorpus(t *testing.T, path string) *parse.Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, "files", path))
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	doc, err := parse.Parse(data, "", "https://feeds.example.test/dir/feed.xml")
	if took := time.Since(begin); took > time.Second {
		t.Errorf("%s: took %v", path, took)
	}
	if err != nil {
		if strings.Contains(err.Error(), "failed on this document") {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	}
	return doc
}
