package cluster

import "slices"

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
	// slots are of up to so many Items by hash, the first of a hash in the first map and so on: a list for each hash that two
	// texts share would take five times as much.
	slots [commonRun - 1]map[uint32]uint32
	more  map[uint32][]uint32 // further slots, of a run that is nobody's own
}

func newCopies() (c copies) {
	for i := range c.slots {
		c.slots[i] = make(map[uint32]uint32)
	}
	c.more = make(map[uint32][]uint32)
	return c
}

// grow makes room for many Items in an index that is empty yet.
func (c *copies) grow(entries []entry) {
	if len(c.slots[0]) > 0 {
		return
	}
	n := 0
	for i := range entries {
		s := entries[i].sketch()
		n += min(s.whole().len(), indexedWhole) + min(s.head().len(), indexedHead)
	}
	c.slots[0] = make(map[uint32]uint32, n)
}

func (c *copies) add(slot uint32, s sketch) {
	for _, hash := range s.indexed() {
		c.put(hash, slot)
	}
}

func (c *copies) put(hash, slot uint32) {
	for _, slots := range c.slots {
		if _, taken := slots[hash]; !taken {
			slots[hash] = slot
			return
		}
	}
	c.more[hash] = append(c.more[hash], slot)
}

func (c *copies) remove(slot uint32, s sketch) {
	for _, hash := range s.indexed() {
		c.take(hash, slot)
	}
}

// take takes out a slot of a hash, which is there.
func (c *copies) take(hash, slot uint32) {
	for i, slots := range c.slots {
		if at, ok := slots[hash]; ok && at == slot {
			c.fill(i, hash)
			return
		}
	}
	c.keep(hash, without(c.more[hash], slot))
}

// fill has another slot of a hash take the place of the one in a map: the oldest there is no place for, or the last.
func (c *copies) fill(place int, hash uint32) {
	if more := c.more[hash]; len(more) > 0 {
		c.slots[place][hash] = more[0]
		c.keep(hash, more[1:])
		return
	}
	for _, slots := range slices.Backward(c.slots[place:]) {
		if last, ok := slots[hash]; ok {
			c.slots[place][hash] = last
			delete(slots, hash)
			return
		}
	}
}

func (c *copies) keep(hash uint32, more []uint32) {
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
	for _, slots := range c.slots {
		slot, ok := slots[hash]
		if !ok {
			return found
		}
		found = append(found, slot)
	}
	if len(c.more[hash]) > 0 {
		return found[:n]
	}
	return found
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
