package publish

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"wireroom/news"
)

// polledView is a Source in the list of what is polled.
type polledView struct {
	news.SourceStatus
	Address string // without credentials; empty if it is no web address
	State   string // one word; the Source's full state is in SourceStatus
	Facts   string // what is set of it
	Trouble string // what went wrong at the last visit, without credentials
}

func (s *Server) sourcesPage(w http.ResponseWriter, r *http.Request) error {
	return s.serveMoment(w, r, func(ctx context.Context) (*document, error) {
		sources, err := s.shownSources(ctx)
		if err != nil {
			return nil, err
		}
		status, err := s.configuration(ctx)
		if err != nil {
			return nil, err
		}
		view := sourcesView{}
		if status.Number > 0 {
			view.InForce, view.Trouble = inForce(status), clean(status.Error)
		}
		return s.pages.sources(sources, view)
	})
}

// sourcesView is the page of what is polled.
type sourcesView struct {
	Rows    []polledView
	InForce string // names the configuration; empty if that is not known
	Trouble string // why the file as it is now is not in force; empty if it is
}

func (p *pages) sources(sources []news.SourceStatus, view sourcesView) (*document, error) {
	for _, src := range sources {
		view.Rows = append(view.Rows, polledViewOf(src))
	}
	return p.document("sources", pageView{
		Title: "Sources · Wireroom", Description: "What is polled, how it went, and when it is next.", Path: "/sources", Main: view,
	}, time.Minute, time.Time{})
}

func polledViewOf(src news.SourceStatus) polledView {
	return polledView{
		SourceStatus: src, Address: webURL(src.PrintURL()), State: src.Word(), Facts: factsOf(src.Source),
		Trouble: clean(cmp.Or(src.State.Error, src.State.Health.Why)),
	}
}

func factsOf(s news.Source) string {
	facts := []string{s.Country, s.Language, string(s.Kind), string(s.Owner)}
	if s.Owner != "" {
		facts[3] = "owner: " + facts[3]
	}
	if s.Tier > 0 {
		facts = append(facts, "tier "+strconv.Itoa(s.Tier))
	}
	shown := firstOf(string(s.Republish), string(news.RightsSummary))
	return strings.Join(lines(append(facts, "shown: "+shown)), ", ")
}

// shownSources are the Sources that readers may hear of: none that an editor has withdrawn.
func (s *Server) shownSources(ctx context.Context) ([]news.SourceStatus, error) {
	all, err := s.store.Sources(ctx)
	return slices.DeleteFunc(all, func(status news.SourceStatus) bool { return status.Withdrawn }), err
}
