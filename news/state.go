package news

import (
	"errors"
	"time"
)

// ErrMoved is returned by SaveSorted where the store is not what the Sorter took it for: an Item has changed since it was
// read, or another process has sorted. Nothing was saved.
var ErrMoved = errors.New("what was sorted has changed meanwhile")

// ErrNotFound is returned by a store for what it never had.
var ErrNotFound = errors.New("not found")

// ErrGone is returned by a store for what it had and has no more: a removed Topic, a withdrawn Story.
var ErrGone = errors.New("gone")

// TopicState is a Topic with what a reader of the list of topics needs.
type TopicState struct {
	Topic
	ID       string        // UUID; see [TopicID]
	Revision int64         // raised by every change of what is seen
	Updated  time.Time     // of the revision; zero for a Topic that never had an entry
	Entries  int           // in the head
	Pages    int           // number of the newest sealed page; 0 if there is none
	Interval time.Duration // mean time between its last entries, as of the revision; 0 if it has fewer than two
	Removed  bool          // no longer configured: answered by 410
	Edits    int64         // of published reports; raised by each
	Edited   time.Time     // when the newest of them was seen; zero if there was none
}

// SourceStatus is a Source with its state, for listings.
type SourceStatus struct {
	Source
	State     SourceState
	Count     int  // Items stored
	Withdrawn bool // by an editor: in no output
}

// Word says in a word, or three, how the Source is: "disabled", "new", or its [HealthState].
func (s SourceStatus) Word() string {
	switch {
	case s.Disabled:
		return "disabled"
	case s.State.Health.State == "":
		return "new"
	}
	return string(s.State.Health.State)
}

// StoryRecord is a Story with why it is where it is, for its page.
type StoryRecord struct {
	Story     Story
	Note      string      // an editor's; empty if there is none
	FirstSeen time.Time   // of the founding Item
	Topics    []TopicName // that it is in, by slug
	Countries []TopicName // that it is about, by slug
	Decisions []Decision  // of the lead Item's current version, by topic
	Earlier   []Report    // the lead in its earlier versions, the newest first
}
