package cluster

import "sync"

// bulk is how many Items are worth indexing at once, on all processors. A start has hundreds of thousands.
const bulk = 1000

// index enters what was added into the indexes of terms and of copies. Items that were restored wait for this until they are
// first compared with something: many at once are entered one part of the terms after the other, so that the part at hand
// stays in the processor's cache, and the parts side by side.
func (e *Engine) index() {
	first := e.indexed
	fresh := e.entries[first-e.base:]
	e.copies.makeRoom(e.base, e.entries[:first-e.base], fresh)
	e.indexed += uint32(len(fresh))
	if len(fresh) < bulk {
		for i := range fresh {
			fresh[i].language.add(first+uint32(i), fresh[i].vector())
			e.copies.add(first+uint32(i), fresh[i].sketch())
		}
		return
	}
	var parts sync.WaitGroup
	parts.Go(func() {
		for i := range fresh {
			e.copies.add(first+uint32(i), fresh[i].sketch())
		}
	})
	for part := range termParts {
		parts.Go(func() {
			for i := range fresh {
				fresh[i].language.addPart(first+uint32(i), fresh[i].vector(), part)
			}
		})
	}
	for i := range fresh {
		fresh[i].language.items++
	}
	parts.Wait()
}
