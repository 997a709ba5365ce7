// Package world is the invented outside of `wireroom demo`: a handful of outlets that never existed, reporting on
// summits that never took place, served over HTTP as a real outside would be, with validators, a feed that has moved,
// one that breaks and recovers, and news that comes in while one watches.
//
// Read it in this order: stories/*.yaml hold every text, one file per outlet; load.go reads them; timeline.go says what
// an outlet has published at a moment; rss.go, atom.go, rdf.go and jsonfeed.go write that down in four formats;
// serve.go answers requests; topics.yaml is how the demo files what it reads.
//
// What is served is a pure function of the time since the start and of the address asked: the package reads no clock,
// keeps no state and starts no goroutine. It imports only news, and uses none of the publishing code, so that the demo
// reads bytes that another hand wrote.
package world

import (
	"slices"
	"time"

	"wireroom/news"
)

// Rights is the line printed with whatever is republished from an invented outlet.
const Rights = "Invented for the Wireroom demo: this outlet and everything it reports are fictional."

// A World is a set of invented outlets whose news is laid out along time. It is immutable and safe for concurrent use.
type World struct {
	start   time.Time
	outlets []outlet
	rules   ruleBook
}

// New returns the World as seen by a demo that begins at start: about a week of its news lies before start, the rest
// comes in after it. It panics if the embedded texts are malformed, which only a change of this package can cause.
func New(start time.Time) *World {
	w, err := load(start.UTC())
	if err != nil {
		panic("world: " + err.Error())
	}
	return w
}

// Sources returns the World's outlets as Sources to poll, ordered by id. base is the address that Handler is served
// at, without a final slash, like http://127.0.0.1:54321.
func (w *World) Sources(base string) []news.Source {
	sources := make([]news.Source, 0, len(w.outlets))
	for _, o := range w.outlets {
		sources = append(sources, o.source(base))
	}
	return sources
}

func (o outlet) source(base string) news.Source {
	return news.Source{
		ID:        o.ID,
		URL:       base + o.Path,
		Name:      o.Name,
		Language:  o.Language,
		Country:   o.Country,
		Kind:      o.Kind,
		Owner:     o.Owner,
		Tier:      o.Tier,
		Republish: o.Republish,
		Rights:    Rights,
		Format:    news.FormatFeed,
	}
}

// Topics returns the rules that fit this World, in the order in which a front page should show them.
func (w *World) Topics() []news.Topic {
	topics := make([]news.Topic, 0, len(w.rules.Topics))
	for _, t := range w.rules.Topics {
		topics = append(topics, t.topic())
	}
	return topics
}

// Exclude returns the terms that keep a report out of every Topic with rules when they stand in its title.
func (w *World) Exclude() []string { return slices.Clone(w.rules.Exclude) }
