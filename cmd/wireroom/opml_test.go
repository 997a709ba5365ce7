package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
)

const opmlOfAReader = `<?xml version="1.0" encoding="windows-1252"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="World"><outline text="The Quay &amp; Pier" type="rss" xmlUrl="https://quay.example/feed?a=1&amp;b=2" language="en-gb"/>
<outline text="The Quay &amp; Pier" title="" type="rss" xmlUrl="https://other.example/$x"/>
<outline text="again" xmlUrl="http://quay.example/feed?a=1&amp;b=2"/></outline>
<outline text="` + "Br\xfccke" + `: #1" xmlUrl="https://bruecke.example/" language="unknown"/>
<outline text="&#1052;&#1080;&#1088;" xmlUrl="https://mir.example/rss"/>
<outline text="no feed"/><outline text="mail" xmlUrl="mailto:desk@quay.example"/>
</body></opml>`

const configOfAReader = `# mine
sources: # all of them
    # the first
    - {id: quay, url: https://quay.example/feed?a=1&b=2} # keep

# what is published
topics:
- {slug: everything, all: true}
`

func TestOPMLImport(t *testing.T) {
	folder := t.TempDir()
	file, into := filepath.Join(folder, "mine.opml"), filepath.Join(folder, "config.yaml")
	must(t, os.WriteFile(file, []byte(opmlOfAReader), 0o600))
	must(t, os.WriteFile(into, []byte(configOfAReader), 0o640))
	h := newHouse(t)
	h.must("opml", "import", file, "--into", into)
	got, err := os.ReadFile(into)
	must(t, err)
	want := strings.Replace(configOfAReader, "# keep\n", `# keep
    - id: the-quay-pier
      url: https://other.example/$$x
      name: The Quay & Pier
    - id: br-cke-1
      url: https://bruecke.example/
      name: "Brücke: #1"
    - id: mir-example
      url: https://mir.example/rss
      name: Мир
`, 1)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("the configuration afterwards (-want +got):\n%s", diff)
	}
	h.must("opml", "import", file, "--into", into)
	if again, err := os.ReadFile(into); err != nil || string(again) != string(got) {
		t.Errorf("a second import changed the file: %v\n%s", err, again)
	}
	if printed := h.must("opml", "import", file); !strings.Contains(printed, "  - id: the-quay-pier\n    url: https://quay.example/feed?a=1&b=2\n") {
		t.Errorf("printed:\n%s", printed)
	}
}

// TestOPMLOfOddReaders: nothing of a list is lost without a word.
func TestOPMLOfOddReaders(t *testing.T) {
	file := filepath.Join(t.TempDir(), "odd.opml")
	must(t, os.WriteFile(file, []byte(`<opml><body><outline text="Old" xmlUrl="feed://old.example/x"/><outline text="Older" xmlurl="feed:https://older.example/y"/>
<outline text="Page" xmlUrl="javascript:alert(1)"/></body></opml>`), 0o600))
	out := newHouse(t).run("opml", "import", file)
	want := "sources:\n  - id: old\n    url: http://old.example/x\n    name: Old\n  - id: older\n    url: https://older.example/y\n    name: Older\n"
	if out.code != exitDone || out.stdout != want {
		t.Errorf("exit code %d, got %s, want %s", out.code, out.stdout, want)
	}
	if !strings.Contains(out.stderr, "left out: javascript:alert(1): only http:// and https://") {
		t.Errorf("got %q on standard error, want what was left out", out.stderr)
	}
}

// TestOPMLThereAndBack exports the shipped sources, imports them into an empty configuration, and exports that.
func TestOPMLThereAndBack(t *testing.T) {
	h := newHouse(t)
	export := func() string { return h.must("opml", "export") }
	shipped, err := os.ReadFile("../../config.yaml")
	must(t, err)
	h.write(string(shipped))
	there := export()
	file := filepath.Join(t.TempDir(), "all.opml")
	must(t, os.WriteFile(file, []byte(there), 0o600))
	h.write(h.must("opml", "import", file) + "topics: [{slug: everything, all: true}]\n")
	if diff := cmp.Diff(there, export()); diff != "" {
		t.Errorf("sources there and back (-first +second):\n%s", diff)
	}
	if strings.Count(there, "xmlUrl=") < 60 {
		t.Errorf("%d feeds exported, want most of those that are shipped", strings.Count(there, "xmlUrl="))
	}
}

func TestOPMLIntoWhatCannotTakeIt(t *testing.T) {
	folder := t.TempDir()
	file, into := filepath.Join(folder, "mine.opml"), filepath.Join(folder, "config.yaml")
	must(t, os.WriteFile(file, []byte(opmlOfAReader), 0o600))
	flow := "sources: [{id: a, url: https://a.example/}]\ntopics: [{slug: x, all: true}]\n"
	must(t, os.WriteFile(into, []byte(flow), 0o600))
	out := newHouse(t).run("opml", "import", file, "--into", into)
	if out.code != exitUsage || !strings.Contains(out.stderr, "no list with a dash") {
		t.Errorf("import into a list in brackets: %d, %s", out.code, out.stderr)
	}
	if got, err := os.ReadFile(into); err != nil || string(got) != flow {
		t.Errorf("the file was changed: %v\n%s", err, got)
	}
	if out := newHouse(t).run("opml", "import", into); out.code != exitUsage || !strings.Contains(out.stderr, "this is no OPML") {
		t.Errorf("import of what is no OPML: %d, %s", out.code, out.stderr)
	}
}

// FuzzAddSources: sources are added to a configuration, or it is left alone with an error; nothing else of it changes.
func FuzzAddSources(f *testing.F) {
	f.Add([]byte(configOfAReader), "Name: #1", "https://b.example/${X}")
	f.Add([]byte("topics: [{slug: x, all: true}]\r\nsources:\r\n- id: a\r\n  url: https://a.example/\r\n  rights: |\r\n    # a\r\n"), "'\"", "https://b.example/")
	f.Fuzz(func(t *testing.T, data []byte, name, url string) {
		sources := newSources([]listedFeed{{Text: name, XMLURL: url}}, nil)
		added, err := config.AddSources("config.yaml", data, sources, nil)
		if err != nil {
			return
		}
		before, err := config.Parse("config.yaml", data, nil)
		must(t, err)
		after, err := config.Parse("config.yaml", added, nil)
		must(t, err)
		if diff := cmp.Diff(before.Topics, after.Topics); diff != "" || len(after.Sources) != len(before.Sources)+len(sources) {
			t.Errorf("%d sources and %d make %d; topics (-before +after):\n%s", len(before.Sources), len(sources), len(after.Sources), diff)
		}
	})
}
