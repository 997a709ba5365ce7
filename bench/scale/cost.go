package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// phase runs one part and reports how many it did, and what one cost: here, and in the database.
func (s *simulation) phase(name string, do func() (int64, error)) error {
	started, here, there := time.Now(), ownTime(), s.serverTime()
	n, err := do()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	wall := time.Since(started)
	here, there = ownTime()-here, s.serverTime()-there
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(max(n, 1)) }
	_, err = fmt.Fprintf(s.out, "%d %s in %.1f s: %.0f/s; CPU of one %.0f µs here, %.0f µs in the database\n",
		n, name, wall.Seconds(), float64(n)/wall.Seconds(), each(here), each(there))
	return err
}

// ownTime is what this process has used of the processors.
func ownTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// tickLength is the unit of /proc/PID/stat on Linux.
const tickLength = 10 * time.Millisecond

// serverTime is what PostgreSQL has used: the postmaster, its children, and those that have ended. It is zero on SQLite.
func (s *simulation) serverTime() (all time.Duration) {
	if s.postmaster == 0 {
		return 0
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest) // from the third on: state, parent, …
		if len(fields) < 15 {
			continue
		}
		switch own := strings.HasPrefix(string(text), fmt.Sprintf("%d ", s.postmaster)); {
		case own:
			all += ticks(fields[11], fields[12], fields[13], fields[14])
		case fields[1] == fmt.Sprint(s.postmaster):
			all += ticks(fields[11], fields[12])
		}
	}
	return all
}

func ticks(fields ...string) (sum time.Duration) {
	for _, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err == nil {
			sum += time.Duration(n) * tickLength
		}
	}
	return sum
}

// size is how many bytes the store takes, its log included on SQLite and left out on PostgreSQL, where it is bounded.
func (s *simulation) size() (sum int64) {
	if path, ok := strings.CutPrefix(s.store, "sqlite:"); ok {
		for _, file := range []string{path, path + "-wal"} {
			if info, err := os.Stat(file); err == nil {
				sum += info.Size()
			}
		}
		return sum
	}
	_ = filepath.WalkDir(filepath.Join(s.data, "base"), func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // a file that went meanwhile has no size
		}
		if info, err := entry.Info(); err == nil {
			sum += info.Size()
		}
		return nil
	})
	return sum
}
