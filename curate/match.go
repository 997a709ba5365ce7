package curate

import (
	"math/bits"

	"github.com/expr-lang/expr/vm"

	"wireroom/news"
)

// A pattern is what a term looks for. Terms of several topics share one.
type pattern struct {
	patternKey
	words int // how many the phrase has
	uses  []use
	every int32 // from 1, if all its hits are kept and not only the first: its place in scan.every
}

// patternKey is what makes two patterns the same.
type patternKey struct {
	folded string // words in lower case, parted by one blank
	caps   string // the words as they must be written, parted by one blank; empty: in any case
	prefix bool   // the last word may go on
	inside bool   // may begin and end within a word
	places uint8  // bit r is set if a hit at rank r counts
}

// A use is where a pattern serves: a term of a topic, by their numbers. The topic after the last is the exclude for
// all of them.
type use struct{ topic, term int32 }

// distinct returns what a pattern is counted by: "ukraine" and "ukraine*" are one term with two ways to match.
func (p pattern) distinct() string {
	if p.caps != "" {
		return p.caps
	}
	return p.folded
}

// A scan is the working memory of one Decide.
type scan struct {
	folding
	hits   []hit        // by number of pattern
	found  []int32      // the patterns that have a hit
	every  [][]hit      // by [pattern.every]-1; all hits, in the order of the text
	topics [][]evidence // by number of topic; the exclude for all topics is last

	machine vm.VM // runs expressions
}

// A hit is where a pattern matched: bytes start to end of a place.
type hit struct {
	place      rank
	start, end int32
}

// A rank numbers the places from the best on, in which order they are read: the first hit of a pattern is its best.
type rank int8

const (
	nowhere rank = iota
	inTitle
	inLead
	inBody
	inSection // where the publisher filed it
)

// places names the ranks.
var places = [...]news.Place{inTitle: news.PlaceTitle, inLead: news.PlaceLead, inBody: news.PlaceBody, inSection: news.PlaceSection}

// wants reports whether a hit of the pattern that has the given number would be kept at a place.
func (s *scan) wants(number int32, p *pattern, place rank) bool {
	return p.places>>place&1 != 0 && (p.every != 0 || s.hits[number].place == nowhere)
}

// note keeps the first hit of the pattern that has the given number, and the others where they are wanted.
func (s *scan) note(number int32, p *pattern, h hit) {
	if s.hits[number].place == nowhere {
		s.hits[number] = h
		s.found = append(s.found, number)
	}
	if p.every != 0 {
		s.every[p.every-1] = append(s.every[p.every-1], h)
	}
}

// match notes for every pattern that has no hit yet its first one in text, which is the given place.
func (r *Rules) match(s *scan, place rank, text string) {
	s.read(text)
	buf, short := s.buf, r.words.short
	for i := range s.tokens {
		t := &s.tokens[i]
		n := min(int(t.end-t.at), headLength)
		head := headOf(buf[t.at:]) & headMask[n]
		g := r.words.gate(head)
		if (g.exact>>(n-1))&1|(g.open|short)&(1<<n-1) != 0 {
			r.matchWord(s, place, i, n, head)
		}
		if t.quote != 0 {
			r.matchHalves(s, place, i)
		}
	}
	if r.inside.open.used > 0 {
		r.matchInside(s, place)
	}
}

// matchSections notes for every pattern that has no hit yet the first section of the Item that it is the whole of: football
// is not found in a section named women's football.
func (r *Rules) matchSections(s *scan, it news.Item) {
	if !r.sectioned {
		return
	}
	for _, section := range it.Sections() {
		known := len(s.found)
		r.match(s, inSection, section)
		whole := s.found[:known]
		for _, number := range s.found[known:] {
			if r.patterns[number].words == len(s.tokens) {
				whole = append(whole, number)
			} else {
				s.hits[number] = hit{}
			}
		}
		s.found = whole
	}
}

// matchWord tries the patterns that may begin with token i, of whose head n bytes count. Its gate is not shut.
func (r *Rules) matchWord(s *scan, place rank, i, n int, head uint64) {
	g := r.words.gate(head)
	if g.exact>>(n-1)&1 != 0 {
		r.try(s, place, i, r.words.exact.find(head))
	}
	for lengths := (g.open | r.words.short) & (1<<n - 1); lengths != 0; lengths &= lengths - 1 {
		length := bits.TrailingZeros8(lengths) + 1
		r.try(s, place, i, r.words.open.find(head&headMask[length]))
	}
}

// try compares candidates with the tokens from number i on, and notes what matches.
func (r *Rules) try(s *scan, place rank, i int, candidates []int32) {
	for _, number := range candidates {
		p := &r.patterns[number]
		if !s.wants(number, p, place) || !s.matches(p, i) {
			continue
		}
		s.note(number, p, hit{place, s.tokens[i].start, s.tokens[i+p.words-1].stop})
	}
}

// matches reports whether p stands at token i.
func (f *folding) matches(p *pattern, i int) bool {
	at := int(f.tokens[i].at)
	if !f.holds(p, at) {
		return false
	}
	if !p.prefix && f.buf[at+len(p.folded)] != ' ' {
		return false
	}
	return p.caps == "" || f.writtenAs(p, i)
}

// holds reports whether the bytes of p stand at byte at of the folded text.
func (f *folding) holds(p *pattern, at int) bool {
	end := at + len(p.folded)
	return end < len(f.buf) && string(f.buf[at:end]) == p.folded
}

// matchInside tries at every letter the patterns that may begin within a word.
func (r *Rules) matchInside(s *scan, place rank) {
	for i, t := range s.tokens {
		for at := t.at; at < t.end; at++ {
			head := headOf(s.buf[at:])
			for lengths := r.inside.gate(head).open; lengths != 0; lengths &= lengths - 1 {
				length := bits.TrailingZeros8(lengths) + 1
				r.tryInside(s, hit{place: place, start: at}, i, r.inside.open.find(head&headMask[length]))
			}
		}
	}
}

// tryInside compares candidates with the folded text from byte h.start on, which lies in token i.
func (r *Rules) tryInside(s *scan, h hit, i int, candidates []int32) {
	for _, number := range candidates {
		p := &r.patterns[number]
		if !s.wants(number, p, h.place) || !s.holds(p, int(h.start)) {
			continue
		}
		start, stop := s.original(i, int(h.start), int(h.start)+len(p.folded))
		s.note(number, p, hit{h.place, int32(start), int32(stop)})
	}
}
