package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Response is an answer, of whatever status.
type Response struct {
	Timing

	URL       string // that answered, after redirects: without user and fragment, its query as it was asked for
	Hops      []Hop  // the redirects on the way; nil for none
	Permanent bool   // there was a redirect, and every one was 301 or 308

	Body        []byte // of a 200, decoded; nil for every other status
	ContentType string // as it came; empty if none
	// ETag and LastModified are the validators, byte for byte; empty if the answer has none. A 304 may carry new ones.
	ETag, LastModified string

	// Damaged says that the body broke off or could not be decoded to its end, and Damage how, in words. Body holds
	// what came.
	Damaged bool
	Damage  string

	Took time.Duration // from the request to the last byte, by Config.Clock
}

// Timing is what an answer says about when to ask again: its status and the header fields of RFC 9111 and RFC 9110.
// The zero value is that of a request without an answer.
type Timing struct {
	Status     int           // 0 if no answer came
	MaxAge     time.Duration // Cache-Control; meaningful only with HasMaxAge
	HasMaxAge  bool
	Age        time.Duration // 0 if absent
	Expires    time.Time     // zero if absent or no date
	Date       time.Time     // zero if absent or no date
	RetryAfter string        // as it came; see [Timing.RetryAt]
}

func newResponse(answer *http.Response) *Response {
	header := answer.Header
	res := &Response{
		Timing: Timing{
			Status:     answer.StatusCode,
			Expires:    parseDate(header.Get("Expires")),
			Date:       parseDate(header.Get("Date")),
			RetryAfter: header.Get("Retry-After"),
		},
		ContentType:  header.Get("Content-Type"),
		ETag:         header.Get("Etag"),
		LastModified: header.Get("Last-Modified"),
	}
	res.MaxAge, res.HasMaxAge = maxAge(header["Cache-Control"])
	res.Age, _ = parseSeconds(header.Get("Age"))
	return res
}

// ParseRetryAfter reads a Retry-After value, seconds or a date, of an answer that came at now. It reports false for
// what is neither, and for a time that has passed.
func ParseRetryAfter(value string, now time.Time) (time.Time, bool) {
	until := parseDate(value)
	if wait, ok := parseSeconds(value); ok {
		until = now.Add(wait)
	}
	return until.UTC(), until.After(now)
}

// RetryAt reads the Retry-After of an answer that came at now, as [ParseRetryAfter] does. A date that has passed is counted
// from the server's own clock, where it tells that: one that is slow would else ask in vain.
func (t Timing) RetryAt(now time.Time) (time.Time, bool) {
	until, ok := ParseRetryAfter(t.RetryAfter, now)
	if ok || t.Date.IsZero() {
		return until, ok
	}
	until, ok = ParseRetryAfter(t.RetryAfter, t.Date)
	return now.Add(until.Sub(t.Date)), ok
}

// maxAge finds the first max-age among Cache-Control fields (RFC 9111, section 4.2.1). Quotes around the number, which
// some servers add, are no offence.
func maxAge(fields []string) (time.Duration, bool) {
	for _, field := range fields {
		for directive := range strings.SplitSeq(field, ",") {
			name, value, _ := strings.Cut(directive, "=")
			if strings.EqualFold(strings.TrimSpace(name), "max-age") {
				return parseSeconds(strings.Trim(strings.TrimSpace(value), `"`))
			}
		}
	}
	return 0, false
}

// longestStated bounds the durations that are believed, far beyond any that is honoured, so that sums do not overflow.
const longestStated = 10 * 365 * 24 * time.Hour

// parseSeconds reads delta-seconds. Fractions, which the grammar does not know but servers send, are rounded up.
func parseSeconds(value string) (time.Duration, bool) {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(seconds >= 0) {
		return 0, false
	}
	if seconds > longestStated.Seconds() {
		return longestStated, true
	}
	d := time.Duration(seconds * float64(time.Second))
	if rest := d % time.Second; rest != 0 {
		d += time.Second - rest
	}
	return d, true
}

// parseDate reads an HTTP-date in any of its three forms, and the numeric zones and ISO dates that servers send
// instead; the zero time for anything else.
func parseDate(value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	if t, err := http.ParseTime(value); err == nil {
		return t.UTC()
	}
	for _, layout := range [...]string{time.RFC1123Z, time.RFC1123, time.RFC3339} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
