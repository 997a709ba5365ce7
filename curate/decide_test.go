package curate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/curate"
	"wireroom/news"
)

// rule returns a topic called "t" with that rule.
func rule(r news.Rule) []news.Topic { return []news.Topic{{Slug: "t", Title: "T", Rule: r}} }

// TestTerms says for one strong term which titles it is found in, and the words that it is found as.
func TestTerms(t *testing.T) {
	tests := []struct{ name, term, title, want string }{
		{"whole word", "mali", "Mali junta", "Mali"},
		{"not within a word", "mali", "Somalia votes", ""},
		{"WHO in any case", "who", "those who left", "who"},
		{"CAPS: WHO", "CAPS:WHO", "WHO says virus spreads", "WHO"},
		{"CAPS: not who", "CAPS:WHO", "those who left; Who knows", ""},
		{"CAPS: US", "CAPS:US", "talks with the US.", "US"},
		{"CAPS: not us", "CAPS:US", "tell us, Us and uS", ""},
		{"CAPS: dotted", "CAPS:US", "the U.S. said", "U.S."},
		{"CAPS: dotted with hyphen", "CAPS:US", "U.S.-European talks", "U.S."},
		{"CAPS: dotted with a possessive", "CAPS:UN", "the U.N.’s envoy", "U.N."},
		{"CAPS: term with dots", "CAPS:U.S.", "the US said", "US"},
		{"CAPS: possessive in capitals", "CAPS:EU", "EU'S NEW BORDER", "EU"},
		{"CAPS: the first in capitals", "CAPS:US", "tell us what the US wants", "US"},
		{"CAPS: an underscore belongs to the word", "CAPS:EU", "EU_summit", ""},
		{"CAPS: an underscore and a possessive in capitals", "CAPS:EU", "OLD_EU'S", ""},
		{"CAPS: a mark makes another letter", "CAPS:US", "US\u0301", ""},
		{"CAPS: phrase", "CAPS:New START", "a new start for New START", "New START"},
		{"CAPS: prefix", "CAPS:Niger*", "nigerian Nigeriens", "Nigeriens"},
		{"CAPS: name and common noun", "CAPS:Chad", "a chad hangs", ""},
		{"U.S. within a phrase", "us european", "U.S.- European talks", "U.S.- European"},
		{"possessive with a curly apostrophe", "kyiv", "Kyiv’s defence", "Kyiv"},
		{"possessive in a term", "people's liberation army", "People’s Liberation Army drills", "People’s Liberation Army"},
		{"inner apostrophe", "n'djamena", "in N’Djamena.", "N’Djamena"},
		{"accents in the text", "sefcovic", "EU's Šefčovič", "Šefčovič"},
		{"accents in the term", "türkiye", "Turkiye votes", "Turkiye"},
		{"dash in the text", "trans atlantic", "trans–Atlantic ties", "trans–Atlantic"},
		{"dash in the term", "non-proliferation", "non proliferation", "non proliferation"},
		{"slash", "washington brussels", "Washington/Brussels", "Washington/Brussels"},
		{"prefix shows the whole word", "ukrain*", "Ukrainians’ homes", "Ukrainians"},
		{"prefix may be the word", "ukraine*", "in Ukraine's east", "Ukraine"},
		{"prefix on the last word of a phrase", "nuclear weapon*", "Nuclear-Weapons test", "Nuclear-Weapons"},
		{"prefix on no other word", "nuclear weapon*", "nuclears weapon", ""},
		{"prefix of one letter", "x*", "about Xi", "Xi"},
		{"prefix longer than a head", "internationalis*", "an internationalist", "internationalist"},
		{"long words with one beginning", "internationalism", "internationalist internationalism", "internationalism"},
		{"apostrophe beside prefixes alone", "ukrain*", "don't; Ukrainians", "Ukrainians"},
		{"phrase over a line end", "red sea", "red\nsea", "red\nsea"},
		{"phrase needs all words", "red sea", "the red dead sea", ""},
		{"phrase at the end is cut", "red sea", "the red", ""},
		{"bytes before it", "kyiv", "🇺🇦 «Київ» — Kyiv", "Kyiv"},
		{"Cyrillic", "украин*", "НА УКРАИНЕ", "УКРАИНЕ"},
		{"decomposed letters", "traore", "Traore\u0301 speaks", "Traore\u0301"},
		{"Chinese within a sentence", "台湾", "中国对台湾的政策", "台湾"},
		{"Japanese mixed with letters", "G7サミット", "今日のＧ7サミットで", "Ｇ7サミット"},
		{"Japanese within letters", "G7サミット", "新BG7サミット", "G7サミット"},
		{"kana with its mark apart", "ガザ", "を\u30ab\u3099\u30b5\u3099で", "\u30ab\u3099\u30b5\u3099"},
		{"Thai within a sentence", "ยูเครน", "สงครามยูเครนวันนี้", "ยูเครน"},
		{"Thai vowels count", "กิน", "กันและกัน", ""},
		{"Chinese with a star", "乌克兰*", "在乌克兰战争", "乌克兰"},
		{"Korean is whole words", "북한", "북한 미사일", "북한"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := compile(t, rule(news.Rule{Strong: []string{tt.term}, MinScore: 1}), nil)
			got := ""
			for _, d := range decide(rules, "any", tt.title, "") {
				span := d.Spans[0]
				got = tt.title[span.Start:span.End]
				want := news.Span{Term: tt.term, Role: news.RoleStrong, Place: news.PlaceTitle, Start: span.Start, End: span.End, Points: 6}
				if diff := cmp.Diff([]news.Span{want}, d.Spans); diff != "" {
					t.Errorf("spans (-want +got):\n%s", diff)
				}
			}
			if got != tt.want {
				t.Errorf("term %q in %q: found as %q, want %q", tt.term, tt.title, got, tt.want)
			}
		})
	}
}

// words returns n words that are in no rule.
func words(n int) string { return strings.Repeat("filler ", n) }

func TestDecide(t *testing.T) {
	war := news.Rule{
		Strong: []string{"ukraine*", "kyiv"}, Weak: []string{"kremlin", "drone attack*"},
		Exclude: []string{"chicken kyiv", "eurovision"}, MinScore: 5,
	}
	us := news.Rule{
		Strong: []string{"transatlantic", "allies"}, MinScore: 6,
		Require: map[string][]string{"us": {"CAPS:US", "trump"}, "eu": {"CAPS:EU", "brussels"}},
	}
	prices := news.Rule{
		Strong: []string{"iran"}, MinScore: 6,
		Require: map[string][]string{"event": {"title:strike*", "talks"}}, When: map[string][]string{"event": {"title:oil price*"}},
	}
	tests := []struct {
		name        string
		rule        news.Rule
		title, text string
		want        []news.Decision
	}{
		{"a group is asked for when one of its when occurs", prices, "Oil prices and Iran", "", []news.Decision{{
			Score: 6, MinScore: 6, Verdict: news.VerdictRequire, Detail: "event",
			Spans: []news.Span{
				{Term: "title:oil price*", Role: "when", Group: "event", Place: "title", End: 10},
				{Term: "iran", Role: "strong", Place: "title", Start: 15, End: 19, Points: 6},
			},
		}}},
		{"and met by one of its terms", prices, "Oil prices and Iran", "Talks", []news.Decision{{
			In: true, Score: 6, MinScore: 6, Verdict: news.VerdictScore,
			Spans: []news.Span{
				{Term: "title:oil price*", Role: "when", Group: "event", Place: "title", End: 10},
				{Term: "iran", Role: "strong", Place: "title", Start: 15, End: 19, Points: 6},
				{Term: "talks", Role: "require", Group: "event", Place: "lead", End: 5},
			},
		}}},
		{"and not asked for without", prices, "Iran", "Oil prices", []news.Decision{{
			In: true, Score: 6, MinScore: 6, Verdict: news.VerdictScore,
			Spans: []news.Span{{Term: "iran", Role: "strong", Place: "title", End: 4, Points: 6}},
		}}},
		{"in by a strong term in the title", war, "Ukraine today", "", []news.Decision{{
			In: true, Score: 6, MinScore: 5, Verdict: news.VerdictScore,
			Spans: []news.Span{{Term: "ukraine*", Role: "strong", Place: "title", End: 7, Points: 6}},
		}}},
		{"in by strong and weak in the lead", war, "Today", "The Kremlin and Kyiv", []news.Decision{{
			In: true, Score: 6, MinScore: 5, Verdict: news.VerdictScore,
			Spans: []news.Span{
				{Term: "kremlin", Role: "weak", Place: "lead", Start: 4, End: 11, Points: 2},
				{Term: "kyiv", Role: "strong", Place: "lead", Start: 16, End: 20, Points: 4},
			},
		}}},
		{"each term once at its best place", war, "Kyiv", "Kyiv Kyiv " + words(80) + "Ukraine Kyiv", []news.Decision{{
			In: true, Score: 8, MinScore: 5, Verdict: news.VerdictScore,
			Spans: []news.Span{
				{Term: "kyiv", Role: "strong", Place: "title", End: 4, Points: 6},
				{Term: "ukraine*", Role: "strong", Place: "body", Start: 570 - 394, End: 577 - 394, Points: 2}, // the lead has 394
			},
		}}},
		{"low at half of the minimum", war, "Kremlin", "", []news.Decision{{
			Score: 3, MinScore: 5, Verdict: news.VerdictLowScore,
			Spans: []news.Span{{Term: "kremlin", Role: "weak", Place: "title", End: 7, Points: 3}},
		}}},
		{"nothing below half of the minimum", war, "", "Kremlin", nil},
		{"nothing at all", war, "Weather", "Rain", nil},
		{"phrases end with their place", war, "A drone", "attack", nil},
		{"excluded wherever the term stands", war, "Kyiv", "Recipe for Chicken-Kyiv", []news.Decision{{
			Score: 6, MinScore: 5, Verdict: news.VerdictExcluded, Detail: "chicken kyiv",
			Spans: []news.Span{
				{Term: "kyiv", Role: "strong", Place: "title", End: 4, Points: 6},
				{Term: "chicken kyiv", Role: "exclude", Place: "lead", Start: 11, End: 23},
			},
		}}},
		{"excluded from all by the title", war, "Ukraine at the World Cup", "Kyiv", []news.Decision{{
			Score: 10, MinScore: 5, Verdict: news.VerdictGlobal, Detail: "world cup",
			Spans: []news.Span{
				{Term: "ukraine*", Role: "strong", Place: "title", End: 7, Points: 6},
				{Term: "world cup", Role: "global", Place: "title", Start: 15, End: 24},
				{Term: "kyiv", Role: "strong", Place: "lead", End: 4, Points: 4},
			},
		}}},
		{"not excluded from all by the text", war, "Ukraine", "at the World Cup", []news.Decision{{
			In: true, Score: 6, MinScore: 5, Verdict: news.VerdictScore,
			Spans: []news.Span{{Term: "ukraine*", Role: "strong", Place: "title", End: 7, Points: 6}},
		}}},
		{"every required group has a hit", us, "Transatlantic", "EU and US", []news.Decision{{
			In: true, Score: 6, MinScore: 6, Verdict: news.VerdictScore,
			Spans: []news.Span{
				{Term: "transatlantic", Role: "strong", Place: "title", End: 13, Points: 6},
				{Term: "CAPS:EU", Role: "require", Group: "eu", Place: "lead", End: 2},
				{Term: "CAPS:US", Role: "require", Group: "us", Place: "lead", Start: 7, End: 9},
			},
		}}},
		{"a required group has no hit", us, "Allies of Trump", "", []news.Decision{{
			Score: 6, MinScore: 6, Verdict: news.VerdictRequire, Detail: "eu",
			Spans: []news.Span{
				{Term: "allies", Role: "strong", Place: "title", End: 6, Points: 6},
				{Term: "trump", Role: "require", Group: "us", Place: "title", Start: 10, End: 15},
			},
		}}},
		{"all", news.Rule{All: true}, "Weather at the World Cup", "", []news.Decision{{In: true, Verdict: news.VerdictAll}}},
		{"all from another source", news.Rule{All: true, Filter: news.Filter{Sources: []string{"other"}}}, "Weather", "", nil},
		{"all from this source", news.Rule{All: true, Filter: news.Filter{Sources: []string{"other", "here"}}}, "Weather", "", []news.Decision{{In: true, Verdict: news.VerdictAll}}},
		{"the least score unless given", news.Rule{Strong: []string{"kyiv"}, Filter: news.Filter{Sources: []string{"here"}}}, "Kyiv", "", []news.Decision{{
			In: true, Score: 6, MinScore: news.DefaultMinScore, Verdict: news.VerdictScore,
			Spans: []news.Span{{Term: "kyiv", Role: "strong", Place: "title", End: 4, Points: 6}},
		}}},
		{"a term from another source", news.Rule{Strong: []string{"kyiv"}, Filter: news.Filter{Sources: []string{"other"}}}, "Kyiv", "", []news.Decision{{
			Score: 6, MinScore: news.DefaultMinScore, Verdict: news.VerdictSource, Detail: "sources",
			Spans: []news.Span{{Term: "kyiv", Role: "strong", Place: "title", End: 4, Points: 6}},
		}}},
		{
			"sorted by place and start", news.Rule{Strong: []string{"红海", "kyiv", "odesa", "b"}}, "红海 odesa kyiv b", "b", []news.Decision{{
				In: true, Score: 24, MinScore: 5, Verdict: news.VerdictScore,
				Spans: []news.Span{
					{Term: "红海", Role: "strong", Place: "title", End: 6, Points: 6},
					{Term: "odesa", Role: "strong", Place: "title", Start: 7, End: 12, Points: 6},
					{Term: "kyiv", Role: "strong", Place: "title", Start: 13, End: 17, Points: 6},
					{Term: "b", Role: "strong", Place: "title", Start: 18, End: 19, Points: 6},
				},
			}},
		},
		{
			"spellings of one excluding term are one", news.Rule{Strong: []string{"kyiv"}, Exclude: []string{"k-pop", "k pop"}}, "Kyiv K-pop", "", []news.Decision{{
				Score: 6, MinScore: 5, Verdict: news.VerdictExcluded, Detail: "k-pop",
				Spans: []news.Span{
					{Term: "kyiv", Role: "strong", Place: "title", End: 4, Points: 6},
					{Term: "k-pop", Role: "exclude", Place: "title", Start: 5, End: 10},
				},
			}},
		},
		{
			"spellings of one term count once", news.Rule{Strong: []string{"cease-fire", "cease fire", "cease fire*"}, Weak: []string{"cease fire*"}},
			"Cease fire", "", []news.Decision{{
				In: true, Score: 6, MinScore: 5, Verdict: news.VerdictScore,
				Spans: []news.Span{{Term: "cease-fire", Role: "strong", Place: "title", End: 10, Points: 6}},
			}},
		},
		{
			"the better of two spellings counts", news.Rule{Strong: []string{"sanction"}, Weak: []string{"sanction*"}},
			"Sanctions", "A sanction", []news.Decision{{
				Score: 4, MinScore: 5, Verdict: news.VerdictLowScore,
				Spans: []news.Span{{Term: "sanction", Role: "strong", Place: "lead", Start: 2, End: 10, Points: 4}},
			}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i := range tt.want {
				tt.want[i].Topic = "t"
			}
			got := decide(compile(t, rule(tt.rule), []string{"world cup", "cricket"}), "here", tt.title, tt.text)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Decide(%q, %q) (-want +got):\n%s", tt.title, tt.text, diff)
			}
		})
	}
}

func TestDecideKeepsTheOrderOfTopics(t *testing.T) {
	var topics []news.Topic
	for _, slug := range []string{"z", "a", "m"} {
		topics = append(topics, news.Topic{Slug: slug, Rule: news.Rule{Strong: []string{"kyiv"}}})
	}
	topics = append(topics, news.Topic{Slug: "b", Rule: news.Rule{All: true}})
	var got []string
	for _, d := range decide(compile(t, topics, nil), "any", "Kyiv", "") {
		got = append(got, d.Topic)
	}
	if want := []string{"z", "a", "m", "b"}; !slices.Equal(got, want) {
		t.Errorf("Decide: topics %q, want %q", got, want)
	}
}

// TestDecideKeepsItsAnswers makes sure that a Decision holds nothing that a later call writes to.
func TestDecideKeepsItsAnswers(t *testing.T) {
	rules := compile(t, rule(news.Rule{Strong: []string{"kyiv", "odesa"}}), nil)
	first := decide(rules, "any", "Kyiv and Odesa", "")
	spans := slices.Clone(first[0].Spans)
	decide(rules, "any", "Again Odesa, then Kyiv", "")
	if diff := cmp.Diff(spans, first[0].Spans); diff != "" {
		t.Errorf("spans after another Decide (-before +after):\n%s", diff)
	}
}

func TestCompileFaults(t *testing.T) {
	ok := news.Rule{Strong: []string{"kyiv"}}
	tests := []struct {
		name    string
		topics  []news.Topic
		exclude []string
		want    []string // each in the error
	}{
		{"term without letters", rule(news.Rule{Strong: []string{"kyiv", "--"}}), nil, []string{"topic t: strong", `"--"`, "no letter or digit"}},
		{"star alone", rule(news.Rule{Weak: []string{"*"}}), nil, []string{"topic t: weak", `"*"`, "no letter or digit"}},
		{"star within", rule(news.Rule{Weak: []string{"nuc*ear"}}), nil, []string{"topic t: weak", `"nuc*ear"`, "only stand at its end"}},
		{"caps in small letters", rule(news.Rule{Weak: []string{"caps:US"}}), nil, []string{`"caps:US"`, "write CAPS: in capitals"}},
		{"caps of a script without", rule(news.Rule{Weak: []string{"CAPS:台湾"}}), nil, []string{`"CAPS:台湾"`, "leave CAPS: out"}},
		{"required term", rule(news.Rule{Strong: []string{"a"}, Require: map[string][]string{"eu": {""}}}), nil, []string{"topic t: require eu", `""`}},
		{"when without its group", rule(news.Rule{Strong: []string{"a"}, When: map[string][]string{"eu": {"b"}}}), nil, []string{"topic t: require eu.when", "say what is required"}},
		{"term of when", rule(news.Rule{Strong: []string{"a"}, Require: map[string][]string{"eu": {"b"}}, When: map[string][]string{"eu": {"*"}}}), nil, []string{"topic t: require eu.when", `"*"`}},
		{"section that scores", rule(news.Rule{Strong: []string{"section:world"}}), nil, []string{"topic t: strong", "a section scores nothing"}},
		{"empty required group", rule(news.Rule{Strong: []string{"a"}, Require: map[string][]string{"eu": {}}}), nil, []string{"topic t: require eu", "give it some"}},
		{"exclude term", rule(news.Rule{Strong: []string{"a"}, Exclude: []string{"!"}}), nil, []string{"topic t: exclude", `"!"`}},
		{"exclude of all", rule(ok), []string{"cricket", "?"}, []string{"exclude: term", `"?"`}},
		{"no terms", rule(news.Rule{Exclude: []string{"a"}}), nil, []string{"topic t", "takes nothing"}},
		{"negative minimum", rule(news.Rule{Strong: []string{"a"}, MinScore: -1}), nil, []string{"topic t", "min_score: is -1"}},
		{"one slug twice", append(rule(ok), rule(ok)...), nil, []string{"topic t", "twice"}},
		{"all faults at once", rule(news.Rule{Strong: []string{"--", "a"}, Weak: []string{"b*b"}}), []string{"?"}, []string{`"--"`, `"b*b"`, `"?"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules, err := curate.Compile(tt.topics, tt.exclude)
			if err == nil || rules != nil {
				t.Fatalf("Compile: rules %v, error %v, want an error alone", rules, err)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("Compile: error %q does not say %q", err, part)
				}
			}
		})
	}
}

func TestCompileTakesNoRules(t *testing.T) {
	if got := decide(compile(t, nil, nil), "any", "Kyiv", "台湾"); got != nil {
		t.Errorf("Decide without topics = %v, want nil", got)
	}
}
