package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/news"
)

const rootConfig = "../../config.yaml"

func nothing(string) (string, bool) { return "", false }

func TestWrittenConfigurationKeepsTheRules(t *testing.T) {
	base, err := config.Load(rootConfig, nothing)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	feeds := []feed{{id: "feed001", name: `"odd": # name`}, {id: "feed001-2", name: "b"}}
	if err := writeConfig(path, "/tmp/a b.db", "127.0.0.1:9", feeds, base); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(path, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(base.Topics, got.Topics); diff != "" {
		t.Errorf("topics (-root +written):\n%s", diff)
	}
	if diff := cmp.Diff(base.Exclude, got.Exclude); diff != "" {
		t.Errorf("exclude (-root +written):\n%s", diff)
	}
	if got.Store != "sqlite:/tmp/a b.db" || got.Fetch.Floor != 0 || got.Fetch.Spacing != 0 || len(got.Sources) != 2 {
		t.Errorf("store %q, floor %s, spacing %s, %d sources", got.Store, got.Fetch.Floor, got.Fetch.Spacing, len(got.Sources))
	}
	if got.Sources[0].Name != feeds[0].name || got.Sources[1].URL != "http://127.0.0.1:9/feed001-2.rss" {
		t.Errorf("sources are %+v", got.Sources)
	}
}

func TestTopicOfNamedSourcesIsRefused(t *testing.T) {
	base := &config.Config{Topics: []news.Topic{{Slug: "local", Rule: news.Rule{All: true, Filter: news.Filter{Sources: []string{"herald"}}}}}}
	err := writeConfig(filepath.Join(t.TempDir(), "config.yaml"), "x.db", "127.0.0.1:9", nil, base)
	if err == nil || !strings.Contains(err.Error(), "local") {
		t.Errorf("error is %v, want one that names the topic", err)
	}
}

// build makes the program that is replayed with.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: the program is not built")
	}
	path := filepath.Join(t.TempDir(), "wireroom")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "wireroom/cmd/wireroom").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

const smallConfig = `
sources: [{id: none, url: "http://none.example/"}]
topics:
  - {slug: harbours, title: Harbours, strong: [harbour*], weak: [crane], exclude: [yacht]}
  - {slug: everything, title: Everything, all: true}
exclude: [regatta]
`

func TestReplay(t *testing.T) {
	program := build(t)
	folder := t.TempDir()
	rules := filepath.Join(folder, "rules.yaml")
	if err := os.WriteFile(rules, []byte(smallConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	items := pack(t,
		line("a", "Harbour dredged", "", "http://a.example/1", noon),
		line("a", "Harbour for every yacht", "", "http://a.example/2", noon.Add(time.Hour)),
		line("a", "Regatta in the harbour", "", "http://a.example/3", noon.Add(24*time.Hour)),
		line("a", "A crane is bought", "", "http://a.example/4", noon.Add(25*time.Hour)),
		line("b", "Harbour dredged, again", "", "http://a.example/1", noon),
		line("b", "Rain", "", "http://b.example/1", noon.Add(26*time.Hour)))
	sample := filepath.Join(folder, "sample.txt")

	var once bytes.Buffer
	err := run(t.Context(), []string{"-wireroom", program, "-config", rules, "-at", "2026-01-04T00:00:00Z", "-sample", sample, items}, &once)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| items given, feeds, sources | 6, 2, 2 |\n", "| items stored | 6 |\n",
		"| links, titles, dates that came out otherwise | 0, 0, 0 |\n", "| duplicates by url | 1 (16.7 %) |\n", "| stories | 5 |\n",
		"| harbours | 1 | 20.0 % | 1 | 1 | 0 | 1 | 1 | 1 | 0 |\n", "| everything | 5 | 100.0 % | 5 | 5 | 0 | 0 | 0 | 0 | 0 |\n",
	} {
		if !strings.Contains(once.String(), want) {
			t.Errorf("in one poll: no %q in\n%s", want, once.String())
		}
	}
	drawn, err := os.ReadFile(sample)
	if err != nil || !strings.Contains(string(drawn), "===== harbours: in, of 1\n 1. [feed001, 6 score ] Harbour dredged\n") {
		t.Errorf("sample: %v\n%s", err, drawn)
	}

	var days bytes.Buffer
	if err := run(t.Context(), []string{"-wireroom", program, "-config", rules, "-at", "2026-01-05T00:00:00Z", "-days", items}, &days); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 2 Jan | 3 | 3 | 0 | 2 | ", "| 3 Jan | 3 | 6 | 0 | 5 | ", "| 4 Jan | 0 | 6 | 0 | 5 | ",
		"| harbours | 1 + 0 | 1 + 0 | 1 + 0 |\n", "| everything | 2 + 0 | 5 + 0 | 5 + 0 |\n",
	} {
		if !strings.Contains(days.String(), want) {
			t.Errorf("in days: no %q in\n%s", want, days.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	occupied := t.TempDir()
	if err := os.WriteFile(filepath.Join(occupied, "replay.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	items := pack(t, line("a", "t", "", "http://a.example/1", noon))
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no program", []string{items}, "-wireroom"},
		{"no items", []string{"-wireroom", "x"}, "file of items"},
		{"a time that is none", []string{"-wireroom", "x", "-at", "yesterday", items}, "-at"},
		{"a folder in use", []string{"-wireroom", "x", "-config", rootConfig, "-keep", occupied, items}, "not empty"},
		{"a program that is not there", []string{"-wireroom", "/nonexistent", "-config", rootConfig, items}, "/nonexistent"},
		{"days before the first item", []string{"-wireroom", "x", "-config", rootConfig, "-days", "-at", "2025-01-01T00:00:00Z", items}, "-at 2025"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := run(t.Context(), c.args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestReplayTellsTheHeadFromArchivePages(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, []byte(smallConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := make([]string, 120) // of which the oldest 70 are sealed when there are 100
	for i := range lines {
		event := strings.Repeat(string(rune('a'+i%26)), 4) + string(rune('a'+i/26)) // a word that no other has
		lines[i] = line("a", "Harbour "+event+" on"+event, event+"er "+event+"ing", fmt.Sprintf("http://a.example/%d", i), noon.Add(time.Duration(i)*time.Minute))
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{"-wireroom", build(t), "-config", rules, "-at", "2026-01-03T00:00:00Z", pack(t, lines...)}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if want := "| harbours | 120 | 100.0 % | 120 | 50 | 1 |"; !strings.Contains(out.String(), want) {
		t.Errorf("no %q in\n%s", want, out.String())
	}
}
