package cluster

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// A story is the sum of its reports. Copies are not in it: twenty papers with one wire text are one report.
type story struct {
	number  int64
	members []uint32 // slots, ascending
	squares int64    // of the sum; 0 until they are asked for, which is never for most that a start takes in
	sum     tally    // of more than few members, from when its squares are known; else none
}

// few is up to how many members a Story keeps no sum of: its product with an Item is that of its members, which takes no
// longer, and nearly all Stories have no more.
const few = 4

func (e *Engine) story(number int64) *story {
	s, ok := e.stories[number]
	if !ok {
		s = &story{number: number}
		e.stories[number] = s
	}
	return s
}

// enter makes the entry in a slot a member of its Story.
func (e *Engine) enter(slot uint32) {
	it := e.at(slot)
	s := it.story
	e.stories[s.number] = s
	i, _ := slices.BinarySearch(s.members, slot)
	s.members = slices.Insert(s.members, i, slot)
	s.changed(it.vector(), 1)
}

// changed keeps the sum true where there is one; else it has to be asked for anew.
func (s *story) changed(v vector, sign int32) {
	if s.sum == nil {
		s.squares = 0
		return
	}
	if s.squares += s.sum.add(v, sign); len(s.members) <= few {
		s.sum = nil
	}
}

// sum sums up the members of a Story, unless that was done.
func (e *Engine) sum(s *story) {
	if s.squares > 0 {
		return
	}
	sum := e.scratch.sum[:0]
	for _, m := range s.members {
		s.squares += sum.add(e.at(m).vector(), 1)
	}
	e.scratch.sum = sum
	if len(s.members) > few {
		s.sum = slices.Clone(sum)
	}
}

// leave takes the entry in a slot out of its Story, which is forgotten with its last member.
func (e *Engine) leave(slot uint32) {
	it := e.at(slot)
	s := it.story
	if i, ok := slices.BinarySearch(s.members, slot); ok {
		s.members = slices.Delete(s.members, i, i+1)
	}
	if len(s.members) == 0 {
		delete(e.stories, s.number)
	}
	s.changed(it.vector(), -1)
}

func cosine(product, a, b int64) float64 {
	if product == 0 {
		return 0
	}
	return float64(product) / (math.Sqrt(float64(a)) * math.Sqrt(float64(b)))
}

// How a score is made. What makes it strict (evidence, brief, contrast, kin) was chosen on 369 pairs of a report and what it
// was most like, drawn from four days of 162 real feeds and read by eye. Of what joins, .10 was another event before and .05
// is now, at four fifths of the right joins: a false merge is worse than a miss. See docs/stories.md for labelled sets.
const (
	// closest is how many of a Story's members count that an Item is most like.
	closest = 3
	// centre is the share of the Story's sum in a score, the closest members having the rest.
	centre = .6
	// evidence: a likeness that rests on n shared terms counts n/(n+evidence); less is asked of an Item with no more than
	// about evidenceTerms terms, a bare headline, which can share only few.
	evidence      = 3
	evidenceTerms = 10
	// brief is what is taken off a likeness of an Item without terms, and ever less up to briefTerms of them: short texts
	// sound alike. A title and a summary have about 20.
	brief      = .1
	briefTerms = 60
	// lone is what a likeness counts that has no rivals: Items of other Stories that are as like the Item. Where those it is
	// most like come nearer than this share of the likeness, contrast times the rest is taken off: then it is of a kind (the
	// day's puzzle, the next match, an offer), and not of an event. On those pairs this told more than any other sign that
	// was tried, shared names and phrases among them.
	lone     = 1.08
	kindred  = .625
	contrast = 2.2
	rivals   = 12
	// crowd is what is taken off for each doubling of a Story: the sum of many reports is a little like everything.
	crowd = .02
	// ageing is what is taken off where the closest members were published as far away as Near allows.
	ageing = .4
	// kin is what is taken off where the closest members are of the Item's own Source: what an outlet writes sounds alike
	// whatever it is about.
	kin = .7
)

// A rating is how well an Item fits a Story. Its story is nil if there is none.
type rating struct {
	story   *story
	score   float64
	nearest uint32 // slot
}

// rate returns the Story that an Item fits best, and the one after it. barred are Stories that it cannot be in.
func (e *Engine) rate(it *entry, barred []*story) (best, second rating) {
	all := e.neighbours(it)
	for i, n := range all {
		s := n.story
		ofStory := func(other neighbour) bool { return other.story == s }
		if slices.Contains(barred, s) || slices.ContainsFunc(all[:i], ofStory) {
			continue
		}
		near := e.scratch.near[:0]
		for _, other := range all[i:] {
			if other.story == s {
				near = append(near, other)
			}
		}
		r := rating{s, min(1, e.score(it, s, near)*max(0, stands(s, n, all))), n.slot}
		switch {
		case best.story == nil || r.score > best.score || r.score == best.score && s.number < best.story.number:
			best, second = r, best
		case second.story == nil || r.score > second.score:
			second = r
		}
	}
	return best, second
}

// stands returns how well a likeness stands out: [lone] where nothing else is nearly as near as the nearest member of a Story,
// and less the more there is.
func stands(s *story, nearest neighbour, all []neighbour) float64 {
	sum, n := 0., 0
	for _, other := range all {
		if n == rivals {
			break
		}
		if other.story != s {
			sum += other.cosine
			n++
		}
	}
	return lone - contrast*max(0, sum/(rivals*nearest.cosine)-kindred)
}

// score returns how well an Item fits a Story, taken by itself. near are the members that it is most like, nearest first.
func (e *Engine) score(it *entry, s *story, near []neighbour) float64 {
	of := min(closest, len(s.members))
	all := near
	near = all[:min(of, len(all))]
	likeness, shared, apart, own := 0., 0., 0., 0.
	for _, n := range near {
		if e.at(n.slot).source == it.source {
			own++
		}
		likeness += n.cosine
		shared += float64(n.shared)
		apart += math.Abs(float64(e.at(n.slot).published - it.published))
	}
	likeness /= float64(of)
	shared /= float64(len(near))
	own /= float64(len(near))
	apart /= float64(len(near)) * float64(Near.Milliseconds())
	if len(s.members) > 1 {
		e.sum(s)
		likeness = centre*cosine(e.product(s, all), int64(it.squares), s.squares) + (1-centre)*likeness
	}
	return likeness * trust(float64(it.vector().len()), shared) * (1 - ageing*apart) * (1 - kin*own) *
		max(0, 1-crowd*math.Log2(float64(len(s.members))))
}

// trust is what is left of the likeness of an Item with so many terms, of which it shares some.
func trust(terms, shared float64) float64 {
	cube := terms * terms * terms
	asked := evidence * cube / (cube + evidenceTerms*evidenceTerms*evidenceTerms)
	return shared / (shared + asked) * (1 - brief*max(0, 1-terms/briefTerms))
}

// product returns the product of a Story's sum with the vector in the lens. near are members whose own products are known:
// where they are all there are, as in most Stories, nothing more need be read.
func (e *Engine) product(s *story, near []neighbour) (product int64) {
	switch {
	case len(near) == len(s.members):
		for _, n := range near {
			product += n.product
		}
	case s.sum != nil:
		product = e.scratch.lens.of(s.sum)
	default:
		for _, m := range s.members {
			p, _ := e.scratch.lens.dot(e.at(m).vector())
			product += p
		}
	}
	return product
}

// A neighbour is an Item that one to be placed was compared with.
type neighbour struct {
	slot    uint32
	story   *story
	product int64
	cosine  float64
	shared  int // terms
}

const (
	// lookups is how many of an Item's terms are looked up, and longest how far back in one term's Items. By their weight
	// they find more than by their rarity: BCubed F1 on ECB+ .903 and .898.
	lookups = 16
	longest = 2048
	// compared is how many Items are compared in full: those that share most by the terms looked up. 1,000 instead of 64
	// changed nothing on any labelled set.
	compared = 32
)

// A mark is what is looked up of an entry for each term that an Item shares with it: eight bytes, since the entries
// themselves lie far apart in memory.
type mark struct {
	published uint32 // seconds
	sum       int32  // of what is shared so far; 0 between searches
}

func seconds(milliseconds int64) uint32 { return uint32(milliseconds / 1000) }

// A scratch is what one search leaves for the next to use again.
type scratch struct {
	lens  lens   // on the Item to be placed
	asked finder // of terms in a Source's last Items
	slots []uint32
	top   [compared]uint64
	found [compared]neighbour
	near  [compared]neighbour
	sum   tally
}

// neighbours finds the Items that are most like one, nearest first, of those published within Near of it. They are valid until
// the next search.
func (e *Engine) neighbours(it *entry) []neighbour {
	e.gather(it)
	e.scratch.lens.onto(it.vector())
	found := e.scratch.found[:0]
	for _, key := range e.most() {
		slot := ^uint32(key)
		other := e.at(slot)
		product, shared := e.scratch.lens.dot(other.vector())
		found = append(found, neighbour{slot, other.story, product, cosine(product, int64(it.squares), int64(other.squares)), shared})
	}
	slices.SortFunc(found, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.slot, b.slot))
	})
	return found
}

// most returns those gathered that have the greatest sums, of equal ones the earliest, each as its sum and its inverted
// slot in one number, the least first. It forgets all sums. There can be ten thousand, so they are not sorted.
func (e *Engine) most() []uint64 {
	top := e.scratch.top[:0]
	for _, slot := range e.scratch.slots {
		sum := &e.marks[slot-e.base].sum
		key := uint64(*sum)<<32 | uint64(^slot)
		*sum = 0
		if len(top) == compared && key < top[0] {
			continue
		}
		if i, _ := slices.BinarySearch(top, key); len(top) < compared {
			top = slices.Insert(top, i, key)
		} else {
			copy(top, top[1:i])
			top[i-1] = key
		}
	}
	e.scratch.slots = e.scratch.slots[:0]
	return top
}

// gather sums up, for all Items that share one of the terms looked up, what they share by those.
func (e *Engine) gather(it *entry) {
	first, last := it.published-Near.Milliseconds(), it.published+Near.Milliseconds()
	// Nothing is published after it was seen, so that what was seen too early can be left out unread.
	from := uint32(sort.Search(len(e.entries), func(i int) bool { return e.entries[i].seen >= first }))
	after, until := seconds(max(first, 0)), seconds(last)
	for _, w := range it.lookups() {
		list := it.language.having(w.term).list
		for _, p := range slices.Backward(list[max(0, len(list)-longest):]) {
			i := p.since(e.base)
			if i < from {
				break
			}
			m := &e.marks[i]
			if m.published < after || m.published > until {
				continue
			}
			if m.sum == 0 {
				e.scratch.slots = append(e.scratch.slots, e.base+i)
			}
			m.sum += int32(w.weight) * int32(p.weight())
		}
	}
}

// lookups returns the terms to look up: the heaviest of those that other Items have too.
func (it *entry) lookups() []weighed {
	known := make([]weighed, 0, it.vector().len())
	for w := range it.vector().all() {
		if p := it.language.having(w.term); w.weight > 0 && p != nil && len(p.list) > 0 {
			known = append(known, w)
		}
	}
	slices.SortFunc(known, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	return known[:min(len(known), lookups)]
}
