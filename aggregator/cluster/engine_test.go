package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

// told are ways to tell one event, and things that are near it and are not it.
var told = struct{ first, second, other, update string }{
	first:  "Rescue teams searched the collapsed ferry terminal in Portmarrow on Tuesday after 12 people were killed in the storm.",
	second: "Twelve dead at Portmarrow ferry terminal: the storm brought the roof down on waiting passengers, rescue teams say.",
	other:  "The parliament in Portmarrow adopted its budget on Tuesday after a debate about taxes and pensions that took all night.",
	update: "Rescue teams found no more survivors at the Portmarrow ferry terminal, the storm killed 19 people there in all.",
}

func TestStories(t *testing.T) {
	for name, test := range map[string]struct {
		second cluster.Report
		joins  bool
	}{
		"another outlet, the same event": {cluster.Report{Source: "b", Title: "Portmarrow ferry terminal collapses in storm", Text: told.second, Published: noon.Add(time.Hour)}, true},
		"its later course":               {cluster.Report{Source: "b", Title: "Portmarrow ferry terminal toll rises to 19", Text: told.update, Published: noon.Add(30 * time.Hour)}, true},
		"another event in the same town": {cluster.Report{Source: "b", Title: "Portmarrow adopts budget", Text: told.other, Published: noon.Add(time.Hour)}, false},
		"four days later":                {cluster.Report{Source: "b", Title: "Portmarrow ferry terminal collapses in storm", Text: told.second, Published: noon.Add(97 * time.Hour)}, false},
		"another language":               {cluster.Report{Source: "b", Language: "sv-SE", Title: "Portmarrow ferry terminal collapses in storm", Text: told.second, Published: noon.Add(time.Hour)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := cluster.New(cluster.Join)
			first := e.Place(cluster.Report{Ref: 1, Story: 1, Source: "a", Title: "Storm: ferry terminal collapses in Portmarrow", Text: told.first, Published: noon, Seen: noon})
			test.second.Ref, test.second.Story, test.second.Seen = 2, 2, test.second.Published
			second := e.Place(test.second)
			if joined := second.Story == first.Story; joined != test.joins || second.Founded() == test.joins {
				t.Errorf("got %+v, want it to join: %v", second, test.joins)
			}
			if test.joins && (second.Against != 1 || second.Score < second.Need) {
				t.Errorf("got against %d, score %d, need %d", second.Against, second.Score, second.Need)
			}
		})
	}
}

func TestRecurringHeadlinesAreNoStory(t *testing.T) {
	text := "What you need to know about the war this morning, from the front and from the capitals."
	for name, test := range map[string]struct {
		source, title string
		after         time.Duration
		joins         bool
	}{
		"the next day's":             {"a", "War briefing: what we know on day 13", 24 * time.Hour, false},
		"the same without a number":  {"a", "War briefing: what we know on day 12", 24 * time.Hour, false},
		"sent twice in the morning":  {"a", "War briefing: what we know on day 12", time.Hour, true},
		"in another source, the day": {"b", "War briefing: what we know on day 12", time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := cluster.New(cluster.Join)
			e.Place(cluster.Report{Ref: 1, Story: 1, Source: "a", Title: "War briefing: what we know on day 12", Text: text, Published: noon, Seen: noon})
			at := noon.Add(test.after)
			got := e.Place(cluster.Report{Ref: 2, Story: 2, Source: test.source, Title: test.title, Text: text, Published: at, Seen: at})
			if (got.Story == 1) != test.joins {
				t.Errorf("got %+v, want it in story 1: %v", got, test.joins)
			}
		})
	}
}

func TestTooOldOnArrival(t *testing.T) {
	e := cluster.New(cluster.Join)
	e.Place(cluster.Report{Ref: 1, Story: 1, Source: "a", Title: "Storm in Portmarrow", Text: told.first, Published: noon, Seen: noon})
	late := e.Place(cluster.Report{Ref: 2, Story: 2, Source: "b", Title: "Storm in Portmarrow", Text: told.second, Published: noon, Seen: noon.Add(cluster.Window + time.Second)})
	if late.Method != news.MethodLate || late.Story != 2 || late.Form != nil {
		t.Errorf("got %+v, want a story of one that nothing is compared with", late)
	}
}

func TestOtherNumbersAreAnUpdate(t *testing.T) {
	text := strings.Join(words(rand.New(rand.NewPCG(3, 0)), 120), " ")
	for name, test := range map[string]struct {
		title string
		copy  bool
	}{
		"other words":   {"Storm kills many at the ferry terminal", true},
		"the same toll": {"Storm: 12 dead", true},
		"another toll":  {"Storm leaves 19 dead at ferry terminal", false},
	} {
		t.Run(name, func(t *testing.T) {
			e := cluster.New(cluster.Join)
			e.Place(report(1, "a", "Storm leaves 12 dead at ferry terminal", text))
			got := e.Place(report(2, "b", test.title, text+" read more at our site"))
			if (got.Why == news.MethodWords) != test.copy {
				t.Errorf("got %+v, want a copy: %v", got, test.copy)
			}
			if got.Story != 1 {
				t.Errorf("got story %d, want 1 in any case", got.Story)
			}
		})
	}
}

func TestEditStays(t *testing.T) {
	e := cluster.New(cluster.Join)
	e.Place(cluster.Report{Ref: 1, Story: 1, Source: "a", Title: "Storm in Portmarrow", Text: told.first, Published: noon, Seen: noon})
	if form := e.Edit(cluster.Report{Ref: 1, Source: "a", Title: "Budget adopted in Portmarrow", Text: told.other, Published: noon, Seen: noon}); form == nil {
		t.Fatal("an edit gave no new form")
	}
	if form := e.Edit(cluster.Report{Ref: 9, Source: "a", Title: "Never placed"}); form != nil {
		t.Error("an edit of an item that is not in memory gave a form")
	}
	got := e.Place(cluster.Report{Ref: 2, Story: 2, Source: "b", Title: "Portmarrow adopts its budget", Text: told.other, Published: noon, Seen: noon})
	if got.Story != 1 {
		t.Errorf("got %+v, want the story of the edited item", got)
	}
}

// words draws words of an invented language: few are common, most are rare.
func words(r *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("w%dx", int(4000*r.Float64()*r.Float64()*r.Float64()))
	}
	return out
}

// stream makes reports over twenty days: of events that several sources tell, some in a text that others have had.
func stream(n int) []cluster.Candidate {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]cluster.Candidate, n)
	for i := range all {
		event := rand.New(rand.NewPCG(uint64(i/6+r.IntN(3)), 7))
		text := append(words(event, 30), words(r, 20)...)
		if i%9 == 0 {
			text = words(event, 70)
		}
		seen := noon.Add(time.Duration(i) * 20 * 24 * time.Hour / time.Duration(n))
		all[i] = cluster.NewCandidate(cluster.Report{Ref: int64(i + 1), Story: int64(i + 1), Source: fmt.Sprint("s", r.IntN(12)),
			Title: strings.Join(words(event, 6), " "), Text: strings.Join(text, " "),
			Published: seen.Add(-time.Duration(r.IntN(40)) * time.Hour), Seen: seen}, "")
	}
	return all
}

// TestRestoredEngineAnswersAlike stops after every so many items, more and fewer than are indexed side by side, and goes on
// with an engine that knows what was stored.
func TestRestoredEngineAnswersAlike(t *testing.T) {
	items := stream(3000)
	placeAll := func(stop int) (all []cluster.Placement) {
		e, originals := cluster.New(cluster.Join), make(map[news.Key]news.Original)
		var filed []news.Filed
		for i, c := range items {
			if stop > 0 && i > 0 && i%stop == 0 {
				e = restored(t, filed)
			}
			p := e.Sort(c, originals)
			if p.Form != nil {
				filed = append(filed, news.Filed{Ref: c.Ref, Story: p.Story, Source: c.Source, Published: c.Published, Clock: p.Clock, Form: p.Form})
			}
			if i%50 == 49 { // an edit of an earlier one
				edited := items[i-10].Report
				edited.Text += " and more"
				if form := e.Edit(edited); form != nil {
					setForm(filed, edited.Ref, form)
				}
			}
			all = append(all, p)
		}
		return all
	}
	want := placeAll(0)
	grouped, copied := 0, 0
	for _, p := range want {
		switch p.Method {
		case news.MethodJoined:
			grouped++
		case news.MethodCopy:
			copied++
		}
	}
	if grouped < 100 || copied < 10 {
		t.Fatalf("got %d joined and %d copies of %d: too few to tell anything", grouped, copied, len(items))
	}
	for _, stop := range []int{2000, 137} {
		if diff := cmp.Diff(want, placeAll(stop)); diff != "" {
			t.Fatalf("stopped every %d items (-straight +stopped):\n%.2000s", stop, diff)
		}
	}
}

// restored fills an engine as a store does: with the last window before the newest.
func restored(t *testing.T, filed []news.Filed) *cluster.Engine {
	t.Helper()
	e := cluster.New(cluster.Join)
	for _, f := range filed {
		if f.Clock.Before(filed[len(filed)-1].Clock.Add(-cluster.Window)) {
			continue
		}
		if err := e.Restore(f); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func setForm(filed []news.Filed, ref int64, form []byte) {
	for i := range filed {
		if filed[i].Ref == ref {
			filed[i].Form = form
		}
	}
}

// TestLanguagesThatAreNone: what stands where a language should leaves a form that can be read.
func TestLanguagesThatAreNone(t *testing.T) {
	for _, language := range []string{"", "-", strings.Repeat("x", 254), strings.Repeat("x", 300), "en" + strings.Repeat("-x", 200)} {
		r := report(1, "a", "Storm in Portmarrow", told.first)
		r.Language = language
		p := cluster.New(cluster.Join).Place(r)
		if err := cluster.New(cluster.Join).Restore(news.Filed{Ref: 1, Story: 1, Published: noon, Clock: noon, Form: p.Form}); err != nil {
			t.Errorf("restore an item in %q: %v", language, err)
		}
	}
}

func FuzzRestore(f *testing.F) {
	p := cluster.New(cluster.Join).Place(report(1, "a", "Storm in Portmarrow", strings.Repeat(told.first+told.other, 3)))
	f.Add(p.Form)
	f.Add([]byte{1})
	f.Add(append([]byte{1, 254}, make([]byte, 300)...))
	f.Fuzz(func(t *testing.T, form []byte) {
		e := cluster.New(cluster.Join)
		if err := e.Restore(news.Filed{Ref: 1, Story: 1, Source: "a", Published: noon, Clock: noon, Form: form}); err != nil {
			return
		}
		e.Place(report(2, "b", "Storm in Portmarrow", told.second))
		if got := e.Edit(report(1, "a", "Storm", told.first)); got == nil {
			t.Error("a restored item cannot be edited")
		}
	})
}
