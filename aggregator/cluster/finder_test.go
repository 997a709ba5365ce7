package cluster

import (
	"math/rand/v2"
	"testing"
)

// TestLensAgreesWithSearch compares what a lens finds with a search term by term, on vectors whose terms crowd together, and
// has each lens used again.
func TestLensAgreesWithSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var l lens
	for range 2000 {
		v, other := crowded(r), crowded(r)
		l.onto(v)
		var sum tally
		sum.add(other, 1)
		product, shared := int64(0), 0
		for w := range other.all() {
			if mine := v.from(w.term); len(mine) > 0 && mine.at(0).term == w.term && w.weight > 0 && mine.at(0).weight > 0 {
				product += int64(w.weight) * int64(mine.at(0).weight)
				shared++
			}
		}
		if gotProduct, gotShared := l.dot(other); gotProduct != product || gotShared != shared {
			t.Fatalf("dot(%v, %v) = %d, %d; want %d, %d", v, other, gotProduct, gotShared, product, shared)
		}
		if got := l.of(sum); got != product {
			t.Fatalf("%v of the tally of %v = %d, want %d", v, other, got, product)
		}
	}
}

// crowded makes a vector of terms that often want the same place of a finder, some at its end.
func crowded(r *rand.Rand) (v vector) {
	for t := range term(40) {
		if r.IntN(3) == 0 {
			v = v.with(weighed{t/4*finderPlaces + finderPlaces - 3 + t%4, uint8(r.IntN(256))})
		}
	}
	return v
}
