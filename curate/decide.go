package curate

import (
	"cmp"
	"slices"
	"strings"

	"wireroom/news"
)

// evidence is a term of a topic that was found, and where.
type evidence struct {
	term *term
	hit
}

// points returns what the evidence adds to a score; 0 if its term does not score.
func (e evidence) points() int { return e.term.weight * places[e.place].Weight() }

// A Subject is what is decided: one version of an Item, with the facts of its Source.
type Subject struct {
	Item   news.Item
	Source news.Source
	Text   string // plain text, as [news.Item.Text] gives it
}

// language returns the language of the Item or, where it states none, of its Source; empty if neither does.
func (s Subject) language() string { return cmp.Or(s.Item.Language, s.Source.Language) }

// Decide returns, in the order of the Topics, why an Item belongs to those that take it, and why not to those that
// nearly do: where the score reached half of the minimum (rounded up), and where it reached the minimum but the Topic
// leaves the Source, a term excludes the Item, a required group has no hit, the Item is about other countries or the
// expression does not hold. All other
// Topics are left out, and so are those that take everything but not this; nil if none is left.
//
// Every term counts once, at its best place, every word once in a list, and phrases do not reach over the end of a
// place. Spans are sorted by place, start and term.
func (r *Rules) Decide(subject Subject) []news.Decision { return r.decide(subject, nil) }

// decide is Decide, and notes which patterns are found.
func (r *Rules) decide(subject Subject, found usage) []news.Decision {
	s := r.borrow()
	defer r.giveBack(s)
	lead, body := news.SplitLead(subject.Text)
	r.match(s, inTitle, subject.Item.Title)
	r.match(s, inLead, lead)
	r.match(s, inBody, body)
	r.matchSections(s, subject.Item)
	found.note(s)
	language := baseOf(subject.language())
	r.gather(s, language)
	d := deciding{scan: s, rules: r, subject: subject, lead: lead, language: language}
	var out []news.Decision
	for i := range r.topics {
		switch t := &r.topics[i]; {
		case t.all:
			out = d.all(out, t)
		case t.abroad:
			out = d.abroad(out, t, s.topics[i])
		case len(s.topics[i]) > 0:
			out = d.scored(out, t, s.topics[i])
		}
	}
	return out
}

// A deciding is one Decide after the matching.
type deciding struct {
	*scan
	rules    *Rules
	subject  Subject
	lead     string
	language string // base; empty if not known
	question *Asked // what expressions see, once one was asked

	toured bool      // the countries have been looked for
	abouts []Country // that the Subject is about, and nearly is
}

// all adds the decision of a topic that takes everything, if it takes the Subject.
func (d *deciding) all(out []news.Decision, t *topic) []news.Decision {
	if t.refused(d.subject.Source) != "" || !d.isAbout(t) || !d.holds(t) {
		return out
	}
	return append(out, news.Decision{Topic: t.slug, In: true, Verdict: news.VerdictAll})
}

// holds asks the topic's expression.
func (d *deciding) holds(t *topic) bool {
	if t.where == nil {
		return true
	}
	if d.question == nil {
		d.question = d.subject.asked(d.lead)
		d.question.Item.Countries = d.countryCodes()
	}
	return t.where.holds(&d.machine, d.question)
}

// borrow returns working memory in which nothing is found.
func (r *Rules) borrow() *scan {
	if s, ok := r.scans.Get().(*scan); ok {
		return s
	}
	return &scan{
		hits: make([]hit, len(r.patterns)), topics: make([][]evidence, len(r.topics)+1), every: make([][]hit, r.every),
	}
}

// keptText is how many bytes of folded text a scan may hold on to between two uses. Few articles are longer.
const keptText = 1 << 20

// giveBack empties working memory for the next one who needs it.
func (r *Rules) giveBack(s *scan) {
	for _, number := range s.found {
		s.hits[number] = hit{}
		if every := r.patterns[number].every; every != 0 {
			s.every[every-1] = s.every[every-1][:0]
		}
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

// gather deals the hits out to the topics, but for those of terms that do not count in the language.
func (r *Rules) gather(s *scan, language string) {
	for _, number := range s.found {
		for _, u := range r.patterns[number].uses {
			t := &r.global
			if int(u.topic) < len(r.topics) {
				t = &r.topics[u.topic]
			}
			if m := &t.terms[u.term]; m.speaks(language) {
				s.topics[u.topic] = append(s.topics[u.topic], evidence{m, s.hits[number]})
			}
		}
	}
}

// scored weighs what was found for t, and adds the decision if it is worth telling.
func (d *deciding) scored(out []news.Decision, t *topic, found []evidence) []news.Decision {
	if t.akin {
		found = d.parted(t, found)
	}
	if t.shared {
		found = once(found)
	}
	decision := news.Decision{Topic: t.slug, MinScore: t.min}
	for _, e := range found {
		decision.Score += e.points()
	}
	if decision.Score < (t.min+1)/2 {
		return out
	}
	found = append(found, d.topics[len(d.rules.topics)]...)
	slices.SortFunc(found, compareEvidence)
	decision.Verdict, decision.Detail = d.verdict(t, decision.Score, found)
	decision.In = decision.Verdict == news.VerdictScore
	decision.Spans = make([]news.Span, len(found))
	for i, e := range found {
		decision.Spans[i] = e.span()
	}
	return append(out, decision)
}

// parted drops the terms of t that were only found as part of longer ones of their list, and shows the others where
// they stand by themselves.
func (d *deciding) parted(t *topic, found []evidence) []evidence {
	kept := found[:0]
	for _, e := range found {
		if e, ok := d.alone(d.rules, t, e, d.language); ok {
			kept = append(kept, e)
		}
	}
	return kept
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
func (d *deciding) verdict(t *topic, score int, found []evidence) (news.Verdict, string) {
	if score < t.min {
		return news.VerdictLowScore, ""
	}
	if list := t.refused(d.subject.Source); list != "" {
		return news.VerdictSource, list
	}
	if name, ok := firstOf(news.RoleGlobal, found); ok {
		return news.VerdictGlobal, name
	}
	if name, ok := firstOf(news.RoleExclude, found); ok {
		return news.VerdictExcluded, name
	}
	for _, g := range t.groups {
		if (!g.when || g.has(news.RoleWhen, found)) && !g.has(news.RoleRequire, found) {
			return news.VerdictRequire, g.name
		}
	}
	if !d.isAbout(t) {
		return news.VerdictAbout, strings.Join(t.about, ", ")
	}
	if !d.holds(t) {
		return news.VerdictWhere, t.where.text
	}
	return news.VerdictScore, ""
}

// has reports whether a term of the group that has the role is among the evidence.
func (g group) has(role news.Role, found []evidence) bool {
	return slices.ContainsFunc(found, func(e evidence) bool { return e.term.role == role && e.term.group == g.name })
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
