package news_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

func TestParseQuery(t *testing.T) {
	for text, want := range map[string]string{
		"Hormuz":                         `hormuz`,
		"  Strait   of Hormuz ":          `strait of hormuz`,
		`"Strait of Hormuz"`:             `"strait of hormuz"`,
		"“Strait of Hormuz” oil":         `"strait of hormuz" oil`,
		"«пролив Ормуз» нефть":           `"пролив ормуз" нефть`,
		"sanction*":                      `sanction*`,
		"s*":                             `s`,
		`"gulf of o"*`:                   `"gulf of o"`,
		`"gulf of om"*`:                  `"gulf of om"*`,
		"oil -palm":                      `oil -palm`,
		`oil -"palm tree" -title:soy`:    `oil -"palm tree" -title:soy`,
		"title:-soy oil":                 `-title:soy oil`,
		"TITLE:Crimea":                   `title:crimea`,
		"title: crimea":                  `title crimea`,
		"U.S.-led":                       `"u s led"`,
		"São Tomé":                       `sao tome`,
		"ЁЛКА":                           `елка`,
		"北京":                             `"北 京"`,
		"oil oil OIL":                    `oil`,
		`oil"`:                           `oil`,
		`"oil`:                           `oil`,
		`oil AND (gas OR NOT coal)`:      `oil and gas or not coal`,
		`oil NEAR/2 gas ^ {x} : * "" ( `: `oil "near 2" gas x`,
	} {
		q, err := news.ParseQuery(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := q.String(); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	for text, says := range map[string]string{
		"":                                  "type a word",
		" -  * \" ' ) ":                     "type a word",
		"-oil":                              "only excludes",
		strings.Repeat("long ", 99):         "too long",
		"a b c d e f g h i j k l m n o p q": "too many",
	} {
		if _, err := news.ParseQuery(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got error %v, want one that says %q", text, err, says)
		}
	}
}

func TestQueryMarks(t *testing.T) {
	for _, test := range []struct{ query, text, want string }{
		{"hormuz oil", "Oil through Hormuz, and Hormuzites", "[Oil] through [Hormuz], and Hormuzites"},
		{"hormuz*", "Hormuz and Hormuzites", "[Hormuz] and [Hormuzites]"},
		{`"strait of hormuz" strait`, "The Strait of Hormuz is a strait", "The [Strait of Hormuz] is a [strait]"},
		{"tome -oil", "São Tomé’s oil", "São [Tomé]’s oil"},
		{"tome", "São Tome\u0301 x", "São [Tome\u0301] x"},
		{"北京", "在北京，京北", "在[北京]，京北"},
		{"oil", "", ""},
	} {
		q, err := news.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		at := 0
		for _, m := range q.Marks(test.text) {
			got.WriteString(test.text[at:m[0]] + "[" + test.text[m[0]:m[1]] + "]")
			at = m[1]
		}
		got.WriteString(test.text[at:])
		if diff := cmp.Diff(test.want, got.String()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.query, diff)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, text := range []string{`"a b"* -title:c`, "“„«»”*", "title:title:", "--", "\xff\"", "北*京", "ﬃ ½ Ⅷ"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := news.ParseQuery(text)
		if err != nil {
			return
		}
		again, err := news.ParseQuery(q.String())
		if err != nil {
			if len(q.String()) > 400 {
				return // folding may lengthen
			}
			t.Fatalf("%q: its own spelling %q cannot be read: %v", text, q.String(), err)
		}
		if diff := cmp.Diff(q, again); diff != "" {
			t.Errorf("%q, written %q (-first +again):\n%s", text, q.String(), diff)
		}
		end := 0
		for _, m := range q.Marks(text) {
			if m[0] < end || m[1] <= m[0] || m[1] > len(text) {
				t.Fatalf("marks of %q in itself: %v after %d", q.String(), m, end)
			}
			end = m[1]
		}
	})
}
