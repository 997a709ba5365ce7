package main

import (
	"encoding/json"
	"hash/fnv"
	"math"
)

// A prf is precision, recall and their harmonic mean.
type prf struct {
	P  float64 `json:"p"`
	R  float64 `json:"r"`
	F1 float64 `json:"f1"`
}

func newPRF(p, r float64) prf {
	return prf{P: p, R: r, F1: ratio(2*p*r, p+r)}
}

// scores compare a grouping with the gold one. An undefined figure is 0. Sources: BCubed, Bagga & Baldwin 1998; adjusted
// Rand index, Hubert & Arabie 1985; NMI normalised by the geometric mean, Strehl & Ghosh 2002.
type scores struct {
	Items     int     `json:"items"`
	Stories   float64 `json:"stories"` // a mean over runs
	BCubed    prf     `json:"bcubed"`
	Pairs     prf     `json:"pairs"`
	ARI       float64 `json:"ari"`
	NMI       float64 `json:"nmi"`
	USPerItem float64 `json:"us_per_item"` // microseconds
}

// A table counts how many items two groupings put into each pair of groups.
type table struct {
	n          float64
	joint      map[[2]int]float64
	gold, made []float64 // sizes of groups
}

// tabulate counts; gold and made number the group of each item.
func tabulate(gold, made []int) table {
	t := table{n: float64(len(gold)), joint: make(map[[2]int]float64)}
	for i := range gold {
		t.joint[[2]int{gold[i], made[i]}]++
		t.gold = oneMore(t.gold, gold[i])
		t.made = oneMore(t.made, made[i])
	}
	return t
}

func oneMore(sizes []float64, group int) []float64 {
	for len(sizes) <= group {
		sizes = append(sizes, 0)
	}
	sizes[group]++
	return sizes
}

func compare(gold, made []int) scores {
	t := tabulate(gold, made)
	s := scores{Items: len(gold), BCubed: t.bcubed()}
	for _, size := range t.made {
		if size > 0 {
			s.Stories++
		}
	}
	s.Pairs, s.ARI = t.pairs()
	s.NMI = t.nmi()
	return s
}

func (t table) bcubed() prf {
	var p, r float64
	for group, both := range t.joint {
		p += both * both / t.made[group[1]]
		r += both * both / t.gold[group[0]]
	}
	return newPRF(ratio(p, t.n), ratio(r, t.n))
}

func (t table) pairs() (prf, float64) {
	var both, gold, made float64
	for _, size := range t.joint {
		both += pairsOf(size)
	}
	for _, size := range t.gold {
		gold += pairsOf(size)
	}
	for _, size := range t.made {
		made += pairsOf(size)
	}
	expected := ratio(gold*made, pairsOf(t.n))
	return newPRF(ratio(both, made), ratio(both, gold)), ratio(both-expected, (gold+made)/2-expected)
}

func pairsOf(n float64) float64 { return n * (n - 1) / 2 }

func (t table) nmi() float64 {
	mutual := 0.
	for group, both := range t.joint {
		mutual += both / t.n * math.Log(t.n*both/(t.gold[group[0]]*t.made[group[1]]))
	}
	return ratio(mutual, math.Sqrt(t.entropy(t.gold)*t.entropy(t.made)))
}

func (t table) entropy(sizes []float64) (h float64) {
	for _, size := range sizes {
		if size > 0 {
			h -= size / t.n * math.Log(size/t.n)
		}
	}
	return h
}

func ratio(a, b float64) float64 {
	if b == 0 || math.IsNaN(a) || math.IsNaN(b) {
		return 0
	}
	return a / b
}

// mean returns the mean of several runs over the same items.
func mean(runs []scores) scores {
	m := scores{Items: runs[0].Items}
	k := float64(len(runs))
	for _, s := range runs {
		m.Stories += s.Stories / k
		m.BCubed = m.BCubed.plus(s.BCubed, k)
		m.Pairs = m.Pairs.plus(s.Pairs, k)
		m.ARI += s.ARI / k
		m.NMI += s.NMI / k
		m.USPerItem += s.USPerItem / k
	}
	return m
}

func (a prf) plus(b prf, k float64) prf { return prf{a.P + b.P/k, a.R + b.R/k, a.F1 + b.F1/k} }

// MarshalJSON rounds to six decimals: more would be noise.
func (s scores) MarshalJSON() ([]byte, error) {
	type plain scores
	for _, f := range []*float64{&s.Stories, &s.BCubed.P, &s.BCubed.R, &s.BCubed.F1, &s.Pairs.P, &s.Pairs.R, &s.Pairs.F1, &s.ARI, &s.NMI, &s.USPerItem} {
		*f = math.Round(*f*1e6) / 1e6
	}
	return json.Marshal(plain(s))
}

// groupNumbers numbers names in the order of their first occurrence.
func groupNumbers[T comparable](names []T) []int {
	numbers := make(map[T]int)
	out := make([]int, len(names))
	for i, name := range names {
		n, ok := numbers[name]
		if !ok {
			n = len(numbers)
			numbers[name] = n
		}
		out[i] = n
	}
	return out
}

// eventPart says which of n parts an event belongs to.
func eventPart(event string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(event))
	return int(h.Sum32() % uint32(n))
}
