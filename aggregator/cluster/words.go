package cluster

import (
	"unicode"
	"unicode/utf8"
)

// A word is one word of a text, folded: lower case, without possessive endings, numbers without grouping commas.
type word struct {
	text   []byte // valid until the next word is read
	number bool   // begins with a digit
	glyph  bool   // one character of a script that writes no blanks between words
}

// A scanner reads the words of a text.
type scanner struct {
	rest string
	buf  []byte
}

// next returns the next word; false at the end of the text.
func (s *scanner) next() (w word, ok bool) {
	for len(s.rest) > 0 {
		r, n := utf8.DecodeRuneInString(s.rest)
		lower, part := wordRune(r)
		if !part || len(s.buf) == 0 && unicode.IsMark(r) {
			s.rest = s.rest[n:]
			continue
		}
		if isGlyph(r) {
			s.rest = s.rest[n:]
			s.buf = utf8.AppendRune(s.buf[:0], lower)
			return word{text: s.buf, glyph: true}, true
		}
		return s.word(), true
	}
	return word{}, false
}

// word reads one word; the rest begins with it.
func (s *scanner) word() word {
	s.buf = s.buf[:0]
	for len(s.rest) > 0 {
		r, n := utf8.DecodeRuneInString(s.rest)
		lower, part := wordRune(r)
		if !part || isGlyph(r) {
			if s.inner(r, n) {
				continue
			}
			break
		}
		s.buf = utf8.AppendRune(s.buf, lower)
		s.rest = s.rest[n:]
	}
	return word{text: s.buf, number: s.buf[0] >= '0' && s.buf[0] <= '9'}
}

// inner deals with a mark within a word, of n bytes: the comma of 1,000 goes, the point of 2.5 stays, the points of U.S.
// go, and so do apostrophes, with a possessive s or an article before. It reports whether the word goes on.
func (s *scanner) inner(mark rune, n int) bool {
	after := s.rest[n:]
	if after == "" || len(s.buf) == 0 {
		return false
	}
	last, next := s.buf[len(s.buf)-1], after[0]
	switch mark {
	case '.', ',':
		switch {
		case isDigit(last) && isDigit(next):
			if mark == '.' {
				s.buf = append(s.buf, '.')
			}
		case mark == '.' && isAbbreviation(s.buf) && isUpper(next) && (len(after) == 1 || !isASCIILetter(after[1])):
		default:
			return false
		}
		s.rest = after
		return true
	case '\'', '’':
		if isASCIILetter(next) && (len(after) == 1 || !isASCIILetter(after[1])) && next|0x20 == 's' {
			s.rest = after[1:]
			return false
		}
		s.rest = after
		return isASCIILetter(next) && (len(s.buf) > 1 || s.buf[0] == 'o') // O'Brien, don't; but l'Iran
	}
	return false
}

// isAbbreviation reports whether a folded word so far can be the beginning of one like U.S.A.
func isAbbreviation(folded []byte) bool { return len(folded) <= 4 && isASCIILetter(folded[0]) }

func isDigit(c byte) bool       { return c >= '0' && c <= '9' }
func isUpper(c byte) bool       { return c >= 'A' && c <= 'Z' }
func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isGlyph reports whether r belongs to a script that writes no blanks between words.
func isGlyph(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// wordRune returns r in lower case if it is part of a word.
func wordRune(r rune) (rune, bool) {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return r, true
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A', true
	case r < utf8.RuneSelf:
		return 0, false
	}
	return unicode.ToLower(r), unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
