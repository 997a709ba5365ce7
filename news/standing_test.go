package news_test

import (
	"testing"

	"wireroom/news"
)

// TestRedecidedByFacts holds which topics decide anew when a source is said to be something else.
func TestRedecidedByFacts(t *testing.T) {
	source := news.Source{ID: "quay", Language: "en", Tier: 2}
	for name, tt := range map[string]struct {
		topic    news.Topic
		exclude  []string
		language string
		tier     int
		want     bool
	}{
		"nothing changed":                      {topic: plain("kyiv"), language: "en", tier: 2},
		"a term for one language":              {topic: plain("de:krieg"), language: "de", tier: 2, want: true},
		"a term for one language in the title": {topic: plain("title:de:krieg"), language: "de", tier: 2, want: true},
		"a term for one language, the tier":    {topic: plain("de:krieg"), language: "en", tier: 1},
		"terms for no language":                {topic: plain("title+lead:CAPS:US"), language: "de", tier: 2},
		"in a group": {
			topic: news.Topic{Slug: "t", Rule: news.Rule{Strong: []string{"x"}, Require: map[string][]string{"g": {"de:krieg"}}}}, language: "de", tier: 2, want: true,
		},
		"a country, by names in a language":          {topic: news.Topic{Slug: "t", Rule: news.Rule{About: []string{"UA"}}}, language: "de", tier: 2, want: true},
		"a country, the tier":                        {topic: news.Topic{Slug: "t", Rule: news.Rule{About: []string{"UA"}}}, language: "en", tier: 1},
		"an exclude for all, marked":                 {topic: plain("kyiv"), exclude: []string{"de:rezept"}, language: "de", tier: 2, want: true},
		"an exclude for all, and no term to exclude": {topic: news.Topic{Slug: "t", Rule: news.Rule{All: true}}, exclude: []string{"de:rezept"}, language: "de", tier: 2},
		"an expression":                              {topic: news.Topic{Slug: "t", Rule: news.Rule{Strong: []string{"x"}, Where: "source.tier < 2"}}, language: "en", tier: 1, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			before := news.Configuration{Sources: []news.Source{source}, Topics: []news.Topic{tt.topic}, Exclude: tt.exclude}
			after := before
			changed := source
			changed.Language, changed.Tier = tt.language, tt.tier
			after.Sources = []news.Source{changed}
			if got := after.Redecided(before)[tt.topic.Slug]; got != tt.want {
				t.Errorf("decided anew: got %t, want %t", got, tt.want)
			}
		})
	}
}

func plain(term string) news.Topic {
	return news.Topic{Slug: "t", Rule: news.Rule{Strong: []string{term}}}
}
