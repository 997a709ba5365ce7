package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"wireroom/aggregator"
	"wireroom/config"
	"wireroom/publish"
)

type runCommand struct{ verbosity }

type workCommand struct{ verbosity }

type serveCommand struct{ verbosity }

// verbosity is the flag of the commands that go on for long.
type verbosity struct {
	Quiet bool `help:"Log trouble only, not every poll."`
}

func (v verbosity) log(env *environment) *slog.Logger {
	if v.Quiet {
		return newLog(env.stderr, slog.LevelWarn)
	}
	return newLog(env.stderr, slog.LevelInfo)
}

// Run polls, sorts and serves.
func (cmd runCommand) Run(ctx context.Context, env *environment) error {
	return env.start(ctx, cmd.log(env), true, true)
}

// Run polls and sorts.
func (cmd workCommand) Run(ctx context.Context, env *environment) error {
	return env.start(ctx, cmd.log(env), true, false)
}

// Run serves.
func (cmd serveCommand) Run(ctx context.Context, env *environment) error {
	return env.start(ctx, cmd.log(env), false, true)
}

func (env *environment) start(ctx context.Context, log *slog.Logger, work, serve bool) error {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	return env.operate(ctx, c, log, halves{work: work, serve: serve, watch: true})
}

// halves says what of the program runs.
type halves struct {
	work, serve bool
	watch       bool // and takes up changes of its configuration file
}

// operate runs the halves of the program until the process is told to stop.
func (env *environment) operate(ctx context.Context, c *config.Config, log *slog.Logger, run halves) error {
	e, err := env.newEngine(ctx, c, env.clock, log)
	if err != nil {
		return err
	}
	p := &program{env: env, log: log, work: run.work, serve: run.serve, engine: e, registry: prometheus.NewRegistry()}
	err = p.operate(ctx, run.watch)
	if closeErr := p.engine.close(); err == nil {
		err = closeErr
	}
	return err
}

func (p *program) operate(ctx context.Context, watch bool) error {
	p.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if watch {
		_, _, _ = p.fresh() // remembers what was read; what is wrong with it, who started this has said
	}
	servers, err := p.servers(ctx)
	if err != nil {
		return err
	}
	if p.serve {
		defer runtime.KeepAlive(headroom(serveSize))
	}
	if err := p.begin(ctx); err != nil {
		return errors.Join(err, closeAll(servers))
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range servers {
		group.Go(func() error { return s.run(ctx) })
	}
	if db := p.engine.store; p.serve {
		group.Go(func() error { db.Listen(ctx, p.told, p.log); return nil })
		group.Go(func() error { return p.pushOn(ctx) })
	}
	if p.work {
		p.done = newWorkMetrics(p.registry, p.engine.store, p.log).count
		group.Go(func() error { return p.workOn(ctx) })
	}
	if watch {
		group.Go(func() error { return p.watch(ctx) })
	}
	err = group.Wait()
	p.log.Info("stopped")
	return err
}

func (e *engine) worker() *aggregator.Worker {
	return &aggregator.Worker{
		Puller: e.puller, Sorter: e.sorter, Store: e.store,
		PollTick: e.config.Schedule.Poll, PruneTick: e.config.Schedule.Prune, KeepTexts: e.config.Retention.Text, Log: e.log,
	}
}

// A listening is a server with its open listener: who cannot listen fails before anything is begun.
type listening struct {
	server *http.Server
	on     net.Listener
	log    *slog.Logger
}

// servers opens the listeners that are wanted: pages and feeds, and metrics where those have an address of their own.
func (p *program) servers(ctx context.Context) ([]listening, error) {
	p.metrics = promhttp.HandlerFor(p.registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelError)})
	c := p.engine.config
	var all []listening
	if address := c.Metrics.Listen; address != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", p.metrics) // Prometheus
		server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
		l, err := listen(ctx, server, "metrics.listen", p.log)
		if err != nil {
			return nil, err
		}
		all, p.metrics = append(all, l), nil
	}
	if !p.serve {
		return all, nil
	}
	l, err := p.front(ctx)
	if err != nil {
		return nil, errors.Join(err, closeAll(all))
	}
	return append(all, l), nil
}

// front opens the listener of the pages and feeds, behind the gate.
func (p *program) front(ctx context.Context) (listening, error) {
	site, err := p.newSite(p.engine)
	if err != nil {
		return listening{}, err
	}
	server := site.HTTPServer(p.engine.config.Server.Listen)
	p.site, p.gate.site, server.Handler = site, server.Handler, &p.gate
	l, err := listen(ctx, server, "server.listen", p.log)
	if err != nil {
		return listening{}, err
	}
	l.on = publish.Limit(l.on)
	return l, nil
}

// contactToPrint is the address to show on pages: none where the contact is but the page that would show it.
func contactToPrint(c *config.Config) string {
	if c.Fetch.Contact == c.Server.BaseURL+"/about" {
		return ""
	}
	return c.Fetch.Contact
}

func listen(ctx context.Context, server *http.Server, setting string, log *slog.Logger) (listening, error) {
	var config net.ListenConfig
	on, err := config.Listen(ctx, "tcp", server.Addr)
	if err != nil {
		return listening{}, fmt.Errorf("%s: %w: %s, or change %s", setting, err, remedyOf(err), setting)
	}
	return listening{server, on, log}, nil
}

// remedyOf is what to do about an address that cannot be listened on.
func remedyOf(err error) string {
	switch {
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "this machine has no such address: give it one"
	case errors.Is(err, syscall.EACCES):
		return "ports below 1024 are not for everyone: give this user the right to"
	}
	return "is another program, or another wireroom, using it? Stop that"
}

func closeAll(servers []listening) (err error) {
	for _, s := range servers {
		err = errors.Join(err, s.on.Close())
	}
	return err
}

// shutdownTime is how long requests under way may take to end.
const shutdownTime = 5 * time.Second

// run serves until ctx ends, then lets the requests under way end.
func (l listening) run(ctx context.Context) error {
	l.log.Info("serving", "address", l.on.Addr().String())
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		stopped <- l.server.Shutdown(ctx)
	}()
	if err := l.server.Serve(l.on); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return <-stopped
}
