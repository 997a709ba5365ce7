package world_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"wireroom/news"
)

// This is a plain reading of what news.Rule documents, enough to tell whether the World's rules fit its texts; package
// curate is the engine.

// takes reports whether a rule takes an item.
func takes(r news.Rule, title, text string) bool {
	if r.All {
		return true
	}
	lead, rest := news.SplitLead(text)
	whole := title + "\n" + text
	if len(matcher(r.Exclude).in(whole)) > 0 {
		return false
	}
	for _, group := range r.Require {
		if len(matcher(group).in(whole)) == 0 {
			return false
		}
	}
	score := 0
	for weight, terms := range map[int]matcher{2: r.Strong, 1: r.Weak} {
		best := map[string]int{}
		for place, s := range map[news.Place]string{news.PlaceTitle: title, news.PlaceLead: lead, news.PlaceBody: rest} {
			for _, term := range terms.in(s) {
				best[term] = max(best[term], weight*place.Weight())
			}
		}
		for _, points := range best {
			score += points
		}
	}
	return score >= r.MinScore
}

// A matcher is a list of terms.
type matcher []string

// in returns the terms that occur in s.
func (m matcher) in(s string) []string {
	var found []string
	folded := fold(s)
	for _, term := range m {
		caps, isCaps := strings.CutPrefix(term, "CAPS:")
		prefix := strings.HasSuffix(term, "*")
		switch {
		case isCaps:
			if regexp.MustCompile(`\b` + caps + `\b`).MatchString(s) {
				found = append(found, term)
			}
		case prefix && strings.Contains(folded, strings.TrimRight(fold(term), " ")),
			!prefix && strings.Contains(folded, fold(term)):
			found = append(found, term)
		}
	}
	return found
}

// fold returns the words of s, without marks and in lower case, between single blanks.
func fold(s string) string {
	s = strings.NewReplacer("’", "'", "'s ", " ").Replace(s + " ")
	s, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), s)
	if err != nil {
		return ""
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}

func TestTheMatcherOfTheseTests(t *testing.T) {
	tests := []struct {
		name, title, text string
		rule              news.Rule
		want              bool
	}{
		{"strong in the title", "Calm in Gaza", "", news.Rule{Strong: []string{"gaza"}, MinScore: 5}, true},
		{"strong in the lead is not enough", "Calm", "In Gaza.", news.Rule{Strong: []string{"gaza"}, MinScore: 5}, false},
		{"whole words", "Amalia sings", "", news.Rule{Strong: []string{"mali"}, MinScore: 5}, false},
		{"prefix", "Ukrainian ports", "", news.Rule{Strong: []string{"ukrain*"}, MinScore: 5}, true},
		{"as written", "All of us", "", news.Rule{Strong: []string{"CAPS:US"}, MinScore: 5}, false},
		{"excluded", "Gaza", "recipe", news.Rule{Strong: []string{"gaza"}, Exclude: []string{"recipe"}, MinScore: 5}, false},
		{"a group without a hit", "Gaza", "", news.Rule{Strong: []string{"gaza"}, Require: map[string][]string{"eu": {"brussels"}}, MinScore: 5}, false},
		{"marks", "Acuerdo: Líbano", "", news.Rule{Strong: []string{"libano"}, MinScore: 5}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := takes(test.rule, test.title, test.text); got != test.want {
				t.Errorf("takes(%q) = %v, want %v", test.title, got, test.want)
			}
		})
	}
}
