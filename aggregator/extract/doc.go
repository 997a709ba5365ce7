// Package extract turns an article's page into its full text: what a reader would call the article, without the
// menus, notices, captions and links to other articles around it.
//
// A page walks through six steps, one file each:
//
//	decode   charset.go   bytes → UTF-8
//	slim     slim.go      drop scripts, styles and comments, and refuse what is too large for an article
//	weigh    weigh.go     refuse a tree that would take too long to search
//	find     article.go   go-readability picks the part of the page that holds the article
//	split    blocks.go    that part → paragraphs, headings, list items
//	trim     trim.go      drop the blocks that are no text of the article
//
// slim and weigh are linear, and come before the search, since nothing can stop that once it runs.
//
// The full text serves matching and grouping. It is republished only where the Source's rights allow it; that is
// decided elsewhere. The package reads no network, no clock and no file, and may be used from many goroutines.
package extract
