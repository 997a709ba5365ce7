package parse

import (
	"bytes"
	"fmt"
	"strings"

	"wireroom/news"
)

// rootWindow is how far into a document its root element may begin, in bytes. The longest preamble of the corpus
// of feeds has 1,010.
const rootWindow = 128 << 10

// findRoot returns where the root element of a feed begins. What stands before it (a declaration, a document type,
// comments, a program's warnings) is no part of the feed; doctype is the document type, if there is one.
func findRoot(doc []byte) (start int, doctype []byte, err error) {
	s := scanner{doc: doc[:min(len(doc), rootWindow)]}
	page := false // HTML has begun: an element of a feed within it must be unmistakable
	for {
		t, ok := s.next()
		if !ok {
			return 0, nil, &NotAFeedError{What: describe(doc)}
		}
		switch t.kind {
		case directiveToken:
			doctype = doc[t.start:t.end]
		case openToken, emptyToken:
			switch name := localName(doc[t.start+1 : t.nameEnd]); name {
			case "rss", "feed":
				return t.start, doctype, nil
			case "rdf", "channel", "entry", "item":
				if !page {
					return t.start, doctype, nil
				}
			case "html", "head", "body", "script":
				page = true
			}
		}
	}
}

// describe says in a few words what a document is that is no feed.
func describe(doc []byte) string {
	trimmed := bytes.TrimSpace(doc)
	if len(trimmed) == 0 {
		return "an empty document"
	}
	if trimmed[0] != '<' && !bytes.Contains(trimmed[:min(len(trimmed), 1024)], []byte("<html")) {
		return "text that begins with " + fmt.Sprintf("%q", news.Cut(news.OneLine(printable(trimmed, 200)), 40))
	}
	s := scanner{doc: doc[:min(len(doc), rootWindow)]}
	for {
		t, ok := s.next()
		switch {
		case !ok:
			return "an XML document without elements"
		case t.kind != openToken && t.kind != emptyToken:
			continue
		}
		name := strings.ToLower(string(doc[t.start+1 : t.nameEnd]))
		switch name {
		case "html", "head", "body", "script", "title", "meta", "div", "p":
			return describePage(doc)
		case "urlset", "sitemapindex":
			return "a sitemap (format: sitemap reads it)"
		case "rss", "feed", "rdf:rdf":
			return "a feed (format: feed reads it)"
		case "opml":
			return "an OPML list of feeds"
		}
		return fmt.Sprintf("an XML document <%s>", news.Cut(name, 40))
	}
}

// htmlPage is how every description of an HTML page begins.
const htmlPage = "an HTML page"

// describePage names an HTML page by its title.
func describePage(doc []byte) string {
	head := printable(doc, 64<<10)
	lower := strings.ToLower(head)
	if len(lower) != len(head) { // a letter whose cases differ in length
		lower = head
	}
	if i := strings.Index(lower, "<title"); i >= 0 {
		_, rest, _ := strings.Cut(head[i:], ">")
		title, _, _ := strings.Cut(rest, "<")
		if title = news.Cut(plainTitle(title), 80); title != "" {
			return fmt.Sprintf("%s titled %q", htmlPage, title)
		}
	}
	return htmlPage
}

func printable(doc []byte, limit int) string {
	return strings.ToValidUTF8(string(doc[:min(len(doc), limit)]), "�")
}
