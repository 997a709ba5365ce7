package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTitled places, edits and lets go Items under few headlines, one of them too short for a pattern, and compares what is found
// under each with what is in memory.
func TestTitled(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	titles := []string{"Live", "Morning briefing", "Evening briefing", "Day 3: what we know"}
	for _, first := range []uint32{0, 1<<slotBits - 20} {
		e := New(Join)
		e.base, e.indexed, e.room = first, first, 30
		for i := range 500 {
			report := told(i)
			report.Source, report.Title = fmt.Sprint(r.IntN(2)), titles[r.IntN(len(titles))]
			e.Place(report)
			edited := told(max(0, i-r.IntN(40)))
			edited.Title = titles[r.IntN(len(titles))]
			e.Edit(edited)
			checkTitled(t, e, titles)
		}
	}
}

func checkTitled(t *testing.T, e *Engine, titles []string) {
	t.Helper()
	for _, s := range e.sources {
		for _, title := range titles {
			pattern := titlePrintOf(title).pattern
			var want []uint32
			for i := range e.entries {
				if it := &e.entries[i]; it.source == s && it.title.pattern == pattern && pattern != 0 {
					want = append(want, e.base+uint32(i))
				}
			}
			slices.Reverse(want)
			if got := slices.Collect(e.titled(s, pattern)); !slices.Equal(got, want) {
				t.Fatalf("under %q: got slots %d, want %d", title, got, want)
			}
		}
	}
}
