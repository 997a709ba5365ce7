package cluster

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
	first map[uint32]uint32   // slot by hash
	more  map[uint32][]uint32 // further slots; few hashes have any
}

func newCopies() copies {
	return copies{first: make(map[uint32]uint32), more: make(map[uint32][]uint32)}
}

// grow makes room for many Items in an index that is empty yet.
func (c *copies) grow(entries []entry) {
	if len(c.first) > 0 {
		return
	}
	n := 0
	for i := range entries {
		s := entries[i].sketch()
		n += min(s.whole().len(), indexedWhole) + min(s.head().len(), indexedHead)
	}
	c.first = make(map[uint32]uint32, n)
}

func (c *copies) add(slot uint32, s sketch) {
	for _, hash := range s.indexed() {
		if _, taken := c.first[hash]; taken {
			c.more[hash] = append(c.more[hash], slot)
			continue
		}
		c.first[hash] = slot
	}
}

func (c *copies) remove(slot uint32, s sketch) {
	for _, hash := range s.indexed() {
		more := c.more[hash]
		switch {
		case c.first[hash] != slot:
			more = without(more, slot)
		case len(more) == 0:
			delete(c.first, hash)
		default:
			c.first[hash], more = more[0], more[1:]
		}
		if len(more) > 0 {
			c.more[hash] = more
			continue
		}
		delete(c.more, hash)
	}
}

// sharing returns all originals that have a looked-up hash in common with a sketch.
func (c *copies) sharing(s sketch) (found []uint32) {
	for _, hash := range distinct(s.hashes.first(s.hashes.len())) {
		slot, ok := c.first[hash]
		if more := c.more[hash]; ok && len(more)+1 < commonRun {
			found = append(append(found, slot), more...)
		}
	}
	return distinct(found)
}

// indexed are the hashes by which a text is found.
func (s sketch) indexed() []uint32 {
	if s.runs < minRuns {
		return nil
	}
	return distinct(append(s.whole().first(indexedWhole), s.head().first(indexedHead)...))
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
