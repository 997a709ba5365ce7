package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"wireroom/store/pgtest"
)

// A stage is where crowd and single process play the same piece.
type stage struct {
	options
	folder string
	out    io.Writer
}

// begin is the time of the news in the first round; each later one is an hour later.
var begin = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// open starts the world anew and writes a configuration for a store.
func (s *stage) open(ctx context.Context, store string) (world *process, config string, err error) {
	config = filepath.Join(s.folder, fmt.Sprintf("config-%d.yaml", len(store)))
	size := []string{"-sources", fmt.Sprint(s.sources), "-hosts", fmt.Sprint(s.hosts), "-port", fmt.Sprint(s.port)}
	writer, err := s.start("origin", append(size, "-config", config, "-store", store)...)
	if err != nil {
		return nil, "", err
	}
	if err := writer.wait(ctx); err != nil {
		return nil, "", err
	}
	text, err := os.ReadFile(config)
	if err != nil {
		return nil, "", err
	}
	// A lease outlasts twelve requests, but one of a worker that was killed must not last so long. The floor is what keeps a
	// source from being asked twice in a round.
	text = []byte(strings.Replace(string(text), "  floor: 0s\n", "  floor: 30m\n  timeout: 20s\n", 1))
	if err := os.WriteFile(config, text, 0o600); err != nil {
		return nil, "", err
	}
	if world, err = s.start("origin", append(size, "-latency", "20ms")...); err != nil {
		return nil, "", err
	}
	_, err = world.await(ctx, regexp.MustCompile(`(origin: .* sources)`))
	return world, config, err
}

// alone plays all rounds with one process on SQLite and returns what is published in the end.
func (s *stage) alone(ctx context.Context) (map[string]string, error) {
	world, config, err := s.open(ctx, "sqlite:"+filepath.Join(s.folder, "alone.db"))
	if err != nil {
		return nil, err
	}
	defer world.kill()
	for round := range s.rounds {
		started := time.Now()
		if err := s.nextRound(ctx, round); err != nil {
			return nil, err
		}
		poll, err := s.start("wireroom", s.pollArgs(config, round)...)
		if err != nil {
			return nil, err
		}
		if err := poll.wait(ctx); err != nil {
			return nil, err
		}
		fmt.Fprintf(s.out, "alone, round %d: %.1f s\n", round, time.Since(started).Seconds())
	}
	return s.published(ctx, config)
}

func (s *stage) pollArgs(config string, round int) []string {
	return []string{"--config", config, "poll", "--all", "--at", begin.Add(time.Duration(round) * time.Hour).Format(time.RFC3339)}
}

// nextRound gives every source its new item and counts from zero.
func (s *stage) nextRound(ctx context.Context, round int) error {
	if round > 0 {
		if err := s.steer(ctx, "step=1"); err != nil {
			return err
		}
	}
	return s.steer(ctx, "reset=1")
}

func (s *stage) control() string { return fmt.Sprintf("http://127.0.0.1:%d/control", s.port) }

func (s *stage) steer(ctx context.Context, what string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.control()+"?"+what, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		return fmt.Errorf("steer the world: %s", answer.Status)
	}
	return nil
}

// counts is what the world has been asked in a round.
type counts struct {
	Requests    int `json:"requests"`
	SourcesSeen int `json:"sources_seen"`
	MaxPerHost  int `json:"max_per_host"`
}

func (s *stage) counts(ctx context.Context) (c counts, err error) {
	body, err := get(ctx, s.control()+"/stats")
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(body), &c)
}

// crowd plays all rounds with many processes on PostgreSQL and returns what is published in the end.
func (s *stage) crowd(ctx context.Context) (_ map[string]string, err error) {
	database, err := pgtest.Launch()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	address, err := database.Create("")
	if err != nil {
		return nil, err
	}
	world, config, err := s.open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer world.kill()
	c := &crowd{stage: s, database: database, config: config, chance: rand.New(rand.NewPCG(s.seed, 0))}
	defer c.close()
	for round := range s.rounds {
		if err := c.play(ctx, round); err != nil {
			return nil, fmt.Errorf("round %d: %w", round, err)
		}
	}
	if err := c.verdict(); err != nil {
		return nil, err
	}
	if err := s.replay(ctx, address); err != nil {
		return nil, err
	}
	return s.published(ctx, config)
}

// servingAt finds the address in the line that says that serving has begun.
var servingAt = regexp.MustCompile(`msg=serving address=(\S+)`)

// published reads every topic's feeds and pages behind them.
func (s *stage) published(ctx context.Context, config string) (map[string]string, error) {
	server, err := s.start("wireroom", "--config", config, "serve")
	if err != nil {
		return nil, err
	}
	defer server.kill()
	address, err := server.await(ctx, servingAt)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, "http://"+address)
}
