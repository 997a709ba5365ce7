package news

import (
	"slices"
	"strings"
)

// A Topic is a curation rule with a title and a slug: it says which Stories belong together in a feed.
type Topic struct {
	Slug    string   `json:"slug"` // lower-case letters, digits and hyphens; unique
	Title   string   `json:"title"`
	Aliases []string `json:"aliases,omitempty"` // slugs it had before
	Rule    Rule     `json:"rule"`
}

// A Rule says which Items a Topic takes. It is data; package curate compiles and applies it.
//
// A term is a word or a phrase, matched as whole words on folded text; a final * makes its last word a prefix. Marks
// before it, each with a colon, say more: "CAPS:" is matched case-sensitively on the text as written; "title:",
// "lead:", "body:", or several as in "title+lead:", says where it counts; and the tag of a language, as in "de:", that
// it counts in Items of that language alone and in those whose language is not known.
type Rule struct {
	All      bool                `json:"all,omitempty"`       // takes every Item; the rest of the rule but the filters is then unused
	Strong   []string            `json:"strong,omitempty"`    // terms of weight 2
	Weak     []string            `json:"weak,omitempty"`      // terms of weight 1
	Exclude  []string            `json:"exclude,omitempty"`   // terms of which none may occur
	Require  map[string][]string `json:"require,omitempty"`   // groups of terms, of each of which one must occur
	When     map[string][]string `json:"when,omitempty"`      // terms by group of Require: one of them must occur, or the group is not asked for
	MinScore int                 `json:"min_score,omitempty"` // the score that takes an Item in
	About    []string            `json:"about,omitempty"`     // ISO 3166-1 codes: the Item must be about one of them; without terms, that is all it takes
	Filter                       // the Sources to take from: those that every list of it names
	Except   Filter              `json:"except,omitzero"` // the Sources to leave: those that any list of it names
	Where    string              `json:"where,omitempty"` // an expression that must hold; see package curate
}

// A Filter names Sources by what they are. An empty list says nothing.
type Filter struct {
	Sources   []string `json:"sources,omitempty"` // ids
	Kinds     []Kind   `json:"kinds,omitempty"`
	Tiers     []int    `json:"tiers,omitempty"`
	Languages []string `json:"languages,omitempty"` // BCP 47; "en" names "en-GB" too
	Countries []string `json:"countries,omitempty"` // ISO 3166-1 alpha-2
}

// IsZero reports whether f says nothing.
func (f Filter) IsZero() bool {
	return len(f.Sources)+len(f.Kinds)+len(f.Tiers)+len(f.Languages)+len(f.Countries) == 0
}

// ReadsFacts reports whether what r takes depends on facts of a Source other than its id, so that a change of these is
// a change of what r takes.
func (r Rule) ReadsFacts() bool {
	take, leave := r.Filter, r.Except
	take.Sources, leave.Sources = nil, nil
	return r.Where != "" || !take.IsZero() || !leave.IsZero()
}

// ReadsLanguages reports whether what r takes depends on the language of an Item, for which that of its Source stands in:
// a term is marked for one, or countries are asked for, whose names are read in one.
func (r Rule) ReadsLanguages() bool {
	return len(r.About) > 0 || slices.ContainsFunc(r.terms(), hasLanguageMark)
}

// terms returns all terms of r.
func (r Rule) terms() []string {
	all := slices.Concat(r.Strong, r.Weak, r.Exclude)
	for _, groups := range []map[string][]string{r.Require, r.When} {
		for _, group := range groups {
			all = append(all, group...)
		}
	}
	return all
}

// hasLanguageMark reports whether a term is marked as curate reads marks, and one of them is neither a place nor CAPS.
func hasLanguageMark(term string) bool {
	marks := strings.Split(term, ":")
	return slices.ContainsFunc(marks[:len(marks)-1], func(mark string) bool {
		first, _, _ := strings.Cut(mark, "+")
		return first != "CAPS" && !slices.Contains(Places, Place(first))
	})
}

// SameFacts reports whether rules see no difference between two states of a Source.
func SameFacts(a, b Source) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Kind == b.Kind && a.Owner == b.Owner && a.Tier == b.Tier &&
		a.Language == b.Language && a.Country == b.Country && a.Format == b.Format && slices.Equal(a.Was, b.Was)
}

// DefaultMinScore is one strong term in the title, or a strong and a weak one in the lead.
const DefaultMinScore = 5
