// Package publish shows Editions to the world: as Feeds in three formats, as pages for people, and as OPML.
//
// Two halves. The rendering is pure: a [Feed] is an Edition with the address of the site, and [Feed.Render] gives the
// same bytes for the same Edition, whichever process runs it and whenever. entry.go reads an Edition once for all
// formats, rights.go holds back what a Source does not allow, clean.go what XML forbids; atom.go, rss.go and jsonfeed.go
// write, one format each. To add a format, imitate one of them and record its goldens.
//
// The serving is a [Server] on a [Store]: server.go lists all routes with who calls them, topics.go answers for Topics,
// page_*.go for the pages of people. catalog.go knows the revisions of the Topics, asking the store once a second at most;
// cache.go remembers the documents made of them, document.go their codings and ETags, negotiate.go what a reader has and
// takes, respond.go how answers and errors go out. While the store is in trouble, the last good bytes are served; an
// error is never an entry, and trouble never an empty Feed.
//
// The package imports package news alone. It reads no clock but the one it is given.
package publish
