package aggregator

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// Limits are the operator's bounds on the schedule: the fetch section of the configuration.
type Limits struct {
	Floor   time.Duration // never ask a Source more often; 0 for no such bound
	Ceiling time.Duration // of the learned cadence only; 0 for no such bound
	MaxWait time.Duration // the longest wait that a server may ask for; 0 for no such bound
	// RetryScopes says whom a Retry-After keeps from asking, by registrable domain or address of the host that sent it;
	// where it says nothing, [HostScope] does.
	RetryScopes map[string]news.RetryScope
}

// Answer is what a Poll found, as far as it bears on when to poll next.
type Answer struct {
	Outcome   news.Outcome
	Timing    fetch.Timing // of the last answer; zero if none came
	Host      string       // host:port that gave it; empty counts as public
	Unreached bool         // no connection came about
	Hints     *news.Hints  // what the document asks for; nil where none was read, and then the last known hold
	Dates     []time.Time  // of the document's items, in any order; nil where none was read
}

// Plan is when to poll a Source next, and why. NextPoll is never before Earliest or Hold, except that it is zero when
// polling has stopped.
type Plan struct {
	NextPoll time.Time // zero: never
	Reason   string    // why then, in words
	Earliest time.Time // what the server, the floor and skip hours allow: the bound of poll --all
	Hold     time.Time // what Retry-After allows: the bound of poll --force; zero for none, [Never] when gone
	HostHold time.Time // the same for every Source of HeldHost; zero for none
	HeldHost string    // as [news.Poll.HeldHost]; empty for none
	Failures int
	Gone     bool
	Cut      bool // something was asked for that is longer than Limits.MaxWait; Reason says what, if it decided
	Hints    news.Hints
	Cadence  news.Cadence
}

// Fill writes the Plan into the fields of st that are its own.
func (p Plan) Fill(st *news.SourceState) {
	st.NextPoll, st.Reason, st.Earliest, st.Hold = p.NextPoll, p.Reason, p.Earliest, p.Hold
	st.Failures, st.Gone, st.Hints, st.Cadence = p.Failures, p.Gone, p.Hints, p.Cadence
}

// Never is the Hold of a Source that is gone: later than any --at.
var Never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// The schedule's own waits; the sources of wire.md give the hour and the day.
const (
	quietWait = time.Hour        // where the server says nothing and the Source is quiet
	retryWait = 15 * time.Minute // after a first failure that may pass
	wrongWait = time.Hour        // after a first answer that the address is wrong: 4xx
	dailyWait = 24 * time.Hour   // back-off ends here
	awayWait  = time.Hour        // and here where nobody was reached: it costs no server anything, and our own network may be away
	mostDelay = 15 * time.Minute // of jitter: enough to spread a thousand sources, too short to be missed in the news
)

// Next plans the next Poll of src after the Poll at the time at found ans. st is the state before that Poll. Next is
// pure: the jitter too is a function of src.ID and at.
func Next(src news.Source, st news.SourceState, ans Answer, lim Limits, at time.Time) Plan {
	p := Plan{Hints: st.Hints, Cadence: Learn(st.Cadence, ans.Dates, at)}
	if ans.Hints != nil {
		p.Hints = *ans.Hints
		p.Hints.Fresh = st.Hints.Fresh
	}
	p.Hints.Fresh = keptFresh(p.Hints.Fresh, ans)
	asked := askedFor(ans.Timing, p.Hints, lim, at)
	p.Cut = asked.cut
	floor := wait{lim.Floor, "floor " + inWords(lim.Floor), false}
	earliest := longer(floor, asked)
	p.Earliest = afterSkipped(at.Add(earliest.d), p.Hints)
	switch {
	case ans.Timing.Status == http.StatusGone:
		return p.stop(st)
	case ans.Outcome.Good(), ans.Outcome == news.OutcomeDamaged: // what came of it was saved
		own := ownWait(src, p.Cadence, asked.d == 0, lim, at)
		return p.settle(src.ID, longer(own, earliest), at)
	}
	p.Failures = st.Failures + 1
	return p.afterFailure(src, ans, earliest, lim, at)
}

// stop is the plan for a Source that answered 410.
func (p Plan) stop(st news.SourceState) Plan {
	p.Gone, p.Hold, p.Failures = true, Never, st.Failures+1
	p.Reason = "410 gone: stopped"
	return p
}

// afterFailure obeys Retry-After, and backs off where there is none. A server that says it is overloaded, but not for
// how long, is left alone by poll --all too.
func (p Plan) afterFailure(src news.Source, ans Answer, earliest wait, lim Limits, at time.Time) Plan {
	if until, ok := ans.Timing.RetryAt(at); ok {
		hold := lim.cut(until.Sub(at), "Retry-After until "+until.Format(time.RFC3339))
		p.Cut = p.Cut || hold.cut
		p.Hold = at.Add(hold.d)
		if held, ok := lim.held(ans.Host); ok {
			p.HostHold, p.HeldHost = p.Hold, held
		}
		return p.settle(src.ID, longer(hold, earliest), at)
	}
	back := backOff(p.Failures, ans)
	if s := ans.Timing.Status; s == http.StatusTooManyRequests || s == http.StatusServiceUnavailable {
		p.Earliest = later(p.Earliest, afterSkipped(at.Add(back.d), p.Hints))
	}
	return p.settle(src.ID, longer(back, earliest), at)
}

// backOff doubles with each failure in a row, to a day, or to an hour where nobody was reached.
func backOff(failures int, ans Answer) wait {
	d, most, status := retryWait, dailyWait, ans.Timing.Status
	if ans.Unreached {
		most = awayWait
	}
	why := fmt.Sprintf("back-off after %d failures", failures)
	if failures == 1 {
		why = "back-off after a failure"
	}
	if status >= 400 {
		why += fmt.Sprintf(" (%d)", status)
	}
	if wrongAddress(status) {
		d = wrongWait
	}
	for range min(failures-1, 32) {
		d = min(2*d, most)
	}
	return wait{d, why + ": " + inWords(d), false}
}

// wrongAddress reports whether a status says that asking again will hardly help: 4xx but for those that speak of time.
func wrongAddress(status int) bool {
	return status >= 400 && status < 500 &&
		status != http.StatusTooManyRequests && status != http.StatusRequestTimeout && status != http.StatusTooEarly
}

// ownWait is our own idea of when to come again: the configured interval, or what was learned.
func ownWait(src news.Source, c news.Cadence, silent bool, lim Limits, at time.Time) wait {
	if src.Interval > 0 {
		return wait{src.Interval, "interval " + inWords(src.Interval), false}
	}
	d := Interval(c, lim, at)
	if least := lim.learned(quietWait); silent && d < least && Quiet(c, at) {
		return wait{least, "nothing asked for and quiet: " + inWords(least), false}
	}
	if c.Gap == 0 {
		return wait{d, "nothing learned yet: " + inWords(d), false}
	}
	why := "learned: an item every " + inWords(c.Gap)
	switch d {
	case lim.Floor:
		why += ", floor " + inWords(d)
	case lim.Ceiling:
		why += ", ceiling " + inWords(d)
	case silence(c, at) / openShare:
		why += ", quiet for " + inWords(silence(c, at))
	}
	return wait{d, why, false}
}

// settle sets the next Poll after w, spread by jitter and outside skip hours. It is not before Earliest, because w is
// not shorter than what Earliest was made of.
func (p Plan) settle(id string, w wait, at time.Time) Plan {
	spread := jitter(id, at)
	due := at.Add(w.d + spread(w.d))
	p.NextPoll, p.Reason = afterSkipped(due, p.Hints), w.why
	if skipped(due, p.Hints) && !p.NextPoll.Equal(due) {
		p.Reason += ", then " + skipReason(p.NextPoll)
		p.NextPoll = p.NextPoll.Add(spread(time.Hour)) // within the hour, which is not skipped
	}
	return p
}

// jitter returns a function that gives a share of a wait, up to a tenth of it and up to mostDelay, which is the same
// for the same Source and time.
func jitter(id string, at time.Time) func(time.Duration) time.Duration {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%d", id, at.UnixMilli())
	share := float64(h.Sum64()>>11) / (1 << 53)
	return func(d time.Duration) time.Duration {
		return time.Duration(share * float64(min(d/10, mostDelay))).Truncate(time.Millisecond)
	}
}

// wait is how long, why, and whether it was cut to Limits.MaxWait.
type wait struct {
	d   time.Duration
	why string
	cut bool
}

// longer returns the longer of two waits, a if they are equal.
func longer(a, b wait) wait {
	if b.d > a.d {
		return b
	}
	return a
}

// cut bounds a wait that a server asks for, and says so.
func (lim Limits) cut(d time.Duration, why string) wait {
	if lim.MaxWait <= 0 || d <= lim.MaxWait {
		return wait{d, why, false}
	}
	return wait{lim.MaxWait, why + ", cut to " + inWords(lim.MaxWait) + " (fetch.max_wait)", true}
}

// keptFresh is the lifetime that the last 200 stated: a 304 that states none renews it (RFC 9111, section 4.3.4).
func keptFresh(before time.Duration, ans Answer) time.Duration {
	if ans.Timing.Status != http.StatusOK || ans.Outcome == news.OutcomeNotAFeed {
		return before
	}
	return max(ans.Timing.MaxAge, statedExpiry(ans.Timing), 0)
}

// askedFor is the longest of the waits that answer and document ask for; 0 if they ask for none.
func askedFor(t fetch.Timing, h news.Hints, lim Limits, at time.Time) wait {
	fresh, expires := t.MaxAge-t.Age, expiresIn(t, at)
	kept := h.Fresh
	if t.Status != http.StatusNotModified || t.HasMaxAge || !t.Expires.IsZero() {
		kept = 0
	}
	d := max(fresh, expires, kept, h.TTL, h.Period, 0)
	switch d {
	case 0:
		return wait{}
	case kept:
		return lim.cut(d, fmt.Sprintf("max-age %.0f s, as the last 200 said", d.Seconds()))
	case fresh:
		why := fmt.Sprintf("max-age %.0f s", t.MaxAge.Seconds())
		if t.Age > 0 {
			why += fmt.Sprintf(" less age %.0f s", t.Age.Seconds())
		}
		return lim.cut(d, why)
	case expires:
		return lim.cut(d, "expires in "+inWords(d))
	case h.TTL:
		return lim.cut(d, "ttl "+inWords(d))
	}
	return lim.cut(d, "update period "+inWords(d))
}

// statedExpiry is how long Expires is after Date; 0 if either is missing.
func statedExpiry(t fetch.Timing) time.Duration {
	if t.Expires.IsZero() || t.Date.IsZero() {
		return 0
	}
	return t.Expires.Sub(t.Date)
}

// expiresIn is counted from the server's own clock, where it tells it.
func expiresIn(t fetch.Timing, at time.Time) time.Duration {
	if !t.Expires.IsZero() && t.Date.IsZero() {
		return t.Expires.Sub(at)
	}
	return statedExpiry(t)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// inWords writes a duration as a person would say it, rounded down.
func inWords(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}
