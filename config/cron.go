package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// cronStart is a leap year's first moment: every date that exists comes within the five years that cron looks ahead.
// It stands for no time of the news; it makes the check independent of the day on which it is made.
var cronStart = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// checkCron accepts what robfig/cron's ParseStandard does, but for what that library gets wrong: it panics at a zone
// without a schedule, makes a second of @every 0s, and takes dates that never come.
func checkCron(text string) error {
	const form = `write five fields as in "17 3 * * *", or @every 30s, @hourly, @daily`
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		if _, spec, _ := strings.Cut(text, " "); strings.TrimSpace(spec) == "" {
			return advice{"the schedule is a time zone alone", form}
		}
	}
	if every, ok := strings.CutPrefix(text, "@every "); ok {
		if d, err := time.ParseDuration(every); err == nil && d < time.Second {
			return advice{"the schedule is too fast", "one second is the least: @every 1s"}
		}
	}
	spec, err := cron.ParseStandard(text)
	if err != nil {
		return advice{fmt.Sprintf("%q is no schedule: %s", text, err), form}
	}
	if spec.Next(cronStart).IsZero() {
		return advice{fmt.Sprintf("the schedule %q never comes", text), "its day is in none of its months"}
	}
	return nil
}
