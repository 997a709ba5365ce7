package curate_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/curate"
	"wireroom/news"
)

// TestMarks says where one weak term is found in an item whose title, lead and body all have the word.
func TestMarks(t *testing.T) {
	tests := []struct {
		name, term, language string
		want                 news.Place // empty: it does not count
	}{
		{"none", "kyiv", "en", news.PlaceTitle},
		{"title", "title:kyiv", "en", news.PlaceTitle},
		{"lead", "lead:kyiv", "en", news.PlaceLead},
		{"body", "body:kyiv", "en", news.PlaceBody},
		{"several places", "body+lead:kyiv", "en", news.PlaceLead},
		{"a blank after the mark", "lead: kyiv", "en", news.PlaceLead},
		{"place and capitals", "lead:CAPS:Kyiv", "en", news.PlaceLead},
		{"capitals and place", "CAPS:lead:Kyiv", "en", news.PlaceLead},
		{"capitals that are not there", "lead:CAPS:KYIV", "en", ""},
		{"its language", "en:kyiv", "en", news.PlaceTitle},
		{"its language with a region", "en:kyiv", "en-GB", news.PlaceTitle},
		{"a region speaks for its language", "pt-BR:kyiv", "pt-PT", news.PlaceTitle},
		{"another language", "de:kyiv", "en", ""},
		{"a language that is not known", "de:kyiv", "", news.PlaceTitle},
		{"all at once", "en:body:CAPS:Kyiv", "en", news.PlaceBody},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := compile(t, rule(news.Rule{Weak: []string{tt.term}, MinScore: 1}), nil)
			subject := curate.Subject{
				Item: news.Item{Title: "Kyiv today", Language: tt.language}, Text: "Kyiv " + words(80) + "Kyiv",
			}
			var got news.Place
			for _, d := range rules.Decide(subject) {
				got = d.Spans[0].Place
			}
			if got != tt.want {
				t.Errorf("term %s in language %q counts in the place %q, want %q", tt.term, tt.language, got, tt.want)
			}
		})
	}
}

func TestMarksOfExcludes(t *testing.T) {
	in := news.Rule{Strong: []string{"kyiv"}, MinScore: 1}
	narrow := in
	narrow.Exclude = []string{"title:recipe"}
	tests := []struct {
		name        string
		rule        news.Rule
		exclude     []string
		title, text string
		want        news.Verdict
	}{
		{"of a topic, where it says", narrow, nil, "Kyiv recipe", "", news.VerdictExcluded},
		{"of a topic, elsewhere", narrow, nil, "Kyiv", "A recipe", news.VerdictScore},
		{"of all topics, where it says", in, []string{"lead:recipe"}, "Kyiv", "A recipe", news.VerdictGlobal},
		{"of all topics, elsewhere", in, []string{"lead:recipe"}, "Kyiv recipe", "", news.VerdictScore},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := decide(compile(t, rule(tt.rule), tt.exclude), "any", tt.title, tt.text)
			if len(got) != 1 || got[0].Verdict != tt.want {
				t.Errorf("Decide(%q, %q) = %+v, want the verdict %s", tt.title, tt.text, got, tt.want)
			}
		})
	}
}

func TestFaultyMarks(t *testing.T) {
	tests := []struct{ term, want string }{
		{"caps:us", "write CAPS: in capitals"},
		{"titel:kyiv", `"titel:" is no mark`},
		{"US:kyiv", `"US:" is no mark`},
		{"title:lead:kyiv", "the mark lead: stands beside another of its sort"},
		{"de:fr:kyiv", "the mark fr: stands beside another of its sort"},
		{"CAPS:CAPS:US", "the mark CAPS: stands beside another of its sort"},
		{"title:", "has no letter or digit"},
		{"CAPS:红海", "its script has no capitals"},
	}
	for _, tt := range tests {
		_, err := curate.Compile(rule(news.Rule{Weak: []string{"kyiv", tt.term}}), nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Compile with the term %q: %v, want an error that says %q", tt.term, err, tt.want)
			continue
		}
		want := curate.Spot{Slug: "t", List: "weak", Term: 1}
		if got := err.(curate.Faults)[0].Spot; got != want || got.Path() != "topics[0].weak[1]" {
			t.Errorf("Compile with the term %q blames %+v (%s), want %+v", tt.term, got, got.Path(), want)
		}
	}
}

// TestWordsCountOnce says what terms of one list are counted, each with its place.
func TestWordsCountOnce(t *testing.T) {
	tests := []struct {
		name        string
		terms       []string
		title, text string
		want        []string
	}{
		{"a prefix of another's word", []string{"europe*", "european*"}, "European leaders", "", []string{"european* title 0"}},
		{"whatever their order", []string{"european*", "europe*"}, "European leaders", "", []string{"european* title 0"}},
		{"a word of a phrase", []string{"european*", "european union"}, "The European Union", "", []string{"european union title 4"}},
		{"a phrase of a phrase", []string{"new york", "york city", "new york city"}, "New York City", "", []string{"new york city title 0"}},
		{"each by itself elsewhere", []string{"europe*", "european*"}, "European leaders in Europe", "", []string{"european* title 0", "europe* title 20"}},
		{"by itself before", []string{"europe*", "european*"}, "Europe's European leaders", "", []string{"europe* title 0", "european* title 9"}},
		{"by itself in another place", []string{"europe*", "european*"}, "European leaders", "In Europe", []string{"european* title 0", "europe* lead 3"}},
		{"not twice by the longer one again", []string{"europe*", "european*"}, "European leaders", "European", []string{"european* title 0"}},
		{"in capitals too", []string{"eu", "CAPS:EU"}, "The EU", "", []string{"CAPS:EU title 4"}},
		{"small letters beside capitals", []string{"eu", "CAPS:EU"}, "The EU, the eu", "", []string{"CAPS:EU title 4", "eu title 12"}},
		{"only side by side", []string{"red sea", "sea port"}, "Red Sea port", "", []string{"red sea title 0", "sea port title 4"}},
		{"within Chinese", []string{"台湾", "台湾海峡"}, "在台湾海峡", "", []string{"台湾海峡 title 3"}},
		{"the longer one does not match", []string{"europe*", "european union"}, "European leaders", "", []string{"europe* title 0"}},
		{"the longer one is of another language", []string{"europe*", "de:european*"}, "European leaders", "", []string{"europe* title 0"}},
		{"the longer one counts elsewhere", []string{"europe*", "lead:european*"}, "European leaders", "", []string{"europe* title 0"}},
		{"many words", []string{"europe*", "european*"}, strings.Repeat("European ", 40) + "Europe", "", []string{"european* title 0", "europe* title 360"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := compile(t, rule(news.Rule{Strong: tt.terms, MinScore: 1}), nil)
			subject := curate.Subject{Item: news.Item{Title: tt.title, Language: "en"}, Text: tt.text}
			var got []string
			for _, d := range rules.Decide(subject) {
				for _, s := range d.Spans {
					got = append(got, s.Term+" "+string(s.Place)+" "+strconv.Itoa(s.Start))
				}
				checkDecision(t, d, tt.title, tt.text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("terms %q in %q, %q (-want +got):\n%s", tt.terms, tt.title, tt.text, diff)
			}
		})
	}
}

// TestListsCountApart: a strong term and a weak one within it both count, as their author wrote two lists.
func TestListsCountApart(t *testing.T) {
	rules := compile(t, rule(news.Rule{Strong: []string{"nuclear weapon*"}, Weak: []string{"nuclear"}}), nil)
	got := decide(rules, "any", "Nuclear weapons", "")
	if len(got) != 1 || got[0].Score != 9 {
		t.Errorf("Decide = %+v, want the score 6 + 3", got)
	}
}
