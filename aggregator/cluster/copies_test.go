package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCopiesFindWhoShares adds texts and takes them away in any order, slot 0 among them, beside lists that are plainly right.
// All hashes begin at few cells, and every second one looks alike there.
func TestCopiesFindWhoShares(t *testing.T) {
	const hashes, slots = 28, 12
	hashAt := func(i int) uint32 { return uint32(i * (1 + i%2*(1<<tagBits-2))) }
	for _, base := range []uint32{0, 1<<cellSlotBits - 6, 1<<32 - 6} {
		r := rand.New(rand.NewPCG(1, 1))
		c := copies{more: make(map[uint32][]cell)}
		c.places = places{hash: func(_ uint32, i int) uint32 { return hashAt(i) }, base: base}
		c.places.empty(hashes * (commonRun - 1))
		var want [hashes][]uint32
		for range 20_000 {
			i, slot := r.IntN(hashes), base+uint32(r.IntN(slots))
			hash := hashAt(i)
			if !c.places.fit(1) {
				refill(&c, want[:], hashAt)
			}
			if at := slices.Index(want[i], slot); at < 0 {
				c.put(cellOf(slot, i, hash), hash)
				want[i] = append(want[i], slot)
			} else {
				c.take(hash, slot)
				want[i] = slices.Delete(want[i], at, at+1)
			}
			got, sharing := c.appendOf(nil, hash), slices.Sorted(slices.Values(want[i]))
			if len(sharing) >= commonRun {
				sharing = nil
			}
			if slices.Sort(got); !slices.Equal(got, sharing) {
				t.Fatalf("from slot %d: got %v, want %v", base, got, sharing)
			}
		}
	}
}

// refill makes an index anew, as is done where what has left takes up too much of it.
func refill(c *copies, slots [][]uint32, hashAt func(i int) uint32) {
	c.places.empty(2 * len(slots) * (commonRun - 1))
	clear(c.more)
	for i := range slots {
		for _, slot := range slots[i] {
			c.put(cellOf(slot, i, hashAt(i)), hashAt(i))
		}
	}
}
