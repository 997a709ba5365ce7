package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A program is wireroom with a configuration and the SQLite file that this names.
type program struct {
	path, config, database string
}

// cost is what one poll used.
type cost struct {
	wall, user, system time.Duration
	peak               int64 // bytes of resident memory, at most
	database           int64 // bytes of the SQLite file and its write-ahead log, afterwards
	said               string
}

// poll asks every source at a time and waits until all is stored and sorted.
func (p program) poll(ctx context.Context, at time.Time) (cost, error) {
	cmd := exec.CommandContext(ctx, p.path, "--config", p.config, "poll", "--force", "--at", at.Format(time.RFC3339))
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WIREROOM_") })
	var said, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &trouble
	start := time.Now()
	err := cmd.Run()
	used := cost{wall: time.Since(start), said: strings.TrimSpace(said.String())}
	if err != nil {
		return used, fmt.Errorf("poll at %s: %w\n%s", at.Format(time.RFC3339), err, trouble.Bytes())
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		used.user, used.system = cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
		used.peak = usage.Maxrss << 10 // getrusage(2): kibibytes
	}
	used.database, err = sizeOf(p.database)
	return used, err
}

// sizeOf is the size of an SQLite database with its write-ahead log.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("size of database: %w", err)
	}
	size := info.Size()
	if info, err = os.Stat(path + "-wal"); err == nil { // none where the program has closed the store
		size += info.Size()
	}
	return size, nil
}
