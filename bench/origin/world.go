package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// itemsPerSource is the length of every document.
const itemsPerSource = 30

// worldSize says which world it is. The same worldSize gives the same bytes.
type worldSize struct {
	sources int       // 1 … 9999
	hosts   int       // 1 … 250
	seed    uint64    // any
	at      time.Time // UTC; the newest item of version 0 is not younger
}

// validate says what is wrong with the size, and what to give instead.
func (s worldSize) validate() error {
	if s.sources < 1 || s.sources > 9999 {
		return fmt.Errorf("-sources %d: give 1 to 9999", s.sources)
	}
	if s.hosts < 1 || s.hosts > 250 {
		return fmt.Errorf("-hosts %d: give 1 to 250", s.hosts)
	}
	return nil
}

// world knows every source, event and item that there ever will be. It is immutable and safe for concurrent use.
type world struct {
	worldSize
	prose    *grammar
	theatres []theatre
}

// newWorld reads the embedded vocabulary. It fails only when those files are malformed.
func newWorld(size worldSize) (*world, error) {
	prose, err := loadGrammar()
	if err != nil {
		return nil, fmt.Errorf("read grammar: %w", err)
	}
	theatres, err := loadTheatres()
	if err != nil {
		return nil, fmt.Errorf("read theatres: %w", err)
	}
	return &world{worldSize: size, prose: prose, theatres: theatres}, nil
}

// hostAddr is the loopback address of host n, counted from 0.
func hostAddr(n int) string { return fmt.Sprintf("127.0.1.%d", n+1) }

// path is where source n is served on its host.
func (s worldSize) path(n int) string { return fmt.Sprintf("/source-%04d/rss.xml", n) }

// host is the host of source n. Neighbours by number are on different hosts.
func (s worldSize) host(n int) string { return hostAddr(n % s.hosts) }

// Streams keep the random numbers of different things apart.
const (
	streamEvent = iota + 1
	streamItem
	streamWords
	streamAgency
)

// rng is the stream of random numbers that belongs to one thing of the world.
func (w *world) rng(stream, a, b uint64) *rand.Rand {
	return rand.New(rand.NewPCG(w.seed<<8|stream, a<<32|b))
}

// item is one entry of one source, before it is written.
type item struct {
	source, serial int
	date           time.Time
	event          event
	agency         int // number of the wire text that it copies; 0: its own words
}

// Of 100 items, sharedPercent report an event that others report too, and of those copiedPercent carry an agency's text.
// Set by hand, so that a world has stories of all sizes from one to about fifty sources.
const (
	sharedPercent = 65
	copiedPercent = 30
	eventsPerSlot = 150
)

// item returns entry number serial of a source. Serials 0 to 29 are the document of version 0, each version adds one.
func (w *world) item(source, serial int) item {
	r := w.rng(streamItem, uint64(source), uint64(serial))
	it := item{source: source, serial: serial, date: w.date(r, serial)}
	number := r.Uint64N(1 << 31)
	if r.IntN(100) >= sharedPercent {
		it.event = w.event(1<<31 | number) // an event of its own
		return it
	}
	// Few events have many reports: the square of a uniform number falls into the first of a slot's events most often.
	x := r.Float64()
	it.event = w.event(uint64(serial)*eventsPerSlot + uint64(x*x*eventsPerSlot))
	if r.IntN(100) < copiedPercent {
		it.agency = 1 + r.IntN(3)
	}
	return it
}

// date spreads the first 30 items over the five days before the world's time, and the later ones an hour apart after it.
func (w *world) date(r *rand.Rand, serial int) time.Time {
	age, width := time.Duration(itemsPerSource-1-serial)*4*time.Hour, int64(4*3600)
	if serial >= itemsPerSource {
		age, width = -time.Duration(serial-itemsPerSource+1)*time.Hour, 3600
	}
	return w.at.Add(-age - time.Duration(r.Int64N(width))*time.Second)
}

// event is something that happened in the world: the facts that every report of it shares, by the name they have in
// the grammar.
type event struct {
	id    uint64
	facts map[string]string
	topic string // the theatre's name
}

// event returns event number id.
func (w *world) event(id uint64) event {
	r := w.rng(streamEvent, 0, id)
	t := w.theatres[r.IntN(len(w.theatres))]
	facts := map[string]string{"theatre": t.name, "town": w.prose.townName(r), "town2": w.prose.townName(r)}
	facts["country"], facts["country2"] = two(r, t.countries)
	facts["office"], facts["office2"] = two(r, t.offices)
	facts["key"], facts["key2"] = two(r, t.keys)
	facts["keyadj"], _ = two(r, t.adjectives)
	facts["keyverb"] = draw(r, w.prose.words["verb"])
	facts["count"] = fmt.Sprint(2 + r.IntN(900))
	return event{id: id, facts: facts, topic: t.name}
}

// two draws two different elements of a list of at least two.
func two(r *rand.Rand, list []string) (string, string) {
	i := r.IntN(len(list))
	j := (i + 1 + r.IntN(len(list)-1)) % len(list)
	return list[i], list[j]
}

func draw(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// townName makes up the name of a town out of syllables.
func (g *grammar) townName(r *rand.Rand) string {
	name := draw(r, g.words["townbegin"])
	if r.IntN(2) == 0 {
		name += draw(r, g.words["townmiddle"])
	}
	return name + draw(r, g.words["townend"])
}

// theatre is where events happen and who acts there.
type theatre struct {
	name                                 string
	countries, offices, keys, adjectives []string
}
