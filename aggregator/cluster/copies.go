package cluster

import (
	"iter"
	"slices"
)

const (
	// indexedWhole and indexedHead are how many of the least hashes of a sketch are looked up.
	indexedWhole = 16
	indexedHead  = 12
	// commonRun is in how many originals a run of words stands that is nobody's own: "read the full story at".
	commonRun = 4
	// contained is from which containment a text is a copy, and containedShort where the shorter one has fewer than shortRuns
	// runs of words; in thousandths. Two reports of one event can share the sentence that an agency or an office gave out:
	// in ten days of real news, that were 5 of 30 copies read at .5.
	contained      = 500
	containedShort = 700
	shortRuns      = 60
)

// copies finds texts that share runs of words. Only originals are in it, so that copies are never chained.
type copies struct {
	places places            // of up to commonRun-1 Items of a hash
	more   map[uint32][]cell // further ones, of a run that is nobody's own
}

// newCopies begins an index of texts. sketch reads that of a slot which is in it.
func newCopies(sketch func(slot uint32) sketch) copies {
	c := copies{more: make(map[uint32][]cell)}
	c.places.hash = func(slot uint32, i int) uint32 { return sketch(slot).indexedAt(i) }
	c.places.empty(0)
	return c
}

// makeRoom lets further Items be added, and one be edited, beside those that are known already, of which the first is in the
// slot base. Where there is no room the index is made anew.
func (c *copies) makeRoom(base uint32, known, fresh []entry) {
	c.places.base = base
	n := indexedWhole + indexedHead + indexedOf(fresh)
	if c.places.fit(n) {
		return
	}
	c.places.empty(n + indexedOf(known))
	clear(c.more)
	for i := range known {
		c.add(base+uint32(i), known[i].sketch())
	}
}

// indexedOf returns by how many hashes Items are found, at most.
func indexedOf(entries []entry) (n int) {
	for i := range entries {
		s := entries[i].sketch()
		n += min(s.whole().len(), indexedWhole) + min(s.head().len(), indexedHead)
	}
	return n
}

func (c *copies) add(slot uint32, s sketch) {
	for i, hash := range s.indexed() {
		c.put(cellOf(slot, i, hash), hash)
	}
}

func (c *copies) put(one cell, hash uint32) {
	if !c.places.put(one, hash, commonRun-1) {
		c.more[hash] = append(c.more[hash], one)
	}
}

func (c *copies) remove(slot uint32, s sketch) {
	for _, hash := range s.indexed() {
		c.take(hash, slot)
	}
}

// take takes out a slot of a hash, which is there. One for which there was no place takes its place.
func (c *copies) take(hash, slot uint32) {
	more := c.more[hash]
	if !c.places.take(hash, slot) {
		c.keep(hash, slices.DeleteFunc(more, func(one cell) bool { return c.places.slot(one) == slot }))
	} else if len(more) > 0 {
		c.places.put(more[0], hash, commonRun-1)
		c.keep(hash, more[1:])
	}
}

func (c *copies) keep(hash uint32, more []cell) {
	if len(more) == 0 {
		delete(c.more, hash)
		return
	}
	c.more[hash] = more
}

// sharing returns all originals that have a looked-up hash in common with a sketch.
func (c *copies) sharing(s sketch) (found []uint32) {
	for _, hash := range distinct(s.hashes.first(s.hashes.len())) {
		found = c.appendOf(found, hash)
	}
	return distinct(found)
}

// appendOf appends the slots of a hash; none of a run that is nobody's own.
func (c *copies) appendOf(found []uint32, hash uint32) []uint32 {
	n := len(found)
	found = c.places.appendOf(found, hash)
	if len(found) == n+commonRun-1 && len(c.more[hash]) > 0 {
		return found[:n]
	}
	return found
}

// indexed yields the hashes by which a text is found, each once and with its place; see [sketch.indexedAt].
func (s sketch) indexed() iter.Seq2[int, uint32] {
	return func(yield func(int, uint32) bool) {
		if s.runs < minRuns {
			return
		}
		whole, head := s.whole().first(indexedWhole), s.head().first(indexedHead)
		for i, hash := range whole {
			if !yield(i, hash) {
				return
			}
		}
		for i, hash := range head {
			if _, twice := slices.BinarySearch(whole, hash); !twice && !yield(indexedWhole+i, hash) {
				return
			}
		}
	}
}

// indexedAt returns the hash at a place: the first are of the whole text, then come those of its head.
func (s sketch) indexedAt(i int) uint32 {
	if i < indexedWhole {
		return s.whole().at(i)
	}
	return s.head().at(i - indexedWhole)
}

// original returns the slot of the text that an Item copies, with the containment; false if it copies none. Of several, it
// is the one that shares most, then the earliest.
func (e *Engine) original(it *entry) (slot uint32, score int, ok bool) {
	mine := it.sketch()
	if mine.runs < minRuns {
		return 0, 0, false
	}
	for _, candidate := range e.copies.sharing(mine) {
		o := e.at(candidate)
		if o.source == it.source || o.title.updates(it.title) {
			continue
		}
		c := containment(mine, o.sketch())
		if c < enough(mine, o.sketch()) || ok && (c < score || c == score && candidate > slot) {
			continue
		}
		if !e.isFramed(it, o) {
			slot, score, ok = candidate, c, true
		}
	}
	return slot, score, ok
}

// enough is from which containment one of two texts is a copy of the other.
func enough(a, b sketch) int {
	if min(a.runs, b.runs) < shortRuns {
		return containedShort
	}
	return contained
}
