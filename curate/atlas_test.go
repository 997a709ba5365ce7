package curate_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"wireroom/curate"
)

// A labelled is a sentence with the countries that it is about, by code.
type labelled struct {
	language, text string
	want           []string
}

func labelledSentences(tb testing.TB, file string) []labelled {
	tb.Helper()
	raw, err := os.ReadFile("testdata/countries/" + file)
	if err != nil {
		tb.Fatal(err)
	}
	var out []labelled
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 {
			tb.Fatalf("%s: %q: want language, codes and text", file, line)
		}
		want := strings.Fields(fields[1])
		slices.Sort(want)
		out = append(out, labelled{fields[0], fields[2], want})
	}
	return out
}

// TestCountriesOfSentences holds the F1 over all tags of sentences, as titles and as texts. It prints what is missed.
func TestCountriesOfSentences(t *testing.T) {
	for _, file := range []string{"tuned.tsv", "held.tsv"} {
		for _, place := range []string{"title", "text"} {
			t.Run(file+" as "+place, func(t *testing.T) { scoreSentences(t, labelledSentences(t, file), place) })
		}
	}
}

func scoreSentences(t *testing.T, sentences []labelled, place string) {
	right, wrong, missed := 0, 0, 0
	for _, s := range sentences {
		title, text := s.text, ""
		if place == "text" {
			title, text = "", s.text
		}
		got := tags(curate.Countries(s.language, title, text))
		hits := 0
		for _, code := range got {
			if slices.Contains(s.want, code) {
				hits++
			}
		}
		right, wrong, missed = right+hits, wrong+len(got)-hits, missed+len(s.want)-hits
		if !slices.Equal(got, s.want) {
			t.Logf("got %v, want %v: %s", got, s.want, s.text)
		}
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(right+missed)
	f1 := 2 * precision * recall / (precision + recall)
	t.Logf("precision %.3f, recall %.3f, F1 %.3f on %d sentences", precision, recall, f1, len(sentences))
	if f1 < 0.95 {
		t.Errorf("F1 is %.3f, want at least 0.95", f1)
	}
}

// tags returns the codes of the countries that a text is about, sorted.
func tags(all []curate.Country) []string {
	var codes []string
	for _, c := range all {
		if c.In {
			codes = append(codes, c.Code)
		}
	}
	slices.Sort(codes)
	return codes
}
