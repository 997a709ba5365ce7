package publish

import (
	"strings"
	"unicode/utf8"
)

// clean returns s without the characters that XML 1.0 forbids or discourages (its sections 2.2 and production 2: C0 and
// C1 controls, surrogates, non-characters) and without bytes that are no UTF-8. Next line (U+0085) becomes a blank.
func clean(s string) string {
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
