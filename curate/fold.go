package curate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A folding is a text in the form in which terms are compared with it: its words in lower case and without marks, each
// followed by one blank, and for each word where it stands in the text as given. It is a buffer to be used again; not
// safe for concurrent use.
//
// Letters are compatibility-decomposed (Unicode NFKD) and lose what has a combining class. Straight and curly
// apostrophes are one, a possessive 's is dropped, and dotted U.S., U.S.A., U.K., U.N. and E.U. lose their dots.
// Everything else that is neither letter nor digit parts words, but for one apostrophe within a word.
type folding struct {
	text   string
	buf    []byte // ends with [headLength] blanks, so that a head can be read at every token
	tokens []token
	open   bool // the last token may still grow
	spare  []byte
}

// A token is one word of a folding.
type token struct {
	at, end     int32 // bytes in buf; the blank is not counted
	quote       int32 // of its apostrophe in buf; 0: it has none
	start, stop int32 // bytes in text
}

// read folds text, forgetting what was read before.
func (f *folding) read(text string) {
	f.text, f.buf, f.tokens, f.open = text, f.buf[:0], f.tokens[:0], false
	for i := 0; i < len(text); {
		if !f.open {
			i = f.words(i)
		}
		if i < len(text) {
			i = f.step(i)
		}
	}
	f.close()
	f.buf = append(f.buf, blanks...)
}

// blanks are headLength bytes.
const blanks = "        "

// words takes the words from byte i of the text on that are letters and digits of ASCII, parted by one blank, of which most
// texts are made, and returns where something else stands. What could be an abbreviation is left to step.
func (f *folding) words(i int) int {
	text, buf, tokens := f.text, f.buf, f.tokens // kept in registers: this is the loop that all time goes into
	for i < len(text) && asciiFold[text[i]] != 0 && (i+1 == len(text) || text[i+1] != '.') {
		t := token{at: int32(len(buf)), start: int32(i)}
		for ; i < len(text); i++ {
			c := asciiFold[text[i]]
			if c == 0 {
				break
			}
			buf = append(buf, c)
		}
		t.end, t.stop = int32(len(buf)), int32(i)
		tokens = append(tokens, t)
		if i == len(text) || text[i] != ' ' {
			f.open = true
			break
		}
		buf = append(buf, ' ')
		i++
	}
	f.buf, f.tokens = buf, tokens
	return i
}

// step takes what stands at byte i of the text, at least one rune, and returns where it ends.
func (f *folding) step(i int) int {
	switch b := f.text[i]; {
	case asciiFold[b] != 0:
		return f.ascii(i)
	case b == '\'':
		return f.apostrophe(i, 1)
	case b < utf8.RuneSelf:
		f.close()
		return i + 1
	}
	return f.beyondASCII(i)
}

// ascii takes the letters and digits from i on, and returns where they end.
func (f *folding) ascii(i int) int {
	if !f.open {
		f.begin(i)
	}
	if n := f.abbreviation(i); n > 0 {
		for _, b := range []byte(f.text[i : i+n]) {
			if b != '.' {
				f.buf = append(f.buf, asciiFold[b])
			}
		}
		return f.grown(i + n)
	}
	text, buf := f.text, f.buf
	for ; i < len(text); i++ {
		c := asciiFold[text[i]]
		if c == 0 {
			break
		}
		buf = append(buf, c)
	}
	f.buf = buf
	return f.grown(i)
}

// begin opens a token at byte i of the text.
func (f *folding) begin(i int) {
	f.open = true
	f.tokens = append(f.tokens, token{at: int32(len(f.buf)), start: int32(i), stop: int32(i)})
}

// grown notes that the open token reaches to byte i of the text, and returns i.
func (f *folding) grown(i int) int {
	f.tokens[len(f.tokens)-1].stop = int32(i)
	return i
}

// close ends the open token, if there is one.
func (f *folding) close() {
	if !f.open {
		return
	}
	f.open = false
	t := &f.tokens[len(f.tokens)-1]
	if f.buf[len(f.buf)-1] == '\'' { // no letter followed
		f.buf, t.quote = f.buf[:len(f.buf)-1], 0
	}
	t.end = int32(len(f.buf))
	f.buf = append(f.buf, ' ')
}

// abbreviation returns the length of the dotted abbreviation that stands at byte i as a word of its own, or 0.
func (f *folding) abbreviation(i int) int {
	s := f.text[i:]
	if len(s) < len("U.S.") || s[1] != '.' || s[3] != '.' || wordEndsAt(f.text, i) {
		return 0
	}
	switch s[:4] {
	case "U.S.":
		if len(s) > 4 && s[4] == 'A' && !wordStartsAt(s, 5) {
			return 5
		}
	case "U.K.", "U.N.", "E.U.":
	default:
		return 0
	}
	if wordStartsAt(s, 4) {
		return 0
	}
	return 4
}

// apostrophe takes the apostrophe of n bytes at i: it drops a possessive, may join the halves of a word, or parts words.
// It returns where to go on.
func (f *folding) apostrophe(i, n int) int {
	next := i + n
	if next < len(f.text) && f.text[next] == 's' && !wordStartsAt(f.text, next+1) {
		return next + 1
	}
	if !f.open {
		return next
	}
	t := &f.tokens[len(f.tokens)-1]
	if t.quote != 0 {
		f.close()
		return next
	}
	t.quote = int32(len(f.buf))
	f.buf = append(f.buf, '\'')
	return next
}

// beyondASCII takes the rune at i and returns where it ends.
func (f *folding) beyondASCII(i int) int {
	r, size := utf8.DecodeRuneInString(f.text[i:])
	if isApostrophe(r) {
		return f.apostrophe(i, size)
	}
	next := i + size
	switch {
	case r == utf8.RuneError || r >= '\u2010' && r <= '\u2027': // dashes, quotes, bullets: the most frequent of all
		f.close()
	case r >= '가' && r <= '힣': // composed by rule, not by table
		f.spare = norm.NFKD.AppendString(f.spare[:0], f.text[i:next])
		f.decomposed(f.spare, i, next)
	default:
		p := norm.NFKD.PropertiesString(f.text[i:next])
		if d := p.Decomposition(); d != nil {
			f.decomposed(d, i, next)
		} else {
			f.rune(r, p.CCC(), i, next)
		}
	}
	return next
}

// decomposed takes the runes that the one at bytes i to next of the text stands for.
func (f *folding) decomposed(runes []byte, i, next int) {
	for len(runes) > 0 {
		r, size := utf8.DecodeRune(runes)
		f.rune(r, norm.NFKD.Properties(runes).CCC(), i, next)
		runes = runes[size:]
	}
}

// rune takes one decomposed rune of the given combining class from bytes i to next of the text.
func (f *folding) rune(r rune, class uint8, i, next int) {
	switch {
	case class != 0: // a mark: dropped, but shown with its letter
		if f.open && int(f.tokens[len(f.tokens)-1].stop) == i {
			f.grown(next)
		}
	case unicode.IsLetter(r) || unicode.IsNumber(r) || f.open && isVowelSign(r):
		if !f.open {
			f.begin(i)
		}
		f.buf = utf8.AppendRune(f.buf, lower(r))
		f.grown(next)
	default:
		f.close()
	}
}

// original returns the bytes of the text that the bytes at to end of buf come from. The token numbered first holds at.
func (f *folding) original(first, at, end int) (start, stop int) {
	last := first
	for int(f.tokens[last].end) < end {
		last++
	}
	start, _ = f.within(f.tokens[first], at)
	_, stop = f.within(f.tokens[last], end)
	return start, stop
}

// within folds a token once more to find the rune of the text that gave byte at of buf. A stretch may start at the
// start of that rune, and one that ends before at may stop at stop, which differ where the rune gave several bytes.
func (f *folding) within(t token, at int) (start, stop int) {
	again := folding{text: f.text[t.start:t.stop]}
	at -= int(t.at)
	for i := 0; i < len(again.text); {
		had, next := len(again.buf), again.step(i)
		if len(again.buf) <= at {
			i = next
			continue
		}
		if asciiFold[again.text[i]] != 0 { // a run of several
			next = i + at - had
			i = next
		} else if had == at {
			next = i
		}
		return int(t.start) + i, int(t.start) + next
	}
	return int(t.stop), int(t.stop)
}

// wordStartsAt reports whether a letter, a digit or an underscore stands at byte i of s.
func wordStartsAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if s[i] < utf8.RuneSelf {
		return asciiFold[s[i]] != 0 || s[i] == '_'
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// wordEndsAt reports whether a letter, a digit or an underscore stands before byte i of s.
func wordEndsAt(s string, i int) bool {
	r, size := utf8.DecodeLastRuneInString(s[:i])
	return size > 0 && wordStartsAt(s, i-size) && r != utf8.RuneError
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == '＇' }

// isVowelSign reports whether r, which has no combining class, is a mark that tells words apart, as the vowels of Thai
// and of the scripts of India do. Variation selectors and the grapheme joiner only direct the display.
func isVowelSign(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Mc) && !unicode.Is(unicode.Variation_Selector, r) && r != '\u034f'
}

// lower gives both forms of the small sigma as one, so that a word in capitals equals the same word in small letters.
func lower(r rune) rune {
	if r = unicode.ToLower(r); r == 'ς' {
		return 'σ'
	}
	return r
}

// asciiFold maps an ASCII letter or digit to its lower case, every other byte to 0.
var asciiFold = func() (fold [256]byte) {
	for _, b := range []byte("abcdefghijklmnopqrstuvwxyz0123456789") {
		fold[b] = b
		fold[strings.ToUpper(string(b))[0]] = b
	}
	return fold
}()
