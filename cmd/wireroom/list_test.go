package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What scripts rely on; more columns may follow.
var (
	sourceColumns = []string{"id", "url", "state", "next_poll", "reason", "etag", "last_modified", "failures", "error"}
	itemColumns   = []string{"id", "source", "story", "published", "title", "url"}
)

// listedHouse has a source that is fine, one that fails, and one that was never asked; a title holds what a table
// cannot.
func listedHouse(t *testing.T) *house {
	t.Helper()
	o := newOrigin(t)
	o.publish("/fine", rss("fine", story{n: 1, title: "A\tstory\nof \"two\" lines"}, story{n: 2}))
	h := newHouse(t, o.sources("fine", "lost")...)
	h.must("poll", "--at", after(0))
	secret := sourceEntry{ID: "never", URL: strings.Replace(o.URL, "http://", "http://reader:${PASSWORD}@", 1) + "/never"}
	h.config.Sources = append(h.config.Sources, secret)
	h.env["PASSWORD"] = "not-to-be-seen"
	h.save()
	h.must("poll", "--at", after(time.Minute), "--source", "fine") // applies the configuration; nothing is due
	return h
}

func TestListingsHaveEveryColumnInEveryRow(t *testing.T) {
	h := listedHouse(t)
	for _, c := range []struct {
		command string
		columns []string
		rows    int
	}{{"sources", sourceColumns, 3}, {"items", itemColumns, 2}} {
		t.Run(c.command, func(t *testing.T) {
			lines, err := splitTSV(h.must(c.command, "--format", "tsv"))
			if err != nil {
				t.Fatal(err)
			}
			all := lines[0]
			if diff := cmp.Diff(c.columns, all[:min(len(c.columns), len(all))]); diff != "" || len(lines) != c.rows+1 {
				t.Errorf("%d rows, want %d; header (-want +got):\n%s", len(lines)-1, c.rows, diff)
			}
			var objects []map[string]string
			if err := json.Unmarshal([]byte(h.must(c.command, "--format", "json")), &objects); err != nil {
				t.Fatal(err)
			}
			for _, o := range objects {
				if diff := cmp.Diff(all, slices.Collect(maps.Keys(o)), sortedStrings); diff != "" {
					t.Errorf("object %v: members (-columns +got):\n%s", o, diff)
				}
			}
			table := strings.Split(strings.TrimSuffix(h.must(c.command), "\n"), "\n")
			if diff := cmp.Diff(all, strings.Fields(table[0])); diff != "" || len(table) != c.rows+1 || len(objects) != c.rows {
				t.Errorf("a table of %d lines, %d objects, want %d rows; header (-want +got):\n%s", len(table), len(objects), c.rows, diff)
			}
		})
	}
}

func TestSourcesShowHowTheyAre(t *testing.T) {
	h := listedHouse(t)
	var states []string
	for _, row := range h.rows("sources") {
		states = append(states, row["id"]+" "+row["state"])
		if _, err := time.Parse(time.RFC3339, row["next_poll"]); err != nil {
			t.Errorf("%s: next_poll %q is no RFC 3339 time", row["id"], row["next_poll"])
		}
		if strings.Contains(row["url"], "@") || strings.Contains(row["url"], "PASSWORD") {
			t.Errorf("%s: url %q shows credentials", row["id"], row["url"])
		}
	}
	if diff := cmp.Diff([]string{"fine fine", "lost failing", "never new"}, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	lost := h.source("lost")
	if lost["failures"] != "1" || !strings.Contains(lost["error"], "404") {
		t.Errorf("lost: failures %q, error %q; want 1, and 404", lost["failures"], lost["error"])
	}
	if diff := cmp.Diff([]string{"lost"}, column(h.rows("sources", "--sick"), "id")); diff != "" {
		t.Errorf("--sick (-want +got):\n%s", diff)
	}
	for _, format := range []string{"table", "json", "tsv"} {
		if strings.Contains(h.must("sources", "--format", format), "not-to-be-seen") {
			t.Errorf("--format %s prints a password", format)
		}
	}
}

// A cell shows sixty characters, and the URL stands in the row already.
func TestTableTellsWhatIsWrong(t *testing.T) {
	o := newOrigin(t)
	entry := sourceEntry{ID: "closed", URL: o.URL + "/a/feed/with/a/rather/long/address.xml"}
	o.Close()
	h := newHouse(t, entry)
	h.must("poll")
	if got := h.must("sources"); !strings.Contains(got, " no connection to ") || !strings.Contains(got, ": connection refused") {
		t.Errorf("got %s, want a table that names the reason", got)
	}
}

func TestSourcesPrintTheConfiguredURL(t *testing.T) {
	h := newHouse(t, sourceEntry{ID: "a", URL: "https://desk:${KEY}@a.example/${KEY}/feed?k=${KEY}"})
	h.env["KEY"] = "not-to-be-seen"
	h.save()
	if got, want := h.source("a")["url"], "https://a.example/${KEY}/feed?k=${KEY}"; got != want {
		t.Errorf("url %q, want %q", got, want)
	}
}

func TestItemsAreFilteredAndLimited(t *testing.T) {
	h := listedHouse(t)
	all := h.items()
	if len(all) != 2 || all[0]["published"] < all[1]["published"] {
		t.Fatalf("want two items, the newest first: %v", all)
	}
	if all[0]["title"] != `A story of "two" lines` {
		t.Errorf("title %q, want it on one line", all[0]["title"])
	}
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"source", []string{"--source", "fine"}, 2},
		{"source without items", []string{"--source", "lost"}, 0},
		{"topic", []string{"--topic", "everything"}, 2},
		{"limit", []string{"--limit", "1"}, 1},
	} {
		if got := len(h.rows(append([]string{"items"}, c.args...)...)); got != c.want {
			t.Errorf("%s: %d items, want %d", c.name, got, c.want)
		}
	}
	for _, flag := range []string{"--topic", "--source"} {
		if out := h.run("items", flag, "nowhere"); out.code == exitDone || !strings.Contains(out.stderr, "nowhere") {
			t.Errorf("%s nowhere: exit code %d, want an error that names it: %q", flag, out.code, out.stderr)
		}
	}
}

func TestWrongUsageIsTwo(t *testing.T) {
	h := newHouse(t, sourceEntry{ID: "a", URL: "http://127.0.0.1:1/a"})
	for _, c := range []struct {
		name string
		args []string
	}{
		{"unknown command", []string{"fetch"}},
		{"unknown flag", []string{"poll", "--quickly"}},
		{"unknown format", []string{"items", "--format", "xml"}},
		{"limit that is no number", []string{"items", "--limit", "many"}},
		{"unknown source", []string{"poll", "--source", "b"}},
		{"no such configuration", []string{"--config", h.folder + "/other.yaml", "check"}},
		{"argument too many", []string{"version", "now"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := h.run(c.args...)
			if out.code != exitUsage || out.stderr == "" || out.stdout != "" {
				t.Errorf("exit code %d, want 2; stdout %q, stderr %q", out.code, out.stdout, out.stderr)
			}
		})
	}
}

func TestCheckAndVersion(t *testing.T) {
	h := newHouse(t, sourceEntry{ID: "a", URL: "https://a.example/feed"})
	if got := h.must("check"); !strings.Contains(got, "config.yaml is well: 1 source, 1 topic\n") {
		t.Errorf("check prints %q", got)
	}
	if got := h.must("version"); got != "wireroom "+version+"\n" {
		t.Errorf("version prints %q", got)
	}
	for _, args := range [][]string{{"--help"}, {"poll", "--help"}} {
		if out := h.run(args...); out.code != exitDone || !strings.Contains(out.stdout, "Usage: wireroom") {
			t.Errorf("%v: exit code %d, want 0 and the usage; stdout %q, stderr %q", args, out.code, out.stdout, out.stderr)
		}
	}
}

func TestUsageIsPrinted(t *testing.T) {
	nothing := func(string) (string, bool) { return "", false }
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "Usage: wireroom <command>"},
		{[]string{"help"}, "Usage: wireroom <command>"},
		{[]string{"help", "poll"}, "Usage: wireroom poll"},
		{[]string{"help", "desk", "pin"}, "Usage: wireroom desk pin"},
		{[]string{"--version"}, "wireroom " + version + "\n"},
	} {
		var stdout, stderr strings.Builder
		if code := run(t.Context(), test.args, nothing, &stdout, &stderr); code != exitDone || !strings.Contains(stdout.String(), test.want) {
			t.Errorf("%v: exit code %d, want 0 and the usage; stdout %q, stderr %q", test.args, code, stdout.String(), stderr.String())
		}
	}
}

// The configuration that comes with the program is well.
func TestCheckOfTheDefaultConfiguration(t *testing.T) {
	h := newHouse(t)
	out := h.run("--config", "../../config.yaml", "check")
	if out.code != exitDone {
		t.Errorf("exit code %d, want 0\n%s", out.code, out.stderr)
	}
}

func TestSchemaIsPrinted(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"schema"}, func(string) (string, bool) { return "", false }, &stdout, &stderr); code != exitDone {
		t.Fatalf("exit code %d, want 0: %s", code, stderr.String())
	}
	var schema struct{ Properties map[string]any }
	if err := json.Unmarshal(stdout.Bytes(), &schema); err != nil || schema.Properties["sources"] == nil {
		t.Errorf("got %.80q (%v), want a JSON Schema with sources", stdout.String(), err)
	}
}
