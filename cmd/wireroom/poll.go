package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/schollz/progressbar/v3"

	"wireroom/aggregator"
	"wireroom/news"
)

type pollCommand struct {
	All    bool   `help:"Ignore the learned cadence."`
	Force  bool   `help:"Ignore floor, max-age, ttl and skip hours too. Nothing ignores Retry-After, spacing, or a source that is gone."`
	At     string `help:"Take this time as now; not before the newest poll." placeholder:"RFC3339"`
	Source string `help:"Poll this source only." placeholder:"ID"`
}

// Run makes one pass over what is due and sorts what it brought.
func (cmd pollCommand) Run(ctx context.Context, env *environment) error {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	now, err := cmd.now(env)
	if err != nil {
		return err
	}
	tally := &tally{env: env}
	level := slog.LevelError
	e, err := env.newEngine(ctx, c, now, newLog(env.stderr, level))
	if err != nil {
		return err
	}
	err = cmd.poll(ctx, e, now, tally)
	if closeErr := e.close(); err == nil {
		err = closeErr
	}
	return err
}

// now is the time of the news for this pass: the clock, or --at.
func (cmd pollCommand) now(env *environment) (func() time.Time, error) {
	if cmd.At == "" {
		return env.clock, nil
	}
	at, err := time.Parse(time.RFC3339, cmd.At)
	if err != nil {
		return nil, usageError{fmt.Errorf("--at %q: want a time like 2026-01-02T15:04:05Z", cmd.At)}
	}
	return func() time.Time { return at.UTC() }, nil
}

func (cmd pollCommand) poll(ctx context.Context, e *engine, now func() time.Time, tally *tally) error {
	if err := cmd.checkSource(e); err != nil {
		return err
	}
	newest, err := e.store.NewestPoll(ctx)
	if err != nil {
		return err
	}
	if at := now(); cmd.At != "" && at.Before(newest) {
		return usageError{fmt.Errorf("--at %s is before the newest poll, %s: time cannot go back; use a later one, or an empty store",
			cmd.At, newest.Format(time.RFC3339))}
	}
	if err := e.apply(ctx, now()); errors.As(err, new(tooMuchError)) {
		return usageError{err}
	} else if err != nil {
		return err
	}
	tally.begin(len(e.config.Sources))
	e.puller.Done = tally.count
	due := news.DueScheduled
	switch {
	case cmd.Force:
		due = news.DueForced
	case cmd.All:
		due = news.DueAll
	}
	if err := e.puller.Pass(ctx, due, cmd.Source); err != nil {
		return err
	}
	if err := e.pages(ctx, now); err != nil {
		return err
	}
	sorted, err := e.sort(ctx, now)
	if err != nil {
		return err
	}
	if err := tally.end(sorted.Entries); err != nil || tally.polls > 0 {
		return err
	}
	return cmd.explainNone(ctx, e)
}

// pages fetches the pages that Items wait for. A page that can be had later only, since it failed or its host wants to be
// left alone, is not waited for: its Item is sorted by what its feed says.
func (e *engine) pages(ctx context.Context, now func() time.Time) error {
	for {
		if err := e.puller.Pages(ctx); err != nil {
			return err
		}
		if waiting, err := e.store.AbandonPages(ctx, now()); err != nil || waiting == 0 {
			return err
		}
	}
}

// seatRetry is how long to wait before the Sorter's seat is tried again.
const seatRetry = 200 * time.Millisecond

// sort sorts what the pass brought. If another process is at it, that one may have looked before the last of it was
// saved, so it is waited for.
func (e *engine) sort(ctx context.Context, now func() time.Time) (aggregator.Sorted, error) {
	for {
		sorted, err := e.sorter.Run(ctx, now())
		if err != nil || !sorted.Elsewhere {
			return sorted, err
		}
		select {
		case <-ctx.Done():
			return sorted, ctx.Err()
		case <-time.After(seatRetry):
		}
	}
}

// explainNone says why a pass polled nothing: when the first Source is due, and why then.
func (cmd pollCommand) explainNone(ctx context.Context, e *engine) error {
	all, err := e.store.Sources(ctx)
	if err != nil {
		return err
	}
	var first *news.SourceStatus
	for i, s := range all {
		if s.State.NextPoll.IsZero() || cmd.Source != "" && s.ID != cmd.Source {
			continue
		}
		if first == nil || s.State.NextPoll.Before(first.State.NextPoll) {
			first = &all[i]
		}
	}
	if first == nil {
		fmt.Fprintln(e.notes, "nothing will be due: wireroom sources says why")
		return nil
	}
	fmt.Fprintf(e.notes, "nothing is due: %s is the next, at %s (%s)\n", first.ID, stamp(first.State.NextPoll), first.State.Reason)
	return nil
}

func (cmd pollCommand) checkSource(e *engine) error {
	if cmd.Source == "" {
		return nil
	}
	for _, s := range e.config.Sources {
		if s.ID == cmd.Source {
			return nil
		}
	}
	return usageError{fmt.Errorf("--source %s: no such source in the configuration: wireroom sources lists them", cmd.Source)}
}

// A tally counts a pass and shows how it goes: a bar on a terminal, else a line for each source in trouble.
type tally struct {
	env                       *environment
	bar                       *progressbar.ProgressBar
	polls, failed, fresh, mod int
}

func (t *tally) begin(sources int) {
	if isTerminal(t.env.stderr) {
		t.bar = progressbar.NewOptions(sources, progressbar.OptionSetWriter(t.env.stderr),
			progressbar.OptionSetDescription("polling"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	}
}

func (t *tally) count(p *news.Poll) {
	t.polls++
	t.fresh += len(p.New)
	t.mod += len(p.Changed)
	if t.bar != nil {
		_ = t.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	}
	if p.Outcome.Good() {
		return
	}
	t.failed++
	if t.bar == nil {
		fmt.Fprintf(t.env.stderr, "%s: %s\n", p.Source, p.State.Error)
	}
}

func (t *tally) end(entries int) error {
	if t.bar != nil {
		_ = t.bar.Finish() // as above
	}
	_, err := fmt.Fprintf(t.env.stdout, "%d sources polled, %d in trouble; %d new items, %d changed; %d entries filed\n",
		t.polls, t.failed, t.fresh, t.mod, entries)
	return err
}
