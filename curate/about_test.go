package curate_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/curate"
	"wireroom/news"
)

func TestAbout(t *testing.T) {
	talks := news.Rule{Strong: []string{"talks"}, About: []string{"UA", "RU"}}
	for name, tt := range map[string]struct {
		rule        news.Rule
		title, text string
		want        []news.Decision
	}{
		"terms and a country": {talks, "Talks with Ukraine", "", []news.Decision{{In: true, Score: 6, MinScore: 5, Verdict: news.VerdictScore,
			Spans: []news.Span{{Term: "talks", Role: news.RoleStrong, Place: news.PlaceTitle, End: 5, Points: 6}}}}},
		"terms and another country": {talks, "Talks with France", "", []news.Decision{{Score: 6, MinScore: 5, Verdict: news.VerdictAbout, Detail: "UA, RU",
			Spans: []news.Span{{Term: "talks", Role: news.RoleStrong, Place: news.PlaceTitle, End: 5, Points: 6}}}}},
		"countries alone": {news.Rule{About: []string{"UA", "RU"}}, "Kremlin", "Ukraine", []news.Decision{{In: true, Score: 6, MinScore: 4, Verdict: news.VerdictScore,
			Spans: []news.Span{
				{Term: "Kremlin", Role: news.RoleStrong, Place: news.PlaceTitle, End: 7, Points: 6},
				{Term: "Ukraine", Role: news.RoleStrong, Place: news.PlaceLead, End: 7, Points: 4},
			}}}},
		"an excluded term": {news.Rule{About: []string{"UA"}, Exclude: []string{"borscht"}}, "Ukraine's borscht", "", []news.Decision{{Score: 6, MinScore: 4,
			Verdict: news.VerdictExcluded, Detail: "borscht",
			Spans: []news.Span{
				{Term: "Ukraine", Role: news.RoleStrong, Place: news.PlaceTitle, End: 7, Points: 6},
				{Term: "borscht", Role: news.RoleExclude, Place: news.PlaceTitle, Start: 10, End: 17},
			}}}},
		"a term excluded from all": {news.Rule{About: []string{"PK"}}, "Pakistan: cricket", "", []news.Decision{{Score: 6, MinScore: 4,
			Verdict: news.VerdictGlobal, Detail: "cricket",
			Spans: []news.Span{
				{Term: "Pakistan", Role: news.RoleStrong, Place: news.PlaceTitle, End: 8, Points: 6},
				{Term: "cricket", Role: news.RoleGlobal, Place: news.PlaceTitle, Start: 10, End: 17},
			}}}},
		"no country":                 {news.Rule{About: []string{"UA"}}, "Weather", "", nil},
		"everything about a country": {news.Rule{All: true, About: []string{"UA"}}, "Kyiv", "", []news.Decision{{In: true, Verdict: news.VerdictAll}}},
		"everything about another":   {news.Rule{All: true, About: []string{"UA"}}, "Paris", "", nil},
		"an expression":              {news.Rule{All: true, Where: `"UA" in item.countries`}, "Kyiv", "", []news.Decision{{In: true, Verdict: news.VerdictAll}}},
		"an expression of another":   {news.Rule{All: true, Where: `item.countries == ["UA"]`}, "Kyiv and Lviv in France", "", nil},
	} {
		for i := range tt.want {
			tt.want[i].Topic = "t"
		}
		got := decide(compile(t, rule(tt.rule), []string{"cricket"}), "any", tt.title, tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", name, tt.title, diff)
		}
	}
}

func TestAboutNoCountry(t *testing.T) {
	_, err := curate.Compile([]news.Topic{{Slug: "t", Rule: news.Rule{About: []string{"UA", "XX"}}}}, nil)
	var faults curate.Faults
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Path() != "topics[0].about[1]" {
		t.Errorf("got %v, want a fault at topics[0].about[1]", err)
	}
}

// TestCountryTopics holds that every country has a topic by itself, and that what is excluded from the others is in it.
func TestCountryTopics(t *testing.T) {
	topics := curate.CountryTopics()
	if len(topics) != len(curate.Gazetteer()) {
		t.Errorf("got %d topics of %d countries", len(topics), len(curate.Gazetteer()))
	}
	got := news.CountriesIn(decide(compile(t, topics, []string{"cricket"}), "any", "Pakistan beat India at cricket", "Lahore"))
	if diff := cmp.Diff([]string{"PK", "IN"}, got); diff != "" {
		t.Errorf("countries (-want +got):\n%s", diff)
	}
}
