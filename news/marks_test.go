package news_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

func TestMarks(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		spans []news.Span
		want  string
	}{
		"none":             {"abc", nil, "abc"},
		"apart":            {"abcdef", []news.Span{{Start: 4, End: 5}, {Start: 0, End: 1}}, "[a]bcd[e]f"},
		"overlapping":      {"abcdef", []news.Span{{Start: 1, End: 4}, {Start: 2, End: 5}}, "a[bcde]f"},
		"one in another":   {"abcdef", []news.Span{{Start: 1, End: 5}, {Start: 2, End: 3}}, "a[bcde]f"},
		"beyond the text":  {"abc", []news.Span{{Start: 2, End: 9}, {Start: -1, End: 2}}, "abc"},
		"turned and empty": {"abc", []news.Span{{Start: 2, End: 1}, {Start: 1, End: 1}}, "abc"},
	} {
		t.Run(name, func(t *testing.T) {
			var got strings.Builder
			for _, p := range news.Marks(test.text, test.spans) {
				if p.Marked {
					p.Text = "[" + p.Text + "]"
				}
				got.WriteString(p.Text)
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
		})
	}
}

func TestSpansOf(t *testing.T) {
	text := strings.Repeat("word ", 100) + "end"
	lead, _ := news.SplitLead(text)
	title, body := news.SpansOf(text, []news.Decision{
		{Spans: []news.Span{{Place: news.PlaceTitle, Start: 1, End: 2}, {Place: news.PlaceLead, Start: 3, End: 4}}},
		{Spans: []news.Span{{Place: news.PlaceBody, Start: 1, End: 5}}},
	})
	if diff := cmp.Diff(title, []news.Span{{Place: news.PlaceTitle, Start: 1, End: 2}}); diff != "" {
		t.Errorf("title (-got +want):\n%s", diff)
	}
	want := []news.Span{{Place: news.PlaceLead, Start: 3, End: 4}, {Place: news.PlaceBody, Start: len(lead) + 1, End: len(lead) + 5}}
	if diff := cmp.Diff(body, want); diff != "" {
		t.Errorf("text (-got +want):\n%s", diff)
	}
}
