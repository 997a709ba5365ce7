package curate_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wireroom/curate"
	"wireroom/news"
)

// vocabulary is what the property tests write terms and texts with: words that begin alike, marks, signs, several
// scripts.
var vocabulary = []string{
	"Kyiv", "kyiv’s", "Ukraine", "ukrainian", "US", "us", "U.S.", "EU", "Türkiye", "N’Djamena", "don't", "trans", "atlantic",
	"international", "internationalism", "红海", "红", "ガザ", "한국", "ยูเครน", "Київ", "g7", "x", "½", "™", "🇺🇦", "\u0301",
}

var joints = []string{" ", " ", " ", "-", "–", "/", "\n", "_", "'", ""}

func drawText(t *rapid.T, name string, most int) string {
	var out strings.Builder
	for range rapid.IntRange(0, most).Draw(t, name+" length") {
		out.WriteString(rapid.SampledFrom(vocabulary).Draw(t, name))
		out.WriteString(rapid.SampledFrom(joints).Draw(t, name))
	}
	return out.String()
}

// drawTerm draws a term that has a letter.
func drawTerm(t *rapid.T) string {
	term := rapid.SampledFrom(vocabulary[:19]).Draw(t, "term")
	if rapid.Bool().Draw(t, "phrase") {
		term += " " + rapid.SampledFrom(vocabulary[:22]).Draw(t, "second word")
	}
	if rapid.Bool().Draw(t, "prefix") {
		term += "*"
	}
	if !strings.ContainsAny(term, "红海ガザยูเครน") && rapid.IntRange(0, 3).Draw(t, "caps") == 0 {
		term = "CAPS:" + term
	}
	return term
}

func drawTopic(t *rapid.T, slug string) news.Topic {
	r := news.Rule{
		Strong:   rapid.SliceOfN(rapid.Custom(drawTerm), 1, 4).Draw(t, "strong"),
		Weak:     rapid.SliceOfN(rapid.Custom(drawTerm), 0, 4).Draw(t, "weak"),
		Exclude:  rapid.SliceOfN(rapid.Custom(drawTerm), 0, 1).Draw(t, "exclude"),
		MinScore: rapid.IntRange(1, 8).Draw(t, "min_score"),
	}
	if rapid.Bool().Draw(t, "with groups") {
		r.Require = map[string][]string{
			"a": rapid.SliceOfN(rapid.Custom(drawTerm), 1, 2).Draw(t, "require a"),
			"b": rapid.SliceOfN(rapid.Custom(drawTerm), 1, 2).Draw(t, "require b"),
		}
		r.When = map[string][]string{"b": rapid.SliceOfN(rapid.Custom(drawTerm), 0, 2).Draw(t, "when of b")}
	}
	return news.Topic{Slug: slug, Rule: r}
}

func drawTopics(t *rapid.T) []news.Topic {
	var topics []news.Topic
	for i := range rapid.IntRange(1, 3).Draw(t, "topics") {
		topics = append(topics, drawTopic(t, fmt.Sprint("topic-", i)))
	}
	return topics
}

func drawCompiled(t *rapid.T, topics []news.Topic) *curate.Rules {
	rules, err := curate.Compile(topics, []string{"x"})
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	return rules
}

func TestDecideIsAFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topics, title, text := drawTopics(t), drawText(t, "title", 8), drawText(t, "text", 120)
		rules := drawCompiled(t, topics)
		want := decide(rules, "any", title, text)
		decide(rules, "any", text, title)
		for name, again := range map[string][]news.Decision{
			"the same rules":           decide(rules, "any", title, text),
			"the rules compiled again": decide(drawCompiled(t, topics), "any", title, text),
		} {
			if diff := cmp.Diff(want, again); diff != "" {
				t.Fatalf("Decide again by %s (-first +again):\n%s", name, diff)
			}
		}
	})
}

func TestTopicsDoNotTouchEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topics, title, text := drawTopics(t), drawText(t, "title", 8), drawText(t, "text", 120)
		together := decide(drawCompiled(t, topics), "any", title, text)
		var apart []news.Decision
		for _, topic := range topics {
			apart = append(apart, decide(drawCompiled(t, []news.Topic{topic}), "any", title, text)...)
		}
		if diff := cmp.Diff(apart, together); diff != "" {
			t.Fatalf("Decide for topics together (-each alone +together):\n%s", diff)
		}
	})
}

func TestTermsThatDoNotOccurChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topics, title, text := drawTopics(t), drawText(t, "title", 8), drawText(t, "text", 120)
		want := decide(drawCompiled(t, topics), "any", title, text)
		rule := &topics[0].Rule
		rule.Weak = append(rule.Weak, "kyivans", "ukrainianq*", "us zz", "红河", "CAPS:KyiV")
		rule.Exclude = append(rule.Exclude, "kyivans", "internationalisms")
		if diff := cmp.Diff(want, decide(drawCompiled(t, topics), "any", title, text)); diff != "" {
			t.Fatalf("Decide with terms that do not occur (-without +with):\n%s", diff)
		}
	})
}

func TestDecisionsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topics, title, text := drawTopics(t), drawText(t, "title", 8), drawText(t, "text", 120)
		for _, d := range decide(drawCompiled(t, topics), "any", title, text) {
			checkDecision(t, d, title, text)
		}
	})
}

// checkDecision holds a decision to what is promised of all of them.
func checkDecision(t interface{ Errorf(string, ...any) }, d news.Decision, title, text string) {
	lead, body := news.SplitLead(text)
	places := map[news.Place]string{news.PlaceTitle: title, news.PlaceLead: lead, news.PlaceBody: body}
	points := 0
	for _, span := range d.Spans {
		points += span.Points
		place := places[span.Place]
		if span.Start < 0 || span.Start >= span.End || span.End > len(place) || !onRunes(place, span.Start, span.End) {
			t.Errorf("%s: span %+v does not fit %q", d.Topic, span, place)
		}
	}
	if points != d.Score {
		t.Errorf("%s: score %d, points of spans %d: %+v", d.Topic, d.Score, points, d)
	}
	if d.In != (d.Verdict == news.VerdictScore) || (d.Score < d.MinScore) != (d.Verdict == news.VerdictLowScore) {
		t.Errorf("%s: verdict %s does not go with %+v", d.Topic, d.Verdict, d)
	}
	if 2*d.Score < d.MinScore {
		t.Errorf("%s: score %d is not worth telling", d.Topic, d.Score)
	}
}

// FuzzDecide reads any text by rules of all sorts.
func FuzzDecide(f *testing.F) {
	topics := []news.Topic{{Slug: "t", Rule: news.Rule{
		Strong: []string{"a*", "us", "CAPS:US", "b c", "红海", "ガザ", "ยูเครน", "会社", "g7サミット", "½"}, MinScore: 1,
	}}}
	rules := compile(f, topics, nil)
	f.Add("U.S.-a b c", "红海 ガザ ｶﾞｻﾞ ㍿ ยูเครน ½")
	f.Add("a's't US'S _US", "\xffg7サミット\u3099")
	f.Fuzz(func(t *testing.T, title, text string) {
		for _, d := range decide(rules, "any", title, text) {
			checkDecision(t, d, title, text)
		}
	})
}

func TestDecideAtOnce(t *testing.T) {
	rules := compile(t, rule(news.Rule{Strong: []string{"kyiv", "odesa*", "红海"}}), nil)
	titles := []string{"Kyiv", "Odesans in Kyiv", "Rain", "红海 and Odesa"}
	var group sync.WaitGroup
	for i := range 8 {
		title := titles[i%len(titles)]
		want := decide(rules, "any", title, title)
		group.Go(func() {
			for range 200 {
				if diff := cmp.Diff(want, decide(rules, "any", title, title)); diff != "" {
					t.Errorf("Decide(%q) beside others (-alone +beside):\n%s", title, diff)
					return
				}
			}
		})
	}
	group.Wait()
}
