package curate

import (
	"cmp"
	"slices"

	"wireroom/news"
)

// evidence is a term of a topic that was found, and where.
type evidence struct {
	term *term
	hit
}

// points returns what the evidence adds to a score; 0 if its term does not score.
func (e evidence) points() int { return e.term.weight * places[e.place].Weight() }

// Decide returns, in the order of the Topics, why an Item of a Source belongs to those that take it, and why not to
// those that nearly do: where the score reached half of the minimum (rounded up), and where it reached the minimum but
// a term excludes the Item or a required group has no hit. All other Topics, and those that do not take from the
// Source, are left out; nil if none is left.
//
// Title and text are plain text, as [news.Item.Text] gives it. Every term counts once, at its best place, and phrases
// do not reach over the end of a place. Spans are sorted by place, start and term.
func (r *Rules) Decide(source, title, text string) []news.Decision {
	s := r.borrow()
	defer r.giveBack(s)
	lead, body := news.SplitLead(text)
	r.match(s, inTitle, title)
	r.match(s, inLead, lead)
	r.match(s, inBody, body)
	r.gather(s)
	var out []news.Decision
	for i := range r.topics {
		t := &r.topics[i]
		if !t.takesFrom(source) {
			continue
		}
		if t.all {
			out = append(out, news.Decision{Topic: t.slug, In: true, Verdict: news.VerdictAll})
		} else if d, ok := t.decide(s.topics[i], s.topics[len(r.topics)]); ok {
			out = append(out, d)
		}
	}
	return out
}

func (t *topic) takesFrom(source string) bool {
	return len(t.sources) == 0 || slices.Contains(t.sources, source)
}

// borrow returns working memory in which nothing is found.
func (r *Rules) borrow() *scan {
	if s, ok := r.scans.Get().(*scan); ok {
		return s
	}
	return &scan{hits: make([]hit, len(r.patterns)), topics: make([][]evidence, len(r.topics)+1)}
}

// keptText is how many bytes of folded text a scan may hold on to between two uses. Few articles are longer.
const keptText = 1 << 20

// giveBack empties working memory for the next one who needs it.
func (r *Rules) giveBack(s *scan) {
	for _, number := range s.found {
		s.hits[number] = hit{}
	}
	s.found = s.found[:0]
	for i := range s.topics {
		s.topics[i] = s.topics[i][:0]
	}
	s.text = ""
	if cap(s.buf) <= keptText {
		r.scans.Put(s)
	}
}

// gather deals the hits out to the topics.
func (r *Rules) gather(s *scan) {
	for _, number := range s.found {
		for _, u := range r.patterns[number].uses {
			t := &r.global
			if int(u.topic) < len(r.topics) {
				t = &r.topics[u.topic]
			}
			s.topics[u.topic] = append(s.topics[u.topic], evidence{&t.terms[u.term], s.hits[number]})
		}
	}
}

// decide weighs what was found for t, and the terms found that exclude from every topic. It reports false if the
// decision is not worth telling.
func (t *topic) decide(found, global []evidence) (news.Decision, bool) {
	if t.shared {
		found = once(found)
	}
	d := news.Decision{Topic: t.slug, MinScore: t.min}
	for _, e := range found {
		d.Score += e.points()
	}
	if d.Score < (t.min+1)/2 {
		return d, false
	}
	for _, e := range global {
		if e.place == inTitle {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, compareEvidence)
	d.Verdict, d.Detail = t.verdict(d.Score, found)
	d.In = d.Verdict == news.VerdictScore
	d.Spans = make([]news.Span, len(found))
	for i, e := range found {
		d.Spans[i] = e.span()
	}
	return d, true
}

// once drops the scoring terms that another one with the same key outdoes.
func once(found []evidence) []evidence {
	return slices.DeleteFunc(slices.Clone(found), func(e evidence) bool {
		return e.term.shared && slices.ContainsFunc(found, func(other evidence) bool { return other.outdoes(e) })
	})
}

// outdoes reports whether e is counted in the place of other. Of two that add the same, the first in the rule is.
func (e evidence) outdoes(other evidence) bool {
	if !e.term.shared || e.term.key != other.term.key {
		return false
	}
	return cmp.Or(cmp.Compare(e.points(), other.points()), cmp.Compare(other.term.number, e.term.number)) > 0
}

// verdict returns the reason for the decision, and its detail. The evidence is sorted.
func (t *topic) verdict(score int, found []evidence) (news.Verdict, string) {
	if score < t.min {
		return news.VerdictLowScore, ""
	}
	if name, ok := firstOf(news.RoleGlobal, found); ok {
		return news.VerdictGlobal, name
	}
	if name, ok := firstOf(news.RoleExclude, found); ok {
		return news.VerdictExcluded, name
	}
	for _, group := range t.groups {
		if !slices.ContainsFunc(found, func(e evidence) bool { return e.term.role == news.RoleRequire && e.term.group == group }) {
			return news.VerdictRequire, group
		}
	}
	return news.VerdictScore, ""
}

// firstOf returns the first term of a role among the evidence.
func firstOf(role news.Role, found []evidence) (name string, ok bool) {
	i := slices.IndexFunc(found, func(e evidence) bool { return e.term.role == role })
	if i < 0 {
		return "", false
	}
	return found[i].term.name, true
}

// span returns the evidence as a reader of the Decision sees it.
func (e evidence) span() news.Span {
	return news.Span{
		Term: e.term.name, Role: e.term.role, Group: e.term.group,
		Place: places[e.place], Start: int(e.start), End: int(e.end), Points: e.points(),
	}
}

// compareEvidence orders by place, start and term, and then by the place of the term in the rule.
func compareEvidence(a, b evidence) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.start, b.start),
		cmp.Compare(a.term.name, b.term.name), cmp.Compare(a.term.number, b.term.number))
}
