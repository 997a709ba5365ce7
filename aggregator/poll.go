package aggregator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/aggregator/parse"
	"wireroom/news"
)

// A visit is one Poll in the making.
type visit struct {
	p       *Puller
	claim   news.Claim
	poll    news.Poll // what will be saved
	res     *fetch.Response
	hints   *news.Hints                    // what the document asks for; nil if none was read
	dates   []time.Time                    // of the document's items, for the learned cadence
	seen    *Document                      // that was read; nil if none was
	renamed int                            // of its items: see Document
	marks   map[news.Fingerprint]news.Mark // of the last document; nil where they were not asked for
	barred  *HeldError                     // the host that was not asked on the way; nil for none
	away    bool                           // nobody was reached
	parts   bool                           // the document has parts that may change while it stays the same
	held    []slots                        // of the Puller's, to be given back
}

// poll visits a Source: fetch, parse, recognise, and say when next. What it returns is to be saved. Failure is state of
// the Source and no error; ok is false only if ctx ended before the Source was read, and then nothing is to be saved. done
// is to be called once the Poll has been handed over.
func (p *Puller) poll(ctx context.Context, claim news.Claim, at time.Time) (_ news.Poll, ok bool, done func()) {
	v := &visit{p: p, claim: claim, poll: news.Poll{
		Source: claim.Source.ID, Lease: claim.Lease, At: at, State: claim.State, HostSpacing: p.Spacing,
	}}
	outcome := news.OutcomeFailed
	err := v.fetch(ctx)
	if err == nil {
		outcome, err = news.OutcomeNotAFeed, v.read(ctx)
	}
	if err != nil && ctx.Err() != nil {
		return v.poll, false, v.done
	}
	if err != nil {
		v.fail(outcomeOf(err, outcome), err)
	}
	v.observeMove()
	v.schedule()
	return v.poll, true, v.done
}

// hold waits until there is room for one more document in memory.
func (v *visit) hold(ctx context.Context, room slots) error {
	if err := room.take(ctx); err != nil {
		return err
	}
	v.held = append(v.held, room)
	return nil
}

// give gives the room back that was taken last.
func (v *visit) give() {
	last := len(v.held) - 1
	v.held[last].free()
	v.held = v.held[:last]
}

// done gives all room back.
func (v *visit) done() {
	for _, room := range v.held {
		room.free()
	}
}

// schedule says when the next Poll is, and why, and how the Source is.
func (v *visit) schedule() {
	answer := Answer{Outcome: v.poll.Outcome, Host: v.answerer(), Unreached: v.away, Hints: v.hints, Dates: v.dates}
	if v.res != nil {
		answer.Timing = v.res.Timing
	}
	if (v.comeBack() || v.returnHome() || v.detoured()) && answer.Timing.Status == http.StatusGone {
		answer.Timing.Status = http.StatusNotFound // where it led is gone, and not the Source
	}
	if v.barred != nil { // by what another Source was told
		answer.Host = v.barred.Host
		answer.Timing.RetryAfter = strconv.FormatFloat(math.Ceil(v.barred.For.Seconds()), 'f', 0, 64)
	}
	plan := Next(v.claim.Source, v.claim.State, answer, v.p.Limits, v.poll.At)
	plan.Fill(&v.poll.State)
	v.poll.State.LastPoll, v.poll.HostHold, v.poll.HeldHost = v.poll.At, plan.HostHold, plan.HeldHost
	v.poll.State.Habit = Habituate(v.poll.State.Habit, v.seen, v.poll.At)
	v.poll.State.Health = Assess(v.claim.Source, v.poll.State, v.poll.Took, v.poll.At)
	v.poll.Alert = alertOf(v.claim.Source, v.claim.State.Health, v.poll.State.Health)
}

// answerer is the host:port whose answer the Poll ended with, which is another than was asked where that redirects.
func (v *visit) answerer() string {
	if v.res != nil {
		if host, err := fetch.HostPort(v.res.URL); err == nil {
			return host
		}
	}
	return v.poll.Lease.Host
}

// fetch asks for the Source, conditionally once there are validators. Secrets are expanded for this request alone.
func (v *visit) fetch(ctx context.Context) error {
	source, err := v.p.Secrets(v.claim.Source)
	if err != nil {
		return err
	}
	hop, err := v.permitted(ctx, source)
	if err != nil {
		return err
	}
	st := &v.claim.State
	issuer, err := v.issuer()
	if err != nil {
		return err
	}
	request := fetch.Request{
		URL: st.PollURL(source), ETag: st.ETag, LastModified: st.LastModified, ValidatorsURL: issuer,
		UserAgent: source.UserAgent, HTTP1: source.HTTP1, Accept: Accept(source.Format),
		BeforeBody: func(ctx context.Context) error { return v.hold(ctx, v.p.bodies) }, BeforeHop: hop,
	}
	addOwn(&request, source)
	res, err := v.p.Client.Get(ctx, request)
	if err != nil {
		return err
	}
	v.res = res
	v.poll.Took, v.poll.Bytes = v.res.Took, len(v.res.Body)
	return nil
}

// addOwn gives a request the Source's own headers, credentials and roots if it goes to the origin that they were configured
// for: not to an address that was adopted, or that a document lists, elsewhere.
func addOwn(r *fetch.Request, source news.Source) {
	if !fetch.SameOrigin(source.URL, r.URL) {
		return
	}
	r.Headers, r.BasicAuth, r.Bearer, r.Roots = source.Headers, source.BasicAuth, source.Bearer, source.TLSRoots
	if u, err := url.Parse(source.URL); err == nil && u.User != nil && r.BasicAuth == "" {
		password, _ := u.User.Password()
		r.BasicAuth = u.User.Username() + ":" + password
	}
}

// errStatus is the answer's status where that is no news.
type errStatus int

func (e errStatus) Error() string {
	switch int(e) {
	case http.StatusGone:
		return "410 Gone: the publisher has ended this feed; remove the source, or give its new url"
	case http.StatusNotFound:
		return "404 Not Found: check the source's url"
	case http.StatusTooManyRequests:
		return "429 Too Many Requests: the publisher asks us to come less often, and so we do"
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprintf("%d %s: the publisher refuses us; check the source's credentials and terms", int(e), http.StatusText(int(e)))
	}
	return fmt.Sprintf("%d %s", int(e), http.StatusText(int(e)))
}

// errGoneBehind is the address that answered 410 behind a redirect that is not for good.
type errGoneBehind string

func (e errGoneBehind) Error() string {
	return "410 Gone at " + string(e) + ", where the source's url redirects for now: if that stays so, remove the source, or give its new url"
}

func (e errGoneBehind) Unwrap() error { return errStatus(http.StatusGone) }

// errBrokenOff is an answer that broke off before there was anything to read. What that looks like says nothing of the Source.
type errBrokenOff struct {
	damage string
	as     error // what came is read as
}

func (e errBrokenOff) Error() string { return e.damage + ", and nothing of it can be read" }
func (e errBrokenOff) Unwrap() error { return e.as }

// outcomeOf is the outcome of a Poll that failed by err: an answer's status, or else what the step says.
func outcomeOf(err error, otherwise news.Outcome) news.Outcome {
	switch {
	case errors.As(err, new(errStatus)):
		return news.OutcomeHTTPError
	case errors.As(err, new(errBrokenOff)):
		return news.OutcomeFailed
	}
	return otherwise
}

// read makes Items of the answer.
func (v *visit) read(ctx context.Context) error {
	switch got := v.res.Status; {
	case got == http.StatusOK:
	case got == http.StatusNotModified:
		v.good(news.OutcomeNotModified)
		v.renewValidators()
		return nil
	case got == http.StatusPreconditionFailed, got == http.StatusRequestHeaderFieldsTooLarge:
		v.forgetValidators()
		return errStatus(got)
	case got == http.StatusGone && v.detoured():
		return errGoneBehind(plainly(v.res.URL))
	default:
		return errStatus(got)
	}
	hash := sha256.Sum256(v.res.Body)
	if string(hash[:]) == string(v.claim.State.BodyHash) && !v.res.Damaged {
		v.good(news.OutcomeSameBytes)
		v.takeValidators(hash[:])
		return nil
	}
	return v.readDocument(ctx, hash[:])
}

func (v *visit) readDocument(ctx context.Context, hash []byte) error {
	if err := v.hold(ctx, v.p.parsed); err != nil {
		return err
	}
	doc, err := v.document(ctx)
	if err == nil {
		err = v.checkEmpty(doc)
	}
	if err != nil && v.res.Damaged {
		return errBrokenOff{v.res.Damage, err}
	}
	if err != nil {
		return err
	}
	if err := v.recognise(ctx, doc); err != nil {
		return err
	}
	v.settle(doc, hash)
	return nil
}

// settle notes what a document said. A damaged one keeps the old validators, so that the whole one will be fetched.
func (v *visit) settle(doc *parse.Document, hash []byte) {
	st := &v.poll.State
	damage := cmp.Or(v.res.Damage, doc.Damaged) // the cause, before what it looks like
	switch {
	case damage != "":
		v.good(news.OutcomeDamaged)
		st.Error = damage + ": its whole items were saved"
	case len(v.poll.New)+len(v.poll.Changed) > 0:
		v.good(news.OutcomeChanged)
		v.takeValidators(hash)
	default:
		v.good(news.OutcomeUnchanged)
		v.takeValidators(hash)
	}
	if len(v.poll.New) > 0 {
		st.LastNew = v.poll.At
	}
	v.hints, st.Items = &doc.Hints, len(doc.Entries)
	if damage == "" && v.claim.Source.Format != news.FormatSitemap { // which lists two days, and so many as there were
		v.seen = &Document{Items: len(doc.Entries), Bytes: v.poll.Bytes, Renamed: v.renamed}
	}
	if len(doc.Repairs) > 0 {
		st.Repairs = maps.Clone(st.Repairs)
		if st.Repairs == nil {
			st.Repairs = make(map[string]int)
		}
		for _, name := range doc.Repairs {
			st.Repairs[name]++
		}
	}
}

// good notes a Poll that read the Source.
func (v *visit) good(outcome news.Outcome) {
	st := &v.poll.State
	v.poll.Outcome, st.Outcome, st.Failures, st.Error = outcome, outcome, 0, ""
	st.LastGood, st.HTTPStatus = v.poll.At, v.res.Status
}

// fail notes a Poll that did not read the Source. Items and validators stay as they were.
func (v *visit) fail(outcome news.Outcome, err error) {
	v.poll.New, v.poll.Changed, v.poll.Refreshed, v.poll.Unchanged, v.poll.Marks = nil, nil, nil, 0, nil
	st := &v.poll.State
	v.poll.Outcome, st.Outcome, st.Error, st.HTTPStatus = outcome, outcome, v.masked(err.Error()), 0
	st.Failures++
	errors.As(err, &v.barred)
	v.away = errors.Is(err, fetch.ErrUnreached)
	if v.res != nil {
		st.HTTPStatus = v.res.Status
	}
}

// takeValidators replaces both validators by those of a good 200: one that it lacks is cleared. Those of a document that
// may stay the same while its parts change are not kept: it has to be read again.
func (v *visit) takeValidators(hash []byte) {
	st := &v.poll.State
	if v.parts {
		st.ETag, st.LastModified, st.ValidatorsURL, st.BodyHash = "", "", "", nil
		return
	}
	st.ETag, st.LastModified, st.BodyHash = v.res.ETag, v.res.LastModified, hash
	st.ValidatorsURL = v.masked(v.res.URL)
	if len(v.res.Hops) == 0 {
		st.ValidatorsURL = v.claim.State.PollURL(v.claim.Source) // as configured, its secrets unexpanded
	}
}

// forgetValidators drops validators with which the server refuses to be asked: it would do so for ever.
func (v *visit) forgetValidators() {
	st := &v.poll.State
	st.ETag, st.LastModified, st.ValidatorsURL = "", "", ""
}

// renewValidators takes what a 304 brings and keeps the rest (RFC 9111, section 4.3.4).
func (v *visit) renewValidators() {
	st := &v.poll.State
	if v.res.ETag != "" {
		st.ETag = v.res.ETag
	}
	if v.res.LastModified != "" {
		st.LastModified = v.res.LastModified
	}
}
