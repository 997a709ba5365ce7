package curate_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/curate"
	"wireroom/news"
)

func TestSeedArticle(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "seed/article.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	tags := slices.Index(lines, "About the Creator") - 1
	if tags < 0 {
		t.Fatal("the seed article is not followed by its tags and its author")
	}
	topics, exclude := sharedTopics(t)
	rules := compile(t, topics, exclude)
	for name, text := range map[string]string{
		"whole article":  strings.Join(lines[2:tags], "\n"),
		"first line":     lines[2],
		"with page text": strings.Join(lines[2:], "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range decide(rules, "seed", lines[1], text) {
				if d.In {
					got = append(got, d.Topic)
				}
			}
			if diff := cmp.Diff([]string{"ukraine-war", "us-eu", "middle-east"}, got); diff != "" {
				t.Errorf("topics of the seed article (-want +got):\n%s", diff)
			}
		})
	}
}

// askReference runs a Python program beside the reference matcher, whose folder is its first argument. It gives it the
// lines as JSON, one a line, and returns its answers.
func askReference[T any](t *testing.T, program string, lines []T, args ...string) *json.Decoder {
	t.Helper()
	folder := filepath.Dir(shared(t, "topics/topics_eval.py"))
	if err := exec.Command("python3", "-c", "import yaml").Run(); err != nil {
		t.Skipf("the reference needs python3 with pyyaml: %v", err)
	}
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, line := range lines {
		if err := enc.Encode(line); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("python3", append([]string{"-c", program, folder}, args...)...)
	cmd.Dir, cmd.Stdin, cmd.Stderr = t.TempDir(), &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("reference matcher: %v", err)
	}
	return json.NewDecoder(bytes.NewReader(out))
}

// driver files lines of [title, lead, body] with the reference matcher. That counts a word as often as there are terms
// for it in a list, so its search is replaced by one that leaves out what stands within a longer term's match.
const driver = `
import sys, json, os, re
os.chdir(sys.argv[1]); sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
import topics_eval
plain = topics_eval.find
def find(terms, folded, original):
    found = plain((terms[0], terms[1]), folded, original)
    spans = []
    for text, prefix in terms[0]:
        for m in re.finditer('(?= ' + re.escape(text) + ('' if prefix else ' ') + ')', folded):
            end = folded.find(' ', m.start() + len(text) + 1) if prefix else m.start() + 1 + len(text)
            spans.append((m.start(), end, len(text), text))
    def part(a):
        return any(b[0] <= a[0] and a[1] <= b[1] and b[2] > a[2] for b in spans)
    alone = {a[3] for a in spans if not part(a)}
    return {f for f in found if f in alone or f in terms[1]}
topics_eval.find = find
for line in sys.stdin:
    print(json.dumps({k: v[0] for k, v in topics_eval.classify(*json.loads(line)).items()}))
`

// referenceScores asks the reference matcher for the topics and scores of items, split as Decide splits them.
func referenceScores(t *testing.T, items []sharedItem) []map[string]int {
	t.Helper()
	var lines [][]string
	for _, it := range items {
		lead, body := news.SplitLead(it.Text)
		lines = append(lines, []string{it.Title, lead, body})
	}
	var scores []map[string]int
	for dec := askReference(t, driver, lines); dec.More(); {
		var s map[string]int
		if err := dec.Decode(&s); err != nil {
			t.Fatal(err)
		}
		scores = append(scores, s)
	}
	return scores
}

// TestReference holds Decide to the matcher that defines the rules: the same topics with the same scores on real items.
func TestReference(t *testing.T) {
	topics, exclude := sharedTopics(t)
	rules := compile(t, topics, exclude)
	compareWithReference(t, rules, append(
		sharedItems(t, "items/rss2026_en.1.jsonl.gz", 11, 1000),
		sharedItems(t, "items/rss2026_en.2.jsonl.gz", 11, 1000)...))
}

func compareWithReference(t *testing.T, rules *curate.Rules, items []sharedItem) {
	t.Helper()
	want := referenceScores(t, items)
	if len(want) != len(items) {
		t.Fatalf("reference matcher: %d answers for %d items", len(want), len(items))
	}
	filed, differ := 0, 0
	for i, it := range items {
		got := taken(decide(rules, "any", it.Title, it.Text))
		filed += len(want[i])
		if diff := cmp.Diff(want[i], got); diff != "" {
			if differ++; differ <= 20 {
				t.Errorf("item %q: topics and scores (-reference +got):\n%s", it.Title, diff)
			}
		}
	}
	t.Logf("%d items, %d filings by the reference, %d items differ", len(items), filed, differ)
	if filed == 0 {
		t.Error("the reference filed nothing: the comparison says nothing")
	}
}
