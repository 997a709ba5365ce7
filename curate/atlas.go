package curate

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"wireroom/news"
)

// The points of a clue by where it stands, and how many make a text one about a country: one clue in the title or in the
// lead is enough, and the body alone takes four. Measured on testdata/countries and on the items of docs/measurements.md.
const (
	titlePoints    = 6
	leadPoints     = 4
	bodyPoints     = 1
	countryMinimum = 4
)

// world is the compiled gazetteer, made on first use: a tenth of a second.
var world = sync.OnceValue(func() *atlas {
	a, err := newAtlas(gazetteerText)
	if err != nil {
		panic(err)
	}
	return a
})

// A Country says that a text is about a country, or nearly is, and why.
type Country struct {
	Code  string      // ISO 3166-1 alpha-2, or XK
	In    bool        // the score reached the minimum
	Score int         //
	Spans []news.Span // by place and start; of every clue its first and best place
}

// Countries returns the countries that a text in a language (BCP 47; may be empty) is about, and those that it nearly is,
// the highest score first and then by code. Title and text are plain text, as for [Rules.Decide].
//
// A country counts by its name, people, bodies, offices, head of government and places. A place where others meet counts
// nothing. A word that is also a name or a thing counts where the text has something firm of the country, or nothing
// against it.
func Countries(languageTag, title, text string) []Country {
	return world().about(languageTag, title, text)
}

// A mention is a name of the gazetteer in a text.
type mention struct {
	number      int32 // in atlas.names
	place       rank
	first, last int32 // tokens
	start, end  int32 // bytes in the place
}

// A reading is the working memory of one look at a text. Its parts are the folded title, lead and body.
type reading struct {
	atlas    *atlas
	parts    [inBody + 1]folding
	mentions []mention
	votes    [len(latinTongues)]int // by tongue: how many of its small words
	titled   [inBody + 1]lettering
	tongues  tongue
	firm     []bool // by country: has a clue without doubt
	against  []bool // by country: has a clue against
	tallies  []Country
}

var readings = sync.Pool{New: func() any { return &reading{} }}

func (a *atlas) about(languageTag, title, text string) []Country {
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.begin(a)
	lead, body := news.SplitLead(text)
	for place, part := range [...]string{inTitle: title, inLead: lead, inBody: body} {
		if part != "" {
			r.read(rank(place), part)
		}
	}
	if len(r.mentions) == 0 {
		return nil
	}
	r.tongues = r.speak(languageTag)
	r.weigh()
	return r.result()
}

func (r *reading) begin(a *atlas) {
	r.atlas, r.mentions = a, r.mentions[:0]
	r.firm = slices.Grow(r.firm[:0], len(a.countries))[:len(a.countries)]
	r.against = slices.Grow(r.against[:0], len(a.countries))[:len(a.countries)]
	clear(r.firm)
	clear(r.against)
	clear(r.votes[:])
	clear(r.titled[:])
	for i := range r.parts {
		r.parts[i].text, r.parts[i].tokens = "", r.parts[i].tokens[:0]
	}
}

// read notes the mentions in one place. At each word the longest name wins, and the words that it takes belong to no
// other: South Korea is no Korea.
func (r *reading) read(place rank, text string) {
	f := &r.parts[place]
	f.read(text)
	for i := 0; i < len(f.tokens) && len(r.mentions) < mentionsKept; {
		t := &f.tokens[i]
		number := r.atlas.longest(f, i, t.at)
		if number < 0 && t.quote != 0 && t.quote-t.at <= elisionLength {
			number = r.atlas.longest(f, i, t.quote+1)
		}
		if number < 0 {
			if f.buf[t.at] >= utf8.RuneSelf && r.atlas.inside.open.used > 0 {
				r.readInside(place, i)
			}
			i++
			continue
		}
		if marks := r.atlas.names[number].marks; marks != 0 {
			r.votes[bits.TrailingZeros16(uint16(marks))]++
			i++
			continue
		}
		last := i + r.atlas.names[number].words - 1
		r.mentions = append(r.mentions, mention{number, place, int32(i), int32(last), t.start, f.tokens[last].stop})
		i = last + 1
	}
}

// mentionsKept bounds the work on a text that is all names. Of the items of docs/measurements.md none has a tenth of it.
const mentionsKept = 1000

// elisionLength is how many bytes an article or preposition has that an apostrophe joins to a name: l’, d’, qu’, dell’.
const elisionLength = 4

// longest returns the number of the longest name that stands at byte at, which lies in token i; -1 if none does.
func (a *atlas) longest(f *folding, i int, at int32) int32 {
	n := min(int(f.tokens[i].end-at), headLength)
	if n <= 0 {
		return -1
	}
	head := headOf(f.buf[at:]) & headMask[n]
	g, best := a.words.gate(head), int32(-1)
	if g.exact>>(n-1)&1 != 0 {
		best = a.longer(f, i, at, best, a.words.exact.find(head))
	}
	for lengths := (g.open | a.words.short) & (1<<n - 1); lengths != 0; lengths &= lengths - 1 {
		length := bits.TrailingZeros8(lengths) + 1
		best = a.longer(f, i, at, best, a.words.open.find(head&headMask[length]))
	}
	return best
}

// longer returns the longest of the candidates that stand at byte at, if it is longer than best. Of two as long, the one
// that demands more of the writing.
func (a *atlas) longer(f *folding, i int, at, best int32, candidates []int32) int32 {
	for _, number := range candidates {
		n := &a.names[number]
		if best >= 0 && !n.outranks(&a.names[best]) || !f.holds(&n.pattern, int(at)) {
			continue
		}
		if !n.prefix && f.buf[int(at)+len(n.folded)] != ' ' || !f.written(n, i, at) {
			continue
		}
		best = number
	}
	return best
}

func (n *named) outranks(other *named) bool {
	return cmp.Or(cmp.Compare(n.words, other.words), cmp.Compare(len(n.folded), len(other.folded)), cmp.Compare(n.capital, other.capital)) > 0
}

// written reports whether the text has the capitals that a name at byte at of token i demands.
func (f *folding) written(n *named, i int, at int32) bool {
	if n.capital == anyCase {
		return true
	}
	t := f.tokens[i]
	text := f.text[t.start:t.stop]
	if at > t.at { // behind an apostrophe
		text = text[strings.LastIndexFunc(text, isApostrophe):]
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	if n.capital == initial {
		first, _ := utf8.DecodeRuneInString(text)
		return unicode.IsUpper(first)
	}
	last := f.tokens[i+n.words-1]
	if strings.HasPrefix(f.text[last.stop:], "$") { // US$ is money
		return false
	}
	return !strings.ContainsFunc(f.text[t.start:last.stop], unicode.IsLower)
}

// readInside notes the mentions in a token of a script without blanks, the longest at each place.
func (r *reading) readInside(place rank, i int) {
	f := &r.parts[place]
	t := f.tokens[i]
	for at := t.at; at < t.end && len(r.mentions) < mentionsKept; {
		number := r.atlas.longestInside(f, at)
		if number < 0 {
			at++
			continue
		}
		end := at + int32(len(r.atlas.names[number].folded))
		start, stop := f.original(i, int(at), int(end))
		r.mentions = append(r.mentions, mention{number, place, int32(i), int32(i), int32(start), int32(stop)})
		at = end
	}
}

func (a *atlas) longestInside(f *folding, at int32) int32 {
	head, best := headOf(f.buf[at:]), int32(-1)
	for lengths := a.inside.gate(head).open; lengths != 0; lengths &= lengths - 1 {
		for _, number := range a.inside.open.find(head & headMask[bits.TrailingZeros8(lengths)+1]) {
			n := &a.names[number]
			if (best < 0 || n.outranks(&a.names[best])) && f.holds(&n.pattern, int(at)) {
				best = number
			}
		}
	}
	return best
}

// speak returns the languages of the text: the one declared, and the one that most of its small words are of.
func (r *reading) speak(languageTag string) tongue {
	spoken := declared(languageTag)
	winner, most, next := 0, 0, 0
	for i, n := range r.votes {
		if n > most {
			winner, most, next = i, n, most
		} else {
			next = max(next, n)
		}
	}
	if most >= 2 && most > next {
		spoken |= 1 << winner
	}
	if spoken == anyTongue {
		spoken = english
	}
	return spoken
}

// declared returns the bit of a language tag; none for one that has none.
func declared(tag string) tongue {
	if len(tag) < 2 {
		return anyTongue
	}
	t, ok := tongueOf(strings.ToLower(tag[:2]))
	if !ok || len(tag) > 2 && tag[2] != '-' {
		if parsed, err := language.Parse(tag); err == nil {
			base, _ := parsed.Base()
			t, _ = tongueOf(base.String())
		}
	}
	return t
}

// weigh counts the mentions for their countries: first those without doubt, then the others in their light.
func (r *reading) weigh() {
	r.tallies = r.tallies[:0]
	for i := range r.mentions {
		r.borne(i)
		r.placed(i)
	}
	for i := range r.mentions {
		r.each(i, r.note)
	}
	for i := range r.mentions {
		r.each(i, r.settle)
	}
}

// each calls do for every clue of a mention that is of the text's languages.
func (r *reading) each(i int, do func(m *mention, c clue)) {
	m := &r.mentions[i]
	if m.number < 0 {
		return
	}
	for _, c := range r.atlas.names[m.number].clues {
		if c.tongue == anyTongue || c.tongue&r.tongues != 0 {
			do(m, c)
		}
	}
}

// note keeps what is firm, and what speaks against.
func (r *reading) note(m *mention, c clue) {
	switch {
	case c.sense == senseAgainst:
		r.against[c.country] = true
	case c.sense.counts() && c.doubt == noDoubt && !r.venue(m, c):
		r.firm[c.country] = true
		r.count(m, c.country)
	}
}

func (s sense) counts() bool { return s == senseName || s == sensePlace || s == senseState }

// settle counts a doubtful mention that the rest of the text does not refuse.
func (r *reading) settle(m *mention, c clue) {
	if c.sense.counts() && c.doubt != noDoubt && !r.venue(m, c) && r.accepts(m, c) {
		r.count(m, c.country)
	}
}

// accepts reports whether a doubtful mention is its country: where it is no part of a person's name, and the text has
// something firm of the country or nothing against it. A part of a country that bears another country's name has it
// where the text refuses it to that one: Georgia, beside Atlanta.
func (r *reading) accepts(m *mention, c clue) bool {
	if c.doubt == doubtPerson && r.personal(m) {
		return false
	}
	if rival := r.rival(m, c); rival >= 0 {
		return r.against[rival] && !r.firm[rival]
	}
	return r.firm[c.country] || !r.against[c.country] && !r.named(m)
}

// rival returns the country that has the same doubtful name as a whole, where c is only a part of another; else -1.
func (r *reading) rival(m *mention, c clue) int16 {
	if c.sense != senseState {
		return -1
	}
	for _, other := range r.atlas.names[m.number].clues {
		if other.doubt != noDoubt && other.country != c.country && other.sense == senseName {
			return other.country
		}
	}
	return -1
}

// count adds a clue to the score of a country, once and at its first place.
func (r *reading) count(m *mention, number int16) {
	n := &r.atlas.names[m.number]
	code := r.atlas.countries[number].Code
	i := slices.IndexFunc(r.tallies, func(c Country) bool { return c.Code == code })
	if i < 0 {
		i = len(r.tallies)
		r.tallies = append(r.tallies, Country{Code: code})
	}
	c := &r.tallies[i]
	if slices.ContainsFunc(c.Spans, func(s news.Span) bool { return s.Term == n.name }) {
		return
	}
	points := [...]int{inTitle: titlePoints, inLead: leadPoints, inBody: bodyPoints}[m.place]
	c.Score += points
	c.Spans = append(c.Spans, news.Span{
		Term: n.name, Role: news.RoleStrong, Place: places[m.place], Start: int(m.start), End: int(m.end), Points: points,
	})
}

// result returns what was counted, without what is far from the minimum.
func (r *reading) result() []Country {
	var out []Country
	for _, c := range r.tallies {
		if c.Score < countryMinimum/2 {
			continue
		}
		c.In = c.Score >= countryMinimum
		out = append(out, c)
	}
	for _, c := range out {
		slices.SortStableFunc(c.Spans, func(a, b news.Span) int {
			return cmp.Or(cmp.Compare(placeRank(a.Place), placeRank(b.Place)), cmp.Compare(a.Start, b.Start))
		})
	}
	slices.SortFunc(out, func(a, b Country) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Code, b.Code))
	})
	clear(r.tallies)
	return out
}

func placeRank(p news.Place) int { return slices.Index(places[:], p) }
