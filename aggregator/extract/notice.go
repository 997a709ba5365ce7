package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// longestNotice is the number of letters up to which a block may be a notice: two or three sentences. A paragraph of an
// article that begins with the same words is mostly longer.
const longestNotice = 300

// isNotice reports whether a block speaks of something else than the article does: it leads to other articles, invites
// to subscribe or to follow, credits a picture, or states rights.
func isNotice(b block) bool {
	if b.letters > longestNotice || b.tag == atom.Pre {
		return false
	}
	text := strings.ToLower(strings.Trim(b.text, " ([{*–—-•|>»"))
	return isLabel(text) || invites(text) || credits(text)
}

// isLabel reports whether a text begins with one of labels, and a colon or its end follows.
func isLabel(text string) bool {
	label, _, _ := strings.Cut(text, ":")
	return labels[strings.TrimRight(label, " .!…→›>»)]}")]
}

// invites reports whether one of the text's sentences begins with one of invitations.
func invites(text string) bool {
	for sentence := range strings.SplitSeq(text, ". ") {
		for _, words := range invitations {
			if strings.HasPrefix(sentence, words) {
				return true
			}
		}
	}
	return false
}

// credits reports whether the text names a picture's origin, or whose rights the text is under.
func credits(text string) bool {
	for _, words := range creditWords {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// isSignature reports whether a block at the end of an article says who else worked on it.
func isSignature(b block) bool {
	if b.letters > longestNotice {
		return false
	}
	text := strings.ToLower(b.text)
	for _, words := range signatures {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// leadsElsewhere reports whether a line stands above a list of other articles.
func leadsElsewhere(line block) bool {
	text := strings.ToLower(line.text)
	return isLabel(text) || strings.HasPrefix(text, "more ") && (strings.HasSuffix(text, " stories") || strings.HasSuffix(text, " news"))
}
