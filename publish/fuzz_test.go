package publish_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"wireroom/publish"
)

// Whatever a Source sends, the documents stay well-formed and their links web URIs.
func FuzzRender(f *testing.F) {
	f.Add("Title & <b>", "https://a.example/x?y[]=1", "<p>Text.</p>", "Ana <a@b.example>", "en-GB")
	f.Add("\x00\xff\ufffe", "https://b\u00fccher.example/\u00fc %zz#a#b", "]]>", "@", "x-klingon")
	f.Add(" ", "0", "\x00 ", "0", "0")
	f.Add("", "http://[::1]:80/[", "\ud7ff", "(", "und")
	f.Fuzz(func(t *testing.T, title, url, text, author, language string) {
		r := report(fulls, "i", url, title)
		r.Item.Summary, r.Item.Content, r.Item.Language = text, text, language
		r.Item.Authors, r.Item.Categories = []string{author}, []string{title}
		r.Source.URL, r.Source.Name = url, author
		e := editionOf(entryOf(1, r, r))
		e.Topic.Title = title
		for _, format := range publish.Formats {
			doc := render(t, e, format)
			noForbiddenCharacters(t, doc)
			if format != publish.JSONFeed {
				parseXML(t, doc)
				continue
			}
			var feed struct{ Items []map[string]any }
			if err := json.Unmarshal(doc, &feed); err != nil {
				t.Fatal(err)
			}
			checkJSONItem(t, feed.Items[0])
		}
		checkAtomEntry(t, parseXML(t, render(t, e, publish.Atom)).one(t, "atom:entry"))
	})
}

// Whatever a reader sends, the answer is one of three, and no coding comes that was not asked for.
func FuzzNegotiate(f *testing.F) {
	f.Add("gzip;q=0.5, br", `W/"x", *`, "Mon, 05 Jan 2026 09:00:00 GMT")
	f.Add("*;q=0,,=", `"`, "0")
	s, _ := newServer(f, newFakeStore(richEdition()))
	h := s.Handler()
	f.Fuzz(func(t *testing.T, accept, match, since string) {
		w := get(h, "/topics/strait.atom", "Accept-Encoding", accept, "If-None-Match", match, "If-Modified-Since", since)
		if w.Code != http.StatusOK && w.Code != http.StatusNotModified {
			t.Errorf("status %d", w.Code)
		}
		coded := w.Header().Get("Content-Encoding")
		if lower := strings.ToLower(accept); coded != "" && !strings.Contains(lower, coded) && !strings.Contains(lower, "*") {
			t.Errorf("Accept-Encoding %q: coded as %q", accept, coded)
		}
	})
}
