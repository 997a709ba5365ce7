package aggregator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/sync/errgroup"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

// KeepStore is what housekeeping needs of a store.
type KeepStore interface {
	SeatStore
	PruneTexts(ctx context.Context, before time.Time) (int64, error)
	PrunePolls(ctx context.Context, before time.Time) (int64, error)
	PruneForms(ctx context.Context, window time.Duration) (int64, error)
}

// A Worker polls and sorts by the clock until it is stopped: the ticks are cron's, what is due stands in the store. Any
// number of Workers, in any number of processes, may work on one store.
type Worker struct {
	Puller *Puller
	Sorter *Sorter
	Store  KeepStore

	PollTick  string        // when due Sources are looked for, as a cron expression
	PruneTick string        // when housekeeping is done
	KeepTexts time.Duration // how long texts that no feed shows are kept
	Log       *slog.Logger
}

const (
	// sortAfter is how long a new Item waits at most while a pass goes on.
	sortAfter = 5 * time.Second
	// pageAfter is how long a new Item's page waits at most before it is asked for, but for its host's own pace.
	pageAfter = 2 * time.Second
	// keepPolls is how long the records of Polls are kept; the health of a Source looks no farther back.
	keepPolls = 90 * 24 * time.Hour
	// keepingLease is longer than housekeeping lasts.
	keepingLease = 10 * time.Minute
)

// Run works until ctx ends, then finishes or gives back what is under way. It fails only for a tick that cannot be read:
// trouble with the store or with Sources is logged, and the next tick tries again.
func (w *Worker) Run(ctx context.Context) error {
	poll, prune, sort := make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	ticks := cron.New(cron.WithLocation(time.UTC))
	for _, tick := range []struct {
		name, spec string
		signal     chan struct{}
	}{{"schedule.poll", w.PollTick, poll}, {"schedule.prune", w.PruneTick, prune}} {
		if _, err := ticks.AddFunc(tick.spec, func() { wake(tick.signal) }); err != nil {
			return fmt.Errorf("%s %q: %w", tick.name, tick.spec, err)
		}
	}
	ticks.Start()
	defer func() { <-ticks.Stop().Done() }()

	var group errgroup.Group
	group.Go(func() error { w.pullLoop(ctx, poll, sort); return nil })
	group.Go(func() error { w.pageLoop(ctx); return nil })
	group.Go(func() error { w.sortLoop(ctx, sort); return nil })
	group.Go(func() error { w.keepLoop(ctx, prune); return nil })
	wake(poll)
	wake(sort)
	return group.Wait()
}

// wake signals without waiting; a signal that is pending already is enough.
func wake(signal chan struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}

// pullLoop makes a pass at each tick. A pass that outlasts its tick takes up what falls due meanwhile.
func (w *Worker) pullLoop(ctx context.Context, tick <-chan struct{}, sort chan<- struct{}) {
	for waitFor(ctx, tick) {
		if err := w.Puller.Pass(ctx, news.DueScheduled, ""); err != nil && !errors.Is(err, context.Canceled) {
			w.Log.Error("polling stopped; the next tick tries again", "err", err)
		}
		select {
		case sort <- struct{}{}:
		default:
		}
	}
}

// pageLoop fetches the pages that Items wait for, every few seconds, since a pass brings Items all the while.
func (w *Worker) pageLoop(ctx context.Context) {
	ticker := time.NewTicker(pageAfter)
	defer ticker.Stop()
	for ctx.Err() == nil {
		if err := w.Puller.Pages(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("fetching pages stopped; it is tried again", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// sortLoop sorts at the end of each pass, and every few seconds, since a pass can last long.
func (w *Worker) sortLoop(ctx context.Context, sort <-chan struct{}) {
	ticker := time.NewTicker(sortAfter)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-sort:
		case <-ticker.C:
		}
		done, err := w.Sorter.Run(ctx, w.Puller.Now())
		switch {
		case err != nil && ctx.Err() == nil:
			w.Log.Error("sorting stopped; it is tried again", "err", err)
		case done.Items > 0:
			w.Log.Info("sorted", "items", done.Items, "entries", done.Entries)
		}
	}
}

// keepLoop does the housekeeping at each tick, in one process at a time.
func (w *Worker) keepLoop(ctx context.Context, tick <-chan struct{}) {
	for waitFor(ctx, tick) {
		if err := w.keep(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("housekeeping stopped; the next tick tries again", "err", err)
		}
	}
}

func (w *Worker) keep(ctx context.Context) error {
	seat, free, err := w.Store.TakeSeat(ctx, "housekeeping", keepingLease)
	if err != nil || !free {
		return err
	}
	defer leave(ctx, w.Store, seat, w.Log)
	now := w.Puller.Now()
	texts, err := w.Store.PruneTexts(ctx, now.Add(-w.KeepTexts))
	if err != nil {
		return err
	}
	polls, err := w.Store.PrunePolls(ctx, now.Add(-keepPolls))
	if err != nil {
		return err
	}
	if _, err := w.Store.PruneForms(ctx, cluster.Window); err != nil {
		return err
	}
	w.Log.Info("housekeeping done", "texts", texts, "polls", polls)
	return nil
}

func waitFor(ctx context.Context, signal <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-signal:
		return ctx.Err() == nil
	}
}
