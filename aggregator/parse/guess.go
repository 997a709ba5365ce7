package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// guessSample is how much of a document is looked at to guess its charset, in bytes.
const guessSample = 32 << 10

// A suspect is a charset, and how text of it is recognised: by the share that some characters have among those of its
// text that are not ASCII.
type suspect struct {
	charset  string
	belongs  func(r rune) bool
	atLeast  float64
	multiple bool // several bytes a character: a single one that cannot be read rules it out
}

// suspects are tried in order, the unmistakable first. The shares leave a margin under those of ordinary text: of
// Russian, for one, the fifteen commonest letters are four fifths, and nearly all are small ones, which tells KOI8-R from
// windows-1251 and both from Hebrew.
var suspects = [...]suspect{
	{"euc-jp", inTables(unicode.Hiragana, unicode.Katakana), 0.3, true},
	{"shift_jis", inTables(unicode.Hiragana, unicode.Katakana), 0.3, true},
	{"euc-kr", inTables(unicode.Hangul), 0.8, true},
	{"gb18030", anyOf("的一是不了在人有我他这中大来上国为到说们"), 0.04, true},
	{"big5", anyOf("的一是不了在人有我他這中大來上國為到說們"), 0.04, true},
	{"koi8-r", anyOf("оеаинтсрвлкмдпу"), 0.7, false},
	{"windows-1251", anyOf("оеаинтсрвлкмдпу"), 0.7, false},
	{"windows-1253", anyOf("αοιετσνηυρπκμλάόίέ"), 0.6, false},
	{"windows-1255", inTables(unicode.Hebrew), 0.9, false},
	{"windows-874", inTables(unicode.Thai), 0.95, false},
	{"windows-1256", inTables(unicode.Arabic), 0.9, false},
}

func anyOf(chars string) func(rune) bool {
	return func(r rune) bool { return strings.ContainsRune(chars, r) }
}

func inTables(tables ...*unicode.RangeTable) func(rune) bool {
	return func(r rune) bool { return unicode.In(r, tables...) }
}

// guessCharset returns the charset that a document is written in which names none, or "" if it is none of the suspects.
func guessCharset(data []byte) string {
	data = data[:min(len(data), guessSample)]
	for _, s := range suspects {
		if s.share(decode(data, lookup(s.charset))) >= s.atLeast {
			return s.charset
		}
	}
	return ""
}

// share returns the share of the suspect's characters among those of a text that are not ASCII, 0 if there are fewer
// than eight or too many could not be read.
func (s suspect) share(text []byte) float64 {
	all, own, bad := 0, 0, 0
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			continue
		case r == utf8.RuneError:
			bad++
		case s.belongs(r):
			own++
		}
		all++
	}
	if all < 8 || s.multiple && bad > 1+all/200 || bad > all/20 {
		return 0
	}
	return float64(own) / float64(all)
}
