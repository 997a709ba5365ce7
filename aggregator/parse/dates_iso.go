package parse

import (
	"strings"
	"time"
)

// parseISO reads RFC 3339 and what the W3C's profile of ISO 8601 allows: the date in part or whole, with hyphens or
// without, a time after "T" or a blank, in part or whole, a zone or none. A field
// but the month that is beyond its range carries over, as with C's mktime: programs that count in fields write such.
func parseISO(s string) (time.Time, bool) {
	year, i := digitsAt(s, 0)
	month, day := 1, 1
	switch {
	case i == 4:
		month, day, i = isoMonthDay(s, i)
	case i == 8:
		year, month, day = year/10000, year/100%100, year%100
	default:
		return time.Time{}, false
	}
	if i < 0 || month < 1 || month > 12 || day < 1 || year == 0 {
		return time.Time{}, false
	}
	clock, ok := isoClock(s[i:])
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Add(clock), ok
}

// isoMonthDay reads -MM, -MM-DD or -DDD from s[i:], and returns where they end; -1 if it is none of them.
func isoMonthDay(s string, i int) (month, day, end int) {
	if i == len(s) {
		return 1, 1, i
	}
	if s[i] != '-' {
		return 0, 0, -1
	}
	month, j := digitsAt(s, i+1)
	switch {
	case j-i-1 == 3: // the day of the year
		return isoOrdinal(s[:4], month, j)
	case j-i-1 < 1 || j-i-1 > 2:
		return 0, 0, -1
	case j == len(s) || s[j] != '-':
		return month, 1, j
	}
	day, end = digitsAt(s, j+1)
	if end == j+1 || end > j+3 {
		return 0, 0, -1
	}
	return month, day, end
}

func isoOrdinal(year string, ordinal, end int) (month, day, at int) {
	y, _ := digitsAt(year, 0)
	t := time.Date(y, 1, ordinal, 0, 0, 0, 0, time.UTC)
	if t.Year() != y {
		return 0, 0, -1
	}
	return int(t.Month()), t.Day(), end
}

// isoClock reads a time and a zone as what to add to midnight UTC. An empty text is midnight.
func isoClock(s string) (time.Duration, bool) {
	if s == "" {
		return 0, true
	}
	if strings.IndexByte("Tt _", s[0]) < 0 {
		return 0, false
	}
	s = strings.TrimLeft(s[1:], " ")
	var part [3]int
	i := 0
	for n := range part {
		var end int
		if part[n], end = digitsAt(s, i); end == i || end > i+2 {
			return 0, false
		}
		if i = end; i == len(s) || s[i] != ':' || n == 2 {
			break
		}
		i++
	}
	if i < len(s) && (s[i] == '.' || s[i] == ',') {
		_, i = digitsAt(s, i+1)
	}
	offset, ok := isoZone(strings.TrimSpace(s[i:]))
	clock := time.Duration(part[0])*time.Hour + time.Duration(part[1])*time.Minute + time.Duration(part[2])*time.Second
	return clock - offset, ok
}

// isoZone reads Z, an offset, or a zone's name; nothing is UTC.
func isoZone(s string) (time.Duration, bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	var d dateWords
	d.hasTime = true
	d.read(strings.ToLower(s))
	return time.Duration(d.zone) * time.Second, len(d.numbers) == 0 && d.month == 0
}
