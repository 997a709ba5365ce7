// Command crowd lets several workers and servers share one PostgreSQL, kills them at random, takes the database away, and
// checks that nothing of that shows: every feed has in the end the bytes that one undisturbed process makes on SQLite of
// the same world, no host was ever asked by two at a time, and the servers have answered all along.
//
//	go build -o /tmp/crowd/ ./cmd/wireroom ./bench/origin ./bench/crowd
//	/tmp/crowd/crowd -programs /tmp/crowd                                   2,000 sources on 200 hosts, four rounds
//	/tmp/crowd/crowd -programs /tmp/crowd -sources 60 -hosts 12 -rounds 2   a small one
//	/tmp/crowd/crowd -programs /tmp/crowd -daemons                          workers that go by the clock, through all rounds
//
// PostgreSQL is started for it, as the tests do. The world is that of bench/origin: each round every source has a new item.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	programs       string // the folder of wireroom and origin
	sources, hosts int
	workers        int
	servers        int
	rounds         int
	kills          int           // in each round
	away           time.Duration // for how long the database is away in the last round but one
	port           int
	seed           uint64
	daemons        bool // workers go by the clock
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
}

func parseOptions(args []string) (options, error) {
	var opt options
	fs := flag.NewFlagSet("crowd", flag.ContinueOnError)
	fs.StringVar(&opt.programs, "programs", "", "the `FOLDER` in which wireroom and origin are built")
	fs.IntVar(&opt.sources, "sources", 2000, "how many sources there are")
	fs.IntVar(&opt.hosts, "hosts", 200, "how many loopback hosts they share")
	fs.IntVar(&opt.workers, "workers", 4, "how many processes poll and sort")
	fs.IntVar(&opt.servers, "servers", 2, "how many processes serve")
	fs.IntVar(&opt.rounds, "rounds", 4, "how many rounds of polling")
	fs.IntVar(&opt.kills, "kills", 6, "how many workers are killed in each round, at random")
	fs.DurationVar(&opt.away, "away", time.Minute, "for how long the database is away once")
	fs.IntVar(&opt.port, "port", 18090, "the port of the world")
	fs.Uint64Var(&opt.seed, "seed", 1, "other moments of killing")
	fs.BoolVar(&opt.daemons, "daemons", false, "the workers are daemons that go by the clock; nothing is compared with SQLite")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	if opt.programs == "" {
		return opt, errors.New("give -programs: the folder in which wireroom and origin are built")
	}
	return opt, nil
}

// run does what args say and reports to out.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	opt, err := parseOptions(args)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "crowd-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	s := &stage{options: opt, folder: folder, out: out}
	if opt.daemons {
		return s.daemons(ctx)
	}
	many, err := s.crowd(ctx)
	if err != nil {
		return fmt.Errorf("the crowd on PostgreSQL: %w", err)
	}
	one, err := s.alone(ctx)
	if err != nil {
		return fmt.Errorf("one process on SQLite: %w", err)
	}
	return compare(out, many, one)
}

// compare fails unless two stores publish the same.
func compare(out io.Writer, many, one map[string]string) error {
	if len(one) == 0 {
		return errors.New("nothing was published")
	}
	var faults []error
	for path, want := range one {
		if got := many[path]; got != want {
			faults = append(faults, fmt.Errorf("%s: %d bytes by the crowd, %d by one process, and they differ", path, len(got), len(want)))
		}
	}
	if len(many) != len(one) {
		faults = append(faults, fmt.Errorf("%d documents by the crowd, %d by one process", len(many), len(one)))
	}
	if len(faults) == 0 {
		fmt.Fprintf(out, "%d documents are the same, byte for byte\n", len(one))
	}
	return errors.Join(faults[:min(len(faults), 10)]...)
}
