package news

import "time"

// Health is how a Source is, since when, and why, as its Polls tell.
type Health struct {
	State HealthState `json:"state,omitempty"` // empty before the first Poll
	Since time.Time   `json:"since,omitzero"`  // of this State
	Why   string      `json:"why,omitempty"`   // a sentence; empty for HealthFine
}

// Sick reports whether the operator should look at the Source.
func (h Health) Sick() bool { return h.State != "" && h.State != HealthFine }

// HealthState is a word for how a Source is.
type HealthState string

// The states of health, from the worst.
const (
	HealthGone     HealthState = "gone"       // answered 410
	HealthBlocked  HealthState = "blocked"    // refuses us, or asks us to wait again and again
	HealthNotAFeed HealthState = "not a feed" // answers 200 with something else, or with nothing
	HealthFailing  HealthState = "failing"    // does not answer, or with an error, or cut off
	HealthMoved    HealthState = "moved"      // lives at another address for good
	HealthStale    HealthState = "stale"      // answers, but has been silent for far longer than it used to be
	HealthSlow     HealthState = "slow"       // takes long to answer
	HealthFine     HealthState = "fine"       //
)
