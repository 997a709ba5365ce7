package aggregator

import (
	"slices"
	"time"

	"wireroom/news"
)

// afterSkipped returns t, or the beginning of the first hour after it that is not skipped. Hints that skip every hour
// of every day cannot be meant and are not obeyed.
func afterSkipped(t time.Time, h news.Hints) time.Time {
	for next, hours := t, 0; hours <= 8*24; hours++ {
		if !skipped(next, h) {
			return next
		}
		next = next.Truncate(time.Hour).Add(time.Hour)
	}
	return t
}

func skipped(t time.Time, h news.Hints) bool {
	t = t.UTC()
	return slices.Contains(h.SkipHours, t.Hour()) || slices.Contains(h.SkipDays, int(t.Weekday()))
}

// skipReason is why a Poll waits until then.
func skipReason(until time.Time) string {
	return "skip hours until " + until.UTC().Format("Mon 15:04 GMT")
}
