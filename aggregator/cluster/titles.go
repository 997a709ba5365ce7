package cluster

import (
	"iter"
	"time"
)

// A titlePrint is what is compared of a headline beside its terms.
type titlePrint struct {
	pattern uint32 // of its words without numbers and dates; 0 if there are too few
	numbers uint32 // of its numbers and dates; 0 if it has none
}

// patternWords is how many words a headline must have besides numbers for a pattern.
const patternWords = 2

func titlePrintOf(title string) titlePrint {
	words := scanner{rest: title}
	var p titlePrint
	n := 0
	for {
		w, ok := words.next()
		if !ok {
			break
		}
		h := uint32(termOf(w.text))
		if w.number || calendar[string(w.text)] {
			p.numbers = max(p.numbers*31+h, 1)
			continue
		}
		n++
		p.pattern = max(p.pattern*31+h, 1)
	}
	if n < patternWords {
		p.pattern = 0
	}
	return p
}

// updates reports whether a headline differs from another in its numbers: "12 dead" is no copy of "9 dead".
func (p titlePrint) updates(other titlePrint) bool {
	return p.numbers != other.numbers && p.numbers != 0 && other.numbers != 0
}

// sameHeadline is for how long a headline that comes again without other numbers is taken for the same event.
const sameHeadline = 20 * time.Hour

// recurring returns the Stories that an Item cannot be in, since its Source has had the headline before, but for numbers
// or the day: "Morning briefing", "Day 12: what we know".
func (e *Engine) recurring(it *entry) (barred []*story) {
	for slot := range e.titled(it.source, it.title.pattern) {
		o := e.at(slot)
		apart := it.published - o.published
		if o.title.numbers == it.title.numbers && max(apart, -apart) < sameHeadline.Milliseconds() {
			continue
		}
		barred = append(barred, o.story)
	}
	return barred
}

// titled yields the slots of a Source's Items under a headline, but for numbers and the day, newest first.
func (e *Engine) titled(s *source, pattern uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for slot, ok := s.titles[pattern]; ok && yield(slot); {
			next := e.at(slot).under
			slot, ok = next, next != slot
		}
	}
}

// entitle puts the entry in a slot among those under its headline.
func (e *Engine) entitle(slot uint32) {
	it := e.at(slot)
	if it.title.pattern == 0 {
		return
	}
	it.under = slot
	newer := slot
	for other := range e.titled(it.source, it.title.pattern) {
		if int32(other-slot) < 0 {
			it.under = other
			break
		}
		newer = other
	}
	if newer == slot {
		it.source.titles[it.title.pattern] = slot
	} else {
		e.at(newer).under = slot
	}
}

// disentitle takes the entry in a slot out again.
func (e *Engine) disentitle(slot uint32) {
	it := e.at(slot)
	if it.title.pattern == 0 {
		return
	}
	newer := slot
	for other := range e.titled(it.source, it.title.pattern) {
		if other == slot {
			break
		}
		newer = other
	}
	switch last := it.under == slot; {
	case newer != slot && last:
		e.at(newer).under = newer
	case newer != slot:
		e.at(newer).under = it.under
	case last:
		delete(it.source.titles, it.title.pattern)
	default:
		it.source.titles[it.title.pattern] = it.under
	}
}

// calendar are the words that a headline's number may stand in, of the languages that headlines with dates come in most.
var calendar = wordSet(`monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
	january february march april may june july august september october november december jan feb mar apr jun jul aug sep
	sept oct nov dec lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août
	septembre octobre novembre décembre montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz juni
	juli oktober dezember lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio
	agosto septiembre octubre noviembre diciembre`)
