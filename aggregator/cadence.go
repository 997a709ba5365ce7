package aggregator

import (
	"slices"
	"time"

	"wireroom/news"
)

// How a rhythm is learned. Measured over the posting times of 161 feeds (TestSimulatedYear): asking twice per item
// costs less than asking hourly and finds items sooner; once per item is a third cheaper and finds them 18 minutes
// later; a weight of 0.1 changes no figure by a tenth, and takes twice as long to notice a burst.
const (
	asksPerItem = 2
	gapWeight   = 0.2                // of the newest gap in the smoothed one: the last ten or so speak
	longestGap  = 7 * 24 * time.Hour // beyond it, a gap tells of a pause, or a wrong date, and not of a rhythm
	openShare   = 8                  // a silence delays the next Poll by this part of it
	quietBeyond = time.Hour          // a Source that brings less than an item in this time is quiet
	unknownGap  = 2 * time.Hour      // until two dated items have been seen: asked for hourly
	sameInstant = time.Second        // items closer than this were published in one go, and have no gap
)

// Learn adds the dates of a document's items to a rhythm. Dates in the future and those not after the newest one
// known are passed over, so that a document can be learned from at every Poll; each gap between two items weighs more
// than all before it did. It does not change dates.
func Learn(c news.Cadence, dates []time.Time, at time.Time) news.Cadence {
	fresh := make([]time.Time, 0, len(dates))
	for _, d := range dates {
		if d.After(c.Newest) && !d.After(at) && !d.IsZero() {
			fresh = append(fresh, d.UTC())
		}
	}
	slices.SortFunc(fresh, time.Time.Compare)
	for _, d := range fresh {
		if !c.Newest.IsZero() {
			c.Gap = smooth(c.Gap, d.Sub(c.Newest))
		}
		c.Newest = d
	}
	return c
}

func smooth(mean, gap time.Duration) time.Duration {
	gap = min(gap, longestGap)
	switch {
	case gap < sameInstant:
		return mean
	case mean == 0:
		return gap
	}
	return mean + time.Duration(gapWeight*float64(gap-mean))
}

// Interval is how long to wait between two Polls of a Source of the rhythm c, as of at: half as long as from one item
// to the next, longer the longer it has been silent, between floor and ceiling.
func Interval(c news.Cadence, lim Limits, at time.Time) time.Duration {
	gap := c.Gap
	if gap == 0 {
		gap = unknownGap
	}
	return lim.learned(max(gap/asksPerItem, silence(c, at)/openShare))
}

// learned bounds a wait that nobody asked for.
func (lim Limits) learned(d time.Duration) time.Duration {
	if lim.Ceiling > 0 {
		d = min(d, lim.Ceiling)
	}
	return max(d, lim.Floor)
}

// Quiet reports whether a Source brings less than an item an hour these days.
func Quiet(c news.Cadence, at time.Time) bool {
	return c.Gap == 0 || c.Gap > quietBeyond || silence(c, at) > openShare*quietBeyond
}

// silence is the time since the newest item, 0 if there was none. It is not learned: the first item after it ends it
// at once.
func silence(c news.Cadence, at time.Time) time.Duration {
	if c.Newest.IsZero() {
		return 0
	}
	return at.Sub(c.Newest)
}
