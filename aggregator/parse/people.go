package parse

import "strings"

// personName returns the name in what RSS has for an author: a name, an address, or both as in "address (name)",
// "name (address)" and "name <address>". Without a name it is the address.
func personName(text string) string {
	text = strings.TrimSpace(text)
	for _, marks := range [...]string{"()", "<>"} {
		open, closing := strings.IndexByte(text, marks[0]), strings.LastIndexByte(text, marks[1])
		if open < 0 || closing < open || !strings.Contains(text, "@") {
			continue
		}
		inside, outside := strings.TrimSpace(text[open+1:closing]), strings.TrimSpace(text[:open])
		switch {
		case strings.Contains(outside, "@") && inside != "":
			return inside
		case outside != "":
			return outside
		}
	}
	return strings.TrimPrefix(text, "mailto:")
}
