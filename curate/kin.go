package curate

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A word counts once in a list: of the terms europe*, european* and european union, which all match at the first word
// of "European Union", the longest counts there, and a shorter one only where it stands by itself. So the score of a
// text does not grow with how finely a list was written.

// kin is a term, by its pattern and number, at whose hits a shorter term of its list does not count.
type kin struct {
	pattern, term int32
	same          bool // it takes precedence also where both matched the same bytes
}

// markKin finds for each term of one list of t the longer ones that it may be a part of. The cost is that of the
// stretches of each term, not that of all pairs.
func (c *compiler) markKin(t *topic, list []term) {
	byText := map[string][]int{} // folded text → indexes in list
	for i, m := range list {
		folded := c.rules.patterns[m.pattern].folded
		byText[folded] = append(byText[folded], i)
	}
	for i := range list {
		p := &c.rules.patterns[list[i].pattern]
		for _, stretch := range stretches(p) {
			for _, j := range byText[stretch.text] {
				c.relate(t, &list[j], &list[i], stretch.cut)
			}
		}
	}
}

// relate notes that the short term may match at a part of what the long one matches; cut says that the part ends
// within a word, which a prefix alone does.
func (c *compiler) relate(t *topic, short, long *term, cut bool) {
	p, q := &c.rules.patterns[short.pattern], &c.rules.patterns[long.pattern]
	if short == long || cut && !p.prefix || p.inside && !q.inside {
		return
	}
	precedes := precedence(q, p)
	if precedes == 0 {
		precedes = cmp.Compare(short.number, long.number)
	}
	k := kin{long.pattern, int32(long.number), precedes > 0}
	if p.folded == q.folded && !k.same || slices.Contains(short.kin, k) {
		return
	}
	short.kin = append(short.kin, k)
	t.akin = true
	c.keepEvery(p)
	c.keepEvery(q)
}

// precedence is positive if p says more about a text that both match than q does.
func precedence(p, q *pattern) int {
	return cmp.Or(cmp.Compare(len(p.folded), len(q.folded)), -compareBool(p.prefix, q.prefix),
		compareBool(p.caps != "", q.caps != ""))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (c *compiler) keepEvery(p *pattern) {
	if p.every == 0 {
		c.rules.every++
		p.every = c.rules.every
	}
}

// A stretch is a part of a pattern's text that another pattern may be.
type stretch struct {
	text string
	cut  bool // ends within a word
}

// stretches returns every stretch of p that begins where a word begins; where words are not parted, every one.
func stretches(p *pattern) (all []stretch) {
	for start := range p.folded {
		if !p.inside && start > 0 && p.folded[start-1] != ' ' {
			continue
		}
		rest := p.folded[start:]
		for end, r := range rest {
			if end += utf8.RuneLen(r); rest[end-1] == ' ' {
				continue
			}
			cut := !p.inside && end < len(rest) && rest[end] != ' '
			all = append(all, stretch{rest[:end], cut})
		}
	}
	return all
}

// alone returns e where its term stands by itself: at its first hit that is no part of a hit of its kin. It reports
// false if there is none.
func (s *scan) alone(r *Rules, t *topic, e evidence, language string) (evidence, bool) {
	if len(e.term.kin) == 0 {
		return e, true
	}
	for _, h := range s.every[r.patterns[e.term.pattern].every-1] {
		if !s.partOfKin(r, t, e.term, h, language) {
			e.hit = h
			return e, true
		}
	}
	return e, false
}

// partOfKin reports whether h, a hit of m, is part of one of its kin that counts in the language.
func (s *scan) partOfKin(r *Rules, t *topic, m *term, h hit, language string) bool {
	for _, k := range m.kin {
		if !t.terms[k.term].speaks(language) {
			continue
		}
		hits := s.every[r.patterns[k.pattern].every-1]
		i, _ := slices.BinarySearchFunc(hits, h, func(a, b hit) int {
			return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.start, b.start+1))
		})
		if i > 0 && hits[i-1].covers(h, k.same) {
			return true
		}
	}
	return false
}

// covers reports whether h is a part of g; same says whether the whole is one.
func (g hit) covers(h hit, same bool) bool {
	if g.place != h.place || g.start > h.start || g.end < h.end {
		return false
	}
	return same || g != h
}

// speaks reports whether the term counts in Items of a language, which may be unknown.
func (m *term) speaks(language string) bool {
	return m.language == "" || language == "" || m.language == language
}

// baseOf returns the base of a language tag as configured or as an Item states it, "en" of "en-GB"; empty if there is
// none.
func baseOf(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(base)
}
