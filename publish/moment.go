package publish

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// momentAge is for how long a list that is read whole from the store is served again. It bounds what a crowd costs.
const momentAge = 5 * time.Second

// moments remembers the last form of documents that have no revision, by path: a few fixed ones. It is safe for
// concurrent use.
type moments struct {
	mu   sync.Mutex
	docs map[string]moment
}

type moment struct {
	doc  *document
	made time.Time // or tried
}

// serveMoment answers with what build makes, or with what it made last where that is seconds old or the store fails.
func (s *Server) serveMoment(w http.ResponseWriter, r *http.Request, build func(context.Context) (*document, error)) error {
	made, err, _ := s.flight.Do(r.URL.Path, func() (any, error) {
		return s.moment(context.WithoutCancel(r.Context()), r.URL.Path, build)
	})
	if err != nil {
		return storeError(err)
	}
	return s.send(w, r, made.(*document))
}

func (s *Server) moment(ctx context.Context, path string, build func(context.Context) (*document, error)) (*document, error) {
	s.moments.mu.Lock()
	last, now := s.moments.docs[path], s.now()
	s.moments.mu.Unlock()
	if age := now.Sub(last.made); last.doc != nil && age >= 0 && age < momentAge {
		return last.doc, nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	doc, err := build(ctx)
	if err != nil && last.doc == nil {
		return nil, err
	}
	if err != nil {
		s.log.Error("page cannot be made; serving the last good one", slog.String("path", path), slog.Any("err", err))
		doc = last.doc
	}
	s.moments.mu.Lock()
	defer s.moments.mu.Unlock()
	s.moments.docs[path] = moment{doc: doc, made: now}
	return doc, nil
}

var errBusy = errors.New("too many requests at a time")
