package cluster

import (
	"math"
	"slices"
	"time"

	"wireroom/news"
)

// An Engine groups Items. It keeps in memory what later ones are compared with: those of the last [Window]. What it answers
// is a function of what it was given, in that order, and of nothing else; an Engine that was filled by [Engine.Restore]
// answers as the one that placed those Items. It is not safe for concurrent use.
type Engine struct {
	join      float64
	room      int    // how many Items are kept at most; see mostItems
	base      uint32 // slot of entries[0]
	entries   []entry
	marks     []mark           // of entries
	indexed   uint32           // the slot before which all are in the indexes of terms and copies
	slots     map[int64]uint32 // by Ref
	stories   map[int64]*story
	languages map[string]*language
	sources   map[string]*source
	copies    copies
	kept      arena // of forms
	clock     int64 // the newest Seen of an Item in memory, in milliseconds
	scratch   scratch
}

const (
	// Window is for how long after it was first seen an Item can be joined by others.
	Window = 14 * 24 * time.Hour
	// Near is how far apart in published time an Item and a report of its Story may lie. Without it 45 % of merges lay more
	// than a week apart, with it 4.6 % (measured with a prototype on dated headlines).
	Near = 72 * time.Hour
	// Join is the score from which an Item joins a Story.
	Join = .22
)

// New returns an Engine that knows nothing yet. join is the score from which an Item joins a Story; see [Join].
func New(join float64) *Engine {
	e := &Engine{
		join: join, room: mostItems, slots: make(map[int64]uint32), stories: make(map[int64]*story), languages: make(map[string]*language),
		sources: make(map[string]*source),
	}
	e.copies = newCopies(func(slot uint32) sketch { return e.at(slot).sketch() })
	return e
}

// An entry is an Item in memory.
type entry struct {
	ref       int64
	story     *story
	source    *source
	language  *language
	published int64  // milliseconds
	seen      int64  // the Engine's clock when it was placed; never falls from one entry to the next
	squares   uint32 // of its vector; at most some 66,000
	under     uint32 // the slot before under the same headline in its Source; its own if there is none
	form
}

// A source is what is remembered of a Source's Items.
type source struct {
	recent []uint32          // slots of the last recentItems, by which its habits are known
	titles map[uint32]uint32 // the newest slot by the pattern of its title; the others hang on it
}

// recentItems is how many Items tell a Source's habits.
const recentItems = 32

// A Report is what an Engine must know of an Item.
type Report struct {
	Ref       int64
	Story     int64  // the number that a Story founded by it takes
	Source    string // empty: a Source of its own
	Language  string // BCP 47; empty is taken for English
	Title     string // plain text, as is Text
	Text      string
	Published time.Time
	Seen      time.Time // not before Published
}

// A Placement is where an Item belongs, and why. Refs are 0 where there is nothing to name; scores are thousandths.
type Placement struct {
	DuplicateOf int64       // Ref of the original; 0 for an original
	Why         news.Method // how a duplicate was known; empty for an original
	Contained   int         // how much of the shorter text the longer one has; 0 unless Why is [news.MethodWords]

	Story      int64 // number
	Method     news.Method
	Score      int   // of the best Story
	Need       int   // what it had to reach
	Against    int64 // Ref of the nearest Item in that Story
	Rival      int64 // Ref of the nearest Item in the Story after that
	RivalScore int

	Clock time.Time // for [news.Filed]
	Form  []byte    // for [news.Filed]; nil for an Item that nothing is compared with
}

// Founded reports whether the Item founded its Story.
func (p Placement) Founded() bool {
	return p.Method == news.MethodFounder || p.Method == news.MethodLate
}

// Place places an Item and, unless it is a copy or comes too late, takes it into memory.
func (e *Engine) Place(r Report) Placement {
	it := e.entry(r)
	if r.Published.Before(r.Seen.Add(-Window)) {
		return Placement{Story: r.Story, Method: news.MethodLate, Clock: it.clock()}
	}
	e.index()
	e.weigh(&it, r, noSlot)
	if slot, score, ok := e.original(&it); ok {
		o := e.at(slot)
		return Placement{DuplicateOf: o.ref, Why: news.MethodWords, Contained: score, Story: o.story.number,
			Method: news.MethodCopy, Clock: it.clock()}
	}
	p := e.choose(&it)
	if p.Story == 0 {
		p.Story, p.Method = r.Story, news.MethodFounder
	}
	it.story = e.story(p.Story)
	e.add(it)
	p.Clock, p.Form = it.clock(), it.form.bytes(it.language.tag)
	return p
}

// noSlot is the slot of what is not in memory.
const noSlot = math.MaxUint32

// choose decides which Story an Item joins; its number is 0 if none.
func (e *Engine) choose(it *entry) Placement {
	best, second := e.rate(it, e.recurring(it))
	p := Placement{Need: thousandths(e.join)}
	if best.story != nil {
		p.Score, p.Against = thousandths(best.score), e.at(best.nearest).ref
		if best.score >= e.join {
			p.Story, p.Method = best.story.number, news.MethodJoined
		}
	}
	if second.story != nil {
		p.Rival, p.RivalScore = e.at(second.nearest).ref, thousandths(second.score)
	}
	return p
}

func thousandths(score float64) int { return int(math.Round(1000 * score)) }

// Edit takes a new version of an Item, which stays where it is. It returns the new form; nil for an Item that is not in
// memory.
func (e *Engine) Edit(r Report) []byte {
	slot, ok := e.slots[r.Ref]
	if !ok {
		return nil
	}
	e.index()
	e.forget(slot)
	it := e.at(slot)
	changed := e.entry(r)
	it.language = changed.language
	e.weigh(it, r, slot)
	it.data = e.kept.keep(it.data)
	e.remember(slot)
	return it.form.bytes(it.language.tag)
}

// Restore takes an Item into memory as it was placed. Items come in the order in which they were placed. It fails for a
// form that cannot be read.
func (e *Engine) Restore(f news.Filed) error {
	form, language, err := readForm(f.Form)
	if err != nil {
		return err
	}
	e.add(entry{ref: f.Ref, story: e.story(f.Story), source: e.source(f.Source), language: e.language(language),
		published: f.Published.UnixMilli(), seen: f.Clock.UnixMilli(), squares: uint32(form.vector().squares()), form: form})
	return nil
}

// clock is the Engine's clock as the Item was placed.
func (it *entry) clock() time.Time { return time.UnixMilli(it.seen).UTC() }

// advance moves the clock, lets go what has left the window, and makes room for one more Item.
func (e *Engine) advance(to int64) {
	e.clock = max(e.clock, to)
	for len(e.entries) == e.room || len(e.entries) > 0 && e.entries[0].seen < e.clock-Window.Milliseconds() {
		it := e.entries[0]
		e.forget(e.base)
		delete(e.slots, it.ref)
		it.source.recent = without(it.source.recent, e.base)
		e.entries[0] = entry{}
		e.entries, e.marks = e.entries[1:], e.marks[1:]
		e.base++
		e.indexed = max(e.indexed, e.base)
	}
}

// entry begins an entry for a Report.
func (e *Engine) entry(r Report) entry {
	return entry{ref: r.Ref, source: e.source(r.Source), language: e.language(r.Language),
		published: r.Published.UnixMilli(), seen: max(e.clock, r.Seen.UnixMilli())}
}

// weigh makes the form of an entry. skip is its own slot, if it has one.
func (e *Engine) weigh(it *entry, r Report, skip uint32) {
	counts := it.language.stemmer.counts(r.Title, r.Text)
	weights := e.habits(it.source, counts, skip)
	for i, c := range counts {
		weights[i] *= it.language.rarity(c.term) * c.saturated()
	}
	it.form = formOf(vectorOf(counts, weights), sketchOf(r.Text), titlePrintOf(r.Title))
	it.squares = uint32(it.vector().squares())
}

// at returns the entry in a slot.
func (e *Engine) at(slot uint32) *entry { return &e.entries[slot-e.base] }

// add takes an entry into memory, as the newest. Its Story is set already.
func (e *Engine) add(it entry) {
	e.advance(it.seen)
	slot := e.base + uint32(len(e.entries))
	it.data = e.kept.keep(it.data)
	e.entries = append(e.entries, it)
	e.marks = append(e.marks, mark{published: seconds(it.published)})
	e.slots[it.ref] = slot
	it.source.recent = append(it.source.recent, slot)
	if len(it.source.recent) > recentItems {
		it.source.recent = slices.Delete(it.source.recent, 0, 1)
	}
	e.remember(slot)
}

// remember enters a slot into what it is found by, and forget takes it out. The indexes of terms and copies are left to
// [Engine.index] where it has not come so far.
func (e *Engine) remember(slot uint32) {
	it := e.at(slot)
	if slot < e.indexed {
		it.language.add(slot, it.vector())
		e.copies.add(slot, it.sketch())
	}
	e.enter(slot)
	e.entitle(slot)
}

func (e *Engine) forget(slot uint32) {
	it := e.at(slot)
	if slot < e.indexed {
		it.language.remove(slot, it.vector())
		e.copies.remove(slot, it.sketch())
	}
	e.leave(slot)
	e.disentitle(slot)
}

func without(slots []uint32, slot uint32) []uint32 {
	return slices.DeleteFunc(slots, func(s uint32) bool { return s == slot })
}

func (e *Engine) language(tag string) *language {
	tag = primary(tag)
	l, ok := e.languages[tag]
	if !ok {
		l = newLanguage(tag)
		e.languages[tag] = l
	}
	return l
}

func (e *Engine) source(id string) *source {
	s, ok := e.sources[id]
	if !ok {
		s = &source{titles: make(map[uint32]uint32)}
		if id != "" {
			e.sources[id] = s
		}
	}
	return s
}
