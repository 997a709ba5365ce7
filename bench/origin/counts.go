package main

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// stats is what was asked of the origin since the last reset, as /control/stats prints it.
type stats struct {
	Mode               string         `json:"mode"`
	Version            int            `json:"version"`
	Requests           int            `json:"requests"` // for documents
	Status             map[int]int    `json:"status"`   // how many of which answer, unknown paths included
	BytesSent          int64          `json:"bytes_sent"`
	Connections        int            `json:"connections"` // opened
	SourcesSeen        int            `json:"sources_seen"`
	Unconditional      int            `json:"unconditional"`       // without a validator
	UnconditionalAgain int            `json:"unconditional_again"` // although the source's last 200 gave one
	Early              int            `json:"early"`               // sooner than max-age after the source's last answer
	UnknownPaths       map[string]int `json:"unknown_paths"`       // robots.txt and guesses
	MaxConcurrent      int            `json:"max_concurrent"`
	MaxPerHost         int            `json:"max_per_host"`   // at a time
	MaxPerSource       int            `json:"max_per_source"` // at a time
}

// counts observes requests. It is safe for concurrent use.
type counts struct {
	maxAge time.Duration

	mu        sync.Mutex
	stats     stats
	open      int         // requests being answered
	hosts     map[int]int // the same, by host
	sources   map[int]int // the same, by source
	last      map[int]time.Time
	validated map[int]bool // the last 200 gave a validator; outlives a reset
}

func newCounts(maxAge time.Duration) *counts {
	c := &counts{maxAge: maxAge, validated: map[int]bool{}}
	c.reset()
	return c
}

// reset counts from zero. What is being answered at that moment is forgotten, so reset between phases.
func (c *counts) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats = stats{Status: map[int]int{}, UnknownPaths: map[string]int{}}
	c.open, c.hosts, c.sources, c.last = 0, map[int]int{}, map[int]int{}, map[int]time.Time{}
}

// begin notes a request for a source's document.
func (c *counts) begin(source, host int, conditional bool, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.stats
	s.Requests++
	c.open++
	c.hosts[host]++
	c.sources[source]++
	s.MaxConcurrent = max(s.MaxConcurrent, c.open)
	s.MaxPerHost = max(s.MaxPerHost, c.hosts[host])
	s.MaxPerSource = max(s.MaxPerSource, c.sources[source])
	if !conditional {
		s.Unconditional++
		if c.validated[source] {
			s.UnconditionalAgain++
		}
	}
	if last, ok := c.last[source]; ok && now.Sub(last) < c.maxAge {
		s.Early++
	}
}

// end notes the answer to a request that began.
func (c *counts) end(source, host, status, size int, validators bool, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open--
	c.hosts[host]--
	c.sources[source]--
	c.last[source] = now
	c.stats.Status[status]++
	c.stats.BytesSent += int64(size)
	if status == http.StatusOK {
		c.validated[source] = validators
	}
}

// unknown notes a request for anything else, which is answered with 404.
func (c *counts) unknown(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Status[http.StatusNotFound]++
	c.stats.UnknownPaths[path]++
}

// connState is the server's hook: it counts connections.
func (c *counts) connState(_ net.Conn, state http.ConnState) {
	if state != http.StateNew {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Connections++
}

// snapshot is a copy of what was counted.
func (c *counts) snapshot() stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.SourcesSeen = len(c.last)
	s.Status, s.UnknownPaths = map[int]int{}, map[string]int{}
	for status, n := range c.stats.Status {
		s.Status[status] = n
	}
	for path, n := range c.stats.UnknownPaths {
		s.UnknownPaths[path] = n
	}
	return s
}
