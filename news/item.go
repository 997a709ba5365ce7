package news

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
)

// An Item is one normalised entry of a Source, in one of its versions.
//
// Title is plain text. Summary, Content and FullText are sanitised HTML with absolute links; each may be empty.
type Item struct {
	ID      string `json:"id"`      // UUID, minted once; see [ItemID]
	Source  string `json:"source"`  // id of its Source
	Version int    `json:"version"` // 1 for the first
	Place   int    `json:"place"`   // in the document that brought it first, from 0

	GUID       string      `json:"guid,omitempty"` // as published
	URL        string      `json:"url,omitempty"`  // absolute, as published; empty if none
	Title      string      `json:"title"`
	Summary    string      `json:"summary,omitempty"`
	Content    string      `json:"content,omitempty"`
	FullText   string      `json:"full_text,omitempty"` // of its page, where that says more; to be shown of a RightsFull Source alone
	Authors    []string    `json:"authors,omitempty"`
	Categories []string    `json:"categories,omitempty"` // the Source's own
	Language   string      `json:"language,omitempty"`   // BCP 47; empty if neither item nor feed says
	Enclosures []Enclosure `json:"enclosures,omitempty"`
	Image      string      `json:"image,omitempty"`     // URL
	Countries  []string    `json:"countries,omitempty"` // ISO 3166-1 codes of those it is about, the strongest first; known once it is sorted

	Stated    time.Time `json:"stated,omitzero"`  // publication date that the document states; zero if none
	Updated   time.Time `json:"updated,omitzero"` // date of change that the document states; zero if none
	Published time.Time `json:"published"`        // what is believed; see [Believable]
	FirstSeen time.Time `json:"first_seen"`       // of the Item, in the time of the news
	Seen      time.Time `json:"seen"`             // of this version
	Damaged   bool      `json:"damaged,omitempty"`
	SharedURL bool      `json:"shared_url,omitempty"` // other Items of its Source have the same URL, or it is the feed's own page: it names none of them

	PageHost    string      `json:"-"` // host:port of the page that is to be fetched for its full text; empty: none is
	Keys        []Key       `json:"-"` // identity within the Source, strongest first; see [ItemKeys]
	Fingerprint Fingerprint `json:"-"` // of the raw entry that this version was made from
}

// Enclosure is a file that belongs to an Item.
type Enclosure struct {
	URL    string `json:"url"`
	Type   string `json:"type,omitempty"`   // media type
	Length int64  `json:"length,omitempty"` // bytes; 0 if not known
}

// A Fingerprint is a hash of a raw entry, by which an unchanged one is known without reading it again.
type Fingerprint [16]byte

// FingerprintOf hashes the parts of a raw entry. Parts are kept apart: ("ab", "c") and ("a", "bc") differ.
func FingerprintOf(parts ...string) Fingerprint { return Fingerprint(hash16(parts)) }

// hash16 returns the first 16 bytes of the SHA-256 of the parts, each preceded by its length.
func hash16(parts []string) (sum [16]byte) {
	n := 0
	for _, p := range parts {
		n += len(p) + 4
	}
	buf := make([]byte, 0, n)
	for _, p := range parts {
		l := len(p)
		buf = append(buf, byte(l), byte(l>>8), byte(l>>16), byte(l>>24))
		buf = append(buf, p...)
	}
	full := sha256.Sum256(buf)
	copy(sum[:], full[:])
	return sum
}

// Text is the plain text of an Item by which it is matched: Summary, then FullText, or else Content, where it is not a
// longer form of Summary.
func (it Item) Text() string { return JoinText(it.PlainTexts()) }

// PlainTexts are the plain texts of Summary, and of FullText or else Content.
func (it Item) PlainTexts() (summary, content string) {
	return PlainText(it.Summary), PlainText(cmp.Or(it.FullText, it.Content))
}

// JoinText makes an Item's text of those of its Summary and Content.
func JoinText(summary, content string) string {
	switch {
	case content == "":
		return summary
	case summary == "" || strings.HasPrefix(content, strings.TrimSuffix(summary, "…")):
		return content
	}
	return summary + "\n\n" + content
}

// SameContent reports whether two versions say the same to a reader. Dates, files and ids are left out, and so is what
// differs in the URL without meaning another page: publishers' programs renew them without a change of the text. Whether a
// picture has an empty description is nothing that a publisher said.
func SameContent(a, b Item) bool {
	return a.Title == b.Title && sameHTML(a.Summary, b.Summary) && sameHTML(a.Content, b.Content) && a.Language == b.Language &&
		slices.Equal(a.Authors, b.Authors) && slices.Equal(a.Categories, b.Categories) &&
		(a.URL == b.URL || CanonicalURL(a.URL) == CanonicalURL(b.URL))
}

func sameHTML(a, b string) bool {
	const undescribed = ` alt=""`
	return a == b || strings.ReplaceAll(a, undescribed, "") == strings.ReplaceAll(b, undescribed, "")
}
