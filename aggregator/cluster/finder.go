package cluster

// A finder tells where in a list a term stands. Most terms that it is asked for stand nowhere in the list, which one byte
// tells: an Item is compared with thousands of terms of others, and merging two sorted lists mispredicts half its branches.
type finder struct {
	places [finderPlaces]uint8 // 1 + the index of a term, at the term's last bits or the next place that was free; 0: free
	taken  []uint16            // places
	terms  []term              // at most 255
}

// An Item has no more terms than words that count, and a stored vector says its length in a byte.
const _ = uint8(titleWords + leadWords)

// finderPlaces is so many, a power of two, that hardly two terms of a list want the same place.
const finderPlaces = 1 << 12

// empty begins a new list.
func (f *finder) empty() {
	for _, p := range f.taken {
		f.places[p] = 0
	}
	f.taken, f.terms = f.taken[:0], f.terms[:0]
}

// add adds a term at the end of the list.
func (f *finder) add(t term) {
	p := t % finderPlaces
	for f.places[p] != 0 {
		p = (p + 1) % finderPlaces
	}
	f.terms = append(f.terms, t)
	f.places[p] = uint8(len(f.terms))
	f.taken = append(f.taken, uint16(p))
}

// find returns the index of a term; -1 for one that is not in the list.
func (f *finder) find(t term) int {
	for p := t % finderPlaces; ; p = (p + 1) % finderPlaces {
		i := int(f.places[p]) - 1
		if i < 0 || f.terms[i] == t {
			return i
		}
	}
}

// A lens is a vector that others are compared with.
type lens struct {
	vector vector
	finder finder
}

// onto points the lens at a vector.
func (l *lens) onto(v vector) {
	l.vector = v
	l.finder.empty()
	for w := range v.all() {
		l.finder.add(w.term)
	}
}

// dot returns the product with another vector and how many terms with weight both have.
func (l *lens) dot(v vector) (product int64, shared int) {
	for w := range v.all() {
		i := l.finder.find(w.term)
		if i < 0 {
			continue
		}
		if p := int64(w.weight) * int64(l.vector.at(i).weight); p > 0 {
			product += p
			shared++
		}
	}
	return product, shared
}

// steep is from how many times as many terms on each term of the lens is looked for in a tally, not the other way round.
const steep = 24

// of returns the product with a tally.
func (l *lens) of(t tally) (product int64) {
	if len(t) > steep*l.vector.len() {
		return t.dot(l.vector)
	}
	for _, sum := range t {
		if i := l.finder.find(sum.term); i >= 0 {
			product += int64(sum.weight) * int64(l.vector.at(i).weight)
		}
	}
	return product
}
