package publish_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"wireroom/news"
	"wireroom/publish"
)

// One source with endless texts makes no feed that nobody reads: what does not fit in is shown as a summary, and what is
// short behind it in full.
func TestDocumentsStayShort(t *testing.T) {
	e := news.Edition{Topic: news.Topic{Slug: "s", Title: "S"}, TopicID: uuidOf(0)}
	for n := range 10 {
		r := report(fulls, fmt.Sprint("i-", n), fmt.Sprintf("https://institute.example/%d", n), "A paper")
		r.Item.Content = strings.Repeat("<p>Who it was that said so, nobody said.</p>", 15_000)
		if n == 9 {
			r.Item.Content = "<p>Short and <em>whole</em>.</p>"
		}
		e.Entries = append(e.Entries, entryOf(n+1, r))
	}
	for _, format := range publish.Formats {
		doc := string(render(t, e, format))
		if len(doc) > 5_000_000 {
			t.Errorf("%s: %d bytes", format, len(doc))
		}
		if !strings.Contains(doc, "whole") || !strings.Contains(doc, "nobody said. …") {
			t.Errorf("%s: no short text in full, or no summary of a long one", format)
		}
	}
}

func TestNoFormatShowsMoreThanTheSourceAllows(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	outputs := map[string]string{"page": get(s.Handler(), "/topics/strait").Body.String(), "front": get(s.Handler(), "/").Body.String()}
	for _, f := range publish.Formats {
		outputs[string(f)] = string(render(t, richEdition(), f))
	}
	for name, out := range outputs {
		for _, hidden := range []string{
			"must not appear", "secret.png", "hidden.mp3", // a headline Source
			"The sixth", "The seventh", "pixel.gif", "photo.jpg", // a summary Source
			"user:secret", "secret@", // credentials
		} {
			if strings.Contains(out, hidden) {
				t.Errorf("%s shows %q", name, hidden)
			}
		}
		if name != "front" && !strings.Contains(out, "which rose.") {
			t.Errorf("%s cuts the summary too early", name)
		}
	}
	for _, f := range publish.Formats {
		for _, shown := range []string{"entier", "talk.mp3", "map.png"} {
			if !strings.Contains(outputs[string(f)], shown) {
				t.Errorf("%s leaves out %q, which its Source allows", f, shown)
			}
		}
	}
}

func TestSummariesEndWithASentence(t *testing.T) {
	sentence := "It is a sentence of some length, and it ends here."
	many := strings.TrimSpace(strings.Repeat(sentence+" ", 30))
	for name, tc := range map[string]struct{ text, end string }{
		"short text is left alone":     {"Only this", "Only this"},
		"at a full stop":               {many, "it ends here. …"},
		"not at an abbreviation":       {strings.Repeat("x ", 220) + "ends. The U.S. said so " + strings.Repeat("y ", 100), "ends. …"},
		"with the closing quote":       {strings.Repeat("x ", 220) + "he said “no.” " + strings.Repeat("y ", 100), "“no.” …"},
		"not inside a number":          {strings.Repeat("x ", 220) + "ends. It is 3.5 " + strings.Repeat("y", 100), "ends. …"},
		"Chinese":                      {strings.Repeat("会谈已经结束。", 100), "。 …"},
		"Hindi":                        {strings.Repeat("वार्ता समाप्त हुई। ", 60), "। …"},
		"without sentences, at a word": {strings.Repeat("word ", 200), "word …"},
		"without words":                {strings.Repeat("x", 2000), "x …"},
	} {
		t.Run(name, func(t *testing.T) {
			e := richEdition()
			r := report(summaries, "i", "https://vestnik.example/1", "Title")
			r.Item.Summary = tc.text
			e.Entries = []news.Entry{entryOf(1, r)}
			var feed struct{ Items []struct{ Summary string } }
			mustJSON(t, render(t, e, publish.JSONFeed), &feed)
			got := feed.Items[0].Summary
			if !strings.HasSuffix(got, tc.end) || utf8.RuneCountInString(got) > 502 {
				t.Errorf("%d characters, ending %q; want the end %q", utf8.RuneCountInString(got), got[max(0, len(got)-60):], tc.end)
			}
		})
	}
}
