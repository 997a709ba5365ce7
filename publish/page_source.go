package publish

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"wireroom/news"
)

// sourceItems is how many of a Source's Items its page lists.
const sourceItems = 40

// sourcePageView is a Source's page.
type sourcePageView struct {
	polledView
	Facts [][2]string // name and value
	Why   string      // its state, in a sentence
	Items []broughtView
}

type broughtView struct {
	Title, Link, Language, Story string
	Published                    time.Time
}

func sourcePath(id string) string { return "/sources/" + url.PathEscape(id) }

// sourcePage answers /sources/{id}.
func (s *Server) sourcePage(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	return s.serveSeen(w, r, sourcePath(id), s.minute(), costPage, func() (*document, error) {
		sources, err := s.store.Sources(r.Context())
		if err != nil {
			return nil, storeError(err)
		}
		at := slices.IndexFunc(sources, func(src news.SourceStatus) bool { return src.ID == id })
		switch {
		case at < 0:
			return nil, news.ErrNotFound
		case sources[at].Withdrawn:
			return nil, news.ErrGone
		}
		items, err := s.store.Brought(r.Context(), id, sourceItems)
		if err != nil {
			return nil, storeError(err)
		}
		return s.pages.source(sources[at], items)
	})
}

func (p *pages) source(src news.SourceStatus, items []news.Brought) (*document, error) {
	v := sourcePageView{polledView: polledViewOf(src), Facts: factList(src), Why: healthOf(src)}
	for _, it := range items {
		v.Items = append(v.Items, broughtView{
			Title: firstOf(line(it.Title), "Untitled"), Link: webURL(it.URL), Published: it.Published.UTC(), Story: it.Story,
			Language: languageOf(news.Report{Item: news.Item{Language: it.Language}, Source: src.Source}),
		})
	}
	name := firstOf(line(src.Name), src.ID)
	return p.document("source", pageView{
		Title: name + " · Sources · Wireroom", Description: "What is known of " + name + ", how it is polled, and what it brought.",
		Path: sourcePath(src.ID), Main: v,
	}, time.Minute, time.Time{})
}

// factList is what is set of a Source, for people.
func factList(src news.SourceStatus) [][2]string {
	tier := ""
	if src.Tier > 0 {
		tier = strconv.Itoa(src.Tier) + " of 3"
	}
	var out [][2]string
	for _, f := range [...][2]string{
		{"Country", line(src.Country)}, {"Language", line(src.Language)}, {"Kind", string(src.Kind)}, {"Owner", string(src.Owner)},
		{"Tier", tier}, {"Read from", map[news.Format]string{"": "a feed", news.FormatFeed: "a feed", news.FormatSitemap: "a sitemap", news.FormatHTML: "a page"}[src.Format]},
		{"Shown of its texts", map[news.Rights]string{news.RightsHeadline: "headlines alone", news.RightsFull: "all that it gives"}[src.Republish]},
		{"Rights", line(src.Rights)},
	} {
		if f[0] == "Shown of its texts" && f[1] == "" {
			f[1] = "summaries"
		}
		if f[1] != "" {
			out = append(out, f)
		}
	}
	return out
}

// healthOf says how a Source is, as a sentence.
func healthOf(src news.SourceStatus) string {
	h := src.State.Health
	switch {
	case src.State.LastPoll.IsZero():
		return "It has not been visited yet."
	case src.Disabled:
		return "It is switched off."
	case !h.Sick():
		return "It answers as it should."
	}
	return line(clean(cmp.Or(h.Why, src.State.Error)))
}
