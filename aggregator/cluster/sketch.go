package cluster

import (
	"encoding/binary"
	"slices"
)

// A sketch is what copies of a text are known by: the least of the hashes of all its runs of three words. Of two
// sketches it can be told how much of the shorter text stands in the longer one.
type sketch struct {
	runs   uint32 // different runs of three words in the text
	hashes hashes // whole, then head
}

// whole are the least wholeSize of the runs, ascending.
func (s sketch) whole() hashes { return s.hashes[:hashSize*min(s.runs, wholeSize)] }

// head are all runs of the first headWords words, ascending, if whole has not all of the text; else none.
func (s sketch) head() hashes { return s.hashes[hashSize*min(s.runs, wholeSize):] }

// hashes are hashes of runs, as they lie in a store.
type hashes []byte

const hashSize = 4

func (h hashes) len() int        { return len(h) / hashSize }
func (h hashes) at(i int) uint32 { return binary.LittleEndian.Uint32(h[hashSize*i:]) }
func (h hashes) last() uint32    { return h.at(h.len() - 1) }

// first returns the first n, or all if there are fewer.
func (h hashes) first(n int) []uint32 {
	n = min(n, h.len())
	out := make([]uint32, n)
	for i := range out {
		out[i] = h.at(i)
	}
	return out
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
	first := distinct(slices.Clone(all[:head]))
	all = distinct(all)
	s := sketch{runs: uint32(len(all)), hashes: hashesOf(all[:min(len(all), wholeSize)])}
	if len(all) > wholeSize { // else whole is all there is
		s.hashes = append(s.hashes, hashesOf(first)...)
	}
	return s
}

func hashesOf(runs []uint32) hashes {
	h := make(hashes, 0, hashSize*(wholeSize+headWords))
	for _, run := range runs {
		h = binary.LittleEndian.AppendUint32(h, run)
	}
	return h
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
	complete := a.runs <= wholeSize
	score, seen := overlap(a.whole(), b.whole(), complete, b.runs <= wholeSize)
	if len(b.head()) == 0 {
		return score * boolInt(seen >= minSeen)
	}
	head, headSeen := overlap(a.beginning(), b.head(), complete || len(a.head()) > 0, true)
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
func (s sketch) beginning() hashes {
	if head := s.head(); len(head) > 0 {
		return head
	}
	return s.whole()
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
func overlap(a, b hashes, aComplete, bComplete bool) (score, seen int) {
	limit := ^uint32(0)
	if !aComplete {
		limit = a.last()
	}
	if !bComplete {
		limit = min(limit, b.last())
	}
	shared, seenA, seenB := 0, 0, 0
	i, j := 0, 0
	for i < a.len() || j < b.len() {
		switch {
		case j == b.len() || i < a.len() && a.at(i) < b.at(j):
			if a.at(i) <= limit {
				seenA++
			}
			i++
		case i == a.len() || b.at(j) < a.at(i):
			if b.at(j) <= limit {
				seenB++
			}
			j++
		default:
			if a.at(i) <= limit {
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
