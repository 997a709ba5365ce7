package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMeasuresACommand(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "w.db")
	var resets int
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.RawQuery == "reset=1" {
			resets++
		}
		fmt.Fprint(w, `{"status":{"200":7,"304":2,"404":1},"max_concurrent":9,"max_per_host":3,"max_per_source":1}`)
	}))
	t.Cleanup(origin.Close)
	log := filepath.Join(dir, "log")
	script := "echo to the log; dd if=/dev/zero of=" + db + " bs=1000000 count=2 conv=fsync"
	var out strings.Builder
	err := run(t.Context(), []string{"-name", "a phase", "-sources", "10", "-db", db, "-stats", origin.URL, "-log", log, "--", "sh", "-c", script}, &out)
	if err != nil {
		t.Fatal(err)
	}
	cells := strings.Split(strings.Trim(out.String(), "| \n"), " | ")
	if n := strings.Count(strings.SplitN(tableHead, "\n", 2)[0], "|") - 1; len(cells) != n {
		t.Fatalf("row %q has %d cells, its head %d", out.String(), len(cells), n)
	}
	got := []string{cells[0], cells[5], cells[6], cells[9], cells[10]}
	want := []string{"a phase", "2.0", "2.0", "7 × 200, 2 × 304, 1 × other", "9, 3, 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	if text, err := os.ReadFile(log); err != nil || !strings.HasPrefix(string(text), "to the log\n") {
		t.Errorf("log is %q, %v", text, err)
	}
	if resets != 1 {
		t.Errorf("origin was reset %d times, want 1", resets)
	}
}

func TestAFailedCommandHasARowAndAnError(t *testing.T) {
	var out strings.Builder
	err := run(t.Context(), []string{"-name", "a phase", "--", "sh", "-c", "exit 3"}, &out)
	if err == nil || !strings.Contains(out.String(), "| a phase (FAILED) |") {
		t.Errorf("error %v, row %q", err, out.String())
	}
}

func TestACommandIsNeeded(t *testing.T) {
	if err := run(t.Context(), []string{"-name", "x"}, &strings.Builder{}); err == nil {
		t.Error("no error without a command")
	}
}

func TestRow(t *testing.T) {
	r := row{
		name: "n", sources: 1000, database: 61_000_000, kept: 50_000_000,
		cost: cost{wall: 5 * time.Second, user: 3 * time.Second, system: time.Second, peak: 80e6, written: 75_000_000},
	}
	want := "| n | 5.00 | 4.00 | 4.00 | 80.0 | 61.0 | 50.0 | 75.0 | 1.5 |  | 0, 0, 0 | 0 | 0 |\n"
	if diff := cmp.Diff(want, r.String()); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	r.kept = 24_576
	if !strings.Contains(r.String(), "| 75.0 |  |") {
		t.Errorf("next to nothing kept has a ratio: %s", r)
	}
}
