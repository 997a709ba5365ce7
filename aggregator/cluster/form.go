package cluster

import (
	"encoding/binary"
	"errors"
)

// A form is what is kept of an Item to compare others with.
type form struct {
	language string
	vector   vector
	sketch   sketch
	title    titlePrint
}

// formNumber is the first byte of a stored form: how the rest is laid out.
const formNumber = 1

var errForm = errors.New("a stored form for grouping cannot be read")

// bytes lays a form out: the language, then four-byte hashes and what belongs to them. It is what a store keeps.
func (f *form) bytes() []byte {
	b := make([]byte, 0, 32+5*len(f.vector)+4*(len(f.sketch.whole)+len(f.sketch.head)))
	b = append(b, formNumber, byte(len(f.language)))
	b = append(b, f.language...)
	b = append(b, byte(len(f.vector)), byte(len(f.sketch.whole)), byte(len(f.sketch.head)))
	b = binary.LittleEndian.AppendUint32(b, f.sketch.runs)
	b = binary.LittleEndian.AppendUint32(b, f.title.pattern)
	b = binary.LittleEndian.AppendUint32(b, f.title.numbers)
	for _, w := range f.vector {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(w.term)), w.weight)
	}
	for _, hashes := range [...][]uint32{f.sketch.whole, f.sketch.head} {
		for _, hash := range hashes {
			b = binary.LittleEndian.AppendUint32(b, hash)
		}
	}
	return b
}

// readForm reads what bytes wrote.
func readForm(b []byte) (form, error) {
	const lengths = 3 + 3*4
	if len(b) < 2 || b[0] != formNumber || len(b) < 2+int(b[1])+lengths {
		return form{}, errForm
	}
	f := form{language: string(b[2 : 2+b[1]])}
	b = b[2+b[1]:]
	terms, whole, head := int(b[0]), int(b[1]), int(b[2])
	f.sketch.runs = binary.LittleEndian.Uint32(b[3:])
	f.title = titlePrint{binary.LittleEndian.Uint32(b[7:]), binary.LittleEndian.Uint32(b[11:])}
	if b = b[lengths:]; len(b) != 5*terms+4*(whole+head) {
		return form{}, errForm
	}
	f.vector = make(vector, terms)
	for i := range f.vector {
		f.vector[i] = weighed{term(binary.LittleEndian.Uint32(b)), b[4]}
		b = b[5:]
	}
	hashes := make([]uint32, whole+head)
	for i := range hashes {
		hashes[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	f.sketch.whole = hashes[:whole:whole]
	if head > 0 {
		f.sketch.head = hashes[whole:]
	}
	if !f.sound() {
		return form{}, errForm
	}
	return f, nil
}

// sound reports whether a form is one that could have been made.
func (f *form) sound() bool {
	for i := 1; i < len(f.vector); i++ {
		if f.vector[i-1].term >= f.vector[i].term {
			return false
		}
	}
	s := &f.sketch
	return len(s.whole) == int(min(s.runs, wholeSize)) && (s.head == nil || s.runs > wholeSize) && ascending(s.whole) && ascending(s.head)
}

func ascending(hashes []uint32) bool {
	for i := 1; i < len(hashes); i++ {
		if hashes[i-1] >= hashes[i] {
			return false
		}
	}
	return true
}
