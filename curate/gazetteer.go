package curate

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"wireroom/news"
)

//go:embed gazetteer.txt
var gazetteerText string

// A sense is what a clue of the gazetteer says.
type sense uint8

const (
	senseNone    sense = iota // looks like a country and is none
	senseName                 // a country, its people, bodies, offices, persons
	sensePlace                // a city or a region, which may be only where others meet
	senseState                // a part of a country, which also says where another place is
	senseAfter                // short for one; counts nothing but behind another place
	senseAgainst              // speaks against the doubtful names of a country
	senseMeeting              // tells that others meet
	senseMarker               // a small word, which tells the language
)

// A doubt is what else a word may be.
type doubt uint8

const (
	noDoubt doubt = iota
	doubtPerson
	doubtThing
)

// A clue is one meaning of a pattern of the gazetteer.
type clue struct {
	sense   sense
	country int16 // index in atlas.countries; -1: none
	tongue  tongue
	doubt   doubt
}

// A tongue is a language of the gazetteer, as one bit. anyTongue is for what reads the same in all that share a script,
// and for scripts that tell the language by themselves.
type tongue uint16

const anyTongue tongue = 0

// english is the bit of English, which a text is taken for that tells no other.
const english tongue = 1

// latinTongues are the languages whose clues count only in their own texts, in the order of their bits.
var latinTongues = [...]string{"en", "fr", "de", "es", "pt", "it"}

// otherTongues are told by their script.
var otherTongues = [...]string{"ru", "uk", "ar", "zh"}

// tongueOf returns the bit of a language; anyTongue for one that needs none, and ok false for one that the gazetteer
// does not know.
func tongueOf(name string) (t tongue, ok bool) {
	if i := slices.Index(latinTongues[:], name); i >= 0 {
		return 1 << i, true
	}
	return anyTongue, name == "latin" || slices.Contains(otherTongues[:], name)
}

// A named is a pattern of the gazetteer with all that it may mean.
type named struct {
	pattern
	name    string // as the gazetteer writes it
	capital writing
	marks   tongue // the language that it is a small word of; none for all that is more
	clues   []clue
}

// A writing is what a clue demands of the case of the text.
type writing uint8

const (
	anyCase writing = iota
	initial         // a capital begins it
	capitals
)

// A Place is a country of the gazetteer.
type Place struct {
	Code, Title         string  // ISO 3166-1 alpha-2, or XK; in English
	Latitude, Longitude float64 // of its middle, in degrees, rounded
}

// GazetteerVersion names what the gazetteer knows: with another, the same text may be about other countries.
func GazetteerVersion() string {
	sum := sha256.Sum256([]byte(language.CLDRVersion + gazetteerText))
	return hex.EncodeToString(sum[:8])
}

// CountryByCode returns the country of an ISO 3166-1 code in capitals; ok is false where there is none.
func CountryByCode(code string) (p Place, ok bool) {
	all := world().countries
	i, ok := slices.BinarySearchFunc(all, code, func(p Place, code string) int { return strings.Compare(p.Code, code) })
	if !ok {
		return p, false
	}
	return all[i], true
}

// Gazetteer returns all countries, by code.
func Gazetteer() []Place { return slices.Clone(world().countries) }

// An atlas is the compiled gazetteer. It never changes, and is safe for concurrent use.
type atlas struct {
	countries []Place // by code
	names     []named
	words     index
	inside    index
	given     map[string]bool // folded given names
	beside    map[string]bool // folded words that stand beside a country
}

// A gazetteerReader makes an atlas of the gazetteer's text.
type gazetteerReader struct {
	compiler
	atlas *atlas
	place map[nameKey]int32 // number of a name
	block string            // the word or code that begins the block
	bare  map[string]bool   // languages without CLDR's name, of the block
}

type nameKey struct {
	patternKey
	capital writing
}

// newAtlas compiles a gazetteer together with the names of countries in CLDR. The error names the line.
func newAtlas(text string) (*atlas, error) {
	r := gazetteerReader{
		compiler: compiler{known: map[patternKey]int32{}}, place: map[nameKey]int32{},
		atlas: &atlas{given: map[string]bool{}, beside: map[string]bool{}},
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		if err := r.line(strings.TrimRight(line, "\n")); err != nil {
			return nil, fmt.Errorf("gazetteer, line %d: %w", number, err)
		}
	}
	if err := r.endBlock(); err != nil {
		return nil, err
	}
	for i, n := range r.atlas.names {
		if n.inside {
			r.atlas.inside.add(n.pattern, int32(i))
		} else {
			r.atlas.words.add(n.pattern, int32(i))
		}
	}
	return r.atlas, nil
}

func (r *gazetteerReader) line(line string) error {
	switch {
	case line == "" || line[0] == '#':
		return nil
	case line[0] != ' ':
		if err := r.endBlock(); err != nil {
			return err
		}
		return r.beginBlock(line)
	}
	key, terms, ok := strings.Cut(strings.TrimSpace(line), ": ")
	if !ok || r.block == "" {
		return fmt.Errorf("%q: want a key, a colon and terms, in a block", line)
	}
	for term := range strings.SplitSeq(terms, ", ") {
		if err := r.term(key, term); err != nil {
			return fmt.Errorf("%s: %q: %w", key, term, err)
		}
	}
	return nil
}

// beginBlock reads the first line of a block: a word, or a country's code, place and title.
func (r *gazetteerReader) beginBlock(line string) error {
	r.bare = map[string]bool{}
	fields := strings.SplitN(line, " ", 4)
	r.block = fields[0]
	if len(fields) == 1 {
		return nil
	}
	if len(fields) != 4 || len(r.block) != 2 {
		return fmt.Errorf("%q: want code, latitude, longitude and name", line)
	}
	latitude, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return err
	}
	longitude, err := strconv.ParseFloat(fields[2], 64)
	if err != nil {
		return err
	}
	if n := len(r.atlas.countries); n > 0 && r.atlas.countries[n-1].Code >= r.block {
		return fmt.Errorf("%s: stands behind %s: order the blocks by code", r.block, r.atlas.countries[n-1].Code)
	}
	r.atlas.countries = append(r.atlas.countries, Place{r.block, fields[3], latitude, longitude})
	return nil
}

// endBlock adds to a country its names in CLDR.
func (r *gazetteerReader) endBlock() error {
	if len(r.block) != 2 || r.bare["all"] {
		return nil
	}
	region, err := language.ParseRegion(r.block)
	if err != nil {
		return fmt.Errorf("gazetteer: %s: %w", r.block, err)
	}
	for _, name := range slices.Concat(latinTongues[:], otherTongues[:]) {
		if r.bare[name] {
			continue
		}
		full := display.Regions(language.MustParse(name)).Name(region)
		short, _, _ := strings.Cut(full, " (")
		short, _, _ = strings.Cut(short, "（")
		for _, form := range forms(name, short) {
			if err := r.term(name, form); err != nil {
				return fmt.Errorf("gazetteer: %s: %q: %w", r.block, form, err)
			}
		}
	}
	return nil
}

// forms returns the forms that a name of CLDR takes in a text of its language.
func forms(tongue, name string) []string {
	switch tongue {
	case "ru", "uk":
		return []string{declined(name)}
	case "de":
		return []string{name, name + "s"}
	}
	return []string{name}
}

// declinedLength is from how many letters on a name is known by its stem: shorter stems are those of other words too.
const declinedLength = 6

// declined returns the stem of a Russian or Ukrainian name of one word, open for endings.
func declined(name string) string {
	if utf8.RuneCountInString(name) < declinedLength || strings.ContainsAny(name, " -’'") {
		return name
	}
	last, size := utf8.DecodeLastRuneInString(name)
	if strings.ContainsRune("аяьй", last) {
		name = name[:len(name)-size]
	}
	return name + "*"
}

// term files one term under the key of its line.
func (r *gazetteerReader) term(key, term string) error {
	c := clue{sense: senseName, country: int16(len(r.atlas.countries) - 1)}
	tongueName, of, _ := strings.Cut(key, " ")
	switch {
	case key == "without":
		r.bare[term] = true
		return nil
	case r.block == "given" || r.block == "beside":
		return r.word(term)
	case key == "place":
		c.sense, tongueName = sensePlace, "latin"
	case key == "state":
		c.sense, tongueName = senseState, "latin"
	case key == "after":
		c.sense, tongueName = senseAfter, "latin"
	case key == "against":
		c.sense, tongueName = senseAgainst, "latin"
	case of == "place":
		c.sense = sensePlace
	}
	switch r.block {
	case "not":
		c.sense, c.country = senseNone, -1
	case "meeting":
		c.sense, c.country = senseMeeting, -1
	case "markers":
		c.sense, c.country = senseMarker, -1
	}
	var known bool
	if c.tongue, known = tongueOf(tongueName); !known {
		return fmt.Errorf("no such key")
	}
	if bare, ok := strings.CutSuffix(term, "?"); ok {
		term, c.doubt = bare, doubtPerson
	} else if bare, ok := strings.CutSuffix(term, "!"); ok {
		term, c.doubt = bare, doubtThing
	}
	if c.sense == senseNone || c.sense == senseMeeting || c.sense == senseAgainst {
		c.tongue = anyTongue
	}
	for _, form := range clitics(tongueName, term) {
		if err := r.add(term, form, c); err != nil {
			return err
		}
	}
	return nil
}

// clitics returns an Arabic term as it stands behind the short words that Arabic writes together with the next; of other
// languages the term alone.
func clitics(tongue, term string) []string {
	if tongue != "ar" {
		return []string{term}
	}
	out := []string{term}
	bare, article := strings.CutPrefix(term, "ال")
	for _, before := range []string{"و", "ب", "ل", "ف", "ك", "ول", "وب"} {
		switch {
		case article && strings.HasSuffix(before, "ل"):
			out = append(out, before+"ل"+bare)
		default:
			out = append(out, before+term)
		}
	}
	if !article && strings.HasSuffix(term, "*") {
		out = append(out, "ال"+term, "وال"+term, "بال"+term, "لل"+term)
	}
	return out
}

// read reads a term as rules spell it; it counts everywhere.
func (r *gazetteerReader) read(name string) (pattern, error) {
	p, _, wrong := r.pattern(name, news.RoleStrong)
	if wrong != nil {
		return p, fmt.Errorf("term %q: %s", name, wrong.problem)
	}
	return p, nil
}

// word files a word of the blocks that only list words.
func (r *gazetteerReader) word(term string) error {
	p, err := r.read(term)
	if err != nil {
		return err
	}
	if r.block == "given" {
		r.atlas.given[p.folded] = true
	} else {
		r.atlas.beside[p.folded] = true
	}
	return nil
}

// add files a form of a term. What stands in the file outdoes the same name from CLDR, which comes later.
func (r *gazetteerReader) add(name, form string, c clue) error {
	p, err := r.read(form)
	if err != nil {
		return err
	}
	key := nameKey{p.patternKey, anyCase}
	if c.sense != senseNone && c.sense != senseMarker && c.sense != senseMeeting {
		key.capital = writingOf(name)
	}
	number, ok := r.place[key]
	if !ok {
		number = int32(len(r.atlas.names))
		r.place[key] = number
		r.atlas.names = append(r.atlas.names, named{pattern: p, name: name, capital: key.capital})
	}
	n := &r.atlas.names[number]
	if c.sense == senseMarker {
		n.marks = c.tongue
		return nil
	}
	same := func(had clue) bool {
		return had.country == c.country && had.tongue == c.tongue && (had.sense == senseAgainst) == (c.sense == senseAgainst)
	}
	if !slices.ContainsFunc(n.clues, same) {
		n.clues = append(n.clues, c)
	}
	if c.tongue == english && c.sense == senseName {
		n.name = name
	}
	return nil
}

// writingOf returns what a term's own spelling demands of the text.
func writingOf(term string) writing {
	first, _ := utf8.DecodeRuneInString(term)
	lower := strings.ContainsFunc(term, unicode.IsLower)
	switch {
	case !unicode.IsUpper(first):
		return anyCase
	case !lower && utf8.RuneCountInString(term) > 1:
		return capitals
	}
	return initial
}
