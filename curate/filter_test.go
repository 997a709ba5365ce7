package curate_test

import (
	"testing"

	"wireroom/curate"
	"wireroom/news"
)

// TestFilters says for one source what filters take from it, and for those that do not, which of their lists is why.
func TestFilters(t *testing.T) {
	source := news.Source{ID: "quay", Kind: news.KindStateMedia, Tier: 2, Language: "en-GB", Country: "GB"}
	take := func(f news.Filter) news.Rule { return news.Rule{Filter: f} }
	leave := func(f news.Filter) news.Rule { return news.Rule{Except: f} }
	tests := []struct {
		name string
		rule news.Rule
		want string // empty: taken
	}{
		{"nothing said", news.Rule{}, ""},
		{"its id", take(news.Filter{Sources: []string{"pier", "quay"}}), ""},
		{"another id", take(news.Filter{Sources: []string{"pier"}}), "sources"},
		{"its kind", take(news.Filter{Kinds: []news.Kind{"news", "state-media"}}), ""},
		{"another kind", take(news.Filter{Kinds: []news.Kind{"news"}}), "kinds"},
		{"its tier", take(news.Filter{Tiers: []int{1, 2}}), ""},
		{"another tier", take(news.Filter{Tiers: []int{1}}), "tiers"},
		{"its language", take(news.Filter{Languages: []string{"EN"}}), ""},
		{"its language and region", take(news.Filter{Languages: []string{"en-GB"}}), ""},
		{"another region", take(news.Filter{Languages: []string{"en-US"}}), "languages"},
		{"another language that begins so", take(news.Filter{Languages: []string{"e"}}), "languages"},
		{"its country", take(news.Filter{Countries: []string{"GB"}}), ""},
		{"another country", take(news.Filter{Countries: []string{"US"}}), "countries"},
		{"every list must name it", take(news.Filter{Kinds: []news.Kind{"state-media"}, Tiers: []int{1}}), "tiers"},
		{"left by its kind", leave(news.Filter{Kinds: []news.Kind{"state-media"}}), "except.kinds"},
		{"left by any list", leave(news.Filter{Tiers: []int{1}, Countries: []string{"GB"}}), "except.countries"},
		{"not left by others", leave(news.Filter{Sources: []string{"pier"}, Languages: []string{"fr"}}), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.Strong = []string{"kyiv"}
			subject := curate.Subject{Item: news.Item{Title: "Kyiv"}, Source: source}
			d := compile(t, rule(tt.rule), nil).Decide(subject)
			want := news.VerdictScore
			if tt.want != "" {
				want = news.VerdictSource
			}
			if len(d) != 1 || d[0].Verdict != want || d[0].Detail != tt.want {
				t.Errorf("Decide = %+v, want the verdict %s %s", d, want, tt.want)
			}
			tt.rule.All, tt.rule.Strong = true, nil
			if got := compile(t, rule(tt.rule), nil).Decide(subject); (len(got) == 1) != (tt.want == "") {
				t.Errorf("with all: true, Decide = %+v, want it to take as with terms", got)
			}
		})
	}
}

func TestFilterOfAnUnknownSource(t *testing.T) {
	rules := compile(t, rule(news.Rule{All: true, Filter: news.Filter{Languages: []string{"en"}}}), nil)
	if got := rules.Decide(curate.Subject{Item: news.Item{Title: "Kyiv"}}); got != nil {
		t.Errorf("a source whose language is not known: %+v, want nothing", got)
	}
}
