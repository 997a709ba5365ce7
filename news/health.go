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
	HealthFailing  HealthState = "failing"    // does not answer, or with an error, or cut off, or has lost what it used to hold
	HealthMoved    HealthState = "moved"      // lives at another address for good
	HealthStale    HealthState = "stale"      // answers, but has been silent for far longer than it used to be
	HealthSlow     HealthState = "slow"       // takes long to answer
	HealthFine     HealthState = "fine"       //
)

// Habit is what the documents of a Source used to be like, against which its Health is judged.
type Habit struct {
	Items  Extent    `json:"items,omitzero"`
	Bytes  Extent    `json:"bytes,omitzero"`  // decoded
	Shrunk time.Time `json:"shrunk,omitzero"` // since when they are much smaller than they ever were; zero: they are not
	// Churned is how many documents in a row named their items otherwise than the one before.
	Churned int `json:"churned,omitempty"`
}

// Extent is a size of documents: of the last one, and the least that is usual.
type Extent struct {
	Last  int     `json:"last,omitempty"`
	Least float64 `json:"least,omitempty"` // 0 before the first document
}

// An Alert says that the Health of a Source has changed: it fell sick, is sick in another way, or came back.
type Alert struct {
	ID         string // UUID; see [AlertID]
	Source     string // id
	Name       string // of the Source, as it was then
	Was, State HealthState
	At         time.Time // when it was noticed, in the time of the news; no two Alerts of a store have the same
	Why        string    // a sentence; empty for HealthFine
}
