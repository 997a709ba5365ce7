package curate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placed drops a mention that the next one places in another country: Lebanon, New Hampshire.
func (r *reading) placed(i int) {
	m := &r.mentions[i]
	if !r.hasSense(m, sensePlace, senseName) {
		return
	}
	j := i + 1
	if j == len(r.mentions) || r.mentions[j].place != m.place || r.mentions[j].first != m.last+1 {
		return
	}
	next := &r.mentions[j]
	if !r.hasSense(next, senseState, senseAfter) || !strings.HasPrefix(r.between(m, next), ",") || r.shareCountry(m, next) {
		return
	}
	for _, c := range r.atlas.names[next.number].clues {
		if c.sense == senseState || c.sense == senseAfter {
			r.count(next, c.country)
			r.firm[c.country] = true
		}
	}
	m.number, next.number = -1, -1
}

func (r *reading) hasSense(m *mention, senses ...sense) bool {
	if m.number < 0 {
		return false
	}
	for _, c := range r.atlas.names[m.number].clues {
		for _, s := range senses {
			if c.sense == s {
				return true
			}
		}
	}
	return false
}

func (r *reading) shareCountry(a, b *mention) bool {
	for _, c := range r.atlas.names[a.number].clues {
		for _, d := range r.atlas.names[b.number].clues {
			if c.country >= 0 && c.country == d.country {
				return true
			}
		}
	}
	return false
}

// between returns the text between two neighbours.
func (r *reading) between(a, b *mention) string { return r.parts[a.place].text[a.end:b.start] }

// meetingReach is how many words away a meeting may be told: "summit of the two leaders, to be held in Paris" still is in it.
const meetingReach = 8

// venue reports whether a place is only where others meet.
func (r *reading) venue(m *mention, c clue) bool {
	if c.sense != sensePlace {
		return false
	}
	f := &r.parts[m.place]
	if r.joined(m) && r.lends(m) {
		return true
	}
	if strings.HasSuffix(f.text[:m.start], locatesInside) {
		return r.meets(m, int(m.first), int(m.last), doubtThing)
	}
	if m.first == 0 || !locates[f.word(int(m.first)-1)] {
		return false
	}
	if r.meets(m, int(m.first)-meetingReach, int(m.first)-1, doubtThing) {
		return true
	}
	behind := m.first == 1 || int(m.last)+1 < len(f.tokens) && purposes[f.word(int(m.last)+1)]
	return behind && r.meets(m, int(m.last)+1, int(m.last)+meetingReach, doubtThing)
}

// lends reports whether a city lends its name to the meeting behind it: "Paris talks", "Paris peace talks". In "Paris
// rejects talks" it does something.
func (r *reading) lends(m *mention) bool {
	next := int(m.last) + 1
	if r.meets(m, next, next, noDoubt) {
		return true
	}
	f := &r.parts[m.place]
	return next < len(f.tokens) && (occasions[f.word(next)] || r.covered(m.place, next)) && r.meets(m, next+1, next+1, noDoubt)
}

// occasions are the words that say what a meeting is about.
var occasions = wordSet("peace ceasefire truce trade climate nuclear security defence defense donor donors aid border emergency crisis " +
	"energy reconstruction recovery ai g7 g20 nato eu un disarmament arms technical direct indirect")

// locates are the words that say where, purposes those that say what for.
var (
	locates  = wordSet("in at a à en em w в у dans nach في")
	purposes = wordSet("for to zu pour para zum")
)

// locatesInside says where in Chinese, which has no blanks: the word that tells of a meeting is in the same token.
const locatesInside = "在"

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// word returns token i as folded.
func (f *folding) word(i int) string { return string(f.buf[f.tokens[i].at:f.tokens[i].end]) }

// joined reports whether nothing but a blank or a hyphen stands behind a mention.
func (r *reading) joined(m *mention) bool {
	rest := r.parts[m.place].text[m.end:]
	return strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "-")
}

// meets reports whether a word that tells of a meeting, of no more doubt than allowed, stands among the tokens from to
// until, in the place of m.
func (r *reading) meets(m *mention, from, until int, allowed doubt) bool {
	at := slices.IndexFunc(r.mentions, func(o mention) bool { return o.place == m.place && int(o.last) >= from })
	for ; at >= 0 && at < len(r.mentions) && r.mentions[at].place == m.place && int(r.mentions[at].first) <= until; at++ {
		if r.mentions[at].number < 0 {
			continue
		}
		for _, c := range r.atlas.names[r.mentions[at].number].clues {
			if c.sense == senseMeeting && c.doubt <= allowed {
				return true
			}
		}
	}
	return false
}

// named reports whether the same name is a person's elsewhere in the text.
func (r *reading) named(m *mention) bool {
	for i := range r.mentions {
		if o := &r.mentions[i]; o.number == m.number && o != m && r.personal(o) {
			return true
		}
	}
	return false
}

// personal reports whether the word before or behind a mention makes it part of a person's name, or of another name than
// the country's: Jim Jordan, Jordan Peterson, Jordan, 32.
func (r *reading) personal(m *mention) bool {
	f := &r.parts[m.place]
	if aged(f.text[m.end:]) {
		return true
	}
	if i := int(m.first) - 1; i >= 0 && f.adjacent(i) && f.capital(i) {
		word := f.word(i)
		if r.atlas.given[word] || i > 0 && !r.atlas.beside[word] && !f.begins(i) && !r.headline(m.place) && !r.covered(m.place, i) {
			return true
		}
	}
	i := int(m.last) + 1
	if i >= len(f.tokens) || !f.adjacent(i-1) || !f.capital(i) || possessive(f.text[m.start:m.end], f.text[m.end:]) {
		return false
	}
	return !r.atlas.beside[f.word(i)] && !r.covered(m.place, i)
}

// borne drops a country or city that is a person's first name, as the age behind the surname tells: India Whitlock, 24.
// Peoples stay: Briton Whitlock, 24.
func (r *reading) borne(i int) {
	m := &r.mentions[i]
	if m.number < 0 || !r.isTitle(m) && !r.hasSense(m, sensePlace) {
		return
	}
	f := &r.parts[m.place]
	next := int(m.last) + 1
	if next >= len(f.tokens) || !f.adjacent(next-1) || !f.capital(next) || !aged(f.text[f.tokens[next].stop:]) {
		return
	}
	if !r.atlas.beside[f.word(next)] && !r.covered(m.place, next) && !possessive(f.text[m.start:m.end], f.text[m.end:]) {
		m.number = -1
	}
}

// isTitle reports whether a mention is a country by its own name.
func (r *reading) isTitle(m *mention) bool {
	n := &r.atlas.names[m.number]
	return slices.ContainsFunc(n.clues, func(c clue) bool {
		return c.sense == senseName && r.atlas.countries[c.country].Title == n.name
	})
}

// possessive reports whether an s and an apostrophe, which folding drops, stand at the end of a name or behind it.
func possessive(name, rest string) bool {
	return strings.HasSuffix(name, "'s") || strings.HasSuffix(name, "’s") || strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, "’")
}

// aged reports whether what follows a name is an age: ", 32,".
func aged(rest string) bool {
	rest, ok := strings.CutPrefix(rest, ", ")
	if !ok {
		return false
	}
	digits := strings.TrimLeftFunc(rest, unicode.IsDigit)
	n := len(rest) - len(digits)
	return n >= 1 && n <= 2 && (digits == "" || digits[0] == ',')
}

// adjacent reports whether one blank parts token i from the next.
func (f *folding) adjacent(i int) bool {
	return i+1 < len(f.tokens) && f.text[f.tokens[i].stop:f.tokens[i+1].start] == " "
}

// capital reports whether token i begins with a capital and is no abbreviation in capitals.
func (f *folding) capital(i int) bool {
	text := f.text[f.tokens[i].start:f.tokens[i].stop]
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsUpper(first) && strings.ContainsFunc(text, unicode.IsLower)
}

// begins reports whether token i begins a sentence.
func (f *folding) begins(i int) bool {
	return i == 0 || strings.ContainsAny(f.text[f.tokens[i-1].stop:f.tokens[i].start], ".!?:\n“\"—–")
}

// A lettering is what is known of how a place is written.
type lettering uint8

const (
	unread lettering = iota
	sentences
	headlines
)

// headline reports whether a place is written like a headline, with a capital at most of its longer words.
func (r *reading) headline(place rank) bool {
	if r.titled[place] == unread {
		r.titled[place] = r.parts[place].lettering()
	}
	return r.titled[place] == headlines
}

func (f *folding) lettering() lettering {
	long, capitals := 0, 0
	for i, t := range f.tokens {
		if i == 0 || t.stop-t.start < 4 {
			continue
		}
		long++
		if f.capital(i) {
			capitals++
		}
	}
	if long > 1 && capitals*4 >= long*3 {
		return headlines
	}
	return sentences
}

// covered reports whether token i belongs to another mention of a country.
func (r *reading) covered(place rank, i int) bool {
	for j := range r.mentions {
		if m := &r.mentions[j]; m.place == place && int(m.first) <= i && i <= int(m.last) && r.hasSense(m, senseName, sensePlace, senseState) {
			return true
		}
	}
	return false
}
