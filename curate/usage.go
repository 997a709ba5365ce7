package curate

// A usage says for each pattern whether it was ever found; nil keeps none.
type usage []bool

func newUsage(r *Rules) usage { return make(usage, len(r.patterns)) }

// note keeps what a scan found.
func (u usage) note(s *scan) {
	if u == nil {
		return
	}
	for _, number := range s.found {
		u[number] = true
	}
}

// unmatched returns the terms of r that were never found.
func (u usage) unmatched(r *Rules) (never []Unmatched) {
	for i := range r.topics {
		never = append(never, u.unmatchedOf(&r.topics[i], i)...)
	}
	return append(never, u.unmatchedOf(&r.global, globalTopic)...)
}

func (u usage) unmatchedOf(t *topic, number int) (never []Unmatched) {
	for _, m := range t.terms {
		if !u[m.pattern] {
			at := spotOf(number, t.slug, m)
			at.Term = m.index
			never = append(never, Unmatched{at, m.name})
		}
	}
	return never
}
