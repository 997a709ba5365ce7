package cluster

import "math"

const (
	// prior is how many Items of common news the Engine behaves as if it had seen, when it judges how rare a term is. From
	// 2,000 to 8,000 no labelled set moved by more than .005.
	prior = 4000
	// leastRarity is what a term says that is in every Item.
	leastRarity = .05
	// numbersWeigh is how much more a number counts: dates, tolls and ordinals tell look-alike events apart. Measured on ECB+:
	// .892 with 1, .898 with 2.
	numbersWeigh = 2
)

// rarity is how much the occurrence of a term says: the logarithm of how few of the Items so far, and of what is common
// anyway, have it.
func (l *language) rarity(t term) float64 {
	items := 1.
	if p := l.having(t); p != nil {
		items += float64(p.items)
	}
	if share, ok := l.common[t]; ok {
		items += share * prior
	} else {
		items++
	}
	return max(leastRarity, math.Log((float64(l.items)+prior+2)/items))
}

// What a Source repeats in whatever it reports says nothing: its own name, "article, comments, points", and for a paper
// of one country that country. A term begins to lose weight where a share of habitFrom of the Source's last Items has it,
// and has none left at habitAll. Before, one aggregator's 263 items in ten days were one Story.
const (
	habitFrom   = .1
	habitAll    = .5
	habitDoubts = 5 // Items that do not have a term, added to those of a Source
)

// habits returns, for each term, what is left of its weight, given how often the Source has it. The Item in skip does not
// count.
func (e *Engine) habits(s *source, counts []count, skip uint32) []float64 {
	having := e.having(s, counts, skip)
	left := make([]float64, len(counts))
	for i, n := range having {
		share := float64(n) / float64(len(s.recent)+habitDoubts)
		left[i] = max(0, min(1, (habitAll-share)/(habitAll-habitFrom)))
	}
	return left
}

// having returns, for each term, how many of a Source's last Items have it.
func (e *Engine) having(s *source, counts []count, skip uint32) []int {
	asked := &e.scratch.asked
	asked.empty()
	for _, c := range counts {
		asked.add(c.term)
	}
	n := make([]int, len(counts))
	for _, slot := range s.recent {
		if slot == skip {
			continue
		}
		for w := range e.at(slot).vector().all() {
			if i := asked.find(w.term); i >= 0 {
				n[i]++
			}
		}
	}
	return n
}
