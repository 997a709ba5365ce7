package aggregator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator"
	"wireroom/news"
)

// documents gives a habit one document a day and returns it with the day after the last.
func documents(h news.Habit, from time.Time, all ...aggregator.Document) (news.Habit, time.Time) {
	for i := range all {
		h = aggregator.Habituate(h, &all[i], from)
		from = from.Add(24 * time.Hour)
	}
	return h, from
}

func repeated(n int, d aggregator.Document) []aggregator.Document {
	all := make([]aggregator.Document, n)
	for i := range all {
		all[i] = d
	}
	return all
}

func TestHealthTellsWhatIsOutOfHabit(t *testing.T) {
	usual := aggregator.Document{Items: 40, Bytes: 80_000}
	few, thin := aggregator.Document{Items: 3, Bytes: 79_000}, aggregator.Document{Items: 40, Bytes: 5_000}
	churned := aggregator.Document{Items: 40, Bytes: 80_000, Renamed: 40}
	join := func(parts ...[]aggregator.Document) (all []aggregator.Document) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for name, test := range map[string]struct {
		documents []aggregator.Document
		want      news.HealthState
		says      string
	}{
		"as ever":                    {repeated(9, usual), news.HealthFine, ""},
		"size collapse, of items":    {join(repeated(5, usual), repeated(1, few)), news.HealthFailing, "3 items where it had 40"},
		"size collapse, of bytes":    {join(repeated(5, usual), repeated(2, thin)), news.HealthFailing, "5000 bytes long where it was 80000"},
		"back to its size":           {join(repeated(5, usual), repeated(3, few), repeated(1, usual)), news.HealthFine, ""},
		"small for a fortnight":      {join(repeated(5, usual), repeated(16, few)), news.HealthFine, ""},
		"a slow decline":             {join(repeated(5, usual), repeated(5, aggregator.Document{Items: 15, Bytes: 30_000}), repeated(5, aggregator.Document{Items: 5, Bytes: 10_000})), news.HealthFine, ""},
		"small every morning":        {join(repeated(1, few), repeated(40, usual), repeated(1, few)), news.HealthFine, ""},
		"never more than a few":      {join(repeated(5, aggregator.Document{Items: 7, Bytes: 9000}), repeated(1, aggregator.Document{Items: 1, Bytes: 900})), news.HealthFine, ""},
		"GUID churn":                 {join(repeated(1, usual), repeated(3, churned)), news.HealthFailing, "new ids in 3 documents"},
		"a move to another system":   {join(repeated(3, usual), repeated(1, churned), repeated(1, usual)), news.HealthFine, ""},
		"two documents of new GUIDs": {join(repeated(3, usual), repeated(2, churned)), news.HealthFine, ""},
		"half of them renamed":       {join(repeated(1, usual), repeated(9, aggregator.Document{Items: 40, Bytes: 80_000, Renamed: 20})), news.HealthFine, ""},
	} {
		t.Run(name, func(t *testing.T) {
			habit, at := documents(news.Habit{}, friday, test.documents...)
			st := news.SourceState{Outcome: news.OutcomeChanged, HTTPStatus: 200, LastNew: at, Habit: habit}
			got := aggregator.Assess(news.Source{ID: "s"}, st, 0, at)
			if got.State != test.want || !strings.Contains(got.Why, test.says) || !got.Since.Equal(at) {
				t.Errorf("got %+v, want %s saying %q", got, test.want, test.says)
			}
		})
	}
}

// A small document that never changes is accepted too, though no other comes.
func TestASmallDocumentThatStaysIsAccepted(t *testing.T) {
	habit, at := documents(news.Habit{}, friday, aggregator.Document{Items: 40}, aggregator.Document{Items: 2})
	if habit.Shrunk.IsZero() {
		t.Fatal("40 items became 2, and nothing was noted")
	}
	if got := aggregator.Habituate(habit, nil, at.Add(12*24*time.Hour)); got.Shrunk.IsZero() {
		t.Error("accepted too early")
	}
	if got := aggregator.Habituate(habit, nil, at.Add(14*24*time.Hour)); !got.Shrunk.IsZero() {
		t.Error("not accepted after a fortnight")
	}
}

// churning is a feed whose items have new GUIDs at every visit, and new addresses too if urls says so.
func churning(visit int, urls bool) [][3]string {
	var items [][3]string
	for i := range 5 {
		link := fmt.Sprintf("https://s.example/%d", i)
		if urls {
			link += fmt.Sprintf("/session-%d", visit)
		}
		items = append(items, [3]string{fmt.Sprintf("%d#%d", i, visit), link, fmt.Sprintf("Title %d", i)})
	}
	return items
}

func TestGUIDChurnIsSeenFromPolls(t *testing.T) {
	v := newVisitor(t)
	var alerts []news.HealthState
	for visit := range 6 {
		items := churning(visit, false)
		if visit > 4 {
			items = churning(4, false)
		}
		if p := v.visit(rss(map[string]string{"X": "y"}, items...)); p.Alert != nil {
			alerts = append(alerts, p.Alert.State)
		}
	}
	p := v.visit(rss(nil, append(churning(4, false), one)...))
	if len(alerts) != 1 || alerts[0] != news.HealthFailing || p.Alert == nil || p.Alert.State != news.HealthFine || p.Alert.Was != news.HealthFailing {
		t.Errorf("got alerts %v, then %+v; want failing, then fine", alerts, p.Alert)
	}
	if len(v.store.items) != 6 {
		t.Errorf("got %d items, want the 6 that there are", len(v.store.items))
	}
}

func TestAlertsTellChangesAlone(t *testing.T) {
	v := newVisitor(t)
	for i, test := range []struct {
		status int
		want   news.HealthState // empty: no alert
	}{{200, ""}, {500, news.HealthFailing}, {500, ""}, {403, news.HealthBlocked}, {200, news.HealthFine}, {200, ""}} {
		answer := status(test.status, nil)
		if test.status == 200 {
			answer = rss(nil, one)
		}
		p := v.visit(answer)
		switch {
		case test.want == "" && p.Alert != nil:
			t.Errorf("visit %d: got alert %+v, want none", i+1, p.Alert)
		case test.want != "" && (p.Alert == nil || p.Alert.State != test.want || !p.Alert.At.Equal(p.State.Health.Since) || p.Alert.Why != p.State.Health.Why):
			t.Errorf("visit %d: got alert %+v, want %s, since and why as its health has them", i+1, p.Alert, test.want)
		}
	}
}
