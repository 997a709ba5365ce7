// Command replay sends stored news items through the real program and prints, as Markdown, what became of them. Every feed
// of the items becomes a source, served as RSS 2.0 on loopback; topics and the exclude for all of them come from a
// config.yaml; `wireroom poll` runs as a process of its own, and the figures are read from the store that it leaves.
//
//	replay -wireroom FILE [-config config.yaml] [-at TIME] ITEMS.jsonl.gz...          all items in one poll
//	replay -wireroom FILE -days ITEMS.jsonl.gz...                                     a poll at the end of each day until -at
//	replay -wireroom FILE -sample FILE [-each 12] [-seed 1] ITEMS.jsonl.gz...         also draws items to be judged by eye
//
// What is printed is figures alone. Only the file of -sample holds texts of the items, for the one who reads them.
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

	"wireroom/config"
)

// options are the command line.
type options struct {
	wireroom string
	config   string
	at       time.Time
	days     bool
	keep     string
	sample   string
	each     int
	seed     uint64
	items    []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

func parseOptions(args []string) (options, error) {
	var opt options
	var at string
	fs := flag.NewFlagSet("replay", flag.ContinueOnError)
	fs.StringVar(&opt.wireroom, "wireroom", "", "the program, as built (`FILE`)")
	fs.StringVar(&opt.config, "config", "config.yaml", "the `FILE` whose topics and exclude are taken")
	fs.StringVar(&at, "at", "2026-01-11T00:00:00Z", "when the last poll is (RFC 3339)")
	fs.BoolVar(&opt.days, "days", false, "poll at the end of each day (UTC) from the first item's to -at, not once")
	fs.StringVar(&opt.keep, "keep", "", "work in this empty `FOLDER` and leave it; a temporary one when empty")
	fs.StringVar(&opt.sample, "sample", "", "write items drawn of each topic to this `FILE`, with their texts")
	fs.IntVar(&opt.each, "each", 12, "how many are drawn of what is in, and of what is nearly in")
	fs.Uint64Var(&opt.seed, "seed", 1, "another seed draws others")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	opt.items = fs.Args()
	if opt.wireroom == "" || len(opt.items) == 0 {
		return opt, errors.New("give -wireroom and at least one file of items")
	}
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return opt, fmt.Errorf("-at %q: give a time such as 2026-01-11T00:00:00Z: %w", at, err)
	}
	opt.at = when.UTC()
	return opt, nil
}

// run does what args say and prints the tables to out.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	opt, err := parseOptions(args)
	if err != nil {
		return err
	}
	feeds, err := readFeeds(opt.items)
	if err != nil {
		return err
	}
	base, err := config.Load(opt.config, os.LookupEnv)
	if err != nil {
		return err
	}
	folder, clean, err := workFolder(opt.keep)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clean()) }()

	o, err := serve(ctx, feeds)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	p := program{path: opt.wireroom, config: filepath.Join(folder, "config.yaml"), database: filepath.Join(folder, "replay.db")}
	if err := writeConfig(p.config, p.database, o.address(), feeds, base); err != nil {
		return err
	}
	if opt.days {
		return replayDays(ctx, opt, feeds, o, p, out)
	}
	return replayOnce(ctx, opt, feeds, o, p, out)
}

// workFolder is where the configuration and the store lie; clean removes it if it is temporary.
func workFolder(keep string) (folder string, clean func() error, err error) {
	if keep != "" {
		if err := os.MkdirAll(keep, 0o755); err != nil {
			return "", nil, fmt.Errorf("folder of -keep: %w", err)
		}
		old, err := os.ReadDir(keep)
		if err != nil {
			return "", nil, fmt.Errorf("folder of -keep: %w", err)
		}
		if len(old) > 0 {
			return "", nil, fmt.Errorf("folder of -keep: %s is not empty; name another, or empty it", keep)
		}
		return keep, func() error { return nil }, nil
	}
	folder, err = os.MkdirTemp("", "wireroom-replay-")
	if err != nil {
		return "", nil, fmt.Errorf("a folder for the store: %w", err)
	}
	return folder, func() error { return os.RemoveAll(folder) }, nil
}

// replayOnce polls everything at once, as a new installation does.
func replayOnce(ctx context.Context, opt options, feeds []feed, o *origin, p program, out io.Writer) error {
	if err := o.show(opt.at, everything); err != nil {
		return err
	}
	used, err := p.poll(ctx, opt.at)
	if err != nil {
		return err
	}
	db, err := openFigures(p.database)
	if err != nil {
		return err
	}
	defer db.close() // only read from: nothing can be lost
	f, err := db.figures(ctx)
	if err != nil {
		return err
	}
	stored, err := p.items(ctx)
	if err != nil {
		return err
	}
	if err := onceReport(out, feeds, used, compare(feeds, stored), f); err != nil || opt.sample == "" {
		return err
	}
	return writeSample(ctx, opt, feeds, db, f.topics)
}

// A day is one poll of a replay in days.
type day struct {
	end  time.Time
	used cost
	figures
}

// replayDays polls at each day's end.
func replayDays(ctx context.Context, opt options, feeds []feed, o *origin, p program, out io.Writer) error {
	var days []day
	for end := firstDate(feeds).Truncate(24 * time.Hour).Add(24 * time.Hour); !end.After(opt.at); end = end.Add(24 * time.Hour) {
		d, err := replayDay(ctx, o, p, end)
		if err != nil {
			return err
		}
		days = append(days, d)
	}
	if len(days) == 0 {
		return fmt.Errorf("no item is older than -at %s by a day's end: give a later one", opt.at.Format(time.RFC3339))
	}
	return daysReport(out, days)
}

func replayDay(ctx context.Context, o *origin, p program, end time.Time) (day, error) {
	d := day{end: end}
	if err := o.show(end, twoDays); err != nil {
		return d, err
	}
	var err error
	if d.used, err = p.poll(ctx, end); err != nil {
		return d, err
	}
	db, err := openFigures(p.database)
	if err != nil {
		return d, err
	}
	defer db.close() // only read from: nothing can be lost
	d.figures, err = db.figures(ctx)
	return d, err
}
