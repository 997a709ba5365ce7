// Package publish shows Editions to the world: as Feeds in three formats, as pages, and as OPML.
package publish
