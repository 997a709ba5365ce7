package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"wireroom/store/pgtest"
)

// A crowd is many processes on one database.
type crowd struct {
	*stage
	database *pgtest.Server
	config   string
	chance   *rand.Rand

	servers []*process
	readers []context.CancelFunc
	asked   atomic.Int64 // by readers, once the first feed was there
	unheard atomic.Int64 // of these: no answer, or not the feed
	killed  int
}

// close ends what still runs.
func (c *crowd) close() {
	for _, stop := range c.readers {
		stop()
	}
	for _, p := range c.servers {
		p.kill()
	}
}

// play plays one round: all workers poll, and are killed and started again one after another, until one ends by itself;
// then each is left to come to its end.
func (c *crowd) play(ctx context.Context, round int) error {
	started := time.Now()
	if err := c.nextRound(ctx, round); err != nil {
		return err
	}
	workers := make([]*process, c.workers)
	for i := range workers {
		if err := c.restart(&workers[i], round); err != nil {
			return err
		}
	}
	defer func() {
		for _, p := range workers {
			p.kill()
		}
	}()
	for i := range c.kills {
		if err := c.pause(ctx, time.Duration(100+c.chance.IntN(900))*time.Millisecond); err != nil {
			return err
		}
		victim := &workers[c.chance.IntN(len(workers))]
		(*victim).kill()
		c.killed++
		if err := c.restart(victim, round); err != nil {
			return err
		}
		if i == c.kills/2 {
			if err := c.trouble(ctx, round); err != nil {
				return err
			}
		}
	}
	if err := c.finish(ctx, workers, round); err != nil {
		return err
	}
	if err := c.check(ctx, round, started); err != nil || round > 0 {
		return err
	}
	return c.open(ctx)
}

func (c *crowd) restart(p **process, round int) (err error) {
	*p, err = c.start("wireroom", c.pollArgs(c.config, round)...)
	return err
}

func (c *crowd) pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// trouble restarts the database in the second round, and takes it away for a while in the last but one.
func (c *crowd) trouble(ctx context.Context, round int) error {
	away := time.Duration(0)
	switch {
	case round == c.rounds-2:
		away = c.away
	case round != 1:
		return nil
	}
	if err := c.database.Stop(); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "round %d: the database is away for %v\n", round, away)
	if err := c.pause(ctx, away); err != nil {
		return err
	}
	return c.database.Run()
}

// finish lets every worker come to its end. One that the database has left in the lurch is started again, as the
// operator's supervisor would.
func (c *crowd) finish(ctx context.Context, workers []*process, round int) error {
	for i := range workers {
		for {
			err := workers[i].wait(ctx)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if round != 1 && round != c.rounds-2 {
				return err
			}
			if err := c.restart(&workers[i], round); err != nil {
				return err
			}
		}
	}
	return nil
}

// check judges a round by what the world was asked.
func (c *crowd) check(ctx context.Context, round int, started time.Time) error {
	counts, err := c.counts(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "crowd, round %d: %.1f s, %d requests for %d sources, at most %d at a time to one host\n",
		round, time.Since(started).Seconds(), counts.Requests, counts.SourcesSeen, counts.MaxPerHost)
	var faults []error
	if counts.SourcesSeen != c.sources {
		faults = append(faults, fmt.Errorf("%d sources were left behind", c.sources-counts.SourcesSeen))
	}
	if counts.MaxPerHost != 1 {
		faults = append(faults, fmt.Errorf("%d at a time asked one host", counts.MaxPerHost))
	}
	return errors.Join(faults...)
}

// open starts the servers, with a reader each who asks all the time.
func (c *crowd) open(ctx context.Context) error {
	for range c.options.servers {
		p, err := c.start("wireroom", "--config", c.config, "serve")
		if err != nil {
			return err
		}
		c.servers = append(c.servers, p)
		address, err := p.await(ctx, servingAt)
		if err != nil {
			return err
		}
		url := "http://" + address + "/topics/everything.atom"
		if _, err := get(ctx, url); err != nil {
			return err
		}
		ctx, stop := context.WithCancel(ctx)
		c.readers = append(c.readers, stop)
		go c.read(ctx, url)
	}
	return nil
}

// read asks a server again and again, and counts how often there was no feed.
func (c *crowd) read(ctx context.Context, url string) {
	for c.pause(ctx, 50*time.Millisecond) == nil {
		_, err := get(ctx, url)
		if ctx.Err() != nil {
			return
		}
		c.asked.Add(1)
		if err != nil {
			c.unheard.Add(1)
		}
	}
}

// verdict fails if a reader went without, or a server has ended.
func (c *crowd) verdict() error {
	asked, unheard := c.asked.Load(), c.unheard.Load()
	fmt.Fprintf(c.out, "%d workers were killed; readers asked %d times, %d without a feed\n", c.killed, asked, unheard)
	if asked == 0 || unheard > 0 {
		return fmt.Errorf("readers asked %d times and %d times had no feed", asked, unheard)
	}
	for _, p := range c.servers {
		if !p.running() {
			return fmt.Errorf("a server has ended:\n%s", p.said.tail())
		}
	}
	return nil
}
