package parse

import (
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"wireroom/news"
)

// maxHint bounds what a document may ask for, so that a slip of the keyboard does not silence a source for years. What
// a server asks for by headers is bounded elsewhere.
const maxHint = 30 * 24 * time.Hour

// hints reads what a document wishes about polling.
func hints(exts ext.Extensions, ttl string, skipHours, skipDays []string) news.Hints {
	h := news.Hints{Period: syndicationPeriod(exts)}
	if minutes, err := wholeNumber(ttl); err == nil && minutes > 0 {
		h.TTL = min(time.Duration(min(minutes, 1<<20))*time.Minute, maxHint)
	}
	for _, text := range skipHours {
		// RSS 0.91 counts from 1 to 24, RSS 2.0 from 0 to 23: 24 is midnight.
		if hour, err := wholeNumber(text); err == nil && hour >= 0 && hour <= 24 {
			h.SkipHours = append(h.SkipHours, hour%24)
		}
	}
	for _, text := range skipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(text), day.String()) {
				h.SkipDays = append(h.SkipDays, int(day))
			}
		}
	}
	h.SkipHours, h.SkipDays = sorted(h.SkipHours), sorted(h.SkipDays)
	return h
}

// wholeNumber reads a number and leaves out its fraction, which some programs write: 60.0.
func wholeNumber(text string) (int, error) {
	whole, _, _ := strings.Cut(strings.TrimSpace(text), ".")
	return strconv.Atoi(whole)
}

func sorted(n []int) []int {
	slices.Sort(n)
	return slices.Compact(n)
}

// syndicationPeriod reads sy:updatePeriod divided by sy:updateFrequency (RSS 1.0's syndication module); 0 if the
// document has neither. The period alone means once in it; the module's default period is a day.
func syndicationPeriod(exts ext.Extensions) time.Duration {
	name, times := value(exts, "sy", "updatePeriod"), value(exts, "sy", "updateFrequency")
	if name == "" && times == "" {
		return 0
	}
	period := 24 * time.Hour
	switch strings.ToLower(name) {
	case "", "daily":
	case "hourly":
		period = time.Hour
	case "weekly":
		period = 7 * 24 * time.Hour
	case "monthly":
		period = 30 * 24 * time.Hour
	case "yearly":
		period = 365 * 24 * time.Hour
	default:
		return 0
	}
	if n, err := wholeNumber(times); err == nil && n > 0 {
		period /= time.Duration(n)
	}
	return min(period, maxHint)
}
