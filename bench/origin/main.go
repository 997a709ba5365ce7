// Command origin is a made-up part of the web for measuring Wireroom: 1,000 news sources on 200 loopback hosts, each an
// RSS document of 30 items and about 70 KB, 49 KB of it HTML. The world is a pure function of its seed and its version,
// so two runs see the same bytes; the documents are rendered before they are asked for, so that serving costs little.
//
//	origin -config FILE -store sqlite:FILE    writes a config.yaml for this world and ends
//	origin                                    serves it until SIGTERM
//
// It can be steered while it runs, on its first host (127.0.1.1) or on 127.0.0.1, both at -port:
//
//	POST /control?mode=etag      ETag and Last-Modified, 304 where they match
//	POST /control?mode=plain     no validators: the same bytes again
//	POST /control?step=1         every source gains an item and drops its oldest
//	POST /control?latency=50ms   waits so long before each answer
//	POST /control?reset=1        counts from zero
//	GET  /control/stats          what was asked of it, as JSON
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// options are the command line of the origin.
type options struct {
	world   worldSize
	port    int
	mode    string
	latency time.Duration
	maxAge  time.Duration
	config  string
	store   string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "origin:", err)
		os.Exit(1)
	}
}

// run parses args, then writes the configuration or serves until ctx is done.
func run(ctx context.Context, args []string, out io.Writer) error {
	opt, err := parseOptions(args)
	if err != nil {
		return err
	}
	if opt.config != "" {
		return writeConfigFile(opt)
	}
	w, err := newWorld(opt.world)
	if err != nil {
		return err
	}
	o := newOrigin(w, opt.maxAge)
	if err := o.setMode(opt.mode); err != nil {
		return err
	}
	o.setLatency(opt.latency)
	return serve(ctx, o, opt, out)
}

func parseOptions(args []string) (options, error) {
	var opt options
	var at string
	fs := flag.NewFlagSet("origin", flag.ContinueOnError)
	fs.IntVar(&opt.world.sources, "sources", 1000, "how many sources there are")
	fs.IntVar(&opt.world.hosts, "hosts", 200, "how many loopback hosts they share, 127.0.1.1 and up")
	fs.Uint64Var(&opt.world.seed, "seed", 1, "another seed is another world")
	fs.StringVar(&at, "at", "2026-11-05T12:00:00Z", "when the world stands still: no item of version 0 is younger (RFC 3339)")
	fs.IntVar(&opt.port, "port", 18080, "the port on every host")
	fs.StringVar(&opt.mode, "mode", "etag", "etag or plain")
	fs.DurationVar(&opt.latency, "latency", 0, "wait before each answer")
	fs.DurationVar(&opt.maxAge, "max-age", 0, "Cache-Control: max-age of the documents; sooner requests count as early")
	fs.StringVar(&opt.config, "config", "", "write a config.yaml for this world to `FILE` (- is standard output) and end")
	fs.StringVar(&opt.store, "store", "sqlite:wireroom.db", "the store that the written configuration names")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return opt, fmt.Errorf("-at %q: give a time such as 2026-11-05T12:00:00Z: %w", at, err)
	}
	opt.world.at = when.UTC()
	return opt, opt.world.validate()
}

// serve listens on every host and on 127.0.0.1, says so on out, and serves until ctx is done.
func serve(ctx context.Context, o *origin, opt options, out io.Writer) error {
	listeners, err := listenAll(ctx, opt)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: o.routes(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ConnState: o.counts.connState}
	g, ctx := errgroup.WithContext(ctx)
	for _, l := range listeners {
		g.Go(func() error {
			if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve %s: %w", l.Addr(), err)
			}
			return nil
		})
	}
	g.Go(func() error {
		<-ctx.Done()
		return srv.Close()
	})
	fmt.Fprintf(out, "origin: %d sources on %d hosts, control at http://%s/control\n", opt.world.sources, opt.world.hosts, listeners[0].Addr())
	return g.Wait()
}

// listenAll opens the control address first, then one address per host, all on one port. On an error none stays open.
func listenAll(ctx context.Context, opt options) (listeners []net.Listener, err error) {
	defer func() {
		if err != nil {
			for _, l := range listeners {
				err = errors.Join(err, l.Close())
			}
		}
	}()
	var lc net.ListenConfig
	for n := range opt.world.hosts + 1 {
		addr := "127.0.0.1"
		if n > 0 {
			addr = hostAddr(n - 1)
		}
		l, err := lc.Listen(ctx, "tcp4", fmt.Sprintf("%s:%d", addr, opt.port))
		if err != nil {
			return listeners, fmt.Errorf("listen: choose another -port: %w", err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}
