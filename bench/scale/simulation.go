package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"wireroom/aggregator"
	"wireroom/news"
	"wireroom/store"
)

// A simulation is a world without a network.
type simulation struct {
	options
	out        io.Writer
	stores     []*store.DB // one for each worker
	postmaster int         // 0 on SQLite
	data       string      // the folder of PostgreSQL

	polled, brought atomic.Int64
}

// begin is when the simulated time begins.
var begin = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

const (
	// tick is how often the workers look what is due, as config.yaml has it.
	tick = 30 * time.Second
	// claimed and saved are as many as a worker takes and saves at a time.
	claimed, saved = 64, 40
)

// run fills the store, lets the time pass, reads, and reports each.
func (s *simulation) run(ctx context.Context) error {
	empty := s.size()
	if err := s.phase("sources stored", func() (int64, error) { return int64(s.sources), s.fill(ctx) }); err != nil {
		return err
	}
	filled := s.size()
	fmt.Fprintf(s.out, "a source takes %d bytes\n", (filled-empty)/int64(s.sources))
	var sorting time.Duration
	err := s.phase("polls", func() (int64, error) {
		for at := begin; at.Before(begin.Add(s.length)); at = at.Add(tick) {
			if err := s.poll(ctx, at); err != nil {
				return 0, err
			}
		}
		return s.polled.Load(), nil
	})
	if err != nil {
		return err
	}
	before := time.Now()
	err = s.phase("items sorted and filed", func() (int64, error) {
		sorter := &aggregator.Sorter{Store: s.stores[0], Log: slog.New(slog.DiscardHandler)}
		done, err := sorter.Run(ctx, begin.Add(s.length))
		return int64(done.Items), err
	})
	sorting = time.Since(before)
	if err != nil {
		return err
	}
	if n := s.brought.Load(); n > 0 {
		fmt.Fprintf(s.out, "%d items; one takes %d bytes; all were sorted in %.0f s\n", n, (s.size()-filled)/n, sorting.Seconds())
	}
	return s.phase("editions read", func() (int64, error) { return int64(s.reads * s.workers), s.read(ctx) })
}

// poll lets all workers poll what is due at a moment until nothing is.
func (s *simulation) poll(ctx context.Context, at time.Time) error {
	group, ctx := errgroup.WithContext(ctx)
	for n, db := range s.stores {
		group.Go(func() error {
			request := news.ClaimRequest{At: at, Limit: claimed, PerHost: 1, Lease: time.Minute, Pass: fmt.Sprintf("%d-%d", at.Unix(), n)}
			for {
				claims, wait, err := db.Claim(ctx, request)
				if err != nil || len(claims) == 0 && wait == 0 {
					return err
				}
				if len(claims) == 0 { // another has them and will save them
					select {
					case <-ctx.Done():
						return ctx.Err()
					case <-time.After(min(wait, 20*time.Millisecond)):
					}
				}
				if err := s.save(ctx, db, claims, at); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// save saves what the claimed Sources answer.
func (s *simulation) save(ctx context.Context, db *store.DB, claims []news.Claim, at time.Time) error {
	for len(claims) > 0 {
		n := min(saved, len(claims))
		polls := make([]news.Poll, n)
		for i, c := range claims[:n] {
			polls[i] = s.answer(c, at)
			s.brought.Add(int64(len(polls[i].New)))
		}
		each, err := db.SavePolls(ctx, polls)
		if err != nil {
			return err
		}
		for _, err := range each {
			if err != nil {
				return err
			}
		}
		s.polled.Add(int64(n))
		claims = claims[n:]
	}
	return nil
}

// read lets every worker read the feed of everything.
func (s *simulation) read(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, db := range s.stores {
		group.Go(func() error {
			for range s.reads {
				if _, err := db.Edition(ctx, everything, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
