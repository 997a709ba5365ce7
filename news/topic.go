package news

// A Topic is a curation rule with a title and a slug: it says which Stories belong together in a feed.
type Topic struct {
	Slug    string   `json:"slug"` // lower-case letters, digits and hyphens; unique
	Title   string   `json:"title"`
	Aliases []string `json:"aliases,omitempty"` // slugs it had before
	Rule    Rule     `json:"rule"`
}

// A Rule says which Items a Topic takes. It is data; package curate compiles and applies it.
//
// A term is a word or a phrase, matched as whole words on folded text; a final * makes its last word a prefix; a term
// that starts with "CAPS:" is matched case-sensitively on the text as written.
type Rule struct {
	All      bool                `json:"all,omitempty"`       // takes every Item; the rest of the rule but Sources is then unused
	Strong   []string            `json:"strong,omitempty"`    // terms of weight 2
	Weak     []string            `json:"weak,omitempty"`      // terms of weight 1
	Exclude  []string            `json:"exclude,omitempty"`   // terms of which none may occur
	Require  map[string][]string `json:"require,omitempty"`   // groups of terms, of each of which one must occur
	MinScore int                 `json:"min_score,omitempty"` // the score that takes an Item in
	Sources  []string            `json:"sources,omitempty"`   // ids of the Sources to take from; empty: all
}

// DefaultMinScore is one strong term in the title, or a strong and a weak one in the lead.
const DefaultMinScore = 5
