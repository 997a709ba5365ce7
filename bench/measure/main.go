// Command measure runs a command and prints what it cost, as a row of a Markdown table: time, processor time by source,
// memory, and what it wrote. With -stats it also asks the bench's origin what the command asked of it.
//
//	measure -header
//	measure -name "first ingest" -sources 1000 -db FILE -stats URL -log FILE -- COMMAND ARG...
//
// The command's output goes to the log. Exit status: that of the command, or 1 when it could not be measured. Linux only:
// the figures of writing come from /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// options are the command line.
type options struct {
	header  bool
	name    string
	sources int
	db      string
	stats   string
	log     string
	command []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "measure:", err)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() > 0 {
		os.Exit(exit.ExitCode())
	}
	os.Exit(1)
}

func parseOptions(args []string) (options, error) {
	var opt options
	fs := flag.NewFlagSet("measure", flag.ContinueOnError)
	fs.BoolVar(&opt.header, "header", false, "print the head of the table and end")
	fs.StringVar(&opt.name, "name", "", "the row's first column")
	fs.IntVar(&opt.sources, "sources", 1, "processor time is divided by this")
	fs.StringVar(&opt.db, "db", "", "SQLite `FILE` whose growth is what was kept")
	fs.StringVar(&opt.stats, "stats", "", "`URL` of the origin's control, reset before and read after")
	fs.StringVar(&opt.log, "log", "", "`FILE` to append the command's output to; standard error when empty")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	opt.command = fs.Args()
	if !opt.header && (len(opt.command) == 0 || opt.sources < 1) {
		return opt, errors.New("give a command after --, and -sources of at least 1")
	}
	return opt, nil
}

// run measures what args name and prints the row to out, also when the command failed.
func run(ctx context.Context, args []string, out io.Writer) error {
	opt, err := parseOptions(args)
	if err != nil {
		return err
	}
	if opt.header {
		_, err := io.WriteString(out, tableHead)
		return err
	}
	row := row{name: opt.name, sources: opt.sources}
	if err := resetOrigin(ctx, opt.stats); err != nil {
		return err
	}
	before, err := databaseSize(opt.db)
	if err != nil {
		return err
	}
	row.cost, err = measured(ctx, opt)
	if err != nil && row.cost == (cost{}) {
		return err
	}
	row.err = err
	if row.database, err = databaseSize(opt.db); err != nil {
		return err
	}
	row.kept = row.database - before
	if row.asked, err = readOrigin(ctx, opt.stats); err != nil {
		return err
	}
	if _, err := io.WriteString(out, row.String()); err != nil {
		return err
	}
	return row.err
}

// measured runs the command with its output in the log.
func measured(ctx context.Context, opt options) (cost, error) {
	log := os.Stderr
	if opt.log != "" {
		f, err := os.OpenFile(opt.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return cost{}, fmt.Errorf("open log: %w", err)
		}
		defer f.Close()
		log = f
	}
	cmd := exec.CommandContext(ctx, opt.command[0], opt.command[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	return costOf(cmd)
}
