package cluster

// places hold where hashes stand: in the Item of a slot, at a place among the hashes that it is found by. A hash itself stands
// in the Item's sketch alone, so that a place takes four bytes, where a map would take twenty. Few Items share a hash; for one
// that many share it is slow.
type places struct {
	hash  func(slot uint32, i int) uint32 // reads the hash at a place
	cells []cell                          // each at its hash's own, or the next that was free
	taken int                             // cells that are not free, those that were left included
	base  uint32                          // a slot that is older than none in it
}

// A cell is a place: the last bits of a slot, a place in it, and a few bits of the hash, so that nearly all others are told
// without reading them.
type cell uint32

const (
	freeCell cell = 0
	leftCell cell = 1 << (tagBits + hashPlaceBits) // was taken, so that what is sought may stand behind it

	tagBits       = 4
	hashPlaceBits = 5
	cellSlotBits  = 32 - hashPlaceBits - tagBits
)

// The slots of all Items that an Engine keeps are told apart by a cell, and the hashes by which each is found.
const (
	_ = uint(1<<cellSlotBits - mostItems)
	_ = uint(1<<hashPlaceBits - indexedWhole - indexedHead)
)

func cellOf(slot uint32, i int, hash uint32) cell {
	return cell(slot<<(hashPlaceBits+tagBits) | uint32(i)<<tagBits | tagOf(hash))
}

// tagOf returns the bits of a hash in a cell; never 0.
func tagOf(hash uint32) uint32 { return hash%(1<<tagBits-1) + 1 }

// fullShare is the share of cells that may be taken, and newShare that of a new index, in percent. With 85 and 62 placing an Item
// took a twelfth longer, since more cells of other hashes were read.
const (
	fullShare = 75
	newShare  = 55
)

// fit reports whether so many more can be put in.
func (p *places) fit(more int) bool { return 100*(p.taken+more) <= fullShare*len(p.cells) }

// empty begins anew, with room for so many and some more.
func (p *places) empty(n int) {
	p.cells = make([]cell, 100*n/newShare+1)
	p.taken = 0
}

// own returns the cell that a hash stands in if no other took it. The least hashes of texts are small, so they are spread.
func (p *places) own(hash uint32) int {
	return int(uint64(hash*0x9e3779b1) * uint64(len(p.cells)) >> 32)
}

func (p *places) after(i int) int {
	if i++; i == len(p.cells) {
		return 0
	}
	return i
}

// slot returns the slot that a cell is of.
func (p *places) slot(c cell) uint32 {
	const shift = hashPlaceBits + tagBits
	return p.base + (uint32(c)-p.base<<shift)>>shift
}

// is reports whether a cell is a hash's.
func (p *places) is(c cell, hash uint32) bool {
	const tag, place = 1<<tagBits - 1, 1<<hashPlaceBits - 1
	return uint32(c)&tag == tagOf(hash) && p.hash(p.slot(c), int(c>>tagBits&place)) == hash
}

// put adds a place of a hash, unless as many have the hash as may.
func (p *places) put(one cell, hash uint32, atMost int) bool {
	room, n := -1, 0
	i := p.own(hash)
	for ; p.cells[i] != freeCell; i = p.after(i) {
		switch c := p.cells[i]; {
		case c == leftCell:
			room = i
		case p.is(c, hash):
			n++
		}
	}
	if n >= atMost {
		return false
	}
	if room < 0 {
		room = i
		p.taken++
	}
	p.cells[room] = one
	return true
}

// take takes a hash of a slot out, and reports whether it was there.
func (p *places) take(hash, slot uint32) bool {
	for i := p.own(hash); p.cells[i] != freeCell; i = p.after(i) {
		if c := p.cells[i]; p.is(c, hash) && p.slot(c) == slot {
			p.cells[i] = leftCell
			return true
		}
	}
	return false
}

// appendOf appends the slots that have a hash.
func (p *places) appendOf(slots []uint32, hash uint32) []uint32 {
	for i := p.own(hash); p.cells[i] != freeCell; i = p.after(i) {
		if c := p.cells[i]; p.is(c, hash) {
			slots = append(slots, p.slot(c))
		}
	}
	return slots
}
