package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
)

var update = flag.Bool("update", false, "write the .want files anew")

// environment is what the tests take for the process's.
func environment(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

// TestGolden holds the printed faults of each testdata/*.yaml against the .want file beside it.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	lookup := environment(map[string]string{"SECRET": "hunter2", "LISTEN": ":99999", "SCHEME": "https"})
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := printed(t, path, lookup)
			if strings.Contains(got, "hunter2") {
				t.Errorf("the faults show a secret:\n%s", got)
			}
			golden := strings.TrimSuffix(path, ".yaml") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("faults of %s (-want +got):\n%s", path, diff)
			}
		})
	}
}

func printed(t *testing.T, path string, lookup func(string) (string, bool)) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(filepath.Base(path), data, lookup)
	if err == nil || c != nil {
		t.Fatalf("Parse(%s) = %v, %v: want faults and nothing else", path, c, err)
	}
	return err.Error() + "\n"
}

// TestTenAtOnce counts, so that a golden written anew cannot lose one.
func TestTenAtOnce(t *testing.T) {
	_, err := config.Load("testdata/ten.yaml", nil)
	var faults config.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("Load = %T, want Faults", err)
	}
	if len(faults) != 10 {
		t.Errorf("got %d faults, want 10:\n%s", len(faults), err)
	}
	for _, f := range faults {
		if f.File != "testdata/ten.yaml" || f.Line < 1 || f.Column < 1 || f.Message == "" || f.Suggestion == "" {
			t.Errorf("a fault is not whole: %+v", f)
		}
	}
	var first config.Fault
	if !errors.As(err, &first) || first.Line != faults[0].Line {
		t.Errorf("errors.As does not find the first fault: %+v", first)
	}
}
