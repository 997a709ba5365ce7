package news

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// An Act is what an editor did to what is published: who, when, why, and to what. Acts are data: what they make of Stories
// and entries is a function of those in force, so that one can be undone whatever came after it.
//
// Which of the fields from Story on are used depends on the Kind; the others are empty.
type Act struct {
	ID   string // UUID; see [ActID]
	Kind ActKind
	At   time.Time // in the time of the news
	By   string    // who; never empty
	Why  string    // never empty

	Story  string   // UUID
	Other  string   // UUID: of a merge the Story that goes into Story, of a split or an ejection the one that it founded
	Topic  string   // slug: where to pin, to hide, to show the note; empty: in all Topics
	From   string   // slug: where a moved Story leaves
	Items  []string // UUIDs: what is split off, ejected, withdrawn, or leads
	Source string   // id: what is withdrawn
	Text   string   // of a note

	Title string // the headline of the Item, or of the Story's lead; for people, filled in by the store

	Undoes string  // id of the Act that one of Kind [ActUndo] undoes
	Undone Undoing // zero while in force
}

// An Undoing is by whom, when and why an Act was undone.
type Undoing struct {
	At      time.Time
	By, Why string
}

// InForce reports whether a has not been undone.
func (a Act) InForce() bool { return a.Undone.At.IsZero() }

// ActKind is what an Act does.
type ActKind string

// The kinds of Acts.
const (
	ActPin      ActKind = "pin"      // the Story is in the Topic, whatever the rule says
	ActHide     ActKind = "hide"     // the Story is not in the Topic's head, whatever the rule says
	ActMove     ActKind = "move"     // from one Topic to another
	ActNote     ActKind = "note"     // a line of the editor's stands with the entry
	ActWithdraw ActKind = "withdraw" // a Story, an Item or a Source is out of every output
	ActMerge    ActKind = "merge"    // two Stories are one
	ActSplit    ActKind = "split"    // some Items of a Story are a Story of their own
	ActEject    ActKind = "eject"    // one Item of a Story is a Story of its own
	ActLead     ActKind = "lead"     // an Item of a Story leads it
	ActUndo     ActKind = "undo"     // an earlier Act is undone; it is kept with that one
)

// ActKinds lists every ActKind that is kept as an Act of its own.
var ActKinds = []ActKind{ActPin, ActHide, ActMove, ActNote, ActWithdraw, ActMerge, ActSplit, ActEject, ActLead}

// Validate reports whether k is one of [ActKinds].
func (k ActKind) Validate() error { return oneOf("act", k, ActKinds) }

// Regroups reports whether Acts of the kind change which Items a Story has.
func (k ActKind) Regroups() bool { return k == ActMerge || k == ActSplit || k == ActEject }

// Validate reports what a lacks to be done, whatever the store holds.
func (a Act) Validate() error {
	if strings.TrimSpace(a.By) == "" {
		return errors.New("nobody is named: say who, with --by NAME")
	}
	if strings.TrimSpace(a.Why) == "" {
		return errors.New("no reason is given: say why, with --why TEXT")
	}
	if a.Kind == ActUndo {
		return nil
	}
	if err := a.Kind.Validate(); err != nil {
		return err
	}
	if missing := a.missing(); missing != "" {
		return fmt.Errorf("%s: names no %s", a.Kind, missing)
	}
	return nil
}

// missing names what an Act of its Kind cannot do without.
func (a Act) missing() string {
	switch {
	case a.Kind == ActWithdraw:
		if a.Story == "" && len(a.Items) == 0 && a.Source == "" {
			return "story, item or source"
		}
	case a.Story == "":
		return "story"
	case (a.Kind == ActPin || a.Kind == ActMove) && a.Topic == "":
		return "topic"
	case a.Kind == ActMove && a.From == "":
		return "topic to leave"
	case a.Kind == ActMerge && a.Other == "":
		return "second story"
	case (a.Kind == ActSplit || a.Kind == ActEject || a.Kind == ActLead) && len(a.Items) == 0:
		return "item"
	case a.Kind == ActNote && a.Text == "":
		return "text"
	}
	return ""
}

// An ActOutcome says what an Act, or its undoing, changed.
type ActOutcome struct {
	Act     Act
	Topics  []string // slugs of those whose Editions changed, sorted
	Items   int      // that are in another Story now, withdrawn now, or no more
	Entries int      // that came, went, or say something else now
	Pages   int      // sealed pages that were written anew; only a withdrawal does that
	Known   bool     // the Act was there already, in this very state: nothing was done
}

// actSpace is the namespace of the Acts' UUIDs (RFC 9562, version 5). It never changes.
var actSpace = uuid.MustParse("5b7e9d14-0a6c-5f83-8d27-e3c1b4a96f02")

// ActID mints the id of an Act from what it is and a generation, 0 but for an Act that is done twice in one millisecond.
func ActID(a Act, generation int) string {
	parts := append([]string{string(a.Kind), a.At.UTC().Format(time.RFC3339Nano), a.By, a.Story, a.Other, a.Topic, a.From,
		a.Source, a.Text, fmt.Sprint(generation)}, a.Items...)
	return uuid.NewSHA1(actSpace, []byte(strings.Join(parts, "\x00"))).String()
}

// A Tombstone says that an entry was withdrawn, so that readers who have it may drop it.
type Tombstone struct {
	Story string // UUID
	At    time.Time
}

// Apart is an Item that an editor took out of a Story.
type Apart struct{ Item, Story string } // UUIDs
