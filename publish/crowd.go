package publish

import (
	"maps"
	"sync"
	"time"
)

// Who is slow must not keep all others waiting: of the places for pushes one host has half at most, and one that kept
// somebody waiting to the end is left alone for a while.
const (
	pushesOfHost = pushes / 2
	hostRest     = time.Minute
)

// A crowd knows who is at which host. It is safe for concurrent use.
type crowd struct {
	mu      sync.Mutex
	at      map[string]int
	resting map[string]time.Time // until when
}

func newCrowd() *crowd { return &crowd{at: make(map[string]int), resting: make(map[string]time.Time)} }

// enter takes a place at a host, or returns after how long to ask again.
func (c *crowd) enter(host string, now time.Time) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.resting[host]; now.Before(until) {
		return until.Sub(now)
	}
	if c.at[host] >= pushesOfHost {
		return pushTick
	}
	c.at[host]++
	return 0
}

// leave gives the place back. slow has the host rest.
func (c *crowd) leave(host string, now time.Time, slow bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at[host]--; c.at[host] == 0 {
		delete(c.at, host)
	}
	if slow {
		maps.DeleteFunc(c.resting, func(_ string, until time.Time) bool { return !now.Before(until) })
		c.resting[host] = now.Add(hostRest)
	}
}
