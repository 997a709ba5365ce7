package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
)

var update = flag.Bool("update", false, "write the goldens anew")

// checked runs check on a file of the corpus and returns what it prints, with its exit status.
func checked(t *testing.T, path string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), append([]string{"--config", path, "check"}, args...), func(string) (string, bool) { return "", false }, &stdout, &stderr)
	text := stderr.String() + stdout.String() + "exit status " + string(rune('0'+code)) + "\n"
	return strings.ReplaceAll(text, path, filepath.Base(path))
}

// TestCheckGolden holds what check says of each configuration of the corpus against the .want beside it.
func TestCheckGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/check/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			sameAsGolden(t, strings.TrimSuffix(path, ".yaml")+".want", checked(t, path))
		})
	}
	sameAsGolden(t, "testdata/check/where.sarif", checked(t, "testdata/check/where.yaml", "--format", "sarif"))
	sameAsGolden(t, "testdata/check/suggestions.json", checked(t, "testdata/check/suggestions.yaml", "--format", "json"))
}

func sameAsGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		must(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// TestStrictCheckFailsOnWarnings is for who wants none in continuous integration.
func TestStrictCheckFailsOnWarnings(t *testing.T) {
	for _, tt := range []struct {
		file string
		args []string
		want string
	}{
		{"testdata/check/shadowed.yaml", nil, "exit status 0"},
		{"testdata/check/shadowed.yaml", []string{"--strict"}, "exit status 2"},
		{"testdata/check/shadowed.yaml", []string{"--strict", "--format", "json"}, "exit status 2"},
		{"testdata/check/clean.yaml", []string{"--strict"}, "exit status 0"},
	} {
		if got := checked(t, tt.file, tt.args...); !strings.HasSuffix(got, tt.want+"\n") {
			t.Errorf("check %s %v: %s, want %s", tt.file, tt.args, got, tt.want)
		}
	}
}

// FuzzCheck: whatever a configuration says, its remarks have places in the file, and SARIF can be written.
func FuzzCheck(f *testing.F) {
	paths, err := filepath.Glob("testdata/check/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := config.ParseDocument("config.yaml", data, nil)
		if err != nil {
			return
		}
		remarks := remarksOn(document)
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, r := range remarks {
			if r.Line < 1 || r.Line > lines || r.Column < 1 || r.Message == "" {
				t.Errorf("a remark without a place: %+v", r)
			}
		}
		var out bytes.Buffer
		if err := printSARIF(&out, remarks); err != nil || !json.Valid(out.Bytes()) {
			t.Errorf("SARIF: %v\n%s", err, out.String())
		}
	})
}

// TestFaultyRuleIsNamedByEveryCommand: whoever reads the file names the place, and not check alone.
func TestFaultyRuleIsNamedByEveryCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	must(t, os.WriteFile(path, []byte("sources: [{id: a, url: \"http://a.example/\"}]\ntopics:\n  - {slug: e, all: true, where: item.wrds > 3}\n"), 0o600))
	for _, command := range []string{"check", "poll", "run", "serve", "sources"} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"--config", path, command}, func(string) (string, bool) { return "", false }, &stdout, &stderr)
		if want := "config.yaml:3:38: topics[0].where: an item has no wrds"; code != exitUsage || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: exit code %d, %q; want 2 and %q", command, code, stderr.String(), want)
		}
	}
}

// TestCheckNamesTheFileFromTheWorkingDirectory: code scanning finds a file by its path in the repository alone.
func TestCheckNamesTheFileFromTheWorkingDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, os.WriteFile("config.yaml", []byte("sources: []\n"), 0o600))
	if got := checked(t, "config.yaml", "--format", "sarif"); !strings.Contains(got, `"uri": "config.yaml"`) {
		t.Errorf("got %s, want the path from the working directory", got)
	}
}
