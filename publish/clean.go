package publish

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// clean returns s without the characters that XML 1.0 forbids or discourages (its sections 2.2 and production 2: C0 and
// C1 controls, surrogates, non-characters) and without bytes that are no UTF-8. Next line (U+0085) becomes a blank. What was
// encoded twice is decoded once.
func clean(s string) string {
	s = decodedOnce(s)
	if isClean(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x85:
			return ' '
		case r == utf8.RuneError, !allowed(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

func isClean(s string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !allowed(r) || r == utf8.RuneError {
			return false
		}
		i += n
	}
	return true
}

func allowed(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	case r >= 0x7f && r < 0xa0, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return false
	}
	return true
}

var (
	// twiceEncoded is what UTF-8 taken for ISO 8859-1 shows for each Latin letter with an accent, and no language writes.
	twiceEncoded = regexp.MustCompile(`[ÂÃ][\x{80}-\x{bf}]`)
	// lastLetter is where it comes about by itself: a word in capitals that ends in such a letter, before a blank.
	lastLetter = regexp.MustCompile(`(\p{Lu}[ÂÃ])\x{a0}`)
)

// decodedOnce mends lines that are, as a whole, UTF-8 that was taken for ISO 8859-1 and encoded again, as some sources
// have them. A line with any other character is left as it is.
func decodedOnce(s string) string {
	if !strings.Contains(s, "Â") && !strings.Contains(s, "Ã") { // quicker than to look for the whole
		return s
	}
	var out strings.Builder
	for l := range strings.Lines(lastLetter.ReplaceAllString(s, "$1 ")) {
		out.WriteString(decodedLine(l))
	}
	return out.String()
}

func decodedLine(line string) string {
	if !twiceEncoded.MatchString(line) {
		return line
	}
	once := make([]byte, 0, len(line))
	for _, r := range line {
		if r > 0xff {
			return line
		}
		once = append(once, byte(r))
	}
	if !utf8.Valid(once) {
		return line
	}
	return string(once)
}
