package parse

import (
	"cmp"
	"io"
	"slices"
	"strings"
)

// An edit replaces a span of a document by other text. Edits are kept apart from the document and applied while it is
// read, so that a repair needs no copy of it.
type edit struct {
	start, end int
	text       string
}

// sortEdits puts edits into the order of the document. Those at one place stay in the order in which they were made.
func sortEdits(edits []edit) {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
}

// An editedReader reads a span of a document with edits applied. Edits that begin before the span or within an earlier
// edit are passed over.
type editedReader struct {
	doc      []byte
	pos, end int
	edits    []edit // sorted
	pending  string // of the last edit's text, not yet read
}

// newEditedReader returns a reader of doc[start:end].
func newEditedReader(doc []byte, start, end int, edits []edit) *editedReader {
	first, _ := slices.BinarySearchFunc(edits, start, func(e edit, at int) int { return cmp.Compare(e.start, at) })
	return &editedReader{doc: doc, pos: start, end: end, edits: edits[first:]}
}

// Read implements io.Reader.
func (r *editedReader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if r.pending != "" {
			c := copy(p[n:], r.pending)
			r.pending = r.pending[c:]
			n += c
			continue
		}
		if len(r.edits) > 0 && r.edits[0].start <= r.pos {
			r.apply()
			continue
		}
		if r.pos >= r.end {
			break
		}
		stop := r.end
		if len(r.edits) > 0 {
			stop = min(stop, r.edits[0].start)
		}
		c := copy(p[n:], r.doc[r.pos:stop])
		r.pos += c
		n += c
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// apply takes the first edit, unless it begins within an earlier one or not before the end of the span.
func (r *editedReader) apply() {
	e := r.edits[0]
	r.edits = r.edits[1:]
	if e.start < r.pos || e.start > r.end || e.start == r.end && e.end > e.start {
		return
	}
	r.pending = e.text
	r.pos = min(max(r.pos, e.end), r.end)
}

// framed reads a span with something put before and after it.
func framed(before string, body io.Reader, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), body, strings.NewReader(after))
}
