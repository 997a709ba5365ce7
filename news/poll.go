package news

import "time"

// SourceState is what is remembered of a Source between two Polls.
type SourceState struct {
	// ETag and LastModified are the validators of the last good answer, byte for byte as they came; empty if it had
	// none. They belong to ValidatorsURL, the URL that issued them.
	ETag, LastModified, ValidatorsURL string
	// BodyHash is the SHA-256 of the last good body; nil before the first.
	BodyHash []byte

	// URL is the address adopted after lasting permanent redirects; empty means the configured one.
	URL string
	// Move is a permanent redirect that has not held long enough yet to be adopted; zero if there is none.
	Move Move

	NextPoll time.Time // when it is due; zero if it never will be (gone, disabled)
	Reason   string    // why NextPoll is when it is, in words
	Earliest time.Time // before this, floor, max-age, ttl or skip hours forbid a request
	Hold     time.Time // before this, Retry-After or a back-off forbids a request, whatever the operator asks

	LastPoll   time.Time // of any outcome
	LastGood   time.Time // of the last Poll that read the Source, 304 and unchanged bodies included
	LastNew    time.Time // of the last Poll that brought an Item
	Outcome    Outcome   // of the last Poll; empty before the first
	HTTPStatus int       // of the last answer; 0 if none came
	Failures   int       // failed Polls in a row
	Error      string    // of the last Poll; empty if it was good
	Gone       bool      // answered 410: polling has stopped

	Health Health // as of the last Poll

	Hints   Hints          // what the last good document asked for
	Cadence Cadence        // how often it brings something
	Items   int            // in the last good document
	Habit   Habit          // what its documents used to be like
	Repairs map[string]int // in how many documents each repair was needed; nil for none
}

// PollURL returns the address to ask for s: the adopted one, or the configured one.
func (st SourceState) PollURL(s Source) string {
	if st.URL != "" {
		return st.URL
	}
	return s.URL
}

// Move is a permanent redirect under observation; one that no Poll has seen is an address that was adopted and given up.
type Move struct {
	URL   string    `json:"url,omitempty"`
	Since time.Time `json:"since,omitzero"`
	Polls int       `json:"polls,omitempty"` // how many Polls in a row have seen it
}

// Hints are the wishes about polling that a feed document itself states, and what of its header outlives its answer.
type Hints struct {
	TTL       time.Duration `json:"ttl,omitempty"`        // RSS <ttl>; 0 if absent
	Period    time.Duration `json:"period,omitempty"`     // syndication module: updatePeriod / updateFrequency; 0 if absent
	SkipHours []int         `json:"skip_hours,omitempty"` // 0 to 23, GMT
	SkipDays  []int         `json:"skip_days,omitempty"`  // time.Weekday numbers, GMT
	// Fresh is the lifetime that the header of the last good 200 gave; 0 if it gave none.
	Fresh time.Duration `json:"fresh,omitempty"`
}

// Cadence is the learned rhythm of a Source.
type Cadence struct {
	Gap    time.Duration `json:"gap,omitempty"`   // smoothed time between two items; 0 before two dated items were seen
	Newest time.Time     `json:"newest,omitzero"` // date of the newest item so far
}

// Outcome is how a Poll ended.
type Outcome string

// The outcomes of a Poll.
const (
	OutcomeChanged     Outcome = "changed"      // 200, with new or changed items
	OutcomeUnchanged   Outcome = "unchanged"    // 200, nothing new in it
	OutcomeSameBytes   Outcome = "same-bytes"   // 200 with the very bytes of last time
	OutcomeNotModified Outcome = "not-modified" // 304
	OutcomeDamaged     Outcome = "damaged"      // 200, cut off; its whole items were saved
	OutcomeNotAFeed    Outcome = "not-a-feed"   // 200, but HTML, empty, unreadable, or no items where there were some
	OutcomeHTTPError   Outcome = "http-error"   // any other status
	OutcomeFailed      Outcome = "failed"       // no answer: address, connection, time, size
)

// Good reports whether the Poll read the Source.
func (o Outcome) Good() bool {
	switch o {
	case OutcomeChanged, OutcomeUnchanged, OutcomeSameBytes, OutcomeNotModified:
		return true
	}
	return false
}

// A Lease is the right of one worker to poll one Source for a while. It fences the save: who lost it cannot save.
type Lease struct {
	Owner string // of this very claim, unique
	Host  string // host:port whose slot was taken together with the Source
	Slot  int    // which slot of that host
}

// A Claim is a Source that is due, leased to the caller.
type Claim struct {
	Source Source
	State  SourceState
	Lease  Lease
}

// A Refresh is what changes of a known Item without a new version of it.
type Refresh struct {
	Fingerprint Fingerprint
	Keys        []Key // that it has not had yet
}

// A Poll is one visit to a Source and its outcome, as it is saved: all of it or nothing.
type Poll struct {
	Source  string // id
	Lease   Lease
	At      time.Time     // in the time of the news
	Took    time.Duration // from request to the last byte
	Bytes   int           // of the decoded body
	Outcome Outcome
	State   SourceState // after this Poll

	New       []Item // Version 1, in the document's order
	Changed   []Item // of known Items, with ID, Version and Keys to add
	Unchanged int
	Refreshed map[int64]Refresh // of known Items, by the store's own number: entries that differ in nothing a reader sees
	Marks     []Mark            // of the document's items, for the next Poll; nil: as before
	Skipped   []string          // why entries were left out, a sentence each

	Alert *Alert // that this Poll gives rise to; nil for none

	NextHost    string        // host:port of the next Poll; empty: as before
	HostHold    time.Time     // no request to HeldHost before this, in the time of the news; zero for none
	HeldHost    string        // host:port, or a dot and a domain, which stands for every host of it
	HostSpacing time.Duration // no request to Lease.Host before this has passed since the save
}
