package cluster

import (
	"encoding/binary"
	"errors"
	"slices"
)

// A form is what is kept of an Item to compare others with. It is read where it lies, in the layout in which it is stored.
type form struct {
	data  []byte // the vector, then the hashes of the sketch
	title titlePrint
	runs  uint32 // of the sketch
	terms uint8  // of the vector
}

func formOf(v vector, s sketch, title titlePrint) form {
	return form{data: slices.Concat(v, vector(s.hashes)), title: title, runs: s.runs, terms: uint8(v.len())}
}

func (f *form) vector() vector { return vector(f.data[:int(f.terms)*weighedSize]) }
func (f *form) sketch() sketch { return sketch{f.runs, hashes(f.data[int(f.terms)*weighedSize:])} }

// formNumber is the first byte of a stored form: how the rest is laid out.
const formNumber = 1

var errForm = errors.New("a stored form for grouping cannot be read")

// bytes lays a form out: the language, then four-byte hashes and what belongs to them. It is what a store keeps.
func (f *form) bytes(language string) []byte {
	s := f.sketch()
	b := make([]byte, 0, 32+len(f.data))
	b = append(b, formNumber, byte(len(language)))
	b = append(b, language...)
	b = append(b, f.terms, byte(s.whole().len()), byte(s.head().len()))
	b = binary.LittleEndian.AppendUint32(b, f.runs)
	b = binary.LittleEndian.AppendUint32(b, f.title.pattern)
	b = binary.LittleEndian.AppendUint32(b, f.title.numbers)
	return append(b, f.data...)
}

// readForm reads what bytes wrote. The form lies within b.
func readForm(b []byte) (f form, language string, err error) {
	const lengths = 3 + 3*4
	if len(b) < 2 || b[0] != formNumber || len(b) < 2+int(b[1])+lengths {
		return form{}, "", errForm
	}
	end := 2 + int(b[1])
	language, b = string(b[2:end]), b[end:]
	whole, head := int(b[1]), int(b[2])
	f = form{
		data: b[lengths:], terms: b[0], runs: binary.LittleEndian.Uint32(b[3:]),
		title: titlePrint{binary.LittleEndian.Uint32(b[7:]), binary.LittleEndian.Uint32(b[11:])},
	}
	if len(f.data) != weighedSize*int(f.terms)+hashSize*(whole+head) || whole != int(min(f.runs, wholeSize)) || !f.sound() {
		return form{}, "", errForm
	}
	return f, language, nil
}

// sound reports whether a form is one that could have been made.
func (f *form) sound() bool {
	v, s := f.vector(), f.sketch()
	for i := 1; i < v.len(); i++ {
		if v.at(i-1).term >= v.at(i).term {
			return false
		}
	}
	return (len(s.head()) == 0 || f.runs > wholeSize) && ascending(s.whole()) && ascending(s.head())
}

func ascending(h hashes) bool {
	for i := 1; i < h.len(); i++ {
		if h.at(i-1) >= h.at(i) {
			return false
		}
	}
	return true
}
