package parse_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// TestKnownItemsAreNotRead holds that a document of which every second item is known gives the others as if all were
// read, each in its place.
func TestKnownItemsAreNotRead(t *testing.T) {
	for _, folder := range []string{"testdata", filepath.Join(corpus, "files")} {
		aside, n := 0, 0
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if n++; err == nil && d.Type().IsRegular() && !strings.HasSuffix(path, ".golden") && (n%raceFactor == 0 || folder == "testdata") {
				aside += readEverySecond(t, path)
			}
			return err
		})
		if err != nil {
			t.Logf("%s: %v", folder, err)
			continue
		}
		t.Logf("%s: %d items set aside", folder, aside)
		if aside == 0 {
			t.Errorf("%s: no item was set aside", folder)
		}
	}
}

// readEverySecond reads a document whole, and again with every second item known. It returns how many were known.
func readEverySecond(t *testing.T, path string) (aside int) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const address = "https://feeds.example/feed"
	whole, err := parse.Parse(data, "", address)
	if err != nil {
		return 0
	}
	known := map[news.Fingerprint]bool{}
	for i, e := range whole.Entries {
		if i%2 == 1 && e.Digest != (news.Fingerprint{}) {
			known[e.Digest] = true
		}
	}
	part, err := parse.ParseNew(data, "", address, func(d news.Fingerprint) bool { return known[d] })
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return 0
	}
	for i := range whole.Entries {
		if d := whole.Entries[i].Digest; known[d] {
			whole.Entries[i] = parse.Entry{Digest: d, Known: true}
			aside++
		}
	}
	if diff := cmp.Diff(whole.Entries, part.Entries, cmpopts.IgnoreUnexported(parse.Entry{})); diff != "" {
		t.Errorf("%s: with known items left out it reads otherwise (-whole +part):\n%s", path, diff)
	}
	return aside
}

// TestDigestsTellItemsApart holds that what an item inherits is part of its digest, and what changes around it is not.
func TestDigestsTellItemsApart(t *testing.T) {
	const item = `<item><guid>a</guid><title>A</title><link>/a</link></item>`
	digest := func(address, root, channel string) news.Fingerprint {
		t.Helper()
		doc, err := parse.Parse([]byte(root+`<channel><title>T</title>`+channel+item+`</channel></rss>`), "", address)
		if err != nil || len(doc.Entries) != 1 {
			t.Fatal(doc, err)
		}
		return doc.Entries[0].Digest
	}
	const address = "https://feeds.example/feed"
	plain := digest(address, `<rss version="2.0">`, ``)
	if plain == (news.Fingerprint{}) {
		t.Fatal("no digest")
	}
	if got := digest(address, `<rss version="2.0">`, `<lastBuildDate>Tue, 01 Dec 2026 10:00:00 GMT</lastBuildDate>`); got != plain {
		t.Error("a date of the channel changes the digest of its items")
	}
	for name, other := range map[string]news.Fingerprint{
		"address":   digest("https://other.example/feed", `<rss version="2.0">`, ``),
		"base":      digest(address, `<rss version="2.0" xml:base="https://feeds.example/x/">`, ``),
		"language":  digest(address, `<rss version="2.0">`, `<language>fr</language>`),
		"entities":  digest(address, `<!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0">`, ``),
		"namespace": digest(address, `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">`, ``),
	} {
		if other == plain {
			t.Errorf("another %s gives the same digest", name)
		}
	}
}
