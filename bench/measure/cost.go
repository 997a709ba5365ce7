package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cost is what a command used, its waited-for children included in time and memory.
type cost struct {
	wall, user, system time.Duration
	peak               int64 // bytes of resident memory, at most
	written            int64 // bytes that it caused to be sent to storage: write_bytes less cancelled_write_bytes of proc(5)
}

// costOf runs cmd to its end. The cost is known also when the command failed.
func costOf(cmd *exec.Cmd) (cost, error) {
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	written, readErr := writtenAtExit(cmd.Process.Pid)
	c := cost{wall: time.Since(start), written: written}
	err := cmd.Wait()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.user, c.system = cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
		c.peak = usage.Maxrss << 10 // getrusage(2): kibibytes
	}
	if err != nil {
		return c, fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	return c, readErr
}

// writtenAtExit waits until the process has ended and reads what it wrote, before it is reaped and forgotten.
func writtenAtExit(pid int) (int64, error) {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err == nil {
			break
		}
		if !errors.Is(err, unix.EINTR) {
			return 0, fmt.Errorf("wait for process %d: %w", pid, err)
		}
	}
	io, err := readIO(fmt.Sprintf("/proc/%d/io", pid))
	if err != nil {
		return 0, err
	}
	return io["write_bytes"] - io["cancelled_write_bytes"], nil
}

// readIO reads the counters of a /proc/PID/io.
func readIO(path string) (map[string]int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	defer f.Close()
	counters := map[string]int64{}
	s := bufio.NewScanner(f)
	for s.Scan() {
		name, value, _ := strings.Cut(s.Text(), ": ")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read counters: line %q: %w", s.Text(), err)
		}
		counters[name] = n
	}
	return counters, s.Err()
}

// databaseSize is the size of an SQLite database and its journals; 0 when path is empty or nothing is there yet.
func databaseSize(path string) (int64, error) {
	if path == "" {
		return 0, nil
	}
	var total int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("size of database: %w", err)
		}
		total += info.Size()
	}
	return total, nil
}
