package news

import "time"

// An ItemRecord is all that a store knows of how an Item came and where it stands: what explains it.
type ItemRecord struct {
	Item     Item   // in its current version
	Source   Source // as it is now
	Versions int
	Poll     PollRecord // that brought it; zero once records of that time are pruned
	KnownBy  []string   // the kinds of its identity keys, the strongest first: "guid", "url", "text", "earlier" for a former one
	Unsorted bool       // waits for the Sorter, which has not seen this version
	Page     string     // how the fetch of its page stands: "waiting" or a [PageOutcome]; empty where none is wanted
	// Canonical is the address that its page gives itself, where that is another than its own; empty: none, or not fetched.
	Canonical string

	Grouping  Grouping          // zero while it was never sorted
	Titles    map[string]string // of the Items that Grouping names, by id
	Story     string            // id; empty while it was never sorted
	Placed    string            // id of the Story that the Sorter put it in, where an Act has moved it
	Lead      bool              // it leads the Story
	Reports   int               // in the Story
	Entries   []EntryRecord
	Decisions []Decision // on its current version, or on its original's, under the present rules, by Topic
	Topics    []Topic    // as configured now
	Acts      []Act      // that touch it, its Story or its Source, in order
	Withdrawn time.Time  // with its Source, its Story, or by itself; zero if it is not
}

// A PollRecord is what is kept of a Poll.
type PollRecord struct {
	Number  int64
	At      time.Time
	Outcome Outcome
	New     int
}

// An EntryRecord is where an Item's Story stands in a Topic.
type EntryRecord struct {
	Topic              string // slug
	Story              string // UUID under which it was filed: another's, where Stories were merged
	Number             int64
	Page               int // 0: the head
	Shown              bool
	Published, Updated time.Time
}

// Decided is a version of an Item with what was decided of it, each Decision under its Rule.
type Decided struct {
	Item      Item
	Decisions []Decision
}
