package parse

import "unicode/utf8"

// once undoes UTF-8 that was taken for ISO 8859-1 and encoded once more, in a text of which that is true as a whole:
// every character is below U+0100 and their bytes are valid UTF-8. In a text that is not so damaged that is next to
// impossible: each "é" would have to be followed by two signs of U+0080 to U+00BF.
func once(s string) (text string, changed bool) {
	i := 0
	for i < len(s) && s[i] < utf8.RuneSelf {
		i++
	}
	if i == len(s) || !isTwiceEncoded(s[i:]) {
		return s, false
	}
	raw := make([]byte, 0, len(s))
	for _, r := range s {
		raw = append(raw, byte(r))
	}
	return string(raw), true
}

// isTwiceEncoded reports whether s, read as one byte a character, is valid UTF-8. It stops at the first sign that it is
// not.
func isTwiceEncoded(s string) bool {
	var char [utf8.UTFMax]byte
	n := 0
	for _, r := range s {
		if r > 0xFF {
			return false
		}
		if n == 0 && r < utf8.RuneSelf {
			continue
		}
		char[n] = byte(r)
		n++
		if !utf8.FullRune(char[:n]) {
			continue
		}
		if first, size := utf8.DecodeRune(char[:n]); first == utf8.RuneError || size != n {
			return false
		}
		n = 0
	}
	return n == 0
}

// decodeOnce applies once to the texts of the entries.
func decodeOnce(doc *Document) {
	found := false
	fix := func(s *string) {
		text, changed := once(*s)
		*s, found = text, found || changed
	}
	fix(&doc.Title)
	fix(&doc.Description)
	for i := range doc.Entries {
		e := &doc.Entries[i]
		fix(&e.Title)
		fix(&e.Summary)
		fix(&e.Content)
		for j := range e.Authors {
			fix(&e.Authors[j])
		}
		for j := range e.Categories {
			fix(&e.Categories[j])
		}
	}
	if found {
		doc.Repairs = append(doc.Repairs, repairTwice)
	}
}
