package cluster

// An arena keeps bytes in large pieces. Items leave memory in the order in which they came, so that a piece goes as a whole;
// an allocation for each Item would round its size up and have the collector look at it.
type arena struct{ free []byte }

// arenaPiece is the size of a piece, in bytes: a hundred Items and more.
const arenaPiece = 64 << 10

// keep returns a copy of b in the arena.
func (a *arena) keep(b []byte) []byte {
	if len(a.free) < len(b) {
		a.free = make([]byte, max(arenaPiece, len(b)))
	}
	n := copy(a.free, b)
	kept := a.free[:n:n]
	a.free = a.free[n:]
	return kept
}
