package news

// A Grouping says how an Item came to stand where it stands. It is two decisions, never mixed: that it has the text of
// another Item, and which Story it belongs to. A copy belongs to the Story of its original.
type Grouping struct {
	Copy  Likeness `json:"copy,omitzero"` // zero for an original
	Story Likeness `json:"story"`
	Rival Likeness `json:"rival,omitzero"` // the best other Story, where one was near; Against is its nearest Item
	Held  bool     `json:"held,omitempty"` // placed by an editor; the Sorter leaves it there
}

// A Likeness is what one decision of grouping rests on.
type Likeness struct {
	Method  Method `json:"method"`
	Score   int    `json:"score,omitempty"`   // thousandths; 0 where the method gives none
	Need    int    `json:"need,omitempty"`    // what the score had to reach
	Against string `json:"against,omitempty"` // Item id; empty where there was nothing to compare with
}

// A Method names how one decision of grouping was made.
type Method string

// The methods by which a copy is known.
const (
	MethodURL Method = "url" // the same page, in another Source

	MethodCanonical Method = "canonical" // the same page, by the address that it gives itself
	MethodText      Method = "text"      // the same title and the same first words
	MethodWords     Method = "words"     // most of the shorter text stands in the longer one
)

// The methods by which a Story is found.
const (
	MethodFounder Method = "founder" // near nothing: it founded a Story
	MethodJoined  Method = "joined"  // near enough to a Story
	MethodCopy    Method = "copy"    // in the Story of its original
	MethodLate    Method = "late"    // too old on arrival to be compared: a Story of one
	MethodEditor  Method = "editor"  // an editor's act
)
