package aggregator

import (
	"fmt"
	"net/http"
	"time"

	"wireroom/news"
)

// When a Source that answers is not fine. These are judgements, not measurements: a silence of ten times the usual gap, and
// of a week at least, is longer than a newsroom's holidays; what never had a rhythm may take a month.
const (
	slowAnswer   = 10 * time.Second
	staleGaps    = 10
	staleAtLeast = 7 * 24 * time.Hour
	staleUnknown = 30 * 24 * time.Hour
	blockedAfter = 3 // answers of 429 in a row
)

// Assess says how a Source is after a Poll at the given time that took so long and left it in the state st. It is pure.
// The time since which it is so is kept while the state stays the same.
func Assess(src news.Source, st news.SourceState, took time.Duration, at time.Time) news.Health {
	state, why := assess(src, st, took, at)
	since := at
	if st.Health.State == state {
		since = st.Health.Since
	}
	return news.Health{State: state, Since: since, Why: why}
}

func assess(src news.Source, st news.SourceState, took time.Duration, at time.Time) (news.HealthState, string) {
	switch {
	case st.Gone:
		return news.HealthGone, st.Error
	case refuses(st):
		return news.HealthBlocked, st.Error
	case st.Outcome == news.OutcomeNotAFeed:
		return news.HealthNotAFeed, st.Error
	case st.Failures > 0, st.Outcome == news.OutcomeDamaged:
		return news.HealthFailing, st.Error
	}
	if why := outOfHabit(st.Habit); why != "" {
		return news.HealthFailing, why
	}
	if st.URL != "" && st.URL != src.URL {
		return news.HealthMoved, fmt.Sprintf("it has moved for good: in the configuration, change the url of source %s from %s to %s",
			src.ID, src.PrintURL(), news.WithoutCredentials(st.URL))
	}
	if silence, usual, stale := silent(st, at); stale {
		return news.HealthStale, fmt.Sprintf("no newer item for %s%s: has it moved, or ended?", inWords(silence), usual)
	}
	if took > slowAnswer {
		return news.HealthSlow, "it took " + inWords(took) + " to answer"
	}
	return news.HealthFine, ""
}

// alertOf returns the Alert that a Source's Health gives rise to: when it falls sick, is sick in another way, or comes
// back. nil if nothing has changed, or it turns out to be well at its first visit.
func alertOf(src news.Source, before, after news.Health) *news.Alert {
	if after.State == before.State || before.State == "" && !after.Sick() {
		return nil
	}
	return &news.Alert{
		ID: news.AlertID(src.ID, after.State, after.Since), Source: src.ID, Name: src.Name,
		Was: before.State, State: after.State, At: after.Since, Why: after.Why,
	}
}

func refuses(st news.SourceState) bool {
	switch st.HTTPStatus {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return true
	case http.StatusTooManyRequests:
		return st.Failures >= blockedAfter
	}
	return false
}

// silent reports whether a Source that answers has brought nothing newer for far too long: since the date of its newest
// item, or, where its items have no dates, since one came. Feeds that froze years ago still answer 200.
func silent(st news.SourceState, at time.Time) (silence time.Duration, usual string, stale bool) {
	newest := st.Cadence.Newest
	if newest.IsZero() {
		newest = st.LastNew
	}
	if newest.IsZero() {
		return 0, "", false
	}
	silence = at.Sub(newest)
	if st.Cadence.Gap == 0 {
		return silence, "", silence > staleUnknown
	}
	return silence, ", where one used to come every " + inWords(st.Cadence.Gap), silence > max(staleAtLeast, staleGaps*st.Cadence.Gap)
}
