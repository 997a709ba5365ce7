package news_test

import (
	"testing"

	"wireroom/news"
)

// TestSameContent has what publishers' programs and ours add by themselves be no edit.
func TestSameContent(t *testing.T) {
	before := news.Item{URL: "https://a.example/1", Title: "Talks", Summary: "<p>One.</p>", Content: `<p><img src="https://a.example/1.png"> One.</p>`}
	for name, c := range map[string]struct {
		change func(*news.Item)
		want   bool
	}{
		"nothing":              {func(*news.Item) {}, true},
		"an empty description": {func(it *news.Item) { it.Content = `<p><img src="https://a.example/1.png" alt=""> One.</p>` }, true},
		"a description":        {func(it *news.Item) { it.Content = `<p><img src="https://a.example/1.png" alt="A hall"> One.</p>` }, false},
		"a tracking parameter": {func(it *news.Item) { it.URL += "?utm_source=feed" }, true},
		"a word":               {func(it *news.Item) { it.Summary = "<p>Two.</p>" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			after := before
			c.change(&after)
			if got := news.SameContent(before, after); got != c.want {
				t.Errorf("SameContent = %t, want %t", got, c.want)
			}
		})
	}
}
