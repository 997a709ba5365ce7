// Command scale lets an hour or more pass for very many sources against the real store, without a network: sources are claimed,
// Polls saved and Items sorted and filed exactly as workers do, at the times at which they fall due, on a clock of the
// simulation. It prints what that cost.
//
//	scale -store sqlite:/tmp/scale.db -sources 100000 -every 4h -for 1h -workers 1
//	scale -sources 1000000 -workers 4                                              PostgreSQL, started for it
//
// What is simulated: the rhythm of sources, answers of which a share brings new items, and readers of one feed. What is
// not: fetching, parsing and recognising, which are measured by bench/run.sh and scale with the workers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"wireroom/store"
	"wireroom/store/pgtest"
)

// options are the command line.
type options struct {
	store   string
	sources int
	hosts   int
	every   time.Duration
	length  time.Duration
	workers int
	share   float64 // of Polls that bring items
	items   int     // that such a Poll brings
	reads   int     // of one Edition, by each worker
	seed    uint64
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func parseOptions(args []string) (options, error) {
	var opt options
	fs := flag.NewFlagSet("scale", flag.ContinueOnError)
	fs.StringVar(&opt.store, "store", "", "an empty store; none: a PostgreSQL is started")
	fs.IntVar(&opt.sources, "sources", 1_000_000, "how many sources there are")
	fs.IntVar(&opt.hosts, "hosts", 0, "how many hosts they share; 0: a third as many")
	fs.DurationVar(&opt.every, "every", 4*time.Hour, "how often a source is polled")
	fs.DurationVar(&opt.length, "for", time.Hour, "how much time passes")
	fs.IntVar(&opt.workers, "workers", 1, "how many claim and save")
	fs.Float64Var(&opt.share, "share", 0.1, "the share of polls that bring items")
	fs.IntVar(&opt.items, "items", 2, "how many items such a poll brings")
	fs.IntVar(&opt.reads, "reads", 200, "how often each worker reads a feed in the end")
	fs.Uint64Var(&opt.seed, "seed", 1, "another seed is another world")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	if opt.hosts == 0 {
		opt.hosts = max(opt.sources/3, 1)
	}
	if opt.workers < 1 || opt.sources < 1 || opt.every <= 0 {
		return opt, errors.New("-workers, -sources and -every want more than 0")
	}
	return opt, nil
}

// run does what args say and prints the figures to out.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	opt, err := parseOptions(args)
	if err != nil {
		return err
	}
	s := &simulation{options: opt, out: out}
	if opt.store == "" {
		server, err := pgtest.Launch()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		if s.store, err = server.Create(""); err != nil {
			return err
		}
		s.postmaster, s.data = server.Process(), filepath.Join(server.Socket(), "data")
	}
	for range opt.workers {
		db, err := store.OpenWith(ctx, store.Config{Store: s.store, Connections: 4})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		s.stores = append(s.stores, db)
	}
	return s.run(ctx)
}
