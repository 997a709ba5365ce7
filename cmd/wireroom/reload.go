package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"wireroom/aggregator/fetch"
	"wireroom/config"
	"wireroom/news"
	"wireroom/publish"
)

// A program is a running wireroom: the halves that it consists of, under the configuration that is in force. A new one is
// taken up whole or not at all; while its file is faulty, the one before stays.
type program struct {
	env         *environment
	log         *slog.Logger
	work, serve bool
	gate        gate
	metrics     http.Handler // nil if they have a listener of their own
	registry    *prometheus.Registry
	done        func(*news.Poll) // counts Polls

	mu       sync.Mutex
	engine   *engine
	site     *publish.Server
	restart  context.CancelFunc // ends the worker that runs now, so that another begins; nil if none does
	replaced context.CancelFunc // has the site that is in force tell subscribers what is new; nil if none does
	read     [sha256.Size]byte  // of the file as it was read last
	refused  string             // hash of the configuration that waits for consent
	waiting  bool               // the configuration of the start waits for a store that can be written
	trouble  string             // why the file is not in force; empty: it is
	troubled time.Time
}

// status is what the site says of the configuration in force.
func (p *program) status(ctx context.Context) (news.ConfigurationStatus, error) {
	p.mu.Lock()
	status := news.ConfigurationStatus{Error: p.trouble, ErrorAt: p.troubled}
	db := p.engine.store
	p.mu.Unlock()
	var err error
	status.LiveConfiguration, err = db.Live(ctx)
	return status, err
}

// note keeps why the file is not in force; a nil error says that it is.
func (p *program) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble, p.troubled, p.refused = "", time.Time{}, ""
	if err == nil {
		p.waiting = false
		return
	}
	p.trouble, p.troubled = brief(err), p.env.clock()
	var tooMuch tooMuchError
	if errors.As(err, &tooMuch) {
		p.refused = tooMuch.hash
	}
}

// brief is an error in one line for everyone to read: no excerpt of the file, and no path.
func brief(err error) string {
	var faults config.Faults
	var tooMuch tooMuchError
	switch {
	case errors.As(err, &faults):
		line := fmt.Sprintf("line %d: %s", faults[0].Line, faults[0].Message)
		if more := len(faults) - 1; more > 0 {
			line += fmt.Sprintf(" (and %d more)", more)
		}
		return line
	case errors.As(err, &tooMuch):
		return fmt.Sprintf("%d stories would enter the topic %s at once, and nobody has agreed", tooMuch.stories, tooMuch.topic)
	case errors.As(err, new(*fs.PathError)):
		return "the file cannot be read"
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// begin applies the configuration that the program starts with.
func (p *program) begin(ctx context.Context) error {
	if !p.work {
		return nil
	}
	if c := p.engine.config; unreachable(c) {
		p.log.Warn("publishers cannot reach the contact in the User-Agent: set fetch.contact, or server.base_url", "contact", c.Fetch.Contact)
	}
	err := p.engine.apply(ctx, p.env.clock())
	tooMuch := errors.As(err, new(tooMuchError)) // nobody may be there to agree
	if err == nil || ctx.Err() != nil || !tooMuch && !p.canGoOn(ctx) {
		return err
	}
	p.log.Error("configuration not applied; the one in the store stays in force", "err", err)
	p.note(err)
	p.waiting = !tooMuch
	return nil
}

// canGoOn reports whether the store has a configuration: then the site goes on while its disk is full, or another process keeps
// sorting.
func (p *program) canGoOn(ctx context.Context) bool {
	live, err := p.engine.store.Live(ctx)
	return err == nil && live.Number > 0
}

// applyEvery is how often a configuration is tried that waits for a store that can be written.
const applyEvery = time.Minute

// overdue reports whether it is time to try that.
func (p *program) overdue() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting && p.env.clock().Sub(p.troubled) >= applyEvery
}

// consentEvery is how often it is asked whether someone has agreed to a configuration that waits for it.
const consentEvery = 5 * time.Second

// watch takes up a new configuration whenever its file has changed, on a hangup, and when someone has agreed to the one
// that waits.
func (p *program) watch(ctx context.Context) error {
	hangup, stop := p.env.hangups()
	defer stop()
	changed := make(chan struct{})
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := watchFile(ctx, p.env.configPath, changed); err != nil {
			p.log.Warn("changes of the configuration file go unnoticed; SIGHUP has it read", "err", err)
		}
		return nil
	})
	group.Go(func() error {
		ticker := time.NewTicker(consentEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-hangup:
				p.reload(ctx, true)
			case <-changed:
				p.reload(ctx, false)
			case <-ticker.C:
				if p.agreed(ctx) || p.overdue() {
					p.reload(ctx, true)
				}
			}
		}
	})
	return group.Wait()
}

// agreed reports whether someone has agreed to the configuration that waits.
func (p *program) agreed(ctx context.Context) bool {
	p.mu.Lock()
	hash, db := p.refused, p.engine.store
	p.mu.Unlock()
	if hash == "" {
		return false
	}
	yes, err := db.Consented(ctx, hash)
	if err != nil && ctx.Err() == nil {
		p.log.Error("whether someone has agreed cannot be read; it is tried again", "err", err)
	}
	return yes
}

// reload reads the file and takes it up, unless it is as it was and nobody asked.
func (p *program) reload(ctx context.Context, asked bool) {
	c, same, err := p.fresh()
	if same && !asked {
		return
	}
	if err == nil {
		err = p.adopt(ctx, c)
	}
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		p.log.Error("configuration not taken up; the one before stays in force", "file", p.env.configPath, "err", err)
	}
	p.note(err)
}

// fresh reads the file and reports whether it is what was read last.
func (p *program) fresh() (c *config.Config, same bool, err error) {
	var sum [sha256.Size]byte // none of a file that cannot be read; why, loadConfig says
	data, err := os.ReadFile(p.env.configPath)
	if err == nil {
		sum = sha256.Sum256(data)
	}
	p.mu.Lock()
	same, p.read = err == nil && sum == p.read, sum
	p.mu.Unlock()
	c, err = p.env.loadConfig()
	return c, same, err
}

// adopt puts c in force: everything that can fail is done first, and then all changes at once, while no answer is made.
func (p *program) adopt(ctx context.Context, c *config.Config) error {
	p.mu.Lock()
	old := p.engine
	p.mu.Unlock()
	next, err := p.env.rebuilt(old, c)
	if err != nil {
		return err
	}
	site, err := p.newSite(next)
	if err != nil {
		return err
	}
	number := 0
	swap := func() (http.Handler, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.engine, p.site = next, site
		if site == nil {
			return nil, nil
		}
		if p.replaced != nil {
			p.replaced()
		}
		return site.Handler(), nil
	}
	if p.work {
		number, err = next.enforce(ctx, p.env.clock(), func(apply func() error) error {
			return p.gate.change(func() (http.Handler, error) {
				if err := apply(); err != nil {
					return nil, err
				}
				return swap()
			})
		})
	} else {
		err = p.gate.change(swap)
	}
	if err != nil {
		next.client.Close()
		return err
	}
	p.settle(old, next, number)
	return nil
}

// settle lets the worker go on under the new configuration, and says what of it has to wait.
func (p *program) settle(old, next *engine, number int) {
	p.mu.Lock()
	restart := p.restart
	p.mu.Unlock()
	a, b := old.config, next.config
	if restart != nil && !reflect.DeepEqual([]any{a.Fetch, a.Schedule, a.Retention}, []any{b.Fetch, b.Schedule, b.Retention}) {
		restart()
	}
	if late := waitForRestart(a, b); len(late) > 0 {
		p.log.Warn("these keys are taken up at the next start", "keys", strings.Join(late, ", "))
	}
	p.log.Info("configuration taken up", "file", p.env.configPath, "number", number)
}

// waitForRestart names the keys that differ and that a running program cannot change: where it listens, and where it
// stores.
func waitForRestart(a, b *config.Config) (keys []string) {
	for _, key := range []struct {
		name string
		a, b any
	}{
		{"server.listen", a.Server.Listen, b.Server.Listen}, {"metrics.listen", a.Metrics.Listen, b.Metrics.Listen},
		{"store", a.Store, b.Store}, {"store_direct", a.StoreDirect, b.StoreDirect},
		{"store_connections", a.StoreConnections, b.StoreConnections}, {"store_timeout", a.StoreTimeout, b.StoreTimeout},
	} {
		if key.a != key.b {
			keys = append(keys, key.name)
		}
	}
	return keys
}

// newSite makes the site of an engine's configuration; nil if nothing is served.
func (p *program) newSite(e *engine) (*publish.Server, error) {
	if !p.serve {
		return nil, nil
	}
	c := publish.Config{
		Store: e.store, BaseURL: e.config.Server.BaseURL, Contact: contactToPrint(e.config), Version: version,
		Now: p.env.clock, Log: p.log, Metrics: p.registry, MetricsHandler: p.metrics,
		Alerts: e.store, AlertsToken: e.config.Server.AlertsToken, TrustedProxies: e.config.Server.TrustedProxies,
		Configured: p.status,
	}
	if e.config.Server.Hub {
		callbacks, err := fetch.Strangers(callbackConfig(e.config))
		if err != nil {
			return nil, err
		}
		c.Hub, c.Callbacks = e.store, callbacks
	}
	return publish.New(c)
}

// pushOn tells subscribers what is new until ctx ends, by the site that is in force.
func (p *program) pushOn(ctx context.Context) error {
	for ctx.Err() == nil {
		pushing, cancel := context.WithCancel(ctx)
		p.mu.Lock()
		site := p.site
		p.replaced = cancel
		p.mu.Unlock()
		site.Push(pushing)
		cancel()
	}
	return nil
}

// told tells the site that what is published may have changed.
func (p *program) told() {
	p.mu.Lock()
	site := p.site
	p.mu.Unlock()
	if site != nil {
		site.Changed()
	}
}

// workOn runs the worker until ctx ends, and anew whenever it is to go on under other settings.
func (p *program) workOn(ctx context.Context) error {
	for {
		worked, cancel := context.WithCancel(ctx)
		p.mu.Lock()
		e := p.engine
		p.restart = cancel
		p.mu.Unlock()
		e.puller.Done = p.done
		err := e.worker().Run(worked)
		again := ctx.Err() == nil && worked.Err() != nil
		cancel()
		if err != nil || !again {
			return err
		}
		e.client.Close()
	}
}
