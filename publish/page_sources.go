package publish

import (
	"net/http"
	"time"

	"wireroom/news"
)

// polledView is a Source in the list of what is polled.
type polledView struct {
	news.SourceStatus
	Address string // without credentials; empty if it is no web address
	State   string // one word; the Source's full state is in SourceStatus
	Trouble string // what went wrong at the last visit, without credentials
}

func (s *Server) sourcesPage(w http.ResponseWriter, r *http.Request) error {
	sources, err := s.store.Sources(r.Context())
	if err != nil {
		return unavailable(err)
	}
	var rows []polledView
	for _, src := range sources {
		rows = append(rows, polledView{SourceStatus: src, Address: webURL(src.PrintURL()), State: stateOf(src), Trouble: clean(src.State.Error)})
	}
	doc, err := s.pages.document("sources", view{
		Title: "Sources · Wireroom", Description: "What is polled, how it went, and when it is next.", Path: "/sources", Main: rows,
	}, time.Minute, time.Time{})
	if err != nil {
		return err
	}
	return s.send(w, r, doc)
}

// stateOf says in a word how a Source is.
func stateOf(s news.SourceStatus) string {
	switch {
	case s.Disabled:
		return "disabled"
	case s.State.Gone:
		return "gone"
	case s.State.Outcome == "":
		return "new"
	case s.State.Outcome.Good():
		return "good"
	case s.State.Outcome == news.OutcomeDamaged:
		return "damaged"
	}
	return "failing"
}
