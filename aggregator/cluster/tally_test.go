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

// TestStoriesOfAnySize: whether a Story keeps a sum or not, its squares and its product with an Item are those of its members.
func TestStoriesOfAnySize(t *testing.T) {
	e := New(Join)
	kept, not := 0, 0
	for i := range 900 {
		e.Place(told(i))
		if i%3 == 2 {
			edited := told(i - 2)
			edited.Text = told(i - 30).Text
			e.Edit(edited)
		}
		v := e.at(e.base + uint32(len(e.entries)) - 1).vector()
		e.scratch.lens.onto(v)
		for _, s := range e.stories {
			e.sum(s)
			if s.sum != nil {
				kept++
			} else if len(s.members) > 1 {
				not++
			}
			checkStory(t, e, s, v)
		}
	}
	if kept == 0 || not == 0 {
		t.Errorf("got %d stories with a sum and %d of several members without: one kind was not seen", kept, not)
	}
}

func checkStory(t *testing.T, e *Engine, s *story, v vector) {
	t.Helper()
	var want tally
	var squares int64
	for _, m := range s.members {
		squares += want.add(e.at(m).vector(), 1)
	}
	if product := e.product(s, nil); s.squares != squares || product != want.dot(v) {
		t.Fatalf("got squares %d and product %d of %d members, want %d and %d", s.squares, product, len(s.members), squares, want.dot(v))
	}
}
