// Package parse reads a fetched document into entries: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed, and what
// publishers make of them.
//
// [Parse] has three stages, a file or a few each. Prepare makes the bytes one well-formed UTF-8 document (charset.go,
// draft.go, mend.go, text_repairs.go). Read hands it to gofeed's format parsers (read.go) and notes what they leave out (outline.go). Complete
// makes entries of what was read: links made absolute, dates of every known writing, ids, texts, authors, files.
// Each repair is one small named function; [Document].Repairs lists those that were needed.
//
// [ParseSitemap] and [ParsePage] make the same of sources that have no feed; [Discover] finds the feeds that a page offers,
// and [ParseRobots] reads what a host asks crawlers to leave alone.
//
// [ParseNew] leaves out of the second stage the items that are known from the last document (known.go).
//
// Parse does not sanitise. An [Entry] keeps the text as published, is compared by [Entry.Fingerprint], and becomes a
// [news.Item] by [Entry.Item] only where it is new or changed.
//
// The package reads no clock: a date that a document does not state is the zero time. All of it is safe for use by
// several goroutines at once.
package parse
