package aggregator

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// PullStore is what a Puller needs of a store. The store's methods say what they promise.
type PullStore interface {
	Claim(ctx context.Context, req news.ClaimRequest) ([]news.Claim, time.Duration, error)
	Postpone(ctx context.Context, source string, lease news.Lease, until time.Time, reason string) error
	Release(ctx context.Context, source string, lease news.Lease, spacing time.Duration) error
	Known(ctx context.Context, source string, keys []news.Key) (map[news.Key]news.Known, error)
	Item(ctx context.Context, ref int64) (news.Item, error)
	Titles(ctx context.Context, ref int64) ([]string, error)
	Marks(ctx context.Context, source string) ([]news.Mark, error)
	SavePolls(ctx context.Context, polls []news.Poll) ([]error, error)
	PageStore
}

// A Puller polls Sources, many at once. One Puller runs one Pass at a time; any number of them, in any number of
// processes, may work on one store.
type Puller struct {
	Store   PullStore
	Client  *fetch.Client
	Limits  Limits
	PerHost int           // requests at a time to one host; at least 1
	Spacing time.Duration // between two requests to one host
	Lease   time.Duration // longer than a Poll can last
	Workers int           // Polls at a time
	// Secrets returns a Source with its secrets in place, for one request.
	Secrets func(news.Source) (news.Source, error)
	// Now is the time of the news.
	Now func() time.Time
	// Done, if not nil, is called after each saved Poll, from one goroutine at a time.
	Done func(*news.Poll)
	Log  *slog.Logger

	// What bounds memory: bodies that are being read or wait to be parsed, and among them those that are being parsed or
	// wait to be saved. A slow server holds up the first kind alone.
	bodies, parsed slots

	robots *Robots // what hosts forbid; pages alone are asked for by it
}

// NewPuller returns a Puller with the given fields that holds so many bodies in memory at a time, and of them so many
// parsed documents.
func NewPuller(p Puller, bodies, parsed int) *Puller {
	p.bodies, p.parsed = make(slots, max(bodies, 1)), make(slots, max(parsed, 1))
	p.robots = new(Robots)
	return &p
}

// slots is a counting semaphore; nil lets everyone through.
type slots chan struct{}

func (s slots) take(ctx context.Context) error {
	if s == nil {
		return nil
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) free() {
	if s != nil {
		<-s
	}
}

// One transaction carries up to saveBatch Polls, or those that have ended within a while of the first: enough to share its
// cost, few enough that a crash loses little. Polls that brought items wait for others of their kind; the rest, of which
// there are many more, give their hosts free sooner.
const (
	saveBatch     = 40
	saveDelay     = 5 * time.Millisecond
	saveDelayFull = 100 * time.Millisecond
	// handedOver is how many Polls may wait while a transaction goes on, so that parsing need not.
	handedOver = 8
)

// Pass polls everything that is due, each Source once, and returns when all of it is saved and nothing more is due.
// source restricts it to one id; empty means all. It fails if the store does; what was claimed is then given back.
func (p *Puller) Pass(ctx context.Context, due news.Due, source string) error {
	run := &pass{p: p, results: make(chan result, handedOver)}
	run.request = news.ClaimRequest{PerHost: p.PerHost, Lease: p.Lease, Pass: rand.Text(), Due: due, Source: source}
	err := run.loop(ctx)
	if drainErr := run.drain(ctx); err == nil || ctx.Err() != nil {
		err = drainErr
	}
	if err != nil {
		return fmt.Errorf("polling pass: %w", err)
	}
	return ctx.Err()
}

// A pass is the state of one Pass. Its loop is the only one that claims and saves.
type pass struct {
	p        *Puller
	request  news.ClaimRequest
	results  chan result
	inFlight int
}

type result struct {
	poll news.Poll
	ok   bool
}

func (r *pass) loop(ctx context.Context) error {
	for {
		wait, err := r.claim(ctx)
		switch {
		case err != nil:
			return err
		case r.inFlight == 0 && wait == 0:
			return nil
		}
		if err := r.collect(ctx, wait); err != nil {
			return err
		}
	}
}

// claim starts as many Polls as there is room for. It returns how long until it is worth asking again, if no Poll ends
// before that; zero for never.
func (r *pass) claim(ctx context.Context) (time.Duration, error) {
	r.request.Limit = r.p.Workers - r.inFlight
	if r.request.Limit <= 0 {
		return 0, nil
	}
	r.request.At = r.p.Now()
	claims, wait, err := r.p.Store.Claim(ctx, r.request)
	if err != nil {
		return 0, err
	}
	at, before := r.request.At, r.inFlight
	for _, claim := range claims {
		if r.putOff(ctx, claim, at) {
			continue
		}
		r.inFlight++
		go func() {
			poll, ok, done := r.p.poll(ctx, claim, at)
			r.results <- result{poll, ok}
			done()
		}()
	}
	if len(claims) > 0 && r.inFlight == before {
		return r.claim(ctx) // all of them were put off, and others may be due
	}
	return wait, nil
}

// putOff gives back a claim that comes in an hour that its Source skips: it was due before, and nobody came then.
func (r *pass) putOff(ctx context.Context, claim news.Claim, at time.Time) bool {
	if r.request.Due == news.DueForced || !skipped(at, claim.State.Hints) {
		return false
	}
	until := afterSkipped(at, claim.State.Hints)
	if until.Equal(at) {
		return false
	}
	until = until.Add(jitter(claim.Source.ID, at)(time.Hour))
	if err := r.p.Store.Postpone(ctx, claim.Source.ID, claim.Lease, until, skipReason(until)); err != nil {
		r.p.Log.Warn("source not put off; its claim ends by itself", "source", claim.Source.ID, "err", err)
	}
	return true
}

// collect waits for a Poll to end, or for wait, and saves all that have ended.
func (r *pass) collect(ctx context.Context, wait time.Duration) error {
	var timer <-chan time.Time
	if wait > 0 {
		timer = time.After(wait)
	}
	var ended []news.Poll
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer:
		return nil
	case one := <-r.results:
		ended = r.add(ctx, ended, one)
	}
	soon, late := time.After(saveDelay), time.After(saveDelayFull)
	for len(ended) < saveBatch && r.inFlight > 0 {
		select {
		case one := <-r.results:
			ended = r.add(ctx, ended, one)
			continue
		case <-soon:
			if slices.ContainsFunc(ended, broughtItems) {
				continue
			}
		case <-late:
		}
		break
	}
	return r.save(ctx, ended)
}

func broughtItems(p news.Poll) bool { return len(p.New)+len(p.Changed) > 0 }

func (r *pass) add(ctx context.Context, ended []news.Poll, one result) []news.Poll {
	r.inFlight--
	if !one.ok {
		r.release(ctx, one.poll)
		return ended
	}
	return append(ended, one.poll)
}

// save saves Polls that have ended. One that cannot be saved is logged and lost alone: its Source is due again when its
// lease runs out.
func (r *pass) save(ctx context.Context, ended []news.Poll) error {
	if len(ended) == 0 {
		return nil
	}
	within, cancel := outlive(ctx, saveGrace)
	defer cancel()
	each, err := r.p.Store.SavePolls(within, ended)
	if err != nil {
		for _, poll := range ended {
			r.release(ctx, poll)
		}
		return err
	}
	for i := range ended {
		if each[i] != nil {
			r.p.Log.Error("poll not saved", "source", ended[i].Source, "err", each[i])
			continue
		}
		r.p.logPoll(ctx, &ended[i])
		if r.p.Done != nil {
			r.p.Done(&ended[i])
		}
	}
	return nil
}

// drain waits for the Polls still under way, after the end or a failure. It saves those that have read their Source, so
// that nobody is asked again for what has come, and gives the claims of the others back.
func (r *pass) drain(ctx context.Context) error {
	var ended []news.Poll
	for r.inFlight > 0 {
		ended = r.add(ctx, ended, <-r.results)
	}
	return r.save(ctx, ended)
}

// How long a store may take when the context of the pass has ended already: to save what has come, which the end of the
// process waits for, and to give a claim back.
const (
	saveGrace      = 5 * time.Second
	releaseTimeout = 2 * time.Second
)

// outlive returns a context that ends so long after ctx does.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() { stop(); cancel() }
}

// release gives a claim back. Its host stays spaced, since a request may have gone out.
func (r *pass) release(ctx context.Context, poll news.Poll) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := r.p.Store.Release(ctx, poll.Source, poll.Lease, poll.HostSpacing); err != nil {
		r.p.Log.Warn("claim not given back; it ends by itself", "source", poll.Source, "err", err)
	}
}

// logPoll writes the one line of a Poll.
func (p *Puller) logPoll(ctx context.Context, poll *news.Poll) {
	level := slog.LevelInfo
	if !poll.Outcome.Good() {
		level = slog.LevelWarn
	}
	if !p.Log.Enabled(ctx, level) {
		return
	}
	st := &poll.State
	attrs := []slog.Attr{
		slog.String("source", poll.Source), slog.String("outcome", string(poll.Outcome)), slog.Int("status", st.HTTPStatus),
		slog.Int("new", len(poll.New)), slog.Int("changed", len(poll.Changed)), slog.Int("bytes", poll.Bytes),
		slog.Duration("took", poll.Took), slog.Time("next", st.NextPoll), slog.String("reason", st.Reason),
	}
	if st.Error != "" {
		attrs = append(attrs, slog.String("err", st.Error))
	}
	if poll.Alert != nil {
		attrs = append(attrs, slog.String("was", cmp.Or(string(poll.Alert.Was), "new")), slog.String("state", string(poll.Alert.State)))
		if why := poll.Alert.Why; why != "" && why != st.Error {
			attrs = append(attrs, slog.String("why", why))
		}
	}
	if len(poll.Skipped) > 0 {
		attrs = append(attrs, slog.Any("skipped", poll.Skipped))
	}
	p.Log.LogAttrs(ctx, level, "polled", attrs...)
}
