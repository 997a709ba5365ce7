package parse_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/parse"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is what a fixture is compared with.
type golden struct {
	Repairs   []string
	Damaged   string
	Skipped   []string
	Canonical json.RawMessage
}

// TestRepairs reads every testdata/repairs/NAME.in and compares it with NAME.golden: a repair is added by a pair of
// files. Every repair must be needed by one of them at least.
func TestRepairs(t *testing.T) {
	paths, err := filepath.Glob("testdata/repairs/*.in")
	if err != nil || len(paths) == 0 {
		t.Fatal("no fixtures", err)
	}
	needed := map[string]bool{}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".in")
		t.Run(name, func(t *testing.T) {
			got := goldenOf(t, path)
			for _, r := range got.Repairs {
				needed[r] = true
			}
			compareGolden(t, strings.TrimSuffix(path, ".in")+".golden", got)
		})
	}
	var known []string
	for _, r := range parse.Repairs() {
		known = append(known, r.Name)
		if !needed[r.Name] {
			t.Errorf("repair %q: no fixture in testdata/repairs needs it", r.Name)
		}
		if r.Reason == "" {
			t.Errorf("repair %q has no reason", r.Name)
		}
	}
	for name := range needed {
		if !slices.Contains(known, name) {
			t.Errorf("repair %q is not listed by Repairs", name)
		}
	}
}

func goldenOf(t *testing.T, path string) golden {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const documentURL = "https://feeds.example/dir/feed.xml"
	doc, err := parse.Parse(data, "", documentURL)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return golden{
		Repairs: doc.Repairs, Damaged: doc.Damaged, Skipped: doc.Skipped,
		Canonical: parse.Canonical(filepath.Base(path), data, documentURL),
	}
}

func compareGolden(t *testing.T, path string, got golden) {
	t.Helper()
	text, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(text)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
