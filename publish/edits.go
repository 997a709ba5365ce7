package publish

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wireroom/news"
)

// Class is what an edit of a report was.
type Class string

// The classes, the gravest first. An edit is of the first that fits.
const (
	ClassGone       Class = "gone"       // nothing of the report is left, or only that it is gone
	ClassRetraction Class = "retraction" // it is marked as retracted or withdrawn
	ClassTypo       Class = "typo"       // spelling, signs, capitals, blanks
	ClassNumber     Class = "number"     // a number is another now
	ClassHeadline   Class = "headline"   // the headline has other words
	ClassText       Class = "text"       // the text has
	ClassNone       Class = ""           // title and text are as they were
)

// ClassOf says what an edit was, from one version of an Item to the next. It looks at title and text alone and depends on
// nothing else.
func ClassOf(before, after news.Item) Class {
	wasTitle, title := line(before.Title), line(after.Title)
	wasText, text := news.OneLine(clean(before.Text())), news.OneLine(clean(after.Text()))
	if wasTitle == title && wasText == text {
		return ClassNone
	}
	was, now := wasTitle+"\n"+wasText, title+"\n"+text
	switch {
	case strings.TrimSpace(now) == "" || says(goneNotice, was, now):
		return ClassGone
	case says(retractionNotice, was, now) || says(retractionMark, wasTitle, title) || says(retractionMark, wasText, text):
		return ClassRetraction
	}
	titles, texts := changesOf(wordDiff(wasTitle, title)), changesOf(wordDiff(wasText, text))
	all := slices.Concat(titles, texts)
	switch {
	case len(all) <= typosAtMost && !slices.ContainsFunc(all, func(c change) bool { return !c.isTypo() }):
		return ClassTypo
	case slices.ContainsFunc(titles, change.isNumber) || len(titles) == 0 && slices.ContainsFunc(texts, change.isNumber):
		return ClassNumber
	case len(titles) > 0:
		return ClassHeadline
	}
	return ClassText
}

// typosAtMost is how many places an edit may touch that only mends spelling; a text with more is written anew.
const typosAtMost = 12

// says reports whether a text that has come says what the one before did not.
func says(notice *regexp.Regexp, before, after string) bool {
	return notice.MatchString(after) && !notice.MatchString(before)
}

// How publishers write that a report is gone or taken back: of the report itself, so that a report about something that
// was removed is none.
var (
	goneNotice = regexp.MustCompile(`(?i)\b(this|the) (article|story|page|post|report|item|content|video|entry)( you requested)? ` +
		`((has been|was|is) (removed|deleted|taken down|unpublished)|(is|are) no longer available|no longer exists|does not exist)|^(page|article|story) not found\b|^(removed|deleted)\n`)
	retractionNotice = regexp.MustCompile(`(?i)\b(this|the|our) (article|story|report|post|item|analysis|column) (has been|was|is) (retracted|withdrawn)\b|\bwe (retract|are retracting|have retracted) (this|the|our)\b`)
	retractionMark   = regexp.MustCompile(`(?i)^\W*(retracted|retraction|withdrawn|story withdrawn|kill|mandatory kill|story killed)\b(\W|$)`)
)

// A change is what was cut at one place and what was added there.
type change struct{ cut, added string }

func changesOf(all []stretch) []change {
	var out []change
	for i, s := range all {
		switch {
		case s.Was == cut:
			out = append(out, change{cut: s.Text})
		case s.Was == added && i > 0 && all[i-1].Was == cut:
			out[len(out)-1].added = s.Text
		case s.Was == added:
			out = append(out, change{added: s.Text})
		}
	}
	return out
}

// isNumber reports whether a number was replaced by another, in figures or in words.
func (c change) isNumber() bool {
	was, is := numbersOf(c.cut), numbersOf(c.added)
	return len(was) > 0 && len(is) > 0 && !slices.Equal(was, is)
}

var numberWords = strings.Fields(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
	eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen dozens hundreds
	thousands millions billions half third quarter double triple`)

func numbersOf(text string) []string {
	var out []string
	for _, w := range wordsOf(strings.ToLower(text)) {
		if strings.ContainsFunc(w, unicode.IsDigit) || slices.Contains(numberWords, w) {
			out = append(out, w)
		}
	}
	return out
}

// isTypo reports whether a change mends spelling: the same letters, or word for word nearly the same. No number is
// spelling, and no capitalised word another: Iran is not Iraq.
func (c change) isTypo() bool {
	if len(numbersOf(c.cut)) > 0 || len(numbersOf(c.added)) > 0 {
		return letters(c.cut) == letters(c.added) && letters(c.cut) != ""
	}
	if letters(c.cut) == letters(c.added) {
		return true
	}
	was, is := lettersWords(c.cut), lettersWords(c.added)
	if len(was) != len(is) {
		return false
	}
	for i := range was {
		if !misspelt(was[i], is[i]) {
			return false
		}
	}
	return true
}

// letters returns the letters and digits of a text in lower case: what is left without signs, capitals and blanks.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if !isWordRune(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

func lettersWords(text string) []string {
	return slices.DeleteFunc(wordsOf(text), func(w string) bool { return !strings.ContainsFunc(w, isWordRune) })
}

// misspelt reports whether one word may be meant as the other: with two letters exchanged; or, from five letters on, one
// too many, too few or wrong, though not wrong in a name.
func misspelt(a, b string) bool {
	la, lb := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if slices.Equal(la, lb) || swapped(la, lb) {
		return true
	}
	if min(len(la), len(lb)) < 4 || max(len(la), len(lb)) < 5 || !oneApart(la, lb) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(b)
	return len(la) != len(lb) || !unicode.IsUpper(first)
}

// swapped reports whether two words are the same but for two neighbouring letters.
func swapped(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	i := common(a, b)
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
}

// oneApart reports whether one letter more, less or other makes two words the same.
func oneApart(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := common(a, b)
	switch len(b) - len(a) {
	case 0:
		return i < len(a) && slices.Equal(a[i+1:], b[i+1:])
	case 1:
		return slices.Equal(a[i:], b[i+1:])
	}
	return false
}

// common returns how many runes a and b begin with in common.
func common(a, b []rune) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
