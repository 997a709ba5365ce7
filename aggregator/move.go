package aggregator

import (
	"net/http"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// A permanent redirect is believed when it has held for so many Polls and so long: publishers' front doors answer 301
// to a login page or to a test host on bad days.
const (
	moveAfterPolls = 3
	moveAfter      = 48 * time.Hour
)

// moveLost is after how many failures in a row at an adopted address the configured one is asked again: it may redirect to
// where the Source has gone from there.
const moveLost = 3

// moveUnreached is after how many where nobody was reached at the last: about a day. It may be our own network that is away, and
// the configured address may be none any more.
const moveUnreached = 24

// observeMove watches a permanent redirect to something that reads as the Source, and adopts the new address when it has
// held. Any other way to an answer ends the observation.
func (v *visit) observeMove() {
	st := &v.poll.State
	if v.res == nil || !v.poll.Outcome.Good() {
		return
	}
	// An address that holds secrets is not followed for good: its target may repeat them, and would be stored.
	if !v.res.Permanent || hasSecret(v.claim.Source) {
		st.Move = news.Move{}
		return
	}
	if st.Move.URL != v.res.URL || st.Move.Polls == 0 {
		st.Move = news.Move{URL: v.res.URL, Since: v.poll.At}
	}
	st.Move.Polls++
	if st.Move.Polls < moveAfterPolls || v.poll.At.Sub(st.Move.Since) < moveAfter {
		return
	}
	if host, err := fetch.HostPort(st.Move.URL); err == nil {
		st.URL, v.poll.NextHost, st.Move = st.Move.URL, host, news.Move{}
	}
}

// detoured reports whether the answer came behind a redirect that is not for good, and so speaks for itself alone.
func (v *visit) detoured() bool { return v.res != nil && len(v.res.Hops) > 0 && !v.res.Permanent }

// returnHome gives an adopted address up that fails for good or again and again, and reports whether it did. Validators stay:
// they are sent to whom they are from alone. So does the address, as a Move that no Poll has seen, unless it is gone.
func (v *visit) returnHome() bool {
	st := &v.poll.State
	gone, lost := v.res != nil && v.res.Status == http.StatusGone, moveLost
	if v.away {
		lost = moveUnreached
	}
	if st.URL == "" || v.poll.Outcome.Good() || !gone && st.Failures < lost {
		return false
	}
	host, err := fetch.HostPort(v.claim.Source.URL)
	if err != nil {
		return false
	}
	st.Move = news.Move{}
	if !gone {
		st.Move.URL = st.URL
	}
	st.URL, v.poll.NextHost = "", host
	return true
}

// comeBack returns to the address that was given up where the configured one fails as well, which may be none any more: so both
// are asked by turns until one answers. It reports whether it did.
func (v *visit) comeBack() bool {
	st := &v.poll.State
	if st.URL != "" || st.Move.URL == "" || st.Move.Polls > 0 || v.poll.Outcome.Good() {
		return false
	}
	host, err := fetch.HostPort(st.Move.URL)
	if err != nil {
		return false
	}
	st.URL, st.Move, v.poll.NextHost = st.Move.URL, news.Move{}, host
	return true
}
