package aggregator_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator"
	"wireroom/news"
)

// every lists n times, one each gap, the first at from.
func every(gap time.Duration, n int, from time.Time) []time.Time {
	var all []time.Time
	for i := range n {
		all = append(all, from.Add(time.Duration(i)*gap))
	}
	return all
}

func TestLearn(t *testing.T) {
	long := friday.AddDate(1, 0, 0)
	tests := map[string]struct {
		before news.Cadence
		dates  []time.Time
		at     time.Time
		want   news.Cadence
	}{
		"nothing":            {news.Cadence{}, nil, long, news.Cadence{}},
		"one item":           {news.Cadence{}, []time.Time{friday}, long, news.Cadence{Newest: friday}},
		"even gaps":          {news.Cadence{}, every(time.Hour, 5, friday), long, news.Cadence{Gap: time.Hour, Newest: friday.Add(4 * time.Hour)}},
		"newer gap weighs":   {news.Cadence{Gap: time.Hour, Newest: friday}, []time.Time{friday.Add(2 * time.Hour)}, long, news.Cadence{Gap: 72 * time.Minute, Newest: friday.Add(2 * time.Hour)}},
		"known items":        {news.Cadence{Gap: time.Hour, Newest: friday}, every(-20*time.Minute, 20, friday), long, news.Cadence{Gap: time.Hour, Newest: friday}},
		"future items":       {news.Cadence{Gap: time.Hour, Newest: friday}, every(time.Hour, 9, friday.Add(time.Hour)), friday, news.Cadence{Gap: time.Hour, Newest: friday}},
		"undated items":      {news.Cadence{}, []time.Time{{}, friday, {}}, long, news.Cadence{Newest: friday}},
		"published together": {news.Cadence{Gap: time.Hour, Newest: friday.Add(-time.Hour)}, []time.Time{friday, friday, friday}, long, news.Cadence{Gap: time.Hour, Newest: friday}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := aggregator.Learn(tt.before, tt.dates, tt.at)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("cadence (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOneOldItemHidesNoRhythm(t *testing.T) {
	dates := append(every(time.Hour, 30, friday), friday.AddDate(-15, 0, 0)) // pinned at the top of the document
	c := aggregator.Learn(news.Cadence{}, dates, friday.AddDate(0, 1, 0))
	if c.Gap < time.Hour || c.Gap > 80*time.Minute {
		t.Errorf("gap %v, want little more than the hour between the others", c.Gap)
	}
}

func TestLearnIsOrderIndependentAndIdempotent(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	dates := every(37*time.Minute, 40, friday)
	want := aggregator.Learn(news.Cadence{}, dates, friday.AddDate(0, 1, 0))
	for range 20 {
		random.Shuffle(len(dates), func(i, j int) { dates[i], dates[j] = dates[j], dates[i] })
		before := append([]time.Time(nil), dates...)
		got := aggregator.Learn(news.Cadence{}, dates, friday.AddDate(0, 1, 0))
		if diff := cmp.Diff(want, aggregator.Learn(got, dates, friday.AddDate(0, 1, 0))); diff != "" {
			t.Fatalf("learned twice, in another order (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(before, dates); diff != "" {
			t.Fatalf("Learn changed its argument:\n%s", diff)
		}
	}
}

func TestQuietSourcesDriftToTheCeilingAndABurstBringsThemBack(t *testing.T) {
	c := aggregator.Learn(news.Cadence{}, every(20*time.Minute, 30, friday), friday.Add(10*time.Hour))
	last := limits.Floor
	for day := 1; day <= 10; day++ {
		at := c.Newest.AddDate(0, 0, day)
		d := aggregator.Interval(c, limits, at)
		if d < last || !aggregator.Quiet(c, at) {
			t.Errorf("day %d of silence: every %v after %v, quiet %v; want ever longer", day, d, last, aggregator.Quiet(c, at))
		}
		last = d
	}
	if last != limits.Ceiling {
		t.Errorf("after ten days of silence: every %v, want the ceiling %v", last, limits.Ceiling)
	}
	back := c.Newest.AddDate(0, 0, 10)
	c = aggregator.Learn(c, every(5*time.Minute, 25, back), back.Add(3*time.Hour))
	if d := aggregator.Interval(c, limits, back.Add(2*time.Hour)); d > 30*time.Minute {
		t.Errorf("after a burst of 25 items: every %v, want half an hour at most", d)
	}
}
