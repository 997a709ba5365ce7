package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

// told makes a report of an event that eight in a row tell, each in another order of words.
func told(i int) Report {
	r := rand.New(rand.NewPCG(uint64(i/8), 9))
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour)
	words := make([]string, 30)
	for i := range words {
		words[i] = fmt.Sprintf("w%dx", r.IntN(700))
	}
	title := strings.Join(words[:6], " ")
	rand.New(rand.NewPCG(uint64(i), 1)).Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return Report{Ref: int64(i + 1), Story: int64(i + 1), Source: fmt.Sprint("s", i%7), Title: title,
		Text: strings.Join(words, " ") + fmt.Sprintf(" v%dx", i%40), Published: at, Seen: at}
}

// placedFrom places reports in an Engine whose first slot is given, editing some.
func placedFrom(slot uint32, room int) (all []Placement) {
	e := New(Join)
	e.base, e.indexed, e.room = slot, slot, room
	for i := range 900 {
		all = append(all, e.Place(told(i)))
		if i%10 == 9 {
			edited := told(i - 9)
			edited.Title = told(i - 20).Title
			e.Edit(edited)
		}
	}
	return all
}

// TestSlotsGoRound: what a posting has of a slot begins anew among the Items in memory.
func TestSlotsGoRound(t *testing.T) {
	want := placedFrom(0, mostItems)
	if joined := slices.IndexFunc(want[600:], func(p Placement) bool { return p.Method == news.MethodJoined }); joined < 0 {
		t.Fatal("nothing joined a story, which tells nothing")
	}
	for _, first := range []uint32{1<<slotBits - 500, 1<<(slotBits-1) - 500, 3<<slotBits - 1} {
		if diff := cmp.Diff(want, placedFrom(first, mostItems)); diff != "" {
			t.Fatalf("from slot %d (-from 0 +got):\n%.2000s", first, diff)
		}
	}
}

// TestTheOldestMakeRoom: an Engine keeps the newest of more Items than it has room for.
func TestTheOldestMakeRoom(t *testing.T) {
	e := New(Join)
	e.room = 3
	for i := range 8 {
		e.Place(told(8 * i))
	}
	if len(e.entries) != 3 || len(e.slots) != 3 || len(e.stories) != 3 || e.at(e.base).ref != 41 {
		t.Errorf("got %d items, the oldest %d, want the last 3", len(e.entries), e.at(e.base).ref)
	}
	if p := e.Place(told(41)); p.Story != 41 {
		t.Errorf("got %+v, want the story of one that is there", p)
	}
	if p := e.Place(told(1)); p.Story != 2 {
		t.Errorf("got %+v, want a story of its own: the event is forgotten", p)
	}
}
