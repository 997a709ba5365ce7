package parse

import "bytes"

// dropForbidden takes out of a document what XML forbids and encoding/xml refuses: control characters, U+FFFE and
// U+FFFF. It works in place where the document is ours, and on a copy where it is not; without such characters it
// returns the document as it is.
func dropForbidden(text []byte, ours bool) (clean []byte, changed bool) {
	first := firstForbidden(text)
	if first < 0 {
		return text, false
	}
	out := text[:first]
	if !ours {
		out = append(make([]byte, 0, len(text)), text[:first]...)
	}
	for i := first; i < len(text); i++ {
		switch {
		case text[i] < 0x20 && !isBlank(text[i]):
		case text[i] == 0xEF && isNoncharacter(text[i:]):
			i += 2
		default:
			out = append(out, text[i])
		}
	}
	return out, true
}

// firstForbidden returns where the first forbidden character is, or -1.
func firstForbidden(text []byte) int {
	for i, c := range text {
		if c < 0x20 && !isBlank(c) {
			return i
		}
	}
	for from := 0; ; {
		n := bytes.Index(text[from:], []byte("\xef\xbf"))
		if n < 0 {
			return -1
		}
		if isNoncharacter(text[from+n:]) {
			return from + n
		}
		from += n + 2
	}
}

// isNoncharacter reports whether text begins with U+FFFE or U+FFFF.
func isNoncharacter(text []byte) bool {
	return len(text) > 2 && text[0] == 0xEF && text[1] == 0xBF && text[2] >= 0xBE
}
