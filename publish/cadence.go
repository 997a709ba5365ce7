package publish

import "time"

// steps are the polling intervals that a Feed proposes. They are few, so that a small change of cadence does not change
// the bytes. The least is the floor that polite readers keep anyway.
var steps = [...]time.Duration{
	15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// proposed returns how long a reader may wait between two requests for a Topic with the given mean time between
// entries: the largest step that is not longer, and one hour where the cadence is not known (0).
func proposed(interval time.Duration) time.Duration {
	if interval <= 0 {
		return time.Hour
	}
	best := steps[0]
	for _, s := range steps {
		if s <= interval {
			best = s
		}
	}
	return best
}

// syndication says an interval in the words of the RSS syndication module: a period and how often in it.
func syndication(every time.Duration) (period string, frequency int) {
	if every <= time.Hour {
		return "hourly", int(time.Hour / every)
	}
	return "daily", int(24 * time.Hour / every)
}

// maxAge returns for how long a head may be taken from a cache: the cadence in full minutes, between one minute and 15;
// five minutes where it is not known. Above a quarter of an hour a cache would hide news for longer than it saves.
func maxAge(interval time.Duration) time.Duration {
	if interval <= 0 {
		return 5 * time.Minute
	}
	return min(max(interval.Truncate(time.Minute), time.Minute), 15*time.Minute)
}
