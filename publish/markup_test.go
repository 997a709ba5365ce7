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

// What looks like half a reference is marked as a text in XML: validators warn of it elsewhere.
func TestHalfReferencesAreText(t *testing.T) {
	src := summaries
	src.Name, src.Rights = "M&G2", "© M&G2"
	e := news.Edition{
		Topic: news.Topic{Slug: "s", Title: "S&P500"}, TopicID: uuidOf(1),
		Entries: []news.Entry{entryOf(1, report(src, "i", "https://vestnik.example/a", "S&P500 falls <1 %"))},
	}
	doc := string(render(t, e, publish.Atom))
	for _, want := range []string{
		"<title>S&#x26;P500</title>", "<subtitle>S&#x26;P500: ", "<title>S&#x26;P500 falls &#x3C;1 %</title>",
		"<title>M&#x26;G2</title>", "<rights>© M&#x26;G2</rights>", `<category term="s" scheme="https://wire.example.org/topics/"></category>`,
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %s in %s", want, doc)
		}
	}
}

// A title in which there is nothing to see is none.
func TestInvisibleTitleIsNone(t *testing.T) {
	for _, title := range []string{"\u200b\u200b\ufeff", "\u00a0\u3000", "\u202e\u202c", "\u2060&nbsp;\u00ad", "\u3164"} {
		r := report(summaries, "i", "https://vestnik.example/a", title)
		r.Item.Summary = "Ships wait."
		e := news.Edition{Topic: news.Topic{Slug: "s", Title: "S"}, TopicID: uuidOf(1), Entries: []news.Entry{entryOf(1, r)}}
		var feed struct{ Items []struct{ Title string } }
		mustJSON(t, render(t, e, publish.JSONFeed), &feed)
		if got, want := feed.Items[0].Title, "Ships wait."; got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}

// A language that is not known is left out where a format allows it, and no tag is printed that is none.
func TestUnknownLanguageOfASourceIsNotPrinted(t *testing.T) {
	for language, want := range map[string]string{"und": "", "klingon!": "", "zh-hant": "zh-Hant", "pt-br": "pt-BR"} {
		src := summaries
		src.Language = language
		r := report(src, "i", "https://vestnik.example/a", "Title")
		e := news.Edition{Topic: news.Topic{Slug: "s", Title: "S"}, TopicID: uuidOf(1), Entries: []news.Entry{entryOf(1, r)}}
		var feed struct {
			Items []struct {
				Language string
				Source   struct{ Language string } `json:"_source"`
			}
		}
		mustJSON(t, render(t, e, publish.JSONFeed), &feed)
		if got := feed.Items[0]; got.Language != want || got.Source.Language != want {
			t.Errorf("%s: got %q, and %q of the source; want %q", language, got.Language, got.Source.Language, want)
		}
		list, err := publish.SourcesOPML([]news.SourceStatus{{Source: src}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(list), `language="`+want+`"`); got != (want != "") {
			t.Errorf("%s: OPML: %s", language, list)
		}
	}
}
