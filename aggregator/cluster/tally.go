package cluster

import (
	"cmp"
	"slices"
)

// A tally is the sum of the vectors of a Story: terms in their order, none with a weight of 0. It is read for each Item that
// is a little like the Story, so it lies in one piece: as a map it took an eighth of what placing an Item cost.
type tally []total

type total struct {
	term   term
	weight int32
}

// place returns where a term is, or would be, not before place i. It looks near i first.
func (t tally) place(i int, wanted term) int {
	step := 1
	for i+step <= len(t) && t[i+step-1].term < wanted {
		i += step
		step *= 2
	}
	n, _ := slices.BinarySearchFunc(t[i:min(i+step, len(t))], wanted, func(sum total, t term) int { return cmp.Compare(sum.term, t) })
	return i + n
}

// dot returns the product with a vector.
func (t tally) dot(v vector) (product int64) {
	i := 0
	for w := range v.all() {
		if i = t.place(i, w.term); i == len(t) {
			break
		}
		if t[i].term == w.term {
			product += int64(w.weight) * int64(t[i].weight)
		}
	}
	return product
}

// add adds a vector, or takes it away where sign is -1. It returns by how much the sum of the squared weights changes.
func (t *tally) add(v vector, sign int32) (squares int64) {
	sum, i := *t, 0
	var missing [maxTerms + maxIdle]total
	fresh, emptied := missing[:0], false
	for w := range v.all() {
		if w.weight == 0 {
			continue
		}
		by := sign * int32(w.weight)
		if i = sum.place(i, w.term); i == len(sum) || sum[i].term != w.term {
			fresh = append(fresh, total{w.term, by})
			squares += int64(by) * int64(by)
			continue
		}
		before := sum[i].weight
		sum[i].weight += by
		squares += int64(sum[i].weight)*int64(sum[i].weight) - int64(before)*int64(before)
		emptied = emptied || sum[i].weight == 0
	}
	if emptied {
		sum = slices.DeleteFunc(sum, func(s total) bool { return s.weight == 0 })
	}
	*t = sum.merged(fresh)
	return squares
}

// merged takes in terms that are not there yet, in their order.
func (t tally) merged(fresh []total) tally {
	i, all := len(t), append(t, fresh...)
	for at := len(all); len(fresh) > 0; {
		at--
		if last := fresh[len(fresh)-1]; i == 0 || all[i-1].term < last.term {
			all[at], fresh = last, fresh[:len(fresh)-1]
			continue
		}
		i--
		all[at] = all[i]
	}
	return all
}
