package curate

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"wireroom/news"
)

// advice is what is wrong with a term or an expression, and what to do.
type advice struct{ problem, suggestion string }

// A spelling is a term as configured, taken apart.
type spelling struct {
	text     string // without its marks
	caps     bool   // as written
	places   uint8  // as in patternKey; 0: not said
	language string // the base of a language; empty: any
}

// capsMark makes a term case-sensitive.
const capsMark = "CAPS"

// placeMarks are the places by their marks, which + joins.
var placeMarks = map[string]rank{"title": inTitle, "lead": inLead, "body": inBody, "section": inSection}

// spell takes a term's marks from its front, each of which a colon ends.
func spell(name string) (spelling, *advice) {
	var s spelling
	rest := name
	for {
		mark, after, found := strings.Cut(rest, ":")
		if !found {
			s.text = strings.TrimSpace(rest)
			return s, nil
		}
		if err := s.mark(mark); err != nil {
			return s, err
		}
		rest = after
	}
}

// mark reads one mark. The same sort of mark twice would leave one of them without effect, and is refused.
func (s *spelling) mark(mark string) *advice {
	places, isPlace := placesOf(mark)
	base, isLanguage := languageOf(mark)
	twice := false
	switch {
	case mark == capsMark:
		twice, s.caps = s.caps, true
	case strings.EqualFold(mark, capsMark):
		return &advice{"write CAPS: in capitals", ""}
	case isPlace:
		twice, s.places = s.places != 0, places
	case isLanguage:
		twice, s.language = s.language != "", base
	default:
		return &advice{fmt.Sprintf("%q is no mark", mark+":"),
			"use CAPS:, title:, lead:, body:, section: (or several, as in title+lead:) or a language, as in de:; a colon of the text itself is left out"}
	}
	if twice {
		return &advice{fmt.Sprintf("the mark %s stands beside another of its sort", mark+":"), "keep one; places are joined as in title+lead:"}
	}
	return nil
}

// placesOf returns the places that a mark names, as in "title+lead".
func placesOf(mark string) (places uint8, ok bool) {
	for name := range strings.SplitSeq(mark, "+") {
		place, known := placeMarks[name]
		if !known {
			return 0, false
		}
		places |= 1 << place
	}
	return places, true
}

// languageOf returns the base of the language that a mark is the tag of. Tags are written in small letters here, so that
// US: and EU: are none.
func languageOf(tag string) (base string, ok bool) {
	if len(tag) < 2 || !unicode.IsLower(rune(tag[0])) || !unicode.IsLower(rune(tag[1])) {
		return "", false
	}
	parsed, err := language.Raw.Parse(tag)
	if err != nil {
		return "", false
	}
	b, _ := parsed.Base()
	return b.String(), true
}

// Where a term counts unless it says otherwise: everywhere, and the exclude for all topics in the title.
const (
	everywhere = 1<<inTitle | 1<<inLead | 1<<inBody
	titleOnly  = 1 << inTitle
)

// pattern reads a term as configured, in a list of the given role.
func (c *compiler) pattern(name string, role news.Role) (p pattern, language string, _ *advice) {
	s, err := spell(name)
	if err != nil {
		return p, "", err
	}
	bare := strings.TrimRight(s.text, "*")
	if strings.Contains(bare, "*") {
		return p, "", &advice{"a * can only stand at its end", "write several terms"}
	}
	c.fold.read(bare)
	if len(c.fold.tokens) == 0 {
		return p, "", &advice{"has no letter or digit", "write a word, or remove it"}
	}
	p.words = len(c.fold.tokens)
	p.folded = strings.TrimRight(string(c.fold.buf), " ")
	p.inside = strings.ContainsFunc(bare, isUnspaced)
	p.prefix = bare != s.text && !p.inside
	if s.caps && p.inside {
		return p, "", &advice{"its script has no capitals", "leave CAPS: out"}
	}
	if s.caps {
		p.caps = c.fold.asWritten()
	}
	p.places = s.places
	if p.places == 0 {
		p.places = defaultPlaces(role)
	}
	if p.places>>inSection&1 != 0 && (role == news.RoleStrong || role == news.RoleWeak) {
		return p, "", &advice{"a section scores nothing", "use section: in exclude, require or when"}
	}
	return p, s.language, nil
}

func defaultPlaces(role news.Role) uint8 {
	if role == news.RoleGlobal {
		return titleOnly
	}
	return everywhere
}

// isUnspaced reports whether r belongs to a script that puts no blanks between words.
func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}
