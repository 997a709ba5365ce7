package cluster

import (
	"slices"
)

// A sketch is what copies of a text are known by: the least of the hashes of all its runs of three words. Of two
// sketches it can be told how much of the shorter text stands in the longer one.
type sketch struct {
	runs  uint32   // different runs of three words in the text
	whole []uint32 // the least wholeSize of them, ascending
	head  []uint32 // all those of the first headWords words, if the text is longer; else none
}

const (
	shingle   = 3
	wholeSize = 64
	headWords = 60
)

// sketchOf makes the sketch of a text.
func sketchOf(text string) sketch {
	words := scanner{rest: text}
	var all []uint32
	var hashes [shingle]uint32
	head := 0
	for n := 0; ; n++ {
		w, ok := words.next()
		if !ok {
			break
		}
		hashes[n%shingle] = uint32(termOf(w.text))
		if n >= shingle-1 {
			all = append(all, mix(hashes[(n+1)%shingle], hashes[(n+2)%shingle], hashes[n%shingle]))
		}
		if n < headWords {
			head = len(all)
		}
	}
	s := sketch{head: distinct(slices.Clone(all[:head]))}
	all = distinct(all)
	s.runs = uint32(len(all))
	s.whole = slices.Clone(all[:min(len(all), wholeSize)])
	if len(all) <= wholeSize {
		s.head = nil // whole is all there is
	}
	return s
}

// mix hashes three words in their order.
func mix(a, b, c uint32) uint32 {
	h := (uint64(a)*0x9e3779b97f4a7c15+uint64(b))*0xc2b2ae3d27d4eb4f + uint64(c)
	h ^= h >> 29
	h *= 0xbf58476d1ce4e5b9
	return uint32(h >> 32)
}

func distinct(hashes []uint32) []uint32 {
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

// containment returns how much of the shorter text stands in the longer one, in thousandths; 0 where too little is known.
func containment(a, b sketch) int {
	if a.runs > b.runs {
		a, b = b, a
	}
	if a.runs < minRuns {
		return 0
	}
	complete := len(a.whole) == int(a.runs)
	score, seen := overlap(a.whole, b.whole, complete, len(b.whole) == int(b.runs))
	if b.head == nil {
		return score * boolInt(seen >= minSeen)
	}
	head, headSeen := overlap(a.beginning(), b.head, complete || a.head != nil, true)
	switch {
	case headSeen < minSeen:
		head = 0
	case complete:
		score = max(score*boolInt(seen >= minSeen), head) // all of a can be looked for in b's beginning
	}
	if seen < minSeen && head < sameHead {
		return 0
	}
	return score
}

// sameHead is how much of the beginnings must agree where the whole texts tell little, in thousandths.
const sameHead = 700

// beginning is what is known of a text's first words.
func (s sketch) beginning() []uint32 {
	if s.head != nil {
		return s.head
	}
	return s.whole
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// minRuns is how many runs of words the shorter text must have; shorter ones recur with other meanings. minSeen is how
// many of them two sketches must speak of to compare them.
const (
	minRuns = 15
	minSeen = 8
)

// overlap estimates the containment of two texts from the hashes that both sketches would hold if they were there: those up
// to the lesser of their greatest. A complete sketch has no greatest.
func overlap(a, b []uint32, aComplete, bComplete bool) (score, seen int) {
	limit := ^uint32(0)
	if !aComplete {
		limit = a[len(a)-1]
	}
	if !bComplete {
		limit = min(limit, b[len(b)-1])
	}
	shared, seenA, seenB := 0, 0, 0
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			if a[i] <= limit {
				seenA++
			}
			i++
		case i == len(a) || b[j] < a[i]:
			if b[j] <= limit {
				seenB++
			}
			j++
		default:
			if a[i] <= limit {
				shared++
				seenA++
				seenB++
			}
			i++
			j++
		}
	}
	if seen = min(seenA, seenB); seen > 0 {
		score = 1000 * shared / seen
	}
	return score, seen
}
