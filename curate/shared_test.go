package curate_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"

	"wireroom/curate"
	"wireroom/news"
)

// haveShared reports whether evaluation data lies beside the repository.
func haveShared() bool {
	_, err := os.Stat(filepath.Join("..", "..", "shared", "data"))
	return err == nil
}

// shared returns the path of evaluation data that lies beside the repository, and skips the test where there is none.
func shared(tb testing.TB, path string) string {
	tb.Helper()
	full := filepath.Join("..", "..", "shared", "data", path)
	if _, err := os.Stat(full); err != nil {
		tb.Skipf("evaluation data is not here: %v", err)
	}
	abs, err := filepath.Abs(full)
	if err != nil {
		tb.Fatal(err)
	}
	return abs
}

// sharedTopics reads the twelve evaluation topics and the exclude for all of them.
func sharedTopics(tb testing.TB) ([]news.Topic, []string) {
	tb.Helper()
	raw, err := os.ReadFile(shared(tb, "topics/topics.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	var doc struct {
		Exclude []string      `yaml:"global_exclude"`
		Topics  yaml.MapSlice `yaml:"topics"`
	}
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		tb.Fatal(err)
	}
	var topics []news.Topic
	for _, entry := range doc.Topics {
		topics = append(topics, sharedTopic(tb, entry))
	}
	return topics, doc.Exclude
}

func sharedTopic(tb testing.TB, entry yaml.MapItem) news.Topic {
	tb.Helper()
	raw, err := yaml.Marshal(entry.Value)
	if err != nil {
		tb.Fatal(err)
	}
	var t struct {
		Title                 string
		Strong, Weak, Exclude []string
		Require               map[string][]string
		MinScore              int `yaml:"min_score"`
	}
	if err := yaml.Unmarshal(raw, &t); err != nil {
		tb.Fatal(err)
	}
	return news.Topic{Slug: entry.Key.(string), Title: t.Title, Rule: news.Rule{
		Strong: t.Strong, Weak: t.Weak, Exclude: t.Exclude, Require: t.Require, MinScore: t.MinScore,
	}}
}

func compile(tb testing.TB, topics []news.Topic, exclude []string) *curate.Rules {
	tb.Helper()
	rules, err := curate.Compile(topics, exclude)
	if err != nil {
		tb.Fatal(err)
	}
	return rules
}

// decide asks rules about a text of a Source of which nothing but its id is known.
func decide(rules *curate.Rules, source, title, text string) []news.Decision {
	return rules.Decide(curate.Subject{Item: news.Item{Source: source, Title: title}, Source: news.Source{ID: source}, Text: text})
}

// sharedItem is a real item: its title, and its description as plain text.
type sharedItem struct{ Title, Text string }

// sharedItems reads up to n real items, taking every stride-th.
func sharedItems(tb testing.TB, file string, stride, n int) []sharedItem {
	tb.Helper()
	f, err := os.Open(shared(tb, file))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var items []sharedItem
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for i := 0; lines.Scan() && len(items) < n; i++ {
		if i%stride != 0 {
			continue
		}
		var raw struct{ Title, Description string }
		if err := json.Unmarshal(lines.Bytes(), &raw); err != nil {
			tb.Fatal(err)
		}
		items = append(items, sharedItem{news.PlainText(raw.Title), news.PlainText(raw.Description)})
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return items
}

// taken returns the slugs of the topics that took an item, with their scores.
func taken(decisions []news.Decision) map[string]int {
	in := map[string]int{}
	for _, d := range decisions {
		if d.In {
			in[d.Topic] = d.Score
		}
	}
	return in
}
