package publish

import (
	"maps"
	"sync"
	"time"
)

// Who is slow must not keep all others waiting. Subscribers that were never confirmed, of which anyone can make up any number at
// any number of hosts, have places of their own, and less patience is had with them. Of the places of a queue all hosts of one
// registered domain have half at most, and where one kept somebody waiting to the end, its domain is left alone for a while.
const (
	pushPlaces      = 32 // callbacks that are waited for at a time
	newcomerPlaces  = 16
	newcomerTimeout = 10 * time.Second
	hostRest        = time.Minute
)

// A queue is the subscriptions that are attended to together, and knows who is at which domain. It is safe for concurrent use.
type queue struct {
	confirmed bool          // they were confirmed once
	places    int           // that they have
	timeout   time.Duration // of a visit

	mu      sync.Mutex
	at      map[string]int
	resting map[string]time.Time // until when
}

func newQueue(confirmed bool, places int, timeout time.Duration) *queue {
	return &queue{confirmed: confirmed, places: places, timeout: timeout, at: make(map[string]int), resting: make(map[string]time.Time)}
}

// enter takes a place at a domain, or returns after how long to ask again.
func (q *queue) enter(domain string, now time.Time) (wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if until := q.resting[domain]; now.Before(until) {
		return until.Sub(now)
	}
	if q.at[domain] >= q.places/2 {
		return pushTick
	}
	q.at[domain]++
	return 0
}

// leave gives the place back. slow has the domain rest.
func (q *queue) leave(domain string, now time.Time, slow bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.at[domain]--; q.at[domain] == 0 {
		delete(q.at, domain)
	}
	if slow {
		maps.DeleteFunc(q.resting, func(_ string, until time.Time) bool { return !now.Before(until) })
		q.resting[domain] = now.Add(hostRest)
	}
}
