package news

import "time"

// Known is what a store already has under one of an entry's keys.
type Known struct {
	Ref         int64 // the store's own number of the Item; means nothing elsewhere
	ID          string
	Version     int
	Fingerprint Fingerprint // of the raw entry that the current version was made from
}

// Waiting is an Item version that waits for the Sorter. Its place in the order of sorting is by the time at which it was
// seen, then by Source id, then by Place in the document: so that it does not matter when the Sorter came by.
type Waiting struct {
	Ref    int64
	Source string
	Place  int
	Seen   time.Time // when this version was
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
	Story  int64 // number
}

// Sorted is what the Sorter made of one Unsorted.
type Sorted struct {
	Ref         int64
	Version     int
	Seq         int64  // the number in the Sorter's order that it expects to take; 0 for a new version, and where any will do
	DuplicateOf int64  // Ref of the original; 0 for an original
	Why         Method // how the duplicate was known
	StoryID     string // of the new Story; empty for a duplicate, for a new version, and for what joins a Story
	Story       int64  // as in Unsorted, or the number of the Story that it joins
	Grouped     Grouped
	Address     Key   // print of the address that it stands under and that is not its own; zero for none
	Void        bool  // that address names nothing, since too many Items of the Source stand there
	Prints      []Key // what a copy of it will be known by; none for a duplicate
	Decisions   []Decision
	Published   time.Time
	Title, Text string // what it is found by, as plain text
	Touched     bool   // a new version: what is shown of it has changed
}

// Grouped is why an Item was placed where it was, and by what later ones are compared with it. Scores are thousandths; Refs
// are 0 where there is nothing to name.
type Grouped struct {
	Contained  int // of a duplicate: how much of the shorter text the longer one has; 0 where that was not asked
	Method     Method
	Score      int
	Need       int
	Against    int64 // Ref of the nearest Item in its Story, or in the one that it did not join
	Rival      int64 // Ref of the nearest Item in the Story after that
	RivalScore int
	Clock      time.Time // of the Sorter
	Form       []byte    // nil for what nothing is compared with; of a new version: for what has not changed
}

// Filed is an Item as it was placed, for later ones to be compared with.
type Filed struct {
	Ref       int64
	Story     int64 // number
	Source    string
	Published time.Time
	Clock     time.Time
	Form      []byte
}

// A GroupingMark says what of the grouping a store has. A Sorter that has read the same needs to read nothing again.
type GroupingMark struct {
	Acts    int64 // raised by every act that changes which Items a Story has
	NextSeq int64 // what the next Item that is sorted takes
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
	Gazetteer string   `json:"gazetteer,omitempty"`
	UpdateOn  UpdateOn `json:"update_on,omitempty"`
}

// UpdateOn says when the growth of a Story moves the date of its entries, beside an edit of its lead.
type UpdateOn string

// Growth never moves a date, which is also what an empty UpdateOn means, or once: when a third Source reports in words of its
// own.
const (
	UpdateNever       UpdateOn = "never"
	UpdateThirdSource UpdateOn = "third_source"
)

// AllUpdateOn lists every UpdateOn.
var AllUpdateOn = []UpdateOn{UpdateNever, UpdateThirdSource}

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
