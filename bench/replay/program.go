package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
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
}

// poll asks every source at a time and waits until all is stored and sorted.
func (p program) poll(ctx context.Context, at time.Time) (cost, error) {
	cmd := exec.CommandContext(ctx, p.path, "--config", p.config, "poll", "--force", "--at", at.Format(time.RFC3339))
	cmd.Env = environment()
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, fmt.Errorf("start the program: %w", err)
	}
	peak := watchPeak(cmd.Process.Pid)
	err := cmd.Wait()
	used := cost{wall: time.Since(start), peak: peak()}
	if err != nil {
		return used, fmt.Errorf("poll at %s: %w\n%s", at.Format(time.RFC3339), err, trouble.Bytes())
	}
	used.user, used.system = cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
	used.database, err = sizeOf(p.database)
	return used, err
}

// environment is this process's, without what would replace the written configuration.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WIREROOM_") })
}

// peakPace is how often the peak is looked at. It never falls, so only what a process adds in its last moments is missed.
const peakPace = 5 * time.Millisecond

// watchPeak follows the most resident memory that a process has had (VmHWM of proc(5)); stop returns it, in bytes, or 0
// where there is no /proc. The getrusage(2) of a child would not do: it counts what its parent held when it was started,
// and this one holds all items.
func watchPeak(pid int) (stop func() int64) {
	ended, peak := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		look := time.NewTicker(peakPace)
		defer look.Stop()
		for {
			select {
			case <-ended:
				peak <- most
				return
			case <-look.C:
				most = max(most, highWater(pid))
			}
		}
	}()
	return func() int64 {
		close(ended)
		return <-peak
	}
}

// highWater is VmHWM of a process, in bytes; 0 once it has ended.
func highWater(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0 // it has ended, or the system has no /proc
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kibibytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseInt(kibibytes, 10, 64)
	if err != nil {
		return 0 // a process that is ending has no such line
	}
	return n << 10
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
