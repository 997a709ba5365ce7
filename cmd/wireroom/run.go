package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
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
	return env.operate(ctx, c, log, work, serve)
}

// operate runs the halves of the program until the process is told to stop.
func (env *environment) operate(ctx context.Context, c *config.Config, log *slog.Logger, work, serve bool) error {
	e, err := env.newEngine(ctx, c, env.clock, log)
	if err != nil {
		return err
	}
	err = env.operateEngine(ctx, e, work, serve)
	if closeErr := e.close(); err == nil {
		err = closeErr
	}
	return err
}

func (env *environment) operateEngine(ctx context.Context, e *engine, work, serve bool) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	servers, err := env.servers(ctx, e, registry, serve)
	if err != nil {
		return err
	}
	if serve {
		defer runtime.KeepAlive(headroom())
	}
	if work {
		err := e.apply(ctx, env.clock())
		if errors.As(err, new(tooMuchError)) { // nobody may be there to agree, and the site must go on
			e.log.Error("configuration not applied; the one in the store stays in force", "err", err)
		} else if err != nil {
			return errors.Join(err, closeAll(servers))
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range servers {
		group.Go(func() error { return s.run(ctx) })
	}
	if e.told != nil {
		group.Go(func() error { e.store.Listen(ctx, e.told, e.log); return nil })
	}
	if work {
		worker := e.worker()
		e.puller.Done = newWorkMetrics(registry, e.store, e.log).count
		group.Go(func() error { return worker.Run(ctx) })
	}
	err = group.Wait()
	e.log.Info("stopped")
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
func (env *environment) servers(ctx context.Context, e *engine, registry *prometheus.Registry, serve bool) ([]listening, error) {
	metrics := promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(e.log.Handler(), slog.LevelError)})
	var all []listening
	if address := e.config.Metrics.Listen; address != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", metrics) // Prometheus
		server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
		l, err := listen(ctx, server, "metrics.listen", e.log)
		if err != nil {
			return nil, err
		}
		all, metrics = append(all, l), nil
	}
	if !serve {
		return all, nil
	}
	site, err := publish.New(publish.Config{
		Store: e.store, BaseURL: e.config.Server.BaseURL, Contact: contactToPrint(e.config), Version: version,
		Now: env.clock, Log: e.log, Metrics: registry, MetricsHandler: metrics,
		Alerts: e.store, AlertsToken: e.config.Server.AlertsToken, TrustedProxies: e.config.Server.TrustedProxies,
	})
	if err != nil {
		return nil, errors.Join(err, closeAll(all))
	}
	e.told = site.Changed
	l, err := listen(ctx, site.HTTPServer(e.config.Server.Listen), "server.listen", e.log)
	if err != nil {
		return nil, errors.Join(err, closeAll(all))
	}
	l.on = publish.Limit(l.on)
	return append(all, l), nil
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
		return listening{}, fmt.Errorf("%s: %w: is another program, or another wireroom, using it? Stop that, or change %s", setting, err, setting)
	}
	return listening{server, on, log}, nil
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
