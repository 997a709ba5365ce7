package aggregator_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wireroom/aggregator"
	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// A week of real posting times stands for every week of the simulated year.
var (
	weekBegins = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	weekEnds   = weekBegins.AddDate(0, 0, 7)
)

const weeks = 52

// postingTimes reads the dates of each feed in ../shared/data/items.
func postingTimes(t *testing.T) map[string][]time.Time {
	t.Helper()
	files, err := filepath.Glob("../../shared/data/items/*.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Skip("no posting times: ../shared/data/items is not there")
	}
	feeds := make(map[string][]time.Time)
	for _, name := range files {
		readPostingTimes(t, name, feeds)
	}
	for feed := range feeds {
		slices.SortFunc(feeds[feed], time.Time.Compare)
	}
	return feeds
}

func readPostingTimes(t *testing.T, name string, feeds map[string][]time.Time) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // only read
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var item struct {
			Feed string    `json:"feed"`
			Date time.Time `json:"date_published"`
		}
		if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
			continue // an item without a date
		}
		if !item.Date.Before(weekBegins) && item.Date.Before(weekEnds) {
			feeds[item.Feed] = append(feeds[item.Feed], item.Date.UTC())
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// year repeats a week.
func year(week []time.Time) []time.Time {
	all := make([]time.Time, 0, len(week)*weeks)
	for w := range weeks {
		for _, d := range week {
			all = append(all, d.AddDate(0, 0, 7*w))
		}
	}
	return all
}

// tally is what polling one feed for a year cost and gave.
type tally struct {
	polls, early int
	items        int
	delay        time.Duration // sum over the items, from posting to Poll
}

// live polls a feed of the given posting times, carrying its last 50 items, as the plan says, for a year.
func live(id string, dates []time.Time, lim aggregator.Limits) tally {
	var sum tally
	var st news.SourceState
	var seen int
	end := weekBegins.AddDate(0, 0, 7*weeks)
	for at := weekBegins.Add(24 * time.Hour); at.Before(end); at = st.NextPoll {
		sum.polls++
		if at.Before(st.Earliest) || at.Before(st.Hold) {
			sum.early++
		}
		posted, _ := slices.BinarySearchFunc(dates, at, time.Time.Compare)
		for _, d := range dates[seen:posted] {
			if sum.polls > 1 {
				sum.items++
				sum.delay += at.Sub(d)
			}
		}
		ans := aggregator.Answer{Outcome: news.OutcomeNotModified, Timing: fetch.Timing{Status: 304}}
		if posted > seen {
			ans.Outcome, ans.Timing.Status = news.OutcomeChanged, 200
			ans.Dates = dates[max(0, posted-50):posted]
		}
		seen = posted
		aggregator.Next(news.Source{ID: id}, st, ans, lim, at).Fill(&st)
	}
	return sum
}

func TestSimulatedYear(t *testing.T) {
	feeds := postingTimes(t)
	lim := aggregator.Limits{Floor: 15 * time.Minute, Ceiling: 24 * time.Hour, MaxWait: 720 * time.Hour}
	const days = 7*weeks - 1
	var all tally
	var perDay, delays []float64
	for id, week := range feeds {
		got := live(id, year(week), lim)
		if got.early > 0 {
			t.Errorf("%s: %d polls before Earliest or Hold", id, got.early)
		}
		if most := days * 24 * 4; got.polls > most {
			t.Errorf("%s: %d polls in a year, more than the %d that the floor allows", id, got.polls, most)
		}
		all.polls += got.polls
		all.items += got.items
		all.delay += got.delay
		perDay = append(perDay, float64(got.polls)/days)
		delays = append(delays, (got.delay / time.Duration(max(got.items, 1))).Minutes())
	}
	slices.Sort(perDay)
	slices.Sort(delays)
	t.Logf("%d feeds, %d items, %d polls: %.1f polls a day and feed (median %.1f, most %.1f)", len(feeds), all.items,
		all.polls, float64(all.polls)/days/float64(len(feeds)), perDay[len(perDay)/2], perDay[len(perDay)-1])
	t.Logf("mean delay of an item %.1f min; of a feed's items: median %.1f min, nine in ten under %.1f min",
		(all.delay / time.Duration(all.items)).Minutes(), delays[len(delays)/2], delays[len(delays)*9/10])
	// An hourly schedule makes 24 polls a day and delays an item by 30 minutes in the mean.
	if mean, rate := all.delay/time.Duration(all.items), float64(all.polls)/days/float64(len(feeds)); mean >= 30*time.Minute || rate >= 24 {
		t.Errorf("mean delay %v with %.1f polls a day and feed: asking every hour would be no worse", mean, rate)
	}
}
