package publish_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"wireroom/publish"
)

func mustJSON(t *testing.T, doc []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(doc, into); err != nil {
		t.Fatal(err)
	}
}

// seenItem is what a common reader makes of an entry.
type seenItem struct {
	ID, Title, Link string
	Published       time.Time
	Authors         []string
}

func TestACommonReaderSeesTheSameInAllFormats(t *testing.T) {
	e := richEdition()
	var want []seenItem
	for i, title := range []string{
		"Deux rapports & une carte", "Пролив: переговоры \u202b— «итоги»", "Talks & \"tea\" at 5 < 6 o'clock 😀",
		"no title, and no link", "A link that is none",
	} {
		link := []string{
			"https://institute.example/paper?a=1&b=2", "https://vestnik.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1%202",
			"https://north.example/a", baseURL + "/stories/" + uuidOf(2), baseURL + "/stories/" + uuidOf(1),
		}[i]
		authors := [][]string{{"Ana Lima", "Bo & Co"}, {"Вестник"}, {"North Post & Co"}, {"Вестник"}, {"Institute <of> Peace"}}[i]
		want = append(want, seenItem{ID: "urn:uuid:" + uuidOf(5-i), Title: title, Link: link, Published: at("2026-01-05T08:00:00Z"), Authors: authors})
	}
	for _, f := range publish.Formats {
		t.Run(string(f), func(t *testing.T) {
			feed, err := gofeed.NewParser().Parse(bytes.NewReader(render(t, e, f)))
			if err != nil {
				t.Fatal(err)
			}
			if feed.Title != "The Strait & its <shores>" || feed.Link != baseURL+"/topics/strait" || feed.FeedLink != baseURL+"/topics/strait."+string(f) {
				t.Errorf("title %q, link %q, feed link %q", feed.Title, feed.Link, feed.FeedLink)
			}
			want := want
			if f == publish.RSS { // of several dc:creator this reader takes the first
				want = slices.Clone(want)
				want[0].Authors = want[0].Authors[:1]
			}
			if diff := cmp.Diff(want, seen(feed)); diff != "" {
				t.Errorf("entries (-want +seen):\n%s", diff)
			}
		})
	}
}

func seen(feed *gofeed.Feed) (out []seenItem) {
	for _, it := range feed.Items {
		s := seenItem{ID: it.GUID, Title: it.Title, Link: it.Link}
		if it.PublishedParsed != nil {
			s.Published = it.PublishedParsed.UTC()
		}
		for _, a := range it.Authors {
			s.Authors = append(s.Authors, a.Name)
		}
		out = append(out, s)
	}
	return out
}

func TestACommonReaderSeesTheHTMLOnce(t *testing.T) {
	const want = `<p>Texte <em>entier</em> ]]&gt; &amp; plus.</p><p><a href="https://institute.example/x?y=1&amp;z=2">lien</a></p>` +
		`<p lang="en">Read it at <a href="https://institute.example/paper?a=1&amp;b=2">Institute &lt;of&gt; Peace</a>. CC BY 4.0</p>`
	for _, f := range publish.Formats {
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(render(t, richEdition(), f)))
		if err != nil {
			t.Fatal(err)
		}
		if got := feed.Items[0].Content; got != want {
			t.Errorf("%s: content\n%s\nwant\n%s", f, got, want)
		}
	}
}
