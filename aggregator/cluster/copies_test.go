package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCopiesFindWhoShares adds texts and takes them away in any order, slot 0 among them, beside lists that are plainly right.
func TestCopiesFindWhoShares(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	c := newCopies()
	const hashes, slots = 40, 12
	var want [hashes][]uint32
	for range 20_000 {
		hash, slot := uint32(r.IntN(hashes)), uint32(r.IntN(slots))
		if i := slices.Index(want[hash], slot); i < 0 {
			c.put(hash, slot)
			want[hash] = append(want[hash], slot)
		} else {
			c.take(hash, slot)
			want[hash] = slices.Delete(want[hash], i, i+1)
		}
		got, sharing := c.appendOf(nil, hash), slices.Sorted(slices.Values(want[hash]))
		if len(sharing) >= commonRun {
			sharing = nil
		}
		if slices.Sort(got); !slices.Equal(got, sharing) {
			t.Fatalf("got %v, want %v", got, sharing)
		}
	}
}
