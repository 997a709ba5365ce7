package curate

import (
	"strings"
	"unicode/utf8"
)

// Terms marked CAPS: are found like all others, in folded text, and then compared with the text as given. There an
// underscore belongs to a word and an apostrophe never does: CAPS:US is in US'S, but not in US_1.

// asWritten returns the words of the text in their own case, parted by one blank, without the dots of abbreviations.
func (f *folding) asWritten() string {
	var out strings.Builder
	for i, t := range f.tokens {
		if i > 0 {
			out.WriteByte(' ')
		}
		for _, r := range f.text[t.start:t.stop] {
			if r = written(r); r >= 0 {
				out.WriteRune(r)
			}
		}
	}
	return out.String()
}

// written returns how a rune of a token counts when case matters: dots, which only abbreviations have, as -1.
func written(r rune) rune {
	switch {
	case r == '.':
		return -1
	case isApostrophe(r):
		return '\''
	}
	return r
}

// writtenAs reports whether the tokens from number i on are written as p demands.
func (f *folding) writtenAs(p *pattern, i int) bool {
	last := i + p.words - 1
	if f.underscored(int(f.tokens[i].start), int(f.tokens[last].stop)) {
		return false
	}
	want := p.caps
	for ; i < last; i++ {
		var word string
		word, want, _ = strings.Cut(want, " ")
		if !sameWriting(word, f.text[f.tokens[i].start:f.tokens[i].stop], false) {
			return false
		}
	}
	return sameWriting(want, f.text[f.tokens[last].start:f.tokens[last].stop], p.prefix)
}

// underscored reports whether an underscore touches the bytes start to stop of the text.
func (f *folding) underscored(start, stop int) bool {
	return start > 0 && f.text[start-1] == '_' || stop < len(f.text) && f.text[stop] == '_'
}

// sameWriting reports whether got, a token as given, reads want, or begins so if it may go on.
func sameWriting(want, got string, goesOn bool) bool {
	for _, r := range got {
		if r = written(r); r < 0 {
			continue
		}
		if want == "" {
			return goesOn
		}
		w, size := utf8.DecodeRuneInString(want)
		if w != r {
			return false
		}
		want = want[size:]
	}
	return want == ""
}

// matchHalves tries the patterns of one word in capitals before and after the apostrophe of token i.
func (r *Rules) matchHalves(s *scan, place rank, i int) {
	t := s.tokens[i]
	text := s.text[t.start:t.stop]
	left := strings.IndexFunc(text, isApostrophe)
	right := strings.LastIndexFunc(text, isApostrophe) // another one if a possessive was dropped between the halves
	if left < 0 {
		return
	}
	_, size := utf8.DecodeRuneInString(text[right:])
	r.matchHalf(s, string(s.buf[t.at:t.quote]), hit{place, t.start, t.start + int32(left)})
	r.matchHalf(s, string(s.buf[t.quote+1:t.end]), hit{place, t.start + int32(right+size), t.stop})
}

// matchHalf notes h for the patterns in capitals that are the folded word and are written as the text is at h.
func (r *Rules) matchHalf(s *scan, word string, h hit) {
	head := headOf([]byte(word+blanks)) & headMask[min(len(word), headLength)]
	for _, number := range r.words.exact.find(head) {
		p := &r.patterns[number]
		if p.caps == "" || p.folded != word || !s.wants(number, p, h.place) {
			continue
		}
		if sameWriting(p.caps, s.text[h.start:h.end], false) && !s.underscored(int(h.start), int(h.end)) {
			s.note(number, p, h)
		}
	}
}
