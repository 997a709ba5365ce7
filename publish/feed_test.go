package publish_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
	"wireroom/publish"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func feedOf(e news.Edition) publish.Feed {
	return publish.Feed{Site: publish.Site{BaseURL: baseURL}, Edition: e, Interval: 3 * time.Hour}
}

func editions() map[string]news.Edition {
	return map[string]news.Edition{"rich": richEdition(), "sealed": sealedEdition(), "empty": emptyEdition()}
}

func render(tb testing.TB, e news.Edition, f publish.Format) []byte {
	tb.Helper()
	body, err := feedOf(e).Render(f)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// documents are all kinds of feeds in one format.
func documents(tb testing.TB, f publish.Format) map[string][]byte {
	tb.Helper()
	docs := make(map[string][]byte)
	for name, e := range editions() {
		docs[name] = render(tb, e, f)
	}
	body, err := corrections().Render(f)
	if err != nil {
		tb.Fatal(err)
	}
	docs["corrections"] = body
	return docs
}

func TestFeedsAreAsRecorded(t *testing.T) {
	for _, format := range publish.Formats {
		for name, doc := range documents(t, format) {
			file := name + "." + string(format)
			t.Run(file, func(t *testing.T) { compareGolden(t, file, doc) })
		}
	}
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to record it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-recorded +rendered):\n%s", name, diff)
	}
}
