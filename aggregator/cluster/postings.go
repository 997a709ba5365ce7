package cluster

import (
	"cmp"
	"slices"
)

// postings are the Items that have a term.
type postings struct {
	items int       // with or without weight
	list  []posting // with weight, by slot
}

type posting struct {
	slot   uint32
	weight uint8
}

func bySlot(p posting, slot uint32) int { return cmp.Compare(p.slot, slot) }

func (p *postings) add(slot uint32, weight uint8) {
	p.items++
	if weight == 0 {
		return
	}
	i := len(p.list)
	if i > 0 && p.list[i-1].slot > slot { // an edit
		i, _ = slices.BinarySearchFunc(p.list, slot, bySlot)
	}
	p.list = slices.Insert(p.list, i, posting{slot, weight})
}

func (p *postings) remove(slot uint32, weight uint8) {
	p.items--
	if weight == 0 {
		return
	}
	if len(p.list) > 0 && p.list[0].slot == slot { // the oldest leaves the window; a search would read far-off memory
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
	for _, w := range v {
		l.addTerm(slot, w)
	}
}

// addPart is add for the terms of one part; it leaves the other parts and the number of Items alone.
func (l *language) addPart(slot uint32, v vector, part int) {
	from, _ := v.find(term(part << (32 - termPartBits)))
	for _, w := range v[from:] {
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
	for _, w := range v {
		p := l.having(w.term)
		if p.remove(slot, w.weight); p.items == 0 {
			delete(l.postings[w.term.part()], w.term)
		}
	}
}

// primary returns the language of a BCP 47 tag without what follows it, in lower case; English for an empty one.
func primary(tag string) string {
	b := []byte(tag)
	for i, c := range b {
		if !isASCIILetter(c) {
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
