package cluster

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTally adds vectors and takes them away in any order, beside a map that is plainly right.
func TestTally(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, terms := range []int{8, 100, 5000} {
		var sum tally
		var squares int64
		want := make(map[term]int64)
		var in []vector
		for range 400 {
			sign := int32(1)
			var v vector
			if len(in) > 0 && r.IntN(5) < 2 {
				i := r.IntN(len(in))
				v, sign = in[i], -1
				in = slices.Delete(in, i, i+1)
			} else {
				v = someVector(r, terms)
				in = append(in, v)
			}
			squares += sum.add(v, sign)
			for w := range v.all() {
				want[w.term] += int64(sign) * int64(w.weight)
			}
			maps.DeleteFunc(want, func(_ term, n int64) bool { return n == 0 })
			checkTally(t, sum, squares, want)
			checkProduct(t, sum, someVector(r, terms), want)
		}
	}
}

func someVector(r *rand.Rand, terms int) (v vector) {
	weights := make(map[term]uint8)
	for range r.IntN(maxTerms) {
		weights[term(r.IntN(terms))] = uint8(r.IntN(4))
	}
	for _, t := range slices.Sorted(maps.Keys(weights)) {
		v = v.with(weighed{t, weights[t]})
	}
	return v
}

func checkTally(t *testing.T, sum tally, squares int64, want map[term]int64) {
	t.Helper()
	var wantSquares int64
	for _, n := range want {
		wantSquares += n * n
	}
	if len(sum) != len(want) || squares != wantSquares {
		t.Fatalf("got %d terms, squares %d, want %d, %d", len(sum), squares, len(want), wantSquares)
	}
	for i, s := range sum {
		if i > 0 && sum[i-1].term >= s.term || int64(s.weight) != want[s.term] {
			t.Fatalf("got %+v at %d, want weight %d and terms in order", s, i, want[s.term])
		}
	}
}

func checkProduct(t *testing.T, sum tally, v vector, want map[term]int64) {
	t.Helper()
	var product int64
	for w := range v.all() {
		product += int64(w.weight) * want[w.term]
	}
	if got := sum.dot(v); got != product {
		t.Fatalf("got product %d, want %d", got, product)
	}
}
