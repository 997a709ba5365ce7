package curate

import (
	"encoding/binary"
	"strings"
)

// headLength is how many bytes of a word an index looks at: as many as fit one machine word. What has the same head
// is compared in full.
const headLength = 8

// An index finds the patterns that may begin at a place of a folded text, by its next bytes. The cost of a look-up
// does not depend on how many patterns there are.
type index struct {
	gates [1 << gateBits]gate
	exact table // of the patterns whose first word is complete
	open  table // of those whose first word may go on
	short uint8 // the lengths of heads in open that are too short for a gate
}

// A gate says for the words that begin with the same three bytes what lengths of heads there are: bit n-1 for length
// n. Words that begin otherwise may share it, so it only rules out. Most words of a text end here.
type gate struct{ exact, open uint8 }

const (
	gateBits = 13 // 16 KiB stay in the first-level cache of a processor; at 2,000 terms three in four are shut
	gateHead = 3  // bytes
)

// add files the pattern p, which has the given number.
func (x *index) add(p pattern, number int32) {
	first, _, phrase := strings.Cut(p.folded, " ")
	if p.inside {
		first, phrase = p.folded, false
	}
	n := min(len(first), headLength)
	head := headOf([]byte(first+blanks)) & headMask[n]
	if p.inside || p.prefix && !phrase {
		x.open.add(head, number)
		if n < gateHead {
			x.short |= 1 << (n - 1)
		}
		x.gate(head).open |= 1 << (n - 1)
		return
	}
	x.exact.add(head, number)
	x.gate(head).exact |= 1 << (n - 1)
}

// headMask[n] keeps the first n bytes of a head.
var headMask = [headLength + 1]uint64{0, 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1, 1<<64 - 1}

func headOf(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// gate returns the gate of the words with this head.
func (x *index) gate(head uint64) *gate {
	return &x.gates[(head&headMask[gateHead])*golden>>(64-gateBits)]
}

// golden is 2⁶⁴ divided by the golden ratio: a factor that spreads what differs little over the upper bits.
const golden = 0x9e3779b97f4a7c15

// A table holds numbers of patterns by head: an open-addressed hash table, of which a look-up for what is not there, the
// usual case, reads one word. The zero value is empty. A map takes more than twice as long (BenchmarkMatch2000).
type table struct {
	sieve   *[1 << sieveBits / 64]uint64 // a bit for each head, by its hash: what has none is not there; nil while empty
	heads   []uint64                     // a power of two of them, at least half of them 0, which no word has
	numbers [][]int32                    // by place in heads
	used    int
}

// sieveBits make 8 KiB: of 2,000 heads one in thirty looks for another's bit.
const sieveBits = 16

// add files a number under a head other than 0.
func (t *table) add(head uint64, number int32) {
	if 2*t.used >= len(t.heads) {
		t.grow()
	}
	i := t.slot(head)
	if t.heads[i] == 0 {
		t.heads[i] = head
		t.used++
		if t.sieve == nil {
			t.sieve = new([1 << sieveBits / 64]uint64)
		}
		bit := head * golden >> (64 - sieveBits)
		t.sieve[bit/64] |= 1 << (bit % 64)
	}
	t.numbers[i] = append(t.numbers[i], number)
}

// find returns the numbers filed under a head; nil if there are none.
func (t *table) find(head uint64) []int32 {
	if t.sieve == nil {
		return nil
	}
	if bit := head * golden >> (64 - sieveBits); t.sieve[bit/64]>>(bit%64)&1 == 0 {
		return nil
	}
	i := t.slot(head)
	if t.heads[i] == 0 {
		return nil
	}
	return t.numbers[i]
}

// slot returns the place that has the head, or the free one where it belongs. The table has grown once.
func (t *table) slot(head uint64) int {
	heads := t.heads
	last := len(heads) - 1
	for i := int(head*golden>>32) & last; ; i = (i + 1) & last {
		if heads[i] == head || heads[i] == 0 {
			return i
		}
	}
}

func (t *table) grow() {
	heads, numbers := t.heads, t.numbers
	n := max(16, 2*len(heads))
	t.heads, t.numbers = make([]uint64, n), make([][]int32, n)
	for i, head := range heads {
		if head != 0 {
			j := t.slot(head)
			t.heads[j], t.numbers[j] = head, numbers[i]
		}
	}
}
