package extract

import (
	"fmt"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Finding an article looks at each text once for every element around it, so it costs the product of size and depth.
// Of 315 real pages, among them long articles of an encyclopedia, the heaviest has 8,040,988 bytes by level and 120,137
// elements by level; the median of news is a hundredth of that. The worst pages that could be made at these limits take
// half a second; without them, half a minute (BenchmarkHostile).
const (
	maxTextByLevel     = 10_000_000 // sum over all texts of their bytes times the elements around them
	maxElementsByLevel = 1_500_000  // sum over all elements of the elements around them
)

// weigh refuses a tree that would take too long to search.
func weigh(doc *html.Node) error {
	var w weight
	w.add(doc, 0)
	switch {
	case w.text > maxTextByLevel:
		return fmt.Errorf("%w: its text is nested too deeply for its length", ErrTooLarge)
	case w.elements > maxElementsByLevel:
		return fmt.Errorf("%w: too many of its elements are nested too deeply", ErrTooLarge)
	}
	return nil
}

type weight struct{ text, elements int }

func (w *weight) add(n *html.Node, level int) {
	switch {
	case n.Type == html.TextNode:
		w.text += level * len(n.Data)
	case n.DataAtom == atom.Noscript, n.DataAtom == atom.Script: // gone before the search
		return
	case n.Type == html.ElementNode:
		w.elements += level
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.add(c, level+1)
	}
}
