package publish

import (
	"context"
	"net/http"
	"time"

	"wireroom/curate"
	"wireroom/news"
)

// countryScheme identifies countries as a set of categories: the codes of ISO 3166.
const countryScheme = "urn:iso:std:iso:3166"

// countriesOf returns the countries that a report is about, the strongest first.
func countriesOf(r news.Report) []curate.Place {
	var all []curate.Place
	for _, code := range r.Item.Countries {
		if p, ok := curate.CountryByCode(code); ok {
			all = append(all, p)
		}
	}
	return all
}

// ownTopics is what an entry says of the Topic that it stands in: nothing where that is a country's, since its countries
// are said by themselves.
func ownTopics(t news.Topic) []news.TopicName {
	if news.IsCountry(t.Slug) {
		return nil
	}
	return []news.TopicName{{Slug: t.Slug, Title: t.Title}}
}

// country answers /countries/{code} and its three Feeds.
func (s *Server) country(w http.ResponseWriter, r *http.Request) error {
	code, format := splitFormat(r.PathValue("file"))
	return s.serveTopic(w, r, key{slug: news.CountrySlug(code), format: format})
}

// countriesView is the page of all countries.
type countriesView struct {
	Known []countryView // that have had a story, by name
	Empty int           // how many have had none
}

// countryView is a country in the list.
type countryView struct {
	Slug, Code, Title string
	Stories           int // in its Feed's head
	Older             int // sealed pages
	Updated           time.Time
}

func (s *Server) countriesPage(w http.ResponseWriter, r *http.Request) error {
	return s.serveMoment(w, r, func(ctx context.Context) (*document, error) {
		list, err := s.countries.topics(ctx)
		if err != nil {
			return nil, err
		}
		return s.pages.document("countries", pageView{
			Title: "Countries · Wireroom", Path: "/countries", Description: "A feed for every country: the stories that are about it.",
			Main: countriesViewOf(list),
		}, time.Minute, list.newest())
	})
}

func countriesViewOf(list *topicList) countriesView {
	var v countriesView
	for _, t := range list.live() {
		if t.Entries == 0 && t.Pages == 0 {
			v.Empty++
			continue
		}
		code, _ := news.CountryOf(t.Slug)
		v.Known = append(v.Known, countryView{Slug: t.Slug, Code: code, Title: t.Title, Stories: t.Entries, Older: t.Pages, Updated: t.Updated})
	}
	return v
}

// countriesOPML lists the Feeds of the countries that have had a story.
func (s *Server) countriesOPML(w http.ResponseWriter, r *http.Request) error {
	list, err := s.countries.topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	var known []news.TopicState
	for _, t := range list.live() {
		if t.Entries > 0 || t.Pages > 0 {
			known = append(known, t.TopicState)
		}
	}
	body, err := topicsOPML(s.site, "Wireroom: countries", known)
	if err != nil {
		return err
	}
	return s.send(w, r, s.opmlDocument("/countries.opml", body, list.newest(), 5*time.Minute))
}
