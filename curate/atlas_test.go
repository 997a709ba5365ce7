package curate_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"wireroom/curate"
	"wireroom/news"
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
	for _, file := range []string{"tuned.tsv", "held.tsv", "second.tsv"} {
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

// TestCountriesExplain holds that every span shows what counted: the words as the text has them, and points that add up.
func TestCountriesExplain(t *testing.T) {
	title, text := "Zelensky’s envoy in Tbilisi", "L’Ukraine et la Géorgie. 中国外交部. وأوكرانيا"
	words := map[string][]string{}
	for _, c := range curate.Countries("fr", title, text) {
		for _, s := range c.Spans {
			words[c.Code] = append(words[c.Code], map[news.Place]string{news.PlaceTitle: title, news.PlaceLead: text}[s.Place][s.Start:s.End])
		}
	}
	want := map[string][]string{
		"UA": {"Zelensky", "L’Ukraine", "وأوكرانيا"}, "GE": {"Tbilisi", "Géorgie"}, "CN": {"中国"},
	}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Errorf("Countries(%q, %q) (-want +got):\n%s", title, text, diff)
	}
}

// TestCountriesByPlace holds what a name counts by where it stands.
func TestCountriesByPlace(t *testing.T) {
	padding := strings.Repeat("and so it went on ", 30)
	for name, tt := range map[string]struct {
		title, text string
		want        []string
	}{
		"in the title":              {"Ukraine", "", []string{"UA"}},
		"in the lead":               {"", "Ukraine", []string{"UA"}},
		"once in the body":          {"", padding + "Ukraine", nil},
		"once more in the body":     {"", padding + "Ukraine and Ukraine", nil},
		"by four names in the body": {"", padding + "Ukraine, Kyiv, Zelensky, Odesa", []string{"UA"}},
	} {
		if got := tags(curate.Countries("en", tt.title, tt.text)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

func TestCountriesByLanguage(t *testing.T) {
	for name, tt := range map[string]struct {
		language, title string
		want            []string
	}{
		"Iceland in German":            {"de", "Island tritt bei", []string{"IS"}},
		"an island in English":         {"en", "Island life is changing", nil},
		"declared with a region":       {"de-AT", "Island tritt bei", []string{"IS"}},
		"told by its small words":      {"", "Le gouvernement et la justice de l'Allemagne", []string{"DE"}},
		"declared wrongly":             {"en", "Le président des Philippines et les chefs de l'Allemagne", []string{"DE", "PH"}},
		"of no language we have":       {"nl", "Polen en Ukraine", []string{"UA"}},
		"another script than declared": {"en", "Китай и США", []string{"CN", "US"}},
	} {
		if got := tags(curate.Countries(tt.language, tt.title, "")); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q: got %v, want %v", name, tt.title, got, tt.want)
		}
	}
}

func TestGazetteerIsWhole(t *testing.T) {
	codes := map[string]bool{}
	for _, c := range curate.Gazetteer() {
		if codes[c.Code] || c.Title == "" || c.Latitude < -90 || c.Latitude > 90 || c.Longitude < -180 || c.Longitude > 180 {
			t.Errorf("country %+v: stands twice, has no title, or lies nowhere", c)
		}
		codes[c.Code] = true
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			if err == nil && region.IsCountry() && region.Canonicalize() == region && !codes[code] && !exceptional[code] {
				t.Errorf("country %s (%s) is missing", code, display.English.Regions().Name(region))
			}
		}
	}
}

// exceptional are codes that CLDR has beside those of ISO 3166-1: former countries, and parts or unions of countries.
var exceptional = map[string]bool{"AN": true, "CQ": true, "CS": true, "EZ": true, "FQ": true, "NT": true, "PC": true,
	"SU": true, "UN": true, "YU": true, "AC": true, "CP": true, "DG": true, "EA": true, "IC": true, "TA": true, "XA": true, "XB": true}

// TestCountriesOfLongTexts would time out if the work grew with the square of the text.
func TestCountriesOfLongTexts(t *testing.T) {
	for _, words := range []string{"Jim Jordan ", "talks in Paris ", "George Washington, ", "美国", "d’"} {
		curate.Countries("en", "Jordan", strings.Repeat(words, 40_000))
	}
}

func FuzzCountries(f *testing.F) {
	f.Add("en", "Jordan, 32, of Lebanon, N.H.", "US$ 5 d’Iran l’’Iran 几内亚比绍")
	f.Add("", "\xffGeorgia\xff", "U.S.'s Washington's Jim Jordan's\u0301")
	f.Fuzz(func(t *testing.T, tag, title, text string) {
		lead, body := news.SplitLead(text)
		length := map[news.Place]int{news.PlaceTitle: len(title), news.PlaceLead: len(lead), news.PlaceBody: len(body)}
		first := curate.Countries(tag, title, text)
		for _, c := range first {
			sum := 0
			for _, s := range c.Spans {
				if s.Start < 0 || s.Start >= s.End || s.End > length[s.Place] {
					t.Errorf("%s: span %+v lies outside its place", c.Code, s)
				}
				sum += s.Points
			}
			if sum != c.Score || c.In != (c.Score >= 4) {
				t.Errorf("%s: score %d, in %t: spans add up to %d", c.Code, c.Score, c.In, sum)
			}
		}
		if diff := cmp.Diff(first, curate.Countries(tag, title, text)); diff != "" {
			t.Errorf("Countries again (-first +again):\n%s", diff)
		}
	})
}

// BenchmarkCountries reads real items where they are, else others. One operation is one item.
func BenchmarkCountries(b *testing.B) {
	items := benchmarkItems(b)[:2000]
	total := 0
	for _, it := range items {
		total += len(it.Title) + len(it.Text)
	}
	b.SetBytes(int64(total / len(items)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		it := items[i%len(items)]
		curate.Countries("en", it.Title, it.Text)
	}
}
