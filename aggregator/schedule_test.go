package aggregator_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator"
	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// friday is a time that is no round one: Friday, 2 January 2026, 03:04:05 GMT.
var friday = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var limits = aggregator.Limits{Floor: 15 * time.Minute, Ceiling: 24 * time.Hour, MaxWait: 720 * time.Hour}

// busy is a Source that has just brought an item and brings one every ten minutes.
var busy = news.Cadence{Gap: 10 * time.Minute, Newest: friday.Add(-time.Minute)}

func unchanged(t fetch.Timing) aggregator.Answer {
	t.Status = 304
	return aggregator.Answer{Outcome: news.OutcomeNotModified, Timing: t}
}

func failed(status int, retryAfter string) aggregator.Answer {
	return aggregator.Answer{
		Outcome: news.OutcomeHTTPError, Host: "feeds.example.org:443",
		Timing: fetch.Timing{Status: status, RetryAfter: retryAfter},
	}
}

func asks(h news.Hints) aggregator.Answer {
	ans := unchanged(fetch.Timing{})
	ans.Hints = &h
	return ans
}

// checkWait reports where NextPoll is not wait after friday, or up to a tenth and up to 15 minutes later.
func checkWait(t *testing.T, p aggregator.Plan, wait time.Duration, reason string) {
	t.Helper()
	got := p.NextPoll.Sub(friday)
	if got < wait || got > wait+min(wait/10, 15*time.Minute) {
		t.Errorf("next poll after %v (%s), want after %v and at most a tenth later", got, p.Reason, wait)
	}
	if !strings.Contains(p.Reason, reason) {
		t.Errorf("reason %q, want %q", p.Reason, reason)
	}
	if p.NextPoll.Before(p.Earliest) || p.NextPoll.Before(p.Hold) {
		t.Errorf("next poll %v before earliest %v or hold %v", p.NextPoll, p.Earliest, p.Hold)
	}
}

func TestNeverSoonerThanAsked(t *testing.T) {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	tests := map[string]struct {
		ans      aggregator.Answer
		earliest time.Duration
		reason   string
	}{
		"floor":                {unchanged(fetch.Timing{}), minutes(15), ""},
		"max-age":              {unchanged(fetch.Timing{HasMaxAge: true, MaxAge: minutes(30)}), minutes(30), "max-age 1800 s"},
		"max-age less age":     {unchanged(fetch.Timing{HasMaxAge: true, MaxAge: minutes(30), Age: minutes(10)}), minutes(20), "max-age 1800 s less age 600 s"},
		"max-age passed":       {unchanged(fetch.Timing{HasMaxAge: true, MaxAge: minutes(30), Age: minutes(40)}), minutes(15), ""},
		"max-age below floor":  {unchanged(fetch.Timing{HasMaxAge: true, MaxAge: minutes(1)}), minutes(15), "floor 15 min"},
		"expires less date":    {unchanged(fetch.Timing{Date: friday.Add(-minutes(60)), Expires: friday.Add(-minutes(20))}), minutes(40), "expires in 40 min"},
		"expires without date": {unchanged(fetch.Timing{Expires: friday.Add(minutes(40))}), minutes(40), "expires in 40 min"},
		"expired":              {unchanged(fetch.Timing{Expires: friday.Add(-minutes(40))}), minutes(15), ""},
		"ttl":                  {asks(news.Hints{TTL: minutes(60)}), minutes(60), "ttl 60 min"},
		"update period":        {asks(news.Hints{Period: minutes(180)}), minutes(180), "update period 3 h"},
		"largest of all": {func() aggregator.Answer {
			a := asks(news.Hints{TTL: minutes(50), Period: minutes(40)})
			a.Timing.MaxAge = minutes(45)
			return a
		}(), minutes(50), "ttl 50 min"},
		"beyond the ceiling":     {unchanged(fetch.Timing{HasMaxAge: true, MaxAge: minutes(3 * 24 * 60)}), minutes(3 * 24 * 60), "max-age 259200 s"},
		"beyond the longest":     {unchanged(fetch.Timing{HasMaxAge: true, MaxAge: minutes(365 * 24 * 60)}), limits.MaxWait, "cut to 30 days (fetch.max_wait)"},
		"ttl beyond the longest": {asks(news.Hints{TTL: minutes(365 * 24 * 60)}), limits.MaxWait, "cut to 30 days (fetch.max_wait)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Cadence: busy}, tt.ans, limits, friday)
			if got := p.Earliest.Sub(friday); got != tt.earliest {
				t.Errorf("earliest after %v, want %v", got, tt.earliest)
			}
			checkWait(t, p, tt.earliest, tt.reason)
			if !p.Hold.IsZero() || !p.HostHold.IsZero() {
				t.Errorf("hold %v, host %v: want none after a good answer", p.Hold, p.HostHold)
			}
			if want := strings.Contains(tt.reason, "cut"); p.Cut != want {
				t.Errorf("cut %v, want %v", p.Cut, want)
			}
		})
	}
}

func TestHintsOfTheLastDocumentHoldOnA304AndOnErrors(t *testing.T) {
	st := news.SourceState{Cadence: busy, Hints: news.Hints{TTL: time.Hour}}
	for name, ans := range map[string]aggregator.Answer{
		"304": unchanged(fetch.Timing{}), "500": failed(500, ""), "no answer": {Outcome: news.OutcomeFailed},
	} {
		p := aggregator.Next(news.Source{ID: "s"}, st, ans, limits, friday)
		if got := p.Earliest.Sub(friday); got != time.Hour || p.Hints.TTL != time.Hour {
			t.Errorf("%s: earliest after %v, ttl %v; want an hour", name, got, p.Hints.TTL)
		}
	}
	p := aggregator.Next(news.Source{ID: "s"}, st, asks(news.Hints{}), limits, friday)
	if got := p.Earliest.Sub(friday); got != limits.Floor {
		t.Errorf("a document without ttl: earliest after %v, want the floor", got)
	}
}

func TestOwnWaitBetweenFloorAndCeiling(t *testing.T) {
	ago := func(d time.Duration) time.Time { return friday.Add(-d) }
	spoken := fetch.Timing{HasMaxAge: true, MaxAge: time.Minute}
	tests := map[string]struct {
		source  news.Source
		cadence news.Cadence
		timing  fetch.Timing
		want    time.Duration
		reason  string
	}{
		"twice an item":            {news.Source{}, news.Cadence{Gap: 84 * time.Minute, Newest: ago(0)}, spoken, 42 * time.Minute, "learned: an item every 84 min"},
		"busy: the floor":          {news.Source{}, busy, spoken, 15 * time.Minute, ""},
		"rare: the ceiling":        {news.Source{}, news.Cadence{Gap: 90 * time.Hour, Newest: ago(0)}, spoken, 24 * time.Hour, "ceiling"},
		"silent for long":          {news.Source{}, news.Cadence{Gap: 10 * time.Minute, Newest: ago(40 * time.Hour)}, spoken, 5 * time.Hour, "quiet for 40 h"},
		"dead":                     {news.Source{}, news.Cadence{Gap: 10 * time.Minute, Newest: ago(9000 * time.Hour)}, spoken, 24 * time.Hour, "ceiling"},
		"nothing known":            {news.Source{}, news.Cadence{}, fetch.Timing{}, time.Hour, "nothing learned"},
		"quiet, server says none":  {news.Source{}, news.Cadence{Gap: 70 * time.Minute, Newest: ago(0)}, fetch.Timing{}, time.Hour, "nothing asked for and quiet"},
		"busy, server says none":   {news.Source{}, busy, fetch.Timing{}, 15 * time.Minute, ""},
		"interval for the learned": {news.Source{Interval: 20 * time.Minute}, news.Cadence{}, fetch.Timing{}, 20 * time.Minute, "interval 20 min"},
		"interval below the floor": {news.Source{Interval: time.Minute}, busy, fetch.Timing{}, 15 * time.Minute, "floor 15 min"},
		"interval over ceiling":    {news.Source{Interval: 48 * time.Hour}, busy, fetch.Timing{}, 48 * time.Hour, "interval 2 days"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := aggregator.Next(tt.source, news.SourceState{Cadence: tt.cadence}, unchanged(tt.timing), limits, friday)
			checkWait(t, p, tt.want, tt.reason)
			if got := p.Earliest.Sub(friday); got != limits.Floor {
				t.Errorf("earliest after %v, want the floor: what is learned binds nobody", got)
			}
		})
	}
}

func TestLowCeilingBindsTheQuietHourToo(t *testing.T) {
	lim := aggregator.Limits{Ceiling: time.Minute}
	p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{}, unchanged(fetch.Timing{}), lim, friday)
	checkWait(t, p, time.Minute, "")
}

func TestFloorOfZero(t *testing.T) {
	p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{}, unchanged(fetch.Timing{}), aggregator.Limits{Ceiling: time.Hour}, friday)
	if !p.Earliest.Equal(friday) || !p.NextPoll.After(friday) {
		t.Errorf("earliest %v, next %v: want now, and later", p.Earliest, p.NextPoll)
	}
}

func TestSkipHoursAndDaysAreObeyed(t *testing.T) {
	night := []int{3, 4, 5}
	var all []int
	for h := range 24 {
		all = append(all, h)
	}
	tests := map[string]struct {
		hints    news.Hints
		earliest time.Time
		reason   string
	}{
		"hours":              {news.Hints{SkipHours: night}, time.Date(2026, 1, 2, 6, 0, 0, 0, time.UTC), "skip hours until Fri 06:00 GMT"},
		"hours past":         {news.Hints{SkipHours: []int{1, 2}}, friday.Add(15 * time.Minute), ""},
		"hour to come":       {news.Hints{SkipHours: []int{4}, TTL: time.Hour}, time.Date(2026, 1, 2, 5, 0, 0, 0, time.UTC), "ttl 60 min, then skip hours until Fri 05:00 GMT"},
		"days":               {news.Hints{SkipDays: []int{5, 6, 0}}, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), "skip hours until Mon 00:00 GMT"},
		"days and hours":     {news.Hints{SkipDays: []int{5, 6}, SkipHours: []int{0, 1}}, time.Date(2026, 1, 4, 2, 0, 0, 0, time.UTC), "until Sun 02:00 GMT"},
		"all hours: no wish": {news.Hints{SkipHours: all}, friday.Add(15 * time.Minute), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, ans := range []aggregator.Answer{asks(tt.hints), {Outcome: news.OutcomeFailed, Hints: &tt.hints}} {
				p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Cadence: busy}, ans, limits, friday)
				if !p.Earliest.Equal(tt.earliest) || !strings.Contains(p.Reason, tt.reason) {
					t.Errorf("%s: earliest %v because of %q, want %v, %q", ans.Outcome, p.Earliest, p.Reason, tt.earliest, tt.reason)
				}
				if p.NextPoll.Before(p.Earliest) || p.NextPoll.After(p.Earliest.Add(time.Hour)) {
					t.Errorf("%s: next poll %v, want soon after %v", ans.Outcome, p.NextPoll, p.Earliest)
				}
			}
		})
	}
}

func TestSkippedHoursAreOfGMT(t *testing.T) {
	tokyo := friday.In(time.FixedZone("", 9*60*60)) // 12:04 there
	p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Cadence: busy}, asks(news.Hints{SkipHours: []int{12, 13}}), limits, tokyo)
	if got := p.Earliest.Sub(friday); got != limits.Floor {
		t.Errorf("earliest after %v, want the floor: it is three o'clock in GMT", got)
	}
}

func TestNotEverybodyComesWhenTheSkippedHoursEnd(t *testing.T) {
	times := make(map[time.Time]bool)
	for i := range 100 {
		src := news.Source{ID: fmt.Sprint(i)}
		p := aggregator.Next(src, news.SourceState{Cadence: busy}, asks(news.Hints{SkipHours: []int{3, 4, 5}}), limits, friday)
		times[p.NextPoll.Truncate(time.Second)] = true
	}
	if len(times) < 50 {
		t.Errorf("100 sources come at %d different seconds", len(times))
	}
}

func TestRetryAfterIsHeld(t *testing.T) {
	tests := map[string]struct {
		ans    aggregator.Answer
		want   time.Duration
		reason string
	}{
		"503, seconds":         {failed(503, "7200"), 2 * time.Hour, "Retry-After until 2026-01-02T05:04:05Z"},
		"429, date":            {failed(429, "Fri, 02 Jan 2026 05:04:05 GMT"), 2 * time.Hour, "Retry-After until 2026-01-02T05:04:05Z"},
		"404 that carries it":  {failed(404, "7200"), 2 * time.Hour, "Retry-After"},
		"a page instead":       {aggregator.Answer{Outcome: news.OutcomeNotAFeed, Host: "a.example:80", Timing: fetch.Timing{Status: 200, RetryAfter: "7200"}}, 2 * time.Hour, "Retry-After"},
		"a week":               {failed(503, "604800"), 7 * 24 * time.Hour, "Retry-After until 2026-01-09"},
		"cut by max_wait only": {failed(503, "99999999"), limits.MaxWait, "cut to 30 days (fetch.max_wait)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Failures: 4}, tt.ans, limits, friday)
			checkWait(t, p, tt.want, tt.reason)
			if got := p.Hold.Sub(friday); got != tt.want || !p.HostHold.Equal(p.Hold) {
				t.Errorf("hold for %v, host until %v; want %v for both", got, p.HostHold, tt.want)
			}
			if want := strings.Contains(tt.reason, "cut"); p.Cut != want {
				t.Errorf("cut %v, want %v", p.Cut, want)
			}
			if p.Failures != 5 {
				t.Errorf("%d failures, want 5", p.Failures)
			}
		})
	}
}

func TestShortRetryAfterKeepsTheFloor(t *testing.T) {
	p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{}, failed(503, "60"), limits, friday)
	checkWait(t, p, 15*time.Minute, "floor")
	if got := p.Hold.Sub(friday); got != time.Minute {
		t.Errorf("hold for %v, want the minute that was asked for", got)
	}
}

func TestScopeOfRetryAfter(t *testing.T) {
	tests := map[string]bool{
		"feeds.example.org:443": true, "feeds.example.org": true, "EXAMPLE.ORG.": true, "203.0.113.9:80": true, "[2001:db8::1]:80": true, "": true,
		"localhost:8080": false, "rsshub": false, "rsshub:1200": false, "bridge.local": false, "a.internal:80": false, "nas.home.arpa": false,
		"127.0.0.1:8080": false, "10.1.2.3": false, "192.168.1.1:80": false, "172.16.0.1": false, "100.64.1.1:80": false,
		"[::1]:80": false, "::1": false, "[fd00::1]:80": false, "[fe80::1]:80": false, "169.254.1.1": false, "[::ffff:10.0.0.1]:80": false, "::ffff:100.64.0.1": false, "0.0.0.0": false,
	}
	for host, want := range tests {
		if got := aggregator.HostScope(host); got != want {
			t.Errorf("HostScope(%q) = %v, want %v", host, got, want)
		}
		ans := failed(429, "7200")
		ans.Host = host
		p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{}, ans, limits, friday)
		if !p.HostHold.IsZero() != want || p.Hold.IsZero() {
			t.Errorf("%q: hold %v, host %v; want the source held, and the host: %v", host, p.Hold, p.HostHold, want)
		}
	}
}

func TestBackOffDoublesToADay(t *testing.T) {
	minutes := []int{15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440}
	hours := []int{60, 120, 240, 480, 960, 1440, 1440, 1440, 1440, 1440}
	unreached := []int{15, 30, 60, 60, 60}
	tests := map[string]struct {
		ans  aggregator.Answer
		want []int // minutes, by failures before
	}{
		"nobody reached":          {aggregator.Answer{Outcome: news.OutcomeFailed, Unreached: true}, unreached},
		"no answer":               {aggregator.Answer{Outcome: news.OutcomeFailed}, minutes},
		"not a feed":              {aggregator.Answer{Outcome: news.OutcomeNotAFeed, Timing: fetch.Timing{Status: 200}}, minutes},
		"500":                     {failed(500, ""), minutes},
		"503":                     {failed(503, ""), minutes},
		"429":                     {failed(429, ""), minutes},
		"503, unreadable header":  {failed(503, "soon"), minutes},
		"503, header in the past": {failed(503, "Thu, 01 Jan 2026 00:00:00 GMT"), minutes},
		"404":                     {failed(404, ""), hours},
		"403":                     {failed(403, ""), hours},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for before, want := range tt.want {
				p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Failures: before}, tt.ans, limits, friday)
				reason := fmt.Sprintf("back-off after %d failures", before+1)
				if before == 0 {
					reason = "back-off after a failure"
				}
				if limits.Floor == time.Duration(want)*time.Minute {
					reason = "" // the floor says the same
				}
				checkWait(t, p, time.Duration(want)*time.Minute, reason)
				if !p.Hold.IsZero() {
					t.Errorf("hold %v, want none without Retry-After", p.Hold)
				}
			}
		})
	}
	t.Run("for ever", func(t *testing.T) {
		p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Failures: 1 << 40}, failed(500, ""), limits, friday)
		checkWait(t, p, 24*time.Hour, "back-off")
	})
}

func TestOverloadBindsPollAllToo(t *testing.T) {
	for status, want := range map[int]time.Duration{429: 2 * time.Hour, 503: 2 * time.Hour, 500: limits.Floor, 404: limits.Floor} {
		p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Failures: 3}, failed(status, ""), limits, friday)
		if got := p.Earliest.Sub(friday); got != want {
			t.Errorf("%d: earliest after %v, want %v", status, got, want)
		}
	}
}

func TestGoneStops(t *testing.T) {
	for name, ans := range map[string]aggregator.Answer{"410": failed(410, ""), "410 with Retry-After": failed(410, "60")} {
		p := aggregator.Next(news.Source{ID: "s"}, news.SourceState{Failures: 2}, ans, limits, friday)
		if p.Failures != 3 {
			t.Errorf("%s: %d failures, want 3", name, p.Failures)
		}
		if !p.Gone || !p.NextPoll.IsZero() || !p.Hold.Equal(aggregator.Never) || p.Reason != "410 gone: stopped" {
			t.Errorf("%s: gone %v, next %v, hold %v, reason %q", name, p.Gone, p.NextPoll, p.Hold, p.Reason)
		}
	}
}

func TestGoodAnswerEndsTheBackOff(t *testing.T) {
	st := news.SourceState{Failures: 9, Hold: friday.Add(-time.Hour), Cadence: busy}
	for _, outcome := range []news.Outcome{news.OutcomeChanged, news.OutcomeUnchanged, news.OutcomeSameBytes, news.OutcomeNotModified, news.OutcomeDamaged} {
		p := aggregator.Next(news.Source{ID: "s"}, st, aggregator.Answer{Outcome: outcome, Timing: fetch.Timing{Status: 200}}, limits, friday)
		if p.Failures != 0 || !p.Hold.IsZero() {
			t.Errorf("%s: %d failures, hold %v; want none", outcome, p.Failures, p.Hold)
		}
		checkWait(t, p, 15*time.Minute, "")
	}
}

func TestJitterSpreadsAndRepeats(t *testing.T) {
	const sources = 1000
	ans := unchanged(fetch.Timing{HasMaxAge: true, MaxAge: time.Hour})
	minutes := make(map[int]int)
	for i := range sources {
		src := news.Source{ID: fmt.Sprintf("source-%d", i)}
		p := aggregator.Next(src, news.SourceState{Cadence: busy}, ans, limits, friday)
		again := aggregator.Next(src, news.SourceState{Cadence: busy}, ans, limits, friday)
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("two plans of one Poll differ:\n%s", diff)
		}
		checkWait(t, p, time.Hour, "max-age")
		minutes[int(p.NextPoll.Sub(friday.Add(time.Hour))/time.Minute)]++
	}
	for m := range 6 { // a tenth of an hour
		if got := minutes[m]; got < sources/6/2 || got > sources/6*2 {
			t.Errorf("minute %d: %d of %d sources, want about a sixth", m, got, sources)
		}
	}
}

func TestFillWritesTheState(t *testing.T) {
	st := news.SourceState{ETag: `"kept"`, Failures: 3, Reason: "old", Cadence: busy}
	p := aggregator.Next(news.Source{ID: "s"}, st, failed(503, "3600"), limits, friday)
	p.Fill(&st)
	want := news.SourceState{ETag: `"kept"`, Failures: 4, Reason: p.Reason, Cadence: busy,
		NextPoll: p.NextPoll, Earliest: p.Earliest, Hold: friday.Add(time.Hour)}
	if diff := cmp.Diff(want, st); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

// TestPlansAreHonest throws random answers at Next and holds what must be true of every plan.
func TestPlansAreHonest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(d time.Duration) time.Duration {
		if random.IntN(2) == 0 {
			return 0
		}
		return time.Duration(random.Int64N(int64(d)))
	}
	outcomes := []news.Outcome{news.OutcomeChanged, news.OutcomeNotModified, news.OutcomeDamaged, news.OutcomeNotAFeed, news.OutcomeHTTPError, news.OutcomeFailed}
	statuses := []int{0, 200, 304, 404, 429, 500, 503}
	for range 20_000 {
		at := friday.Add(some(9000 * time.Hour))
		hints := news.Hints{TTL: some(100 * time.Hour), Period: some(100 * time.Hour)}
		for range random.IntN(12) {
			hints.SkipHours = append(hints.SkipHours, random.IntN(24))
		}
		for range random.IntN(4) {
			hints.SkipDays = append(hints.SkipDays, random.IntN(7))
		}
		ans := aggregator.Answer{Outcome: outcomes[random.IntN(len(outcomes))], Hints: &hints, Timing: fetch.Timing{
			Status: statuses[random.IntN(len(statuses))], MaxAge: some(2000 * time.Hour), Age: some(10 * time.Hour)}}
		if random.IntN(3) == 0 {
			ans.Timing.RetryAfter = fmt.Sprint(random.IntN(5_000_000))
		}
		src := news.Source{ID: fmt.Sprint(random.IntN(100)), Interval: some(50 * time.Hour)}
		st := news.SourceState{Failures: random.IntN(20), Cadence: news.Cadence{Gap: some(100 * time.Hour), Newest: at.Add(-some(1000 * time.Hour))}}
		p := aggregator.Next(src, st, ans, limits, at)
		asked := max(limits.Floor, min(ans.Timing.MaxAge-ans.Timing.Age, limits.MaxWait), hints.TTL, hints.Period)
		switch {
		case p.Earliest.Before(at.Add(asked)):
			t.Fatalf("earliest %v is before what was asked for, %v after %v: %+v", p.Earliest, asked, at, ans)
		case p.NextPoll.Before(p.Earliest), p.NextPoll.Before(p.Hold), p.Hold.Before(p.HostHold):
			t.Fatalf("next poll %v, earliest %v, hold %v, host %v: %+v", p.NextPoll, p.Earliest, p.Hold, p.HostHold, ans)
		case skips(hints, p.NextPoll) || skips(hints, p.Earliest):
			t.Fatalf("next poll %v or earliest %v is in a skipped hour: %+v", p.NextPoll, p.Earliest, hints)
		case p.NextPoll.After(at.Add(limits.MaxWait + 8*24*time.Hour)):
			t.Fatalf("next poll %v is later than anyone may ask for", p.NextPoll)
		case p.Reason == "":
			t.Fatalf("no reason: %+v", p)
		}
	}
}

func skips(h news.Hints, t time.Time) bool {
	for _, hour := range h.SkipHours {
		if hour == t.Hour() {
			return true
		}
	}
	for _, day := range h.SkipDays {
		if day == int(t.Weekday()) {
			return true
		}
	}
	return false
}

func BenchmarkNext(b *testing.B) {
	b.ReportAllocs()
	ans := unchanged(fetch.Timing{HasMaxAge: true, MaxAge: time.Hour})
	for b.Loop() {
		aggregator.Next(news.Source{ID: "bbc-world"}, news.SourceState{Cadence: busy}, ans, limits, friday)
	}
}
