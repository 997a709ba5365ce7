package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A small simulation, on both engines: every source is polled once in the time, and what comes is sorted.
func TestSmallSimulation(t *testing.T) {
	for name, engine := range map[string][]string{
		"SQLite": {"-store", "sqlite:" + filepath.Join(t.TempDir(), "s.db")}, "PostgreSQL": nil,
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			args := append(engine, "-sources", "300", "-every", "5m", "-for", "10m", "-workers", "2", "-share", "1", "-items", "1", "-reads", "2")
			if err := run(t.Context(), args, &out); err != nil {
				if strings.Contains(err.Error(), "not installed") {
					t.Skip(err)
				}
				t.Fatal(err)
			}
			for _, want := range []string{`(?m)^300 sources stored`, `(?m)^[3-9]\d\d polls`, `(?m)^[3-9]\d\d items sorted and filed`, `(?m)^4 editions read`} {
				if !regexp.MustCompile(want).MatchString(out.String()) {
					t.Errorf("the report has no %s:\n%s", want, out.String())
				}
			}
		})
	}
}
