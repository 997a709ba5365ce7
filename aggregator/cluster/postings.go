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
	i, ok := slices.BinarySearchFunc(p.list, slot, bySlot)
	switch {
	case !ok:
	case i == 0:
		p.list = p.list[1:] // the oldest: it leaves the window
	default:
		p.list = slices.Delete(p.list, i, i+1)
	}
}

// A language is the index of the Items of one language.
type language struct {
	tag      string
	stemmer  *stemmer
	common   map[term]float64
	postings map[term]*postings
	items    int
}

func newLanguage(tag string) *language {
	l := &language{tag: tag, stemmer: newStemmer(tag), postings: make(map[term]*postings)}
	if tag == "en" {
		l.common = commonEnglish()
	}
	return l
}

func (l *language) add(slot uint32, v vector) {
	l.items++
	for _, w := range v {
		p, ok := l.postings[w.term]
		if !ok {
			p = new(postings)
			l.postings[w.term] = p
		}
		p.add(slot, w.weight)
	}
}

func (l *language) remove(slot uint32, v vector) {
	l.items--
	for _, w := range v {
		p := l.postings[w.term]
		if p.remove(slot, w.weight); p.items == 0 {
			delete(l.postings, w.term)
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
