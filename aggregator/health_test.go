package aggregator_test

import (
	"strings"
	"testing"
	"time"

	"wireroom/aggregator"
	"wireroom/news"
)

func TestAssess(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	hourly := news.Cadence{Gap: time.Hour, Newest: at.Add(-2 * time.Hour)}
	for name, test := range map[string]struct {
		st   news.SourceState
		took time.Duration
		want news.HealthState
		says string
	}{
		"well":                         {news.SourceState{Outcome: news.OutcomeNotModified, HTTPStatus: 304, Cadence: hourly}, time.Second, news.HealthFine, ""},
		"without dates, lately new":    {news.SourceState{Outcome: news.OutcomeUnchanged, LastNew: at.Add(-day)}, 0, news.HealthFine, ""},
		"gone":                         {news.SourceState{Gone: true, Outcome: news.OutcomeHTTPError, HTTPStatus: 410, Failures: 1, Error: "410"}, 0, news.HealthGone, "410"},
		"forbidden":                    {news.SourceState{Outcome: news.OutcomeHTTPError, HTTPStatus: 403, Failures: 1, Error: "403"}, 0, news.HealthBlocked, "403"},
		"asked to wait once":           {news.SourceState{Outcome: news.OutcomeHTTPError, HTTPStatus: 429, Failures: 1, Error: "429"}, 0, news.HealthFailing, "429"},
		"asked to wait again":          {news.SourceState{Outcome: news.OutcomeHTTPError, HTTPStatus: 429, Failures: 3, Error: "429"}, 0, news.HealthBlocked, "429"},
		"html":                         {news.SourceState{Outcome: news.OutcomeNotAFeed, HTTPStatus: 200, Failures: 1, Error: "HTML"}, 0, news.HealthNotAFeed, "HTML"},
		"no answer":                    {news.SourceState{Outcome: news.OutcomeFailed, Failures: 2, Error: "time"}, 0, news.HealthFailing, "time"},
		"cut off":                      {news.SourceState{Outcome: news.OutcomeDamaged, HTTPStatus: 200, Error: "cut"}, 0, news.HealthFailing, "cut"},
		"moved":                        {news.SourceState{Outcome: news.OutcomeNotModified, URL: "https://u:p@new.example/", Cadence: hourly}, 0, news.HealthMoved, "https://new.example/"},
		"adopted in the configuration": {news.SourceState{Outcome: news.OutcomeNotModified, URL: "https://old.example/", Cadence: hourly}, 0, news.HealthFine, ""},
		"frozen years ago":             {news.SourceState{Outcome: news.OutcomeNotModified, Cadence: news.Cadence{Newest: at.Add(-900 * day)}}, 0, news.HealthStale, "900 days"},
		"silent, but often so":         {news.SourceState{Outcome: news.OutcomeNotModified, Cadence: news.Cadence{Gap: 5 * day, Newest: at.Add(-40 * day)}}, 0, news.HealthFine, ""},
		"silent beyond its habit":      {news.SourceState{Outcome: news.OutcomeNotModified, Cadence: news.Cadence{Gap: time.Hour, Newest: at.Add(-8 * day)}}, 0, news.HealthStale, "every 60 min"},
		"slow":                         {news.SourceState{Outcome: news.OutcomeUnchanged, Cadence: hourly}, 12 * time.Second, news.HealthSlow, "12 s"},
		"never polled with success":    {news.SourceState{Outcome: news.OutcomeFailed, Failures: 1, Error: "x"}, 0, news.HealthFailing, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			got := aggregator.Assess(news.Source{URL: "https://old.example/"}, test.st, test.took, at)
			if got.State != test.want || !strings.Contains(got.Why, test.says) || strings.Contains(got.Why, "u:p@") || !got.Since.Equal(at) {
				t.Errorf("got %+v, want %s since now, saying %q", got, test.want, test.says)
			}
			test.st.Health = got
			if again := aggregator.Assess(news.Source{URL: "https://old.example/"}, test.st, test.took, at.Add(time.Minute)); !again.Since.Equal(at) {
				t.Errorf("a minute later: got %+v, want it since %v", again, at)
			}
		})
	}
}
