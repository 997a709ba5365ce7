package publish_test

import (
	"strings"
	"testing"

	"wireroom/news"
	"wireroom/publish"
)

// A title shows what it means, and nothing in it can be taken for markup by a program that looks for some.
func TestTitlesHoldNoMarkup(t *testing.T) {
	for title, want := range map[string]string{
		"Talks & tea at 5 < 6":               "Talks & tea at 5 < 6",
		"R&D and AT&T; <unknown>":            "R&D and AT&T; <unknown>",
		"Escaped &amp;quot;twice&amp;quot;":  `Escaped "twice"`,
		"Fish &amp; chips":                   "Fish & chips",
		"It&#8217;s &#x27;over&#x27;":        "It’s 'over'",
		"<b>Breaking</b>: <i>talks</i> fail": "Breaking: talks fail",
		"A smile :-</ and more":              "A smile :-</ and more",
		"Q&1 results":                        "Q&1 results",
	} {
		r := report(summaries, "i", "https://vestnik.example/a", title)
		e := news.Edition{Topic: news.Topic{Slug: "s", Title: "S"}, TopicID: uuidOf(1), Entries: []news.Entry{entryOf(1, r)}}
		var feed struct{ Items []struct{ Title string } }
		mustJSON(t, render(t, e, publish.JSONFeed), &feed)
		if got := feed.Items[0].Title; got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
		if doc := string(render(t, e, publish.RSS)); strings.Contains(doc, "&#x3C;/b") {
			t.Errorf("%q: an end tag in the title: %s", title, doc)
		}
	}
}
