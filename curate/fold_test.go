package curate_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/curate"
	"wireroom/news"
)

func TestFold(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"case", "NATO Talks in Kyiv", "nato talks in kyiv"},
		{"digits are words", "G7, M23 and 2026", "g7 m23 and 2026"},
		{"marks", "Türkiye, Şefčovič, Traoré", "turkiye sefcovic traore"},
		{"marks as runes of their own", "Traore\u0301", "traore"},
		{"possessive", "Kyiv's ally", "kyiv ally"},
		{"possessive with a curly apostrophe", "Kyiv’s ally", "kyiv ally"},
		{"possessive at the end", "Kyiv's", "kyiv"},
		{"possessive in capitals stays", "KYIV'S", "kyiv's"},
		{"plural possessive", "the allies' talks", "the allies talks"},
		{"inner apostrophe", "N’Djamena and don't", "n'djamena and don't"},
		{"one apostrophe a word", "rock'n'roll", "rock'n roll"},
		{"quoted word", "'sanctions' and ‘tariffs’", "sanctions and tariffs"},
		{"possessive that goes on is none", "the 'system' it's", "the system it"},
		{"dotted abbreviations", "U.S. U.K. U.N. E.U. U.S.A.", "us uk un eu usa"},
		{"abbreviation with hyphen", "U.S.-European and EU–U.S. talks", "us european and eu us talks"},
		{"abbreviation with possessive", "the U.S.'s and U.N.’s", "the us and un"},
		{"abbreviation before a word is none", "U.S.Army", "u s army"},
		{"other dots part words", "D.C. e.g. a.b", "d c e g a b"},
		{"lower-case dots part words", "u.s.", "u s"},
		{"dashes and slashes", "cease-fire, US–EU—talks, Iran/Iraq, a\u2011b", "cease fire us eu talks iran iraq a b"},
		{"underscore parts words", "EU_summit", "eu summit"},
		{"compatibility forms", "ﬁnal ＮＡＴＯ ½", "final nato 1 2"},
		{"sigma", "ΟΔΟΣ οδος οδός", "οδοσ οδοσ οδοσ"},
		{"Cyrillic", "Україна Зеленський", "украіна зеленськии"},
		{"Hangul", "한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"},
		{"Thai vowels stay", "กิน กัน", "กิน กัน"},
		{"emoji", "war 🇺🇦⚠️ talks", "war talks"},
		{"display hint after a word", "G7\ufe0f talks", "g7 talks"},
		{"invalid UTF-8 parts words", "a\xffb", "a b"},
		{"nothing", " -- ' \u0301 ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range curate.Fold(tt.text) {
				got = append(got, w.Folded)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("Fold(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestFoldOffsets(t *testing.T) {
	text := "«Kyiv’s» Traore\u0301, U.S.-backed N’Djamena ½"
	var got []string
	for _, w := range curate.Fold(text) {
		got = append(got, text[w.Start:w.Stop])
	}
	want := []string{"Kyiv", "Traore\u0301", "U.S.", "backed", "N’Djamena", "½", "½"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words of %q as given (-want +got):\n%s", text, diff)
	}
}

// foldDriver prints for lines of text what the reference matcher makes of them, and which terms it finds.
const foldDriver = `
import sys, json, os
os.chdir(sys.argv[1]); sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
from topics_eval import pre, fold, comp, find
terms = [(t, comp([t])) for t in json.loads(sys.argv[2])]
for line in sys.stdin:
    p = pre(json.loads(line)); f = fold(p)
    print(json.dumps({"folded": f.strip(), "terms": [t for t, c in terms if find(c, f, p)]}))
`

// TestFoldReference puts pieces together at random that are hard to part into words, and holds the words and the terms
// found to the reference. Angle brackets, which the reference takes for markup, and vowel signs, which it drops, are not
// among them, nor is a sign that is folded to letters where capitals are looked for.
func TestFoldReference(t *testing.T) {
	terms := []string{"CAPS:US", "CAPS:UK", "CAPS:A", "us", "us*", "b s", "a e*", "U.S.-a", "s", "é’a", "½"}
	texts := hardTexts(5000)
	var topics []news.Topic
	for _, term := range terms {
		topics = append(topics, news.Topic{Slug: term, Rule: news.Rule{Strong: []string{term}, MinScore: 1}})
	}
	rules := compile(t, topics, nil)
	for i, want := range referenceWords(t, terms, texts) {
		words := ""
		for _, w := range curate.Fold(texts[i]) {
			words += " " + w.Folded
		}
		if got := strings.TrimSpace(words); got != strings.ReplaceAll(want.Folded, "ς", "σ") {
			t.Errorf("Fold(%q) = %q, reference %q", texts[i], got, want.Folded)
		}
		found := []string{}
		for _, d := range decide(rules, "any", texts[i], "") {
			found = append(found, d.Topic)
		}
		if diff := cmp.Diff(want.Terms, found); diff != "" && !strings.Contains(texts[i], "™") {
			t.Errorf("terms in %q (-reference +got):\n%s", texts[i], diff)
		}
	}
}

type referenceAnswer struct {
	Folded string
	Terms  []string
}

func referenceWords(t *testing.T, terms, texts []string) []referenceAnswer {
	t.Helper()
	names, err := json.Marshal(terms)
	if err != nil {
		t.Fatal(err)
	}
	var answers []referenceAnswer
	dec := askReference(t, foldDriver, texts, string(names))
	for dec.More() {
		var a referenceAnswer
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(texts) {
		t.Fatalf("reference matcher: %d answers for %d texts", len(answers), len(texts))
	}
	return answers
}

func hardTexts(n int) []string {
	pieces := strings.Split(`a|b|s|S|U.S.|U.S.A|U.K.|E.U.|U.|A|.|'|'s|’|’s|‘| | |-|–|/|_|é|É|½|…|ß|Σ|ж|Й|中|한|1|²|٣|™|,|“|İ|ﬁ|n't|🇺🇦`, "|")
	rnd := rand.New(rand.NewPCG(3, 4))
	texts := make([]string, n)
	for i := range texts {
		for range 1 + rnd.IntN(7) {
			texts[i] += pieces[rnd.IntN(len(pieces))]
		}
	}
	return texts
}

func FuzzFold(f *testing.F) {
	for _, text := range hardTexts(50) {
		f.Add(text)
	}
	f.Add("กิน Traore\u0301 a\xff'\xfe㍿")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, w := range curate.Fold(text) {
			switch {
			case w.Folded == "" || strings.Contains(w.Folded, " "):
				t.Errorf("Fold(%q): %q is no word", text, w.Folded)
			case w.Start < 0 || w.Start >= w.Stop || w.Stop > len(text):
				t.Fatalf("Fold(%q): %+v is not within the text", text, w)
			case w.Start < last:
				t.Errorf("Fold(%q): %+v begins before the word before", text, w)
			case !onRunes(text, w.Start, w.Stop):
				t.Errorf("Fold(%q): %+v cuts a rune", text, w)
			}
			last = w.Start
		}
	})
}

// onRunes reports whether runes of text begin at start and at stop, or text ends there. A byte that is not UTF-8 is a
// rune.
func onRunes(text string, start, stop int) bool {
	bounds := map[int]bool{len(text): true}
	for i := range text {
		bounds[i] = true
	}
	return bounds[start] && bounds[stop]
}
