package publish_test

import (
	"encoding/json"
	"strings"
	"testing"

	"wireroom/news"
	"wireroom/publish"
)

func TestCopiesOfOneTextCountOnce(t *testing.T) {
	lead := report(fulls, "i", "https://institute.example/1", "T")
	wire := func(src news.Source, id string) news.Report {
		r := report(src, id, "https://"+src.ID+".example/"+id, "T")
		r.DuplicateOf = "i"
		return r
	}
	own := func(src news.Source, id string) news.Report {
		return report(src, id, "https://"+src.ID+".example/"+id, "In other words")
	}
	for name, tc := range map[string]struct {
		also                 []news.Report
		reports, independent int
		line                 string // of the body; empty for none
	}{
		"one report":         {nil, 1, 1, ""},
		"copies alone":       {[]news.Report{wire(headlines, "a"), wire(summaries, "b")}, 3, 1, "3 reports; one source tells it in its own words."},
		"a copy and another": {[]news.Report{wire(headlines, "a"), own(summaries, "b")}, 3, 2, "3 reports; 2 sources tell it in their own words."},
		"one source, twice":  {[]news.Report{own(fulls, "a"), own(summaries, "b"), own(summaries, "c")}, 4, 2, "4 reports; 2 sources tell it in their own words."},
		"a copy and more of the same source": {
			[]news.Report{wire(headlines, "a"), own(headlines, "b"), own(summaries, "c")}, 4, 3, "4 reports; 3 sources tell it in their own words.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := editionOf(entryOf(1, lead, tc.also...))
			for _, f := range []publish.Format{publish.Atom, publish.RSS, publish.JSONFeed} {
				doc := string(render(t, e, f))
				if tc.line != "" && !strings.Contains(doc, tc.line) {
					t.Errorf("%s: the body lacks %q:\n%s", f, tc.line, doc)
				}
				if tc.line == "" && strings.Contains(doc, "own words") {
					t.Errorf("%s: a lone report is counted:\n%s", f, doc)
				}
			}
			var doc struct {
				Items []struct {
					Story struct{ Reports, Independent int } `json:"_wireroom"`
				}
			}
			if err := json.Unmarshal(render(t, e, publish.JSONFeed), &doc); err != nil {
				t.Fatal(err)
			}
			if got := doc.Items[0].Story; got.Reports != tc.reports || got.Independent != tc.independent {
				t.Errorf("got %+v, want %d reports, %d independent", got, tc.reports, tc.independent)
			}
		})
	}
}
