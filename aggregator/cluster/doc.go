// Package cluster recognises copies and groups reports of the same event into Stories. It does no I/O.
//
// These are two decisions, never mixed. A copy is the same text, on near-certain evidence: the same page in another Source,
// the same title over the same first words (prints.go), or most of the shorter text within the longer one (copies.go),
// unless that is what a Source says each time (frames.go). A Story is the same event, on evidence that can be wrong: words
// that are rare elsewhere, few days apart (stories.go). A false merge is worse than a miss.
//
// Read engine.go first. What an Item is compared by is its form: a vector of weighed terms (vector.go, with words.go,
// stems.go, common.go and rarity.go behind it), a sketch of its text (sketch.go) and a print of its title (titles.go). A
// form is made once and stored (form.go), so that a start computes nothing anew.
package cluster
