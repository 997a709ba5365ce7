package news

import "time"

// A Story is the Items that report the same event, with one lead Item. Its id is minted once and never changes.
type Story struct {
	ID      string   `json:"id"`
	Founder string   `json:"founder"` // Item id
	Lead    Report   `json:"lead"`    // what is shown first; at the start the founder
	Also    []Report `json:"also,omitempty"`
}

// A Report is an Item as it stands in a Story, with the facts of its Source.
type Report struct {
	Item        Item   `json:"item"`
	Source      Source `json:"source"`
	DuplicateOf string `json:"duplicate_of,omitempty"` // Item id; empty for an original
	Why         string `json:"why,omitempty"`          // how the duplicate was known: "url" or "text"
	// Withheld says that the Item was decided by its page's text, which its Source does not allow to be shown and which
	// is therefore not in Item.
	Withheld bool `json:"withheld,omitempty"`
}

// An Edition is one published state of a Topic: the Stories chosen, in order, with the revision that names it.
type Edition struct {
	Topic    Topic
	TopicID  string        // UUID; survives a change of slug
	Revision int64         // raised by every change of what is seen
	Updated  time.Time     // of the revision; zero for a Topic that never had an entry
	Page     int           // 0 for the head, else the number of a sealed page
	Previous int           // number of the next older sealed page; 0 if there is none
	Pages    int           // number of the newest sealed page; 0 if there is none
	Entries  []Entry       // highest Number first
	AsOf     time.Time     // of a past state, when it began; zero for what is published now
	Interval time.Duration // of a past state, as TopicState has it of the present one
	// Siblings maps a Story's id to the other Topics that it is in, as slug and title, by slug.
	Siblings map[string][]TopicName
	// Tombstones are the entries of the Topic that were withdrawn last, the newest first, at most [TombstonesKept]. A head has
	// them alone.
	Tombstones []Tombstone
	// Rewritten is when a withdrawal, or its undoing, last changed this sealed page; zero if none did.
	Rewritten time.Time
}

// TombstonesKept is how many withdrawn entries a head tells of: more than one act of withdrawal concerns, but for that of a
// whole Source, and few enough that a head stays small.
const TombstonesKept = 50

// TopicName is how a Topic is referred to by another's entries.
type TopicName struct{ Slug, Title string }

// An Entry is a Story in a Topic's entry log. Its id in every Feed is the Story's.
type Entry struct {
	Number    int64 // place in the entry log, from 1
	Story     Story
	Published time.Time // the founding Item's date, fixed on entry
	Updated   time.Time // the filing time, unique within the Topic; moves only by a stated rule
	Note      string    // a line of the editor's; empty if there is none
}
