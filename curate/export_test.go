package curate

// A Word is a token of a folded text, for tests.
type Word struct {
	Folded      string
	Start, Stop int // bytes in the text as given
}

// Fold returns the words of text as terms are compared with them.
func Fold(text string) []Word {
	var f folding
	f.read(text)
	var out []Word
	for _, t := range f.tokens {
		out = append(out, Word{string(f.buf[t.at:t.end]), int(t.start), int(t.stop)})
	}
	return out
}
