package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// parseDuration reads a duration as time.ParseDuration does, and whole days (30d) and weeks (2w) of 24 and 168 hours.
func parseDuration(text string) (time.Duration, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return d, nil
	}
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 168 * time.Hour} {
		digits, ok := strings.CutSuffix(text, suffix)
		if !ok {
			continue
		}
		if n, err := strconv.ParseInt(digits, 10, 32); err == nil && math.Abs(float64(n)) < math.MaxInt64/float64(unit) {
			return time.Duration(n) * unit, nil
		}
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return 0, advice{fmt.Sprintf("the duration %s has no unit", text), fmt.Sprintf("write %ss, %sm or %sh", text, text, text)}
	}
	return 0, advice{fmt.Sprintf("%q is no duration", text), "write 30s, 15m, 24h, 1h30m, 30d or 2w"}
}

// short writes d as people do: 24h, not 24h0m0s.
func short(d time.Duration) string {
	text := d.String()
	if cut, ok := strings.CutSuffix(text, "m0s"); ok {
		text = cut + "m"
	}
	if cut, ok := strings.CutSuffix(text, "h0m"); ok {
		text = cut + "h"
	}
	return text
}

// parseSize reads a number of bytes, with KiB, MiB or GiB behind it for 2 to the 10th, 20th or 30th of them.
func parseSize(text string) (int64, error) {
	digits, unit := text, int64(1)
	for _, u := range []struct {
		name string
		size int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}} {
		if cut, ok := strings.CutSuffix(text, u.name); ok {
			digits, unit = strings.TrimSpace(cut), u.size
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > math.MaxInt64/unit || n < math.MinInt64/unit {
		return 0, advice{fmt.Sprintf("%q is no size", text), "write a number of bytes, or as in 512KiB, 10MiB, 1GiB"}
	}
	return n * unit, nil
}
