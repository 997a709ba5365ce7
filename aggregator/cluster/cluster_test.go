package cluster_test

import (
	"strings"
	"testing"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

var long = "<p>" + strings.Repeat("The ministers met again in the harbour town and signed nothing at all. ", 8) + "</p>"

func item(source, url, title, content string) news.Item {
	return news.Item{ID: news.ItemID(source, news.KeyOf("guid", url+title), 0), Source: source, URL: url, Title: title, Content: content}
}

func candidate(ref int64, it news.Item) cluster.Candidate {
	summary, content := it.PlainTexts()
	return cluster.NewCandidate(ref, it, summary, content)
}

func TestPlace(t *testing.T) {
	first := item("a", "https://a.example/1", "Ministers meet", long)
	shared := item("b", "https://a.example/1", "Other words", "<p>Short.</p>")
	shared.SharedURL = true
	for name, test := range map[string]struct {
		second news.Item
		why    string // "" means a story of its own
	}{
		"same page elsewhere":            {item("b", "http://www.a.example/1/?utm_source=rss", "Another title", ""), "url"},
		"same text elsewhere":            {item("b", "https://b.example/9", "Ministers meet", long), "text"},
		"same text, another end":         {item("b", "https://b.example/9", "Ministers meet", long+"<p>Read on at b.</p>"), "text"},
		"same text, other marks":         {item("b", "https://b.example/9", "MINISTERS, meet!", strings.ReplaceAll(long, " ", "  ")), "text"},
		"same text, another title":       {item("b", "https://b.example/9", "Ministers meet for 2nd day", long), ""},
		"same page in the same source":   {item("a", "https://a.example/1", "Another title", ""), ""},
		"same text in the same source":   {item("a", "https://a.example/2", "Ministers meet", long), ""},
		"same title, other text":         {item("b", "https://b.example/9", "Ministers meet", "<p>Nothing of the kind.</p>"), ""},
		"a url that names no one item":   {shared, ""},
		"short text that could be any":   {item("b", "https://b.example/9", "Ministers meet", "<p>Live.</p>"), ""},
		"no url and another text at all": {item("b", "", "Storm over the bay", long), ""},
	} {
		t.Run(name, func(t *testing.T) {
			originals := make(map[news.Key]news.Original)
			one := cluster.Place(candidate(1, first), originals)
			if one.DuplicateOf != 0 || one.StoryID != news.StoryID(first.ID, 0) {
				t.Fatalf("first item: got %+v, want a story of its own", one)
			}
			got := cluster.Place(candidate(2, test.second), originals)
			if got.Why != test.why || (got.DuplicateOf == 1) != (test.why != "") || (got.StoryID == "") != (test.why != "") {
				t.Errorf("got %+v, want why %q", got, test.why)
			}
		})
	}
}

func TestCopiesAreNeverChained(t *testing.T) {
	originals := make(map[news.Key]news.Original)
	cluster.Place(candidate(1, item("a", "https://a.example/1", "Ministers meet", long)), originals)
	cluster.Place(candidate(2, item("b", "https://a.example/1", "Storm over the bay", long)), originals)
	third := cluster.Place(candidate(3, item("c", "https://c.example/1", "Storm over the bay", long)), originals)
	if third.DuplicateOf == 2 {
		t.Error("an item was made the duplicate of a duplicate")
	}
}
