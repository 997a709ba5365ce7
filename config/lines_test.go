package config_test

import (
	"testing"

	"wireroom/config"
	"wireroom/news"
)

func TestLinesOfTerms(t *testing.T) {
	l := config.FindLines([]byte(`x-common: &common
  - shared
sources: []
topics:
  - slug: war
    strong: [kyiv, "odesa*",
      kharkiv]
    weak: *common
    exclude:
      - chicken kyiv
    require:
      place:
        - front
      what:
        when: {title: *common}
        title:
          - [talks,
            truce]
  - slug: oil
    strong:
      en: [barrel]
      de:
        - fass
    kinds: [no such kind]
exclude:
  - cricket
`))
	for _, c := range []struct {
		topic string
		span  news.Span
		want  int
	}{
		{"war", news.Span{Role: news.RoleStrong, Term: "kyiv"}, 6},
		{"war", news.Span{Role: news.RoleStrong, Term: "odesa*"}, 6},
		{"war", news.Span{Role: news.RoleStrong, Term: "kharkiv"}, 7},
		{"war", news.Span{Role: news.RoleWeak, Term: "shared"}, 2},
		{"war", news.Span{Role: news.RoleExclude, Term: "chicken kyiv"}, 10},
		{"war", news.Span{Role: news.RoleRequire, Group: "place", Term: "front"}, 13},
		{"war", news.Span{Role: news.RoleRequire, Group: "what", Term: "title:truce"}, 18},
		{"war", news.Span{Role: news.RoleWhen, Group: "what", Term: "title:shared"}, 2},
		{"oil", news.Span{Role: news.RoleStrong, Term: "en:barrel"}, 21},
		{"oil", news.Span{Role: news.RoleStrong, Term: "de:fass"}, 23},
		{"oil", news.Span{Role: news.RoleGlobal, Term: "cricket"}, 26},
		{"oil", news.Span{Role: news.RoleStrong, Term: "kyiv"}, 0},
		{"none", news.Span{Role: news.RoleStrong, Term: "kyiv"}, 0},
	} {
		if got := l.Term(c.topic, c.span); got != c.want {
			t.Errorf("%s %s %q: got line %d, want %d", c.topic, c.span.Role, c.span.Term, got, c.want)
		}
	}
	if got := l.Topic("oil"); got != 19 {
		t.Errorf("topic oil: got line %d, want 19", got)
	}
	if got := config.FindLines([]byte("a: [")).Topic("oil"); got != 0 {
		t.Errorf("a file that is no YAML has a topic on line %d", got)
	}
}
