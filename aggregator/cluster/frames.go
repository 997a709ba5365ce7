package cluster

// A headline that a Source has again and again ("Morning briefing", "Live updates") tells nothing of what is under it, and
// neither do the words that the Source puts there each time. Two outlets of one house, or with one system, can have both in
// common without having a report in common.

// framed is from how many other Items under one headline on it is one that recurs, whenever those came: one may be
// the same report once more. Real news (22,620 items) has as many copies with it as without, 245.
const framed = 2

// recursWith returns the newest Items of a Source under a headline, but for numbers and the day, if it recurs there: on
// another day than a given time, or often. The Item besides is none of them.
func (e *Engine) recursWith(s *source, title titlePrint, published int64, besides int64) (slots []uint32) {
	recurs := false
	for slot := range e.titled(s, title.pattern) {
		o := e.at(slot)
		apart := o.published - published
		recurs = recurs || max(apart, -apart) >= sameHeadline.Milliseconds()
		if o.ref != besides {
			slots = append(slots, slot)
		}
	}
	if !recurs && len(slots) < framed {
		return nil
	}
	return slots[:min(len(slots), recentItems)]
}

// isFramed reports whether what an Item shares with another is what one of their Sources says under that headline each time.
func (e *Engine) isFramed(it, o *entry) bool {
	for _, of := range []*entry{it, o} {
		for _, slot := range e.recursWith(of.source, of.title, of.published, o.ref) {
			if other := e.at(slot).sketch(); containment(it.sketch(), other) >= enough(it.sketch(), other) {
				return true
			}
		}
	}
	return false
}

// hasRecurring reports whether the headline of a Candidate recurs, in its own Source or in that of the Item that it would
// copy by it.
func (e *Engine) hasRecurring(c Candidate, source string, ref int64) bool {
	title, published := titlePrintOf(c.Title), c.Published.UnixMilli()
	for _, id := range []string{c.Source, source} {
		if s, ok := e.sources[id]; ok && len(e.recursWith(s, title, published, ref)) > 0 {
			return true
		}
	}
	return false
}
