package extract

import "strings"

// trim leaves out the blocks that are no text of the article.
func trim(bs []block, title string) []block {
	var kept []block
	for _, b := range bs {
		if b.aside || mostlyLinks(b) || isNotice(b) {
			continue
		}
		kept = append(kept, b)
	}
	return trimEnds(kept, title)
}

func mostlyLinks(b block) bool { return b.letters > 0 && float64(b.linked) >= .9*float64(b.letters) }

func isNotice(b block) bool { return false }

func trimEnds(bs []block, title string) []block {
	first, last := 0, len(bs)
	for first < last && !isProse(bs[first]) {
		first++
	}
	if first == last {
		return bs
	}
	for last > first && !isProse(bs[last-1]) {
		last--
	}
	return bs[first:last]
}

func isProse(b block) bool {
	return b.letters >= 100 || b.letters >= 30 && endsSentence(b.text)
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'”’»)] ")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "。") || strings.HasSuffix(s, ":")
}
