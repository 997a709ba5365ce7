package curate

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"wireroom/news"
)

// A Finding is something about rules that is allowed and most likely not meant.
type Finding struct {
	Spot
	Source     int    // index of the source that it is about; -1 if it is about a rule
	Rule       string // names the sort of finding, for machines
	Message    string
	Suggestion string
}

// The sorts of findings.
const (
	RuleUnmatchable = "unmatchable-term"  // nothing can match the term
	RuleShadowed    = "shadowed-term"     // another term makes it idle
	RuleExcluded    = "excluded-term"     // an exclude takes out whatever it finds
	RuleUnspoken    = "unspoken-language" // no source is in the language of the term
	RuleUnreachable = "unreachable-topic" // nothing can be in the topic
	RuleAlike       = "alike-topics"      // two topics take the same
	RuleUnused      = "unused-source"     // no topic takes from the source
	RuleTwice       = "source-twice"      // two sources are one
	RuleUnknown     = "unknown-literal"   // an expression compares a field with what it never is
)

// Lint looks for what is most likely not meant in a configuration whose rules can be compiled; else it returns nothing.
func Lint(c news.Configuration) []Finding {
	rules, err := Compile(c.Topics, c.Exclude)
	if err != nil {
		return nil
	}
	l := linter{rules: rules, c: c}
	for i := range rules.topics {
		l.topic(i)
	}
	l.terms(&rules.global, globalTopic)
	l.alike()
	l.sources()
	l.twice()
	return l.findings
}

type linter struct {
	rules    *Rules
	c        news.Configuration
	findings []Finding
}

func (l *linter) find(at Spot, rule, message, suggestion string) {
	l.findings = append(l.findings, Finding{at, -1, rule, message, suggestion})
}

func (l *linter) topic(number int) {
	t := &l.rules.topics[number]
	at := Spot{Topic: number, Slug: t.slug, Term: noTerm}
	if len(l.c.Sources) > 0 && !slices.ContainsFunc(l.c.Sources, func(s news.Source) bool { return t.refused(s) == "" }) {
		l.find(at, RuleUnreachable, "takes from none of the sources", "look at its filters of sources")
	}
	l.literals(number)
	if t.all || t.abroad {
		return
	}
	if best := t.best(); best < t.min {
		l.find(at.in("min_score"), RuleUnreachable, fmt.Sprintf("all terms in the title make %d points, and %d are asked for", best, t.min),
			"lower min_score, or add terms")
	}
	l.terms(t, number)
	l.idle(t, number)
}

// best is the score of a text that has every term at its best place.
func (t *topic) best() (score int) {
	counted := map[string]int{}
	for _, m := range t.terms {
		counted[m.key] = max(counted[m.key], m.weight*bestPlace(m.places).Weight())
	}
	for points := range maps.Values(counted) {
		score += points
	}
	return score
}

func bestPlace(set uint8) news.Place {
	for r := inTitle; r <= inBody; r++ {
		if set>>r&1 != 0 {
			return places[r]
		}
	}
	return news.PlaceBody
}

// spot returns where a term stands.
func (m *term) spot(topic int, slug string) Spot {
	at := spotOf(topic, slug, *m)
	at.Term = m.index
	return at
}

// terms looks at each term by itself.
func (l *linter) terms(t *topic, number int) {
	for i := range t.terms {
		m := &t.terms[i]
		at := m.spot(number, t.slug)
		s, _ := spell(m.name)
		if !l.matches(m.pattern, strings.TrimRight(s.text, "*")) {
			l.find(at, RuleUnmatchable, fmt.Sprintf("nothing can match the term %q, not even its own text", m.name), "write it as it stands in texts")
		}
		if m.language != "" && !l.spoken(m.language) {
			l.find(at, RuleUnspoken, fmt.Sprintf("no source is in the language of the term %q", m.name), "is the tag meant?")
		}
	}
}

// matches reports whether a pattern is found in a text that has nothing else.
func (l *linter) matches(number int32, text string) bool {
	s := l.rules.borrow()
	defer l.rules.giveBack(s)
	for place := inTitle; place <= inSection; place++ {
		l.rules.match(s, place, text)
	}
	return s.hits[number].place != nowhere
}

// spoken reports whether a source is in a language, or one does not say.
func (l *linter) spoken(language string) bool {
	return len(l.c.Sources) == 0 || slices.ContainsFunc(l.c.Sources, func(s news.Source) bool {
		return s.Language == "" || baseOf(s.Language) == language
	})
}

// idle finds terms of a topic that other terms of it make idle.
func (l *linter) idle(t *topic, number int) {
	byText := map[string][]*term{}
	for i := range t.terms {
		folded := l.rules.patterns[t.terms[i].pattern].folded
		byText[folded] = append(byText[folded], &t.terms[i])
	}
	for i := range t.terms {
		long := &t.terms[i]
		for _, part := range stretches(&l.rules.patterns[long.pattern]) {
			for _, short := range byText[part.text] {
				if short != long && l.implies(long, short, part.cut) {
					l.idleBeside(t, number, long, short)
				}
			}
		}
	}
}

// implies reports whether short is found wherever long is.
func (l *linter) implies(long, short *term, cut bool) bool {
	p, q := &l.rules.patterns[short.pattern], &l.rules.patterns[long.pattern]
	switch {
	case cut && !p.prefix, p.inside != q.inside, p.caps != "" && p.caps != q.caps:
		return false
	case short.language != "" && short.language != long.language, q.places&^p.places != 0:
		return false
	case q.prefix && !p.prefix && strings.HasSuffix(q.folded, p.folded):
		return false // the long one's last word may go on, the short one's may not
	}
	return true
}

// idleBeside notes what comes of it that short is found wherever long is.
func (l *linter) idleBeside(t *topic, number int, long, short *term) {
	at, same := long.spot(number, t.slug), long.role == short.role && long.group == short.group
	scores := long.weight > 0
	switch {
	case scores && short.role == news.RoleExclude:
		l.find(at, RuleExcluded, fmt.Sprintf("%q never counts: exclude has %q, which takes out whatever has it", long.name, short.name), "take one of them out")
	case same && !scores:
		l.find(at, RuleShadowed, fmt.Sprintf("%q adds nothing to %q in the same list", long.name, short.name), "take it out")
	case scores && short.weight >= long.weight && long.key == short.key && (long.weight < short.weight || long.number > short.number || l.rules.patterns[short.pattern].prefix):
		l.find(at, RuleShadowed, fmt.Sprintf("%q adds nothing to %q in %s, which is found wherever it is and counts once with it", long.name, short.name, short.role),
			"take it out")
	}
}

// alike finds topics that take the same by other names.
func (l *linter) alike() {
	for i, a := range l.c.Topics {
		for j, b := range l.c.Topics[:i] {
			if sameTerms(a.Rule, b.Rule) {
				l.find(Spot{Topic: i, Slug: a.Slug, Term: noTerm}, RuleAlike,
					fmt.Sprintf("takes what %s (topics[%d]) takes", b.Slug, j), "make them one, with the other's slug among its aliases")
			}
		}
	}
}

// sameTerms reports whether two rules differ in nothing but the order of their lists.
func sameTerms(a, b news.Rule) bool {
	for _, r := range []*news.Rule{&a, &b} {
		r.Strong, r.Weak, r.Exclude = inOrder(r.Strong), inOrder(r.Weak), inOrder(r.Exclude)
		r.MinScore = cmp.Or(r.MinScore, news.DefaultMinScore)
		if len(r.Require) == 0 {
			r.Require = nil
		}
		if len(r.When) == 0 {
			r.When = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func inOrder(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// sources finds sources that no topic takes from.
func (l *linter) sources() {
	for i, s := range l.c.Sources {
		if s.Disabled || slices.ContainsFunc(l.rules.topics, func(t topic) bool { return t.refused(s) == "" }) {
			continue
		}
		l.findings = append(l.findings, Finding{Spot{Topic: globalTopic, Term: noTerm}, i, RuleUnused,
			fmt.Sprintf("no topic takes from the source %s", s.ID), "add a topic that does, or disable it"})
	}
}

// twice finds sources that ask for what another asks for.
func (l *linter) twice() {
	first := map[string]string{} // by what is asked for
	for i, s := range l.c.Sources {
		if s.Disabled {
			continue
		}
		what := fmt.Sprint(cmp.Or(news.CanonicalURL(s.URL), s.URL), s.Format, s.Selectors)
		if id, ok := first[what]; ok {
			l.findings = append(l.findings, Finding{Spot{Topic: globalTopic, Term: noTerm}, i, RuleTwice,
				fmt.Sprintf("the source %s asks for what %s asks for, so that each item comes twice", s.ID, id), "take one of them out"})
			continue
		}
		first[what] = s.ID
	}
}
