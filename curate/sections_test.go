package curate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/curate"
	"wireroom/news"
)

// A section is found by its whole name, and only where a term asks for sections.
func TestSectionsAreFoundWhole(t *testing.T) {
	rules := compile(t, []news.Topic{{Slug: "t", Rule: news.Rule{
		Strong: []string{"brazil"}, Exclude: []string{"section:football", "title+section:life style*"},
		Require: map[string][]string{"desk": {"section:world", "section:amériques", "section:世界"}}, When: map[string][]string{"desk": {"section:video*"}},
	}}}, []string{"section:sport*"})
	for _, tt := range []struct {
		name, url  string
		categories []string
		want       news.Verdict
		detail     string
	}{
		{"no section", "https://daily.example/brazil-votes", nil, news.VerdictScore, ""},
		{"another section", "https://daily.example/world/football-for-all/votes", nil, news.VerdictScore, ""},
		{"excluded", "https://daily.example/football/votes", nil, news.VerdictExcluded, "section:football"},
		{"excluded by a category", "", []string{"World", "Life & Style"}, news.VerdictExcluded, "title+section:life style*"},
		{"excluded from all", "https://daily.example/en/Sports/votes", nil, news.VerdictGlobal, "section:sport*"},
		{"required", "https://daily.example/videos/votes", nil, news.VerdictRequire, "desk"},
		{"required and there", "https://daily.example/videos/votes", []string{"Amériques"}, news.VerdictScore, ""},
		{"in a script without blanks", "https://daily.example/videos/votes", []string{"世界"}, news.VerdictScore, ""},
	} {
		got := rules.Decide(curate.Subject{Item: news.Item{Title: "Brazil votes", URL: tt.url, Categories: tt.categories}})
		if len(got) != 1 || got[0].Verdict != tt.want || got[0].Detail != tt.detail {
			t.Errorf("%s: got %+v, want %s %q", tt.name, got, tt.want, tt.detail)
		}
	}
}

// What is found in a section is told with its place, within the section.
func TestSectionsAreTold(t *testing.T) {
	rules := compile(t, []news.Topic{{Slug: "t", Rule: news.Rule{Strong: []string{"brazil"}, Exclude: []string{"section:sport"}}}}, nil)
	got := rules.Decide(curate.Subject{Item: news.Item{Title: "Brazil", URL: "https://daily.example/en/sport/votes"}})
	want := []news.Decision{{Topic: "t", Score: 6, MinScore: 5, Verdict: news.VerdictExcluded, Detail: "section:sport", Spans: []news.Span{
		{Term: "brazil", Role: news.RoleStrong, Place: news.PlaceTitle, End: 6, Points: 6},
		{Term: "section:sport", Role: news.RoleExclude, Place: news.PlaceSection, End: 5},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decisions (-want +got):\n%s", diff)
	}
	if title, text := news.SpansOf("Brazil", got); len(title) != 1 || len(text) != 0 {
		t.Errorf("to mark: got %v and %v, want the title alone", title, text)
	}
}
