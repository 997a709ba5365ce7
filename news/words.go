package news

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// AppendWords appends the words of a plain text in the form in which they are searched for, each followed by one blank:
// letters and digits in lower case, compatibility-decomposed (Unicode NFKD) and without what has a combining class.
// Everything else parts words. Where words are written without blanks between them (Chinese, Japanese, Thai and the like),
// each character is a word, so that a run of them is found as a phrase.
//
// Every engine of the store indexes this form and searches for it, so that all find the same.
func AppendWords(b []byte, text string) []byte {
	open := false
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			var n int
			b, n, open = appendBeyond(b, text[i:], open)
			i += n
			continue
		case c >= 'A' && c <= 'Z':
			b, open = append(b, c|0x20), true
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b, open = append(b, c), true
		case open:
			b, open = append(b, ' '), false
		}
		i++
	}
	if open {
		b = append(b, ' ')
	}
	return b
}

// appendBeyond takes the first character of text, which is none of ASCII, and returns its length. open says whether a word
// has been begun, before and after.
func appendBeyond(b []byte, text string, open bool) ([]byte, int, bool) {
	_, n := utf8.DecodeRuneInString(text)
	p := norm.NFKD.PropertiesString(text)
	whole := p.Decomposition()
	if whole == nil {
		whole = []byte(text[:n])
	}
	for len(whole) > 0 {
		r, n := utf8.DecodeRune(whole)
		switch {
		case isWordByItself(r):
			if open {
				b = append(b, ' ')
			}
			b, open = append(utf8.AppendRune(b, r), ' '), false
		case norm.NFKD.Properties(whole).CCC() != 0:
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			b, open = utf8.AppendRune(b, unicode.ToLower(r)), true
		case open:
			b, open = append(b, ' '), false
		}
		whole = whole[n:]
	}
	return b, n, open
}

// isWordByItself reports whether r is of a script that puts no blanks between words.
func isWordByItself(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// A wordAt is a word of a text in the form of [AppendWords], and the bytes of the text that it stands for.
type wordAt struct {
	word       string
	start, end int
}

// wordsAt lists the words of a text with their places.
func wordsAt(text string) []wordAt {
	var all []wordAt
	start := 0
	var word []byte
	end := func(at int) {
		if len(word) > 0 {
			all = append(all, wordAt{string(word), start, at})
			word = word[:0]
		}
	}
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		one := AppendWords(nil, text[i:i+size])
		switch {
		case len(one) == 0 && norm.NFKD.PropertiesString(text[i:]).CCC() != 0: // a mark on what stands before
			continue
		case len(one) == 0:
			end(i)
			continue
		case len(word) == 0 || isWordByItself(r):
			end(i)
			start = i
		}
		word = append(word, slices.DeleteFunc(one, func(b byte) bool { return b == ' ' })...)
		if isWordByItself(r) {
			end(i + size)
		}
	}
	end(len(text))
	return all
}
