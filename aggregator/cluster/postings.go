package cluster

import "slices"

// postings are the Items that have a term.
type postings struct {
	items int       // with or without weight
	list  []posting // with weight, by slot
}

// A posting is an Item that has a term, in four bytes, since there are more of them than of anything else: the last
// slotBits bits of its slot, and the weight. Slots go round in those bits: of two it is known which is the older as long as
// they are no more than half a round apart, which is [mostItems].
type posting uint32

const (
	weightBits = 8
	slotBits   = 32 - weightBits
	// mostItems is how many Items an Engine keeps at most, the newest: 600,000 a day for as long as the Window lasts.
	mostItems = 1 << (slotBits - 1)
)

func postingOf(slot uint32, weight uint8) posting { return posting(slot<<weightBits | uint32(weight)) }

func (p posting) weight() uint8 { return uint8(p) }

// since returns how many slots after another, not newer one the Item is.
func (p posting) since(slot uint32) uint32 { return (uint32(p) - slot<<weightBits) >> weightBits }

// bySlot is negative for an Item that is older than that in a slot, and 0 for that itself.
func bySlot(p posting, slot uint32) int { return int(int32(uint32(p)-slot<<weightBits) >> weightBits) }

func (p *postings) add(slot uint32, weight uint8) {
	p.items++
	if weight == 0 {
		return
	}
	i := len(p.list)
	if i > 0 && bySlot(p.list[i-1], slot) > 0 { // an edit
		i, _ = slices.BinarySearchFunc(p.list, slot, bySlot)
	}
	if len(p.list) == cap(p.list) {
		p.list = wider(p.list)
	}
	p.list = slices.Insert(p.list, i, postingOf(slot, weight))
}

// wider returns a list with room for a quarter more. Postings are kept for two weeks, and append would double a list.
func wider(list []posting) []posting {
	return append(make([]posting, 0, len(list)+len(list)/4+2), list...)
}

func (p *postings) remove(slot uint32, weight uint8) {
	p.items--
	if weight == 0 {
		return
	}
	if len(p.list) > 0 && bySlot(p.list[0], slot) == 0 { // the oldest leaves the window; a search would read far-off memory
		p.list = p.list[1:]
		return
	}
	if i, ok := slices.BinarySearchFunc(p.list, slot, bySlot); ok {
		p.list = slices.Delete(p.list, i, i+1)
	}
}

// A language is the index of the Items of one language.
type language struct {
	tag      string
	stemmer  *stemmer
	common   map[term]float64
	postings [termParts]map[term]*postings // by the first bits of the term
	items    int
}

// termParts is how many parts the terms are in, by their first termPartBits bits; in a vector each part is in one piece.
const (
	termPartBits = 4
	termParts    = 1 << termPartBits
)

func (t term) part() int { return int(t >> (32 - termPartBits)) }

func newLanguage(tag string) *language {
	l := &language{tag: tag, stemmer: newStemmer(tag)}
	for part := range l.postings {
		l.postings[part] = make(map[term]*postings)
	}
	if tag == "en" {
		l.common = commonEnglish()
	}
	return l
}

// having returns the Items that have a term; nil if none has.
func (l *language) having(t term) *postings { return l.postings[t.part()][t] }

func (l *language) add(slot uint32, v vector) {
	l.items++
	for w := range v.all() {
		l.addTerm(slot, w)
	}
}

// addPart is add for the terms of one part; it leaves the other parts and the number of Items alone.
func (l *language) addPart(slot uint32, v vector, part int) {
	for w := range v.from(term(part << (32 - termPartBits))).all() {
		if w.term.part() != part {
			return
		}
		l.addTerm(slot, w)
	}
}

func (l *language) addTerm(slot uint32, w weighed) {
	of := l.postings[w.term.part()]
	p, ok := of[w.term]
	if !ok {
		p = new(postings)
		of[w.term] = p
	}
	p.add(slot, w.weight)
}

func (l *language) remove(slot uint32, v vector) {
	l.items--
	for w := range v.all() {
		p := l.having(w.term)
		if p.remove(slot, w.weight); p.items == 0 {
			delete(l.postings[w.term.part()], w.term)
		}
	}
}

// longestLanguage is how many letters the language of a tag has at most (RFC 5646, section 2.1); a form says its length in a byte.
const longestLanguage = 8

// primary returns the language of a BCP 47 tag without what follows it, in lower case; English for an empty one.
func primary(tag string) string {
	b := []byte(tag)
	for i, c := range b {
		if i == longestLanguage || !isASCIILetter(c) {
			b = b[:i]
			break
		}
		b[i] = c | 0x20
	}
	if len(b) == 0 {
		return "en"
	}
	return string(b)
}
