package main

import (
	"os"
	"testing"
)

func TestHighWater(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc here")
	}
	if got := highWater(os.Getpid()); got < 1<<20 {
		t.Errorf("this process has had %d bytes at most, want at least 1 MiB", got)
	}
	if got := highWater(-1); got != 0 {
		t.Errorf("no process has had %d bytes, want 0", got)
	}
}
