package cluster

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"sort"
)

// A weighed is a term of an Item with its weight; 0 for one that its Source repeats in whatever it reports.
type weighed struct {
	term   term
	weight uint8
}

// A vector is what an Item is about: its terms in their order, with weights whose squares sum to about unit². It is made
// once, as the frequencies were when the Item was placed. It lies in memory as in a store, five bytes a term: hundreds of
// thousands are kept, and as a slice of [weighed] each term would take eight.
type vector []byte

// weighedSize is how many bytes a term of a vector takes: four of its hash, one of its weight.
const weighedSize = 5

func (v vector) len() int { return len(v) / weighedSize }

// at returns the ith term.
func (v vector) at(i int) weighed {
	b := v[i*weighedSize : i*weighedSize+weighedSize]
	return weighed{term(binary.LittleEndian.Uint32(b)), b[4]}
}

// with returns the vector with one more term at its end.
func (v vector) with(w weighed) vector {
	return append(binary.LittleEndian.AppendUint32(v, uint32(w.term)), w.weight)
}

// all yields the terms in their order.
func (v vector) all() iter.Seq[weighed] {
	return func(yield func(weighed) bool) {
		for i := range v.len() {
			if !yield(v.at(i)) {
				return
			}
		}
	}
}

const (
	// unit is the length of a vector.
	unit = 255
	// maxTerms bounds a vector to its heaviest terms. 64 of 90 cost .003 of BCubed F1 on BASIL, 80 nothing.
	maxTerms = 80
	// maxIdle bounds how many terms without weight are kept, by which a Source's habits are known.
	maxIdle = 24
)

// A count is how often a term occurs in an Item, the title counting double, and later words less than early ones.
type count struct {
	term term
	n    float64
}

// How words count. Measured on BASIL and ECB+ (BCubed F1): 60 words that count alike .952 and .866, 160 words with fading
// .980 and .895; saturation instead of the logarithm another .01 on ECB+.
const (
	// titleWords and leadWords are how many words of a title and of a text count.
	titleWords = 60
	leadWords  = 160
	// titleWeight is what a word of the title counts, fading what each word of the text counts of the one before it.
	titleWeight = 2
	fading      = .985
	// untitledWords are the first words of a text without a title, which count once more.
	untitledWords = 16
	// saturation is how soon repeating a term adds nothing more, as in BM25 (k1).
	saturation = 1
)

// saturated is what a term counts in the end: once 1, and never more than 1+saturation.
func (c count) saturated() float64 { return c.n * (1 + saturation) / (c.n + saturation) }

// counts returns the terms of an Item in their order. They are valid until the next Item's.
func (s *stemmer) counts(title, text string) []count {
	sum := s.sum
	clear(sum)
	s.add(sum, title, titleWeight, 1, titleWords)
	if title == "" {
		s.add(sum, text, 1, 1, untitledWords)
	}
	s.add(sum, text, 1, fading, leadWords)
	all := s.all[:0]
	for t, n := range sum {
		all = append(all, count{t, n})
	}
	slices.SortFunc(all, func(a, b count) int { return cmp.Compare(a.term, b.term) })
	s.all = all
	return all
}

// add counts the first words of a text: the first counts weight, and each after it fade of the one before.
func (s *stemmer) add(sum map[term]float64, text string, weight, fade float64, atMost int) {
	words := scanner{rest: text}
	var pair glyphPair
	for range atMost {
		w, ok := words.next()
		if !ok {
			return
		}
		switch t := pair.term(w, s); {
		case t == 0:
		case w.number:
			sum[t] += numbersWeigh * weight
		default:
			sum[t] += weight
		}
		weight *= fade
	}
}

// A glyphPair makes terms of each two neighbouring glyphs, in scripts that write no blanks between words.
type glyphPair struct{ before term }

// term returns the term that a word completes; 0 for none.
func (p *glyphPair) term(w word, s *stemmer) term {
	if !w.glyph {
		p.before = 0
		return s.term(w)
	}
	before, this := p.before, termOf(w.text)
	p.before = this
	if before == 0 {
		return 0
	}
	return before*31 ^ this
}

// vectorOf makes a vector of terms and their weights.
func vectorOf(counts []count, weights []float64) vector {
	least, squares := lightest(weights), 0.
	for _, w := range weights {
		if w >= least {
			squares += w * w
		}
	}
	scale := unit / math.Sqrt(max(squares, 1e-9))
	v := make(vector, 0, weighedSize*min(len(counts), maxTerms+maxIdle))
	idle := 0
	for i, c := range counts {
		switch w := weights[i]; {
		case w <= 0 && idle < maxIdle:
			idle++
			v = v.with(weighed{c.term, 0})
		case w > 0 && w >= least && v.len()-idle < maxTerms:
			v = v.with(weighed{c.term, uint8(max(1, math.Round(w*scale)))})
		}
	}
	return v
}

// lightest returns the least weight that is among the heaviest maxTerms.
func lightest(weights []float64) float64 {
	if len(weights) <= maxTerms {
		return 0
	}
	sorted := slices.Sorted(slices.Values(weights))
	return sorted[len(sorted)-maxTerms]
}

// squares returns the sum of a vector's squared weights.
func (v vector) squares() (sum int64) {
	for w := range v.all() {
		sum += int64(w.weight) * int64(w.weight)
	}
	return sum
}

// from returns the vector from a term on.
func (v vector) from(t term) vector {
	return v[weighedSize*sort.Search(v.len(), func(i int) bool { return v.at(i).term >= t }):]
}
