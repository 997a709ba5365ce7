package publish

import (
	"net/http"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Who comes back with the validators of what it was answered pays nothing, also where the server has forgotten the bytes. As
// long as nothing can have changed it is told so from memory; else it is looked, which happens once for each change.

// seenFor is for how long that holds of pages that may change without a Topic: a fifth of what caches may keep them for.
const seenFor = time.Minute

// seen remembers of what was answered under addresses that have no place in the cache how it can be known again.
type seen = lru.Cache[string, *cached]

// visitStore takes a turn at the store for what is not remembered, at a cost. Who has it as it was answered last pays nothing: it is told
// so, or, where that was another version, takes a place, most often to be told the same. done says that it was told.
func (s *Server) visitStore(w http.ResponseWriter, r *http.Request, last *cached, version string, cost int) (giveBack func(), done bool, err error) {
	var known *head
	if last != nil {
		known = s.had(r, last.doc)
	}
	switch {
	case known == nil:
		giveBack, err = s.turn(r, cost)
	case last.version == version:
		known.addTo(w, r)
		w.WriteHeader(http.StatusNotModified)
		done = true
	default:
		giveBack, err = s.place(r.Context())
	}
	return giveBack, done, err
}

// serveSeen answers under an address with what build makes of a version, and remembers that.
func (s *Server) serveSeen(w http.ResponseWriter, r *http.Request, address, version string, cost int, build func() (*document, error)) error {
	last, _ := s.seen.Get(address)
	giveBack, done, err := s.visitStore(w, r, last, version, cost)
	if done || err != nil {
		return err
	}
	defer giveBack()
	doc, err := build()
	if err != nil || doc == nil {
		s.seen.Remove(address)
		return err
	}
	err = s.send(w, r, doc)
	s.seen.Add(address, &cached{version: version, doc: doc.husk()})
	return err
}

// minute names the minute that it is.
func (s *Server) minute() string { return s.now().Truncate(seenFor).String() }
