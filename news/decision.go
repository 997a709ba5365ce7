package news

// A Decision is why one version of an Item is in or out of a Topic.
type Decision struct {
	Topic    string  `json:"topic"` // slug
	In       bool    `json:"in"`
	Score    int     `json:"score"`
	MinScore int     `json:"min_score"`
	Verdict  Verdict `json:"verdict"`
	Detail   string  `json:"detail,omitempty"` // the excluding term, the missing group, the filter, or the expression
	Spans    []Span  `json:"spans,omitempty"`  // what matched, in the order title, lead, body
	Rule     int     `json:"rule,omitempty"`   // number of the configuration that the Topic's rule came with; given by the store
}

// Verdict is the reason of a Decision.
type Verdict string

// The verdicts.
const (
	VerdictAll      Verdict = "all"      // in: the Topic takes everything
	VerdictScore    Verdict = "score"    // in: the score reached the minimum
	VerdictLowScore Verdict = "low"      // out: the score did not reach the minimum
	VerdictExcluded Verdict = "excluded" // out: a term of the Topic's exclude occurs
	VerdictGlobal   Verdict = "global"   // out: a term of the exclude for all topics occurs in the title
	VerdictRequire  Verdict = "require"  // out: a required group has no hit
	VerdictSource   Verdict = "source"   // out: a filter of the Topic leaves this Source
	VerdictAbout    Verdict = "about"    // out: the Item is about none of the Topic's countries
	VerdictWhere    Verdict = "where"    // out: the Topic's expression does not hold
)

// Reason returns the verdict in words.
func (v Verdict) Reason() string {
	switch v {
	case VerdictAll:
		return "the topic takes everything"
	case VerdictScore:
		return "the score reaches the minimum"
	case VerdictLowScore:
		return "the score is below the minimum"
	case VerdictExcluded:
		return "an excluded term occurs"
	case VerdictGlobal:
		return "a term excluded from all topics occurs"
	case VerdictRequire:
		return "a required group has no hit"
	case VerdictAbout:
		return "it is about other countries"
	case VerdictSource:
		return "the topic does not take from this source"
	case VerdictWhere:
		return "the topic's expression does not hold"
	}
	return string(v)
}

// A Span is one matched term at its best place.
type Span struct {
	Term   string `json:"term"`             // as configured
	Role   Role   `json:"role"`             //
	Group  string `json:"group,omitempty"`  // of Roles "require" and "when"
	Place  Place  `json:"place"`            //
	Start  int    `json:"start"`            // bytes into the place's text
	End    int    `json:"end"`              // exclusive
	Points int    `json:"points,omitempty"` // what it added to the score
}

// Role is the list of a Rule that a term stands in.
type Role string

// The roles of a term.
const (
	RoleStrong  Role = "strong"
	RoleWeak    Role = "weak"
	RoleExclude Role = "exclude"
	RoleRequire Role = "require"
	RoleWhen    Role = "when"   // what makes a group of require count
	RoleGlobal  Role = "global" // the exclude for all topics
)

// Place is a part of an Item's text, by how much a hit there counts.
type Place string

// The places: the title counts 3, the first 400 characters of the text 2, the rest 1.
const (
	PlaceTitle Place = "title"
	PlaceLead  Place = "lead"
	PlaceBody  Place = "body"

	// PlaceSection is where the publisher filed it, as [Item.Sections] says. It has no text of its own: spans there count
	// within the section that the term is.
	PlaceSection Place = "section"
)

// Places are all that a term can be marked with.
var Places = []Place{PlaceTitle, PlaceLead, PlaceBody, PlaceSection}

// LeadLength is how many characters (runes) of an Item's text are its lead.
const LeadLength = 400

// Weight returns by what a hit at p multiplies a term's weight.
func (p Place) Weight() int {
	switch p {
	case PlaceTitle:
		return 3
	case PlaceLead:
		return 2
	}
	return 1
}
