package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // counts Items

	"wireroom/store/pgtest"
)

// daemonInterval is how often each source is polled by workers that go by the clock.
const daemonInterval = 20 * time.Second

// taken is how long a round of daemons may last until every item is there.
const taken = 15 * time.Minute

// daemons is a crowd whose workers are `wireroom work`: they go by the clock, and are killed and started again through all
// rounds. In what order they come by is chance, so that only the store itself is judged: every item is there, once, and
// stands where sorting all again puts it.
func (s *stage) daemons(ctx context.Context) (err error) {
	database, err := pgtest.Launch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	address, err := database.Create("")
	if err != nil {
		return err
	}
	world, config, err := s.open(ctx, address)
	if err != nil {
		return err
	}
	defer world.kill()
	if err := byTheClock(config); err != nil {
		return err
	}
	counting, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, counting.Close()) }()
	c := &crowd{stage: s, database: database, config: config, chance: rand.New(rand.NewPCG(s.seed, 0))}
	defer c.close()
	return c.live(ctx, counting, address)
}

// byTheClock changes a configuration of a world into one whose sources are polled all the time.
func byTheClock(config string) error {
	text, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	changed := strings.NewReplacer("republish: full}", fmt.Sprintf("republish: full, interval: %v}", daemonInterval),
		"  floor: 30m\n", fmt.Sprintf("  floor: %v\n", daemonInterval),
		"sources:\n", "schedule: {poll: \"@every 1s\"}\nsources:\n").Replace(string(text))
	return os.WriteFile(config, []byte(changed), 0o600)
}

// live plays all rounds, and judges what is there in the end.
func (c *crowd) live(ctx context.Context, counting *sql.DB, address string) error {
	workers := make([]*process, c.workers)
	for i := range workers {
		if err := c.hire(&workers[i]); err != nil {
			return err
		}
	}
	defer func() {
		for _, p := range workers {
			p.kill()
		}
	}()
	for round := range c.rounds {
		if err := c.day(ctx, workers, counting, round); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if round > 0 {
			continue
		}
		if err := c.open(ctx); err != nil {
			return err
		}
	}
	for _, p := range workers {
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // whether it still ran, wait says
		if err := p.wait(ctx); err != nil {
			return err
		}
	}
	if err := c.verdict(); err != nil {
		return err
	}
	return c.replay(ctx, address)
}

func (c *crowd) hire(p **process) (err error) {
	*p, err = c.start("wireroom", "--config", c.config, "work", "--quiet")
	return err
}

// day is a round: workers are killed and started again one after another, the database has its trouble, and in the end
// every item of the world has to be there.
func (c *crowd) day(ctx context.Context, workers []*process, counting *sql.DB, round int) error {
	started := time.Now()
	if err := c.nextRound(ctx, round); err != nil {
		return err
	}
	for i := range c.kills {
		if err := c.pause(ctx, time.Duration(500+c.chance.IntN(4500))*time.Millisecond); err != nil {
			return err
		}
		victim := &workers[c.chance.IntN(len(workers))]
		(*victim).kill()
		c.killed++
		if err := c.hire(victim); err != nil {
			return err
		}
		if i == c.kills/2 {
			if err := c.trouble(ctx, round); err != nil {
				return err
			}
		}
	}
	if err := c.awaitItems(ctx, workers, counting, c.sources*(worldItems+round)); err != nil {
		return err
	}
	return c.check(ctx, round, started)
}

// awaitItems waits until so many Items are stored and sorted. Workers that cannot begin without the database are started
// again, as a supervisor would.
func (c *crowd) awaitItems(ctx context.Context, workers []*process, counting *sql.DB, want int) error {
	ctx, cancel := context.WithTimeout(ctx, taken)
	defer cancel()
	for n := 0; ; {
		if err := c.pause(ctx, time.Second); err != nil {
			return fmt.Errorf("%d items are there, %d were published: %w", n, want, err)
		}
		for i := range workers {
			if workers[i].running() {
				continue
			}
			if err := c.hire(&workers[i]); err != nil {
				return err
			}
		}
		err := counting.QueryRowContext(ctx, `select count(*) from items where unsorted = 0`).Scan(&n)
		switch {
		case err != nil && ctx.Err() == nil:
			return err
		case n > want:
			return fmt.Errorf("%d items are stored, %d were published", n, want)
		case n == want:
			return nil
		}
	}
}
