package news

import "time"

// Known is what a store already has under one of an entry's keys.
type Known struct {
	Ref         int64 // the store's own number of the Item; means nothing elsewhere
	ID          string
	Version     int
	Fingerprint Fingerprint // of the raw entry that the current version was made from
}

// Waiting is an Item version that waits for the Sorter. Its place in the order of sorting is by Source id, then by
// Place in the document.
type Waiting struct {
	Ref    int64
	Source string
	Place  int
}

// Unsorted is a Waiting Item with its text.
type Unsorted struct {
	Ref   int64
	Item  Item
	Again bool  // sorted before; this is a new version of it
	Story int64 // the store's own number of its Story; 0 unless Again
	Copy  bool  // a duplicate of another Item; false unless Again
	Bare  bool  // its texts are gone, as their time was over
}

// An Original is an Item that copies of it are recognised by.
type Original struct {
	Ref    int64
	Source string
}

// Sorted is what the Sorter made of one Unsorted.
type Sorted struct {
	Ref         int64
	Version     int
	DuplicateOf int64  // Ref of the original; 0 for an original
	Why         string // how the duplicate was known: "url" or "text"
	StoryID     string // of the new Story; empty for a duplicate and for a new version
	Story       int64  // as in Unsorted
	Prints      []Key  // what a copy of it will be known by; none for a duplicate
	Decisions   []Decision
	Published   time.Time
	Title, Text string // what it is found by, as plain text
	Touched     bool   // a new version: what is shown of it has changed
}

// Refile is a Topic whose rule has changed since its Items were decided, with how far the deciding has come.
type Refile struct {
	Topic Topic
	After int64 // Ref of the last Item decided under the new rule
}

// Configuration is the part of the configuration that decides what is polled and published. It is kept in the store,
// so that processes on one store cannot disagree.
type Configuration struct {
	Number  int      `json:"-"` // given by the store, from 1
	Sources []Source `json:"sources"`
	Topics  []Topic  `json:"topics"`
	Exclude []string `json:"exclude,omitempty"` // terms for all topics with rules
	// Gazetteer names what the program knows of countries; another one is a change of every rule that asks for them.
	Gazetteer string `json:"gazetteer,omitempty"`
}

// ClaimRequest says which Sources to lease.
type ClaimRequest struct {
	At      time.Time // now, in the time of the news
	Limit   int       // at most so many
	PerHost int       // requests at a time to one host; at least 1
	Lease   time.Duration
	Pass    string // names a pass over all that is due; a Source is claimed once in a pass; empty: no pass
	Due     Due
	Source  string // only this id; empty: all
}

// Due says how much of the schedule a claim heeds. None ignores Retry-After, spacing, or a Source that is gone.
type Due string

// The ways to be due: by schedule; ignoring the learned cadence; ignoring floor, max-age, ttl and skip hours too.
const (
	DueScheduled Due = ""
	DueAll       Due = "all"
	DueForced    Due = "force"
)

// A Seat is a lease of which there is one by its name, such as the Sorter's. It is taken from a store and fences what is
// saved from it.
type Seat struct {
	Name   string
	Holder string // of this very taking, unique
}
