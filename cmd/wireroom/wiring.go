package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"wireroom/aggregator"
	"wireroom/aggregator/fetch"
	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

// loadConfig reads the configuration of the command line, whose rules can be compiled.
func (env *environment) loadConfig() (*config.Config, error) {
	document, err := config.LoadDocument(env.configPath, env.lookup)
	if err != nil {
		return nil, usageError{err}
	}
	if faults := ruleFaults(document); len(faults) > 0 {
		return nil, usageError{faults}
	}
	c := document.Config
	debug.FreeOSMemory() // the tree of a large file is the largest thing there ever is in memory
	return c, nil
}

// openStore opens the configured store.
func openStore(ctx context.Context, c *config.Config) (*store.DB, error) {
	return store.OpenWith(ctx, store.Config{
		Store: c.Store, Direct: c.StoreDirect, Connections: c.StoreConnections, Timeout: c.StoreTimeout,
	})
}

// newLog writes lines of text for people on standard error.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// pollWorkers is how many Polls go on at a time: most of a Poll is waiting for the network. pollBodies is how many of them
// hold a body, and parsedPerCPU how many hold a parsed document, which takes several times its size.
const (
	pollWorkers  = 256
	pollBodies   = 16
	parsedPerCPU = 2
)

// An engine is a store with the half of the program that fills it.
type engine struct {
	config *config.Config
	store  *store.DB
	client *fetch.Client
	puller *aggregator.Puller
	sorter *aggregator.Sorter
	log    *slog.Logger
	notes  io.Writer // for people, beside the log
	path   string    // of the configuration file, for messages
}

// newEngine opens the store and puts Puller and Sorter together. now is the time of the news. Close it after use.
func (env *environment) newEngine(ctx context.Context, c *config.Config, now func() time.Time, log *slog.Logger) (*engine, error) {
	db, err := openStore(ctx, c)
	if err != nil {
		return nil, err
	}
	e, err := env.engineOn(db, c, now, log)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return e, nil
}

// rebuilt returns an engine for another configuration on the store of the old one. Only the new one is to be closed.
func (env *environment) rebuilt(old *engine, c *config.Config) (*engine, error) {
	return env.engineOn(old.store, c, old.puller.Now, old.log)
}

// engineOn puts Puller and Sorter together on an open store.
func (env *environment) engineOn(db *store.DB, c *config.Config, now func() time.Time, log *slog.Logger) (*engine, error) {
	f := c.Fetch
	lease := leaseFor(f.Timeout)
	polite := fetchConfig(c, env.clock)
	polite.Slots = &aggregator.HostSlots{Store: db, PerHost: f.PerHost, Spacing: f.Spacing, Lease: lease, Now: now, Log: log}
	client, err := fetch.New(polite)
	if err != nil {
		return nil, err
	}
	return &engine{
		config: c, store: db, client: client, log: log, notes: env.stderr, path: env.configPath,
		puller: aggregator.NewPuller(aggregator.Puller{
			Store: db, Client: client, PerHost: f.PerHost, Spacing: f.Spacing, Lease: lease,
			Limits:  aggregator.Limits{Floor: f.Floor, Ceiling: f.Ceiling, MaxWait: f.MaxWait, RetryScopes: f.RetryScopes},
			Workers: pollWorkers, Now: now, Log: log,
			Secrets: func(s news.Source) (news.Source, error) { return config.ExpandSource(s, env.lookup) },
		}, pollBodies, parsedPerCPU*runtime.GOMAXPROCS(0)),
		sorter: &aggregator.Sorter{Store: db, Log: log},
	}, nil
}

// leaseFor returns how long a Poll may last whose requests may each last timeout: one with its five redirects, each after
// as long a wait for its host, and a minute for parsing and its turn to be saved. A hostile chain of slow hops must not
// outlive its lease, since another process would then ask beside it.
func leaseFor(timeout time.Duration) time.Duration { return 12*timeout + time.Minute }

// fetchConfig is the fetch section of the configuration as fetch takes it.
func fetchConfig(c *config.Config, clock func() time.Time) fetch.Config {
	return fetch.Config{
		UserAgent: fmt.Sprintf("wireroom/%s (+%s)", version, c.Fetch.Contact),
		Timeout:   c.Fetch.Timeout, MaxBody: c.Fetch.MaxBody, Allow: c.Fetch.Allow, Spacing: c.Fetch.Spacing, Clock: clock,
	}
}

// unreachable reports whether the contact in the User-Agent means nothing to publishers, of whom some are asked.
func unreachable(c *config.Config) bool {
	return !strings.HasPrefix(c.Fetch.Contact, "mailto:") && private(c.Fetch.Contact) &&
		slices.ContainsFunc(c.Sources, func(s news.Source) bool { return !s.Disabled && !private(s.URL) })
}

// callbackConfig is how the hub reaches subscribers. They are strangers who name any address they like, so that what may be
// polled on private networks is closed to them, unless the site itself is at a private address.
func callbackConfig(c *config.Config) fetch.Config {
	out := fetchConfig(c, nil)
	out.Allow = c.Server.HubAllow
	if private(c.Server.BaseURL) {
		out.Allow = slices.Concat(c.Server.HubAllow, c.Fetch.Allow)
	}
	return out
}

// private reports whether a base URL names this machine or a network of its own: by an address that is not public, or by a
// name without a dot.
func private(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return !strings.Contains(u.Hostname(), ".")
	}
	return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
}

// close closes the store last.
func (e *engine) close() error {
	e.client.Close()
	return e.store.Close()
}

// applyWait is how long to wait for the Sorter's seat, which applying a configuration needs; its holder leaves it after
// seconds, or has crashed.
const applyWait = 2 * aggregator.SorterLease

// apply makes the configuration file's sources and topics those of the store, and puts right what a wrong clock has planned.
// It fails with a tooMuchError where someone has to agree first.
func (e *engine) apply(ctx context.Context, at time.Time) error {
	if err := e.rewind(ctx, at); err != nil {
		return err
	}
	number, err := e.enforce(ctx, at, func(apply func() error) error { return apply() })
	if err == nil {
		e.log.Debug("configuration applied", "number", number)
	}
	return err
}

// youngest is before this program was: a clock that says so is wrong, as that of a machine that keeps none while it is off.
var youngest = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// rewind puts right what a clock that ran ahead has planned, unless it is at that is wrong: then nothing of it is due before the
// clock is set, and nothing comes to be dated by it.
func (e *engine) rewind(ctx context.Context, at time.Time) error {
	newest, err := e.store.NewestPoll(ctx)
	switch {
	case err != nil || !newest.After(at):
		return err
	case at.Before(youngest):
		e.log.Warn("the clock is wrong: set it; what was polled before is not due until then", "now", at)
		return nil
	}
	n, err := e.store.Rewind(ctx, at)
	if n > 0 {
		e.log.Warn("sources were polled at a time that has not come yet, by a wrong clock: they wait from now on", "sources", n, "now", at)
	}
	return err
}

// enforce is apply, whose moment of change runs within a function of the caller's. It returns the configuration's number.
func (e *engine) enforce(ctx context.Context, at time.Time, within func(apply func() error) error) (number int, err error) {
	if err := e.agreed(ctx); err != nil {
		return 0, err
	}
	seat, err := takeSorterSeat(ctx, e.store)
	if err != nil {
		return 0, err
	}
	err = within(func() (err error) {
		number, err = e.store.Apply(ctx, seat, configurationOf(e.config), at, e.hostPort)
		return err
	})
	return number, errors.Join(err, e.store.LeaveSeat(ctx, seat))
}

// agreed fails where the configuration changes more at once than is done unasked. A first configuration, and one that is in
// force, are not looked into.
func (e *engine) agreed(ctx context.Context) error {
	live, err := e.store.Live(ctx)
	if err != nil || live.Number == 0 || e.config.Plan.Limit == 0 {
		return err
	}
	hash, err := configurationOf(e.config).Hash()
	if err != nil || hash == live.Hash {
		return err
	}
	change, planner, err := beginChange(ctx, e.store, configurationOf(e.config), e.config.Plan.Limit)
	if err != nil || change.consented || !planner.Moves() {
		return err
	}
	if err := addAll(ctx, e.store, planner); err != nil {
		return err
	}
	change.plan = planner.Plan()
	return change.refused(e.path)
}

// hostPort returns the host:port of a URL as configured, which may hold ${NAME}.
func (e *engine) hostPort(rawURL string) (string, error) {
	source, err := e.puller.Secrets(news.Source{URL: rawURL})
	if err != nil {
		return "", err
	}
	return fetch.HostPort(source.URL)
}

// takeSorterSeat waits for the seat that what is sorted, and how, is changed from.
func takeSorterSeat(ctx context.Context, db *store.DB) (news.Seat, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, applyWait, errors.New("another process keeps sorting: try again when it is done"))
	defer cancel()
	for {
		seat, free, err := db.TakeSeat(ctx, aggregator.SorterSeat, aggregator.SorterLease)
		if err != nil || free {
			return seat, err
		}
		select {
		case <-ctx.Done():
			return seat, context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// gcPercent and spareSize let a tenth of what is in use and 5 MB more of garbage lie. What is in use is mostly what later Items
// are compared with, bytes without pointers, which cost the collector little however much they are; and what matters to a small
// host is the most that is ever taken. With 25 and 16 MB a first ingest of bench/ took 9 MB more at the peak, and up to a twentieth
// less time; without spare, 300 made-up sources took a sixth more.
const (
	gcPercent = 10
	spareSize = 48 << 20
)

// tuneMemory trades a little processor time for memory, unless the operator has set Go's own variables: news arrives a
// few documents at a time, and small hosts are where this runs. Keep what it returns alive as long as the program runs.
func tuneMemory(lookup func(string) (string, bool)) (spare []byte) {
	if _, set := lookup("GOGC"); set {
		return nil
	}
	debug.SetGCPercent(gcPercent)
	if _, set := lookup("GOMEMLIMIT"); set { // headroom would be counted against it
		return nil
	}
	return headroom(spareSize)
}

// serveSize is the headroom of a server, beside spareSize. It has about 4 MB in use and makes 1.5 KB of garbage a request, so
// that with little headroom it would collect every thousand requests: a sixth of its processor time. With so much it collects
// every ten thousand, and takes up to 16 MB more while it is busy.
const serveSize = 112 << 20

// headroom returns memory that is counted as in use and never touched, so that it is not really taken: so much more garbage is
// let lie as gcPercent of it. Keep it alive as long as it is to count.
func headroom(size int) []byte { return make([]byte, size) }
