package fetch_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/fetch"
)

var now = time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)

func TestParseRetryAfter(t *testing.T) {
	tests := map[string]struct {
		value string
		want  time.Duration // 0: nothing to wait for
	}{
		"seconds":         {"120", 2 * time.Minute},
		"blanks":          {" 120 ", 2 * time.Minute},
		"fraction":        {"1.2", 2 * time.Second},
		"date":            {"Fri, 02 Jan 2026 03:04:05 GMT", 4*time.Minute + 5*time.Second},
		"RFC 850 date":    {"Friday, 02-Jan-26 03:04:05 GMT", 4*time.Minute + 5*time.Second},
		"asctime date":    {"Fri Jan  2 03:04:05 2026", 4*time.Minute + 5*time.Second},
		"numeric zone":    {"Fri, 02 Jan 2026 04:04:05 +0100", 4*time.Minute + 5*time.Second},
		"ISO date":        {"2026-01-02T03:04:05Z", 4*time.Minute + 5*time.Second},
		"beyond counting": {"99999999999999999999", 10 * 365 * 24 * time.Hour},
		"zero":            {"0", 0},
		"negative":        {"-5", 0},
		"past date":       {"Thu, 01 Jan 2026 03:04:05 GMT", 0},
		"words":           {"soon", 0},
		"not a number":    {"NaN", 0},
		"infinite":        {"Inf", 10 * 365 * 24 * time.Hour},
		"absent":          {"", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := fetch.ParseRetryAfter(tt.value, now)
			if ok != (tt.want > 0) || ok && got.Sub(now) != tt.want {
				t.Errorf("ParseRetryAfter(%q) = %v, %v; want %v later", tt.value, got, ok, tt.want)
			}
		})
	}
}

func TestRetryAtCountsFromAServersClockThatIsSlow(t *testing.T) {
	const tenPastOne = "Fri, 02 Jan 2026 01:10:00 GMT"
	tests := map[string]struct {
		value string
		date  time.Time
		want  time.Duration // 0: nothing to wait for
	}{
		"two hours slow":             {tenPastOne, now.Add(-2 * time.Hour), 10 * time.Minute},
		"passed by its own clock":    {tenPastOne, now, 0},
		"its clock is not told":      {tenPastOne, time.Time{}, 0},
		"not yet passed by our own":  {"Fri, 02 Jan 2026 03:10:00 GMT", now.Add(-2 * time.Hour), 10 * time.Minute},
		"seconds need no clock":      {"60", now.Add(-2 * time.Hour), time.Minute},
		"no seconds, and slow":       {"0", now.Add(-2 * time.Hour), 0},
		"nothing to read, and slow":  {"soon", now.Add(-2 * time.Hour), 0},
		"a date of the year 1, slow": {"Mon, 01 Jan 0001 00:00:00 GMT", now.Add(-2 * time.Hour), 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := fetch.Timing{RetryAfter: tt.value, Date: tt.date}.RetryAt(now)
			if ok != (tt.want > 0) || ok && got.Sub(now) != tt.want {
				t.Errorf("Retry-After %q of %v = %v, %v; want %v later", tt.value, tt.date, got, ok, tt.want)
			}
		})
	}
}

func TestTimingOfAnAnswer(t *testing.T) {
	tests := map[string]struct {
		header http.Header
		want   fetch.Timing
	}{
		"nothing":         {http.Header{}, fetch.Timing{}},
		"max-age and age": {http.Header{"Cache-Control": {"public, max-age=600"}, "Age": {"60"}}, fetch.Timing{HasMaxAge: true, MaxAge: 10 * time.Minute, Age: time.Minute}},
		"zero max-age":    {http.Header{"Cache-Control": {"max-age=0"}}, fetch.Timing{HasMaxAge: true}},
		"quoted, capitals": {http.Header{"Cache-Control": {"no-transform", `Max-Age="60"`}},
			fetch.Timing{HasMaxAge: true, MaxAge: time.Minute}},
		"not s-maxage": {http.Header{"Cache-Control": {"s-maxage=600"}}, fetch.Timing{}},
		"the first":    {http.Header{"Cache-Control": {"max-age=1, max-age=2"}}, fetch.Timing{HasMaxAge: true, MaxAge: time.Second}},
		"rubbish":      {http.Header{"Cache-Control": {"max-age=soon"}, "Age": {"old"}, "Expires": {"0"}}, fetch.Timing{}},
		"expires":      {http.Header{"Expires": {"Fri, 02 Jan 2026 04:00:00 GMT"}}, fetch.Timing{Expires: now.Add(time.Hour)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t, func(w http.ResponseWriter, _ *http.Request) {
				for field, values := range tt.header {
					w.Header()[field] = values
				}
				w.Header().Set("Date", now.Format(http.TimeFormat))
			})
			tt.want.Status, tt.want.Date = http.StatusOK, now
			res := mustGet(t, newClient(t, fetch.Config{}), fetch.Request{URL: o.URL})
			if diff := cmp.Diff(tt.want, res.Timing); diff != "" {
				t.Errorf("timing (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTookIsToldByTheClock(t *testing.T) {
	o := newOrigin(t, ok)
	times := []time.Time{now, now.Add(3 * time.Second)}
	clock := func() time.Time {
		first := times[0]
		times = times[1:]
		return first
	}
	if res := mustGet(t, newClient(t, fetch.Config{Clock: clock}), fetch.Request{URL: o.URL}); res.Took != 3*time.Second {
		t.Errorf("took %v, want 3s", res.Took)
	}
}

func TestHostPort(t *testing.T) {
	tests := map[string]struct{ url, want string }{
		"http":              {"http://Example.ORG/feed", "example.org:80"},
		"https":             {"https://example.org", "example.org:443"},
		"capital scheme":    {"HTTPS://example.org", "example.org:443"},
		"port":              {"http://example.org:8080/", "example.org:8080"},
		"other's port":      {"http://example.org:443/", "example.org:443"},
		"empty port":        {"http://example.org:/", "example.org:80"},
		"final dot":         {"http://example.org./", "example.org:80"},
		"user":              {"http://me:pw@example.org/", "example.org:80"},
		"international":     {"https://Bücher.example/", "xn--bcher-kva.example:443"},
		"underscore":        {"http://my_host.example/", "my_host.example:80"},
		"IPv4":              {"http://127.0.0.1:8081/x", "127.0.0.1:8081"},
		"IPv6":              {"http://[0:0:0:0:0:0:0:1]/", "[::1]:80"},
		"blanks around":     {" http://example.org ", "example.org:80"},
		"no scheme":         {"example.org/feed", ""},
		"other scheme":      {"ftp://example.org/", ""},
		"no host":           {"http:///feed", ""},
		"port out of range": {"http://example.org:70000/", ""},
		"nothing":           {"", ""},
		"no URL":            {"http://[::1/", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := fetch.HostPort(tt.url)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("HostPort(%q) = %q, %v; want %q", tt.url, got, err, tt.want)
			}
		})
	}
}
