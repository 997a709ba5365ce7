package curate_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wireroom/curate"
	"wireroom/news"
)

func askedSubject() curate.Subject {
	seen := time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC)
	return curate.Subject{
		Item: news.Item{
			Title: "Kyiv: talks", URL: "https://quay.example/a/1", Authors: []string{"Desk"}, Categories: []string{"World", "War"},
			Published: seen.Add(-30 * time.Hour), FirstSeen: seen, Version: 2,
		},
		Source: news.Source{
			ID: "quay", Name: "The Quay", Kind: news.KindStateMedia, Owner: news.OwnerState, Tier: 3, Language: "en-GB",
			Country: "GB", Format: news.FormatFeed,
		},
		Text: "Five words stand in here",
	}
}

func TestWhere(t *testing.T) {
	tests := []struct {
		where string
		want  bool
	}{
		{`item.words > 300 && source.kind != "state-media"`, false},
		{`item.words == 5`, true},
		{`item.title contains "Kyiv" and item.text startsWith "Five"`, true},
		{`lower(item.title) matches "^kyiv: \\w+$"`, true},
		{`item.lead == item.text`, true},
		{`item.language == "en-GB"`, true},
		{`item.url contains "/a/"`, true},
		{`"War" in item.categories`, true},
		{`any(item.categories, # startsWith "Wo")`, true},
		{`count(item.authors) > 1`, false},
		{`item.age >= 24 and item.version == 2`, true},
		{`source.id == "quay" && source.name == "The Quay" && source.owner == "state"`, true},
		{`source.tier <= 2 || source.country in ["GB", "FR"]`, true},
		{`source.format == "feed" ? source.language == "en-GB" : false`, true},
		{`item.authors[3] == "none"`, false}, // fails, so it does not hold
		{`1 / (item.version - 2) > 0`, true}, // a number without end
		{`item.words % (item.version - 2) == 0`, false},
	}
	for _, tt := range tests {
		rules := compile(t, rule(news.Rule{Strong: []string{"kyiv"}, Where: tt.where}), nil)
		d := rules.Decide(askedSubject())
		if len(d) != 1 || d[0].In != tt.want {
			t.Errorf("where %s: %+v, want in = %v", tt.where, d, tt.want)
			continue
		}
		if !tt.want && (d[0].Verdict != news.VerdictWhere || d[0].Detail != tt.where) {
			t.Errorf("where %s: verdict %s %s, want the expression", tt.where, d[0].Verdict, d[0].Detail)
		}
		again := rules.Decide(askedSubject())
		if len(again) != 1 || again[0].In != tt.want {
			t.Errorf("where %s: asked again %+v, want the same", tt.where, again)
		}
	}
}

func TestWhereOfAll(t *testing.T) {
	for where, want := range map[string]int{`source.tier == 3`: 1, `source.tier == 1`: 0} {
		rules := compile(t, rule(news.Rule{All: true, Where: where}), nil)
		if got := rules.Decide(askedSubject()); len(got) != want {
			t.Errorf("all with where %s: %+v, want %d decisions", where, got, want)
		}
	}
}

// TestFaultyWhere says where in an expression the fault is, counted in characters.
func TestFaultyWhere(t *testing.T) {
	tests := []struct {
		where, want string
		column      int
	}{
		{`item.titel == "x"`, "titel", 5},
		{`item.title == "ü" && words > 3`, "unknown name words", 21},
		{`item.words > "many"`, "mismatched types", 11},
		{`item.words`, "expected bool", 0},
		{`item.words >`, "unexpected token EOF", 11},
		{`now() == now()`, "now", 0},
		{`len(1..1000000) > 0`, "a range of numbers", 5},
		{`any(item.authors, any(item.categories, # == "x"))`, "a loop within a loop", 18},
		{`let a = item.text + item.text; len(a + a) > 0`, "let", 4},
		{`item.title matches item.text`, "matches wants a pattern", 11},
		{`item.title matches "("`, "missing closing )", 11},
		{`any(split(item.text, " "), # == "x")`, "split", 4},
		{strings.Repeat(`item.words > 1 && `, 600) + "true", "exceeds maximum", -1},
	}
	for _, tt := range tests {
		_, err := curate.Compile(rule(news.Rule{All: true, Where: tt.where}), nil)
		var faults curate.Faults
		if !errors.As(err, &faults) || len(faults) != 1 || !strings.Contains(faults[0].Message, tt.want) {
			t.Errorf("where %.60s: %v, want one fault that says %q", tt.where, err, tt.want)
			continue
		}
		if f := faults[0]; f.Path() != "topics[0].where" || tt.column >= 0 && f.Column != tt.column {
			t.Errorf("where %.60s: blamed %s, column %d (%s), want column %d", tt.where, f.Path(), f.Column, f.Message, tt.column)
		}
	}
}

// FuzzWhere: whatever an expression says, it is refused with a place in it, or answers.
func FuzzWhere(f *testing.F) {
	for _, where := range []string{`item.words > 300`, `any(item.authors, # == "x")`, `item.title matches "a+"`, `((`, `item?.title ?? "x" == "x"`} {
		f.Add(where)
	}
	f.Fuzz(func(t *testing.T, where string) {
		rules, err := curate.Compile(rule(news.Rule{All: true, Where: where}), nil)
		if err != nil {
			for _, fault := range err.(curate.Faults) {
				if fault.Column < 0 || fault.Column > len(where) || fault.Message == "" {
					t.Errorf("where %q: a place outside it: %+v", where, fault)
				}
			}
			return
		}
		first := rules.Decide(askedSubject())
		if again := rules.Decide(askedSubject()); len(first) != len(again) {
			t.Errorf("where %q: %d decisions, then %d", where, len(first), len(again))
		}
	})
}

// BenchmarkWhereLongest asks the longest expression that is allowed.
func BenchmarkWhereLongest(b *testing.B) {
	where := strings.Repeat(`item.title contains "zz" || `, 99) + "false"
	rules := compile(b, rule(news.Rule{All: true, Where: where}), nil)
	subject := askedSubject()
	for b.Loop() {
		rules.Decide(subject)
	}
}
