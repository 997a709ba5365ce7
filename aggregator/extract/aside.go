package extract

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// asideWords are the words in class names and ids by which pages mark what is no text of the article.
var asideWords = map[string]bool{
	"caption": true, "credit": true, "credits": true, "byline": true, "timestamp": true, "dateline": true, "pubdate": true,
	"newsletter": true, "subscribe": true, "subscription": true, "signup": true, "paywall": true, "promo": true,
	"related": true, "recommended": true, "recommendations": true, "recirc": true, "readmore": true, "teaser": true,
	"rail": true, "trending": true, "popular": true, "share": true, "sharing": true, "social": true, "follow": true,
	"tags": true, "breadcrumb": true, "breadcrumbs": true, "menu": true, "nav": true, "navigation": true, "toolbar": true,
	"comments": true, "advert": true, "advertisement": true, "ad": true, "ads": true, "sponsor": true, "sponsored": true,
	"author": true, "rollover": true, "popup": true, "tooltip": true, "modal": true, "gallery": true, "slideshow": true,
	"copyright": true, "disclaimer": true, "cookie": true, "cookies": true, "consent": true, "bio": true, "hidden": true,
}

// largestAside is the share of the article's letters up to which a word is believed, all elements that bear it taken
// together. A page that says so of more says it of the article itself: there are some that name each paragraph by the
// barrier in front of it.
const largestAside = 0.4

// asides are the elements of an article that stand beside its text.
type asides struct {
	word    map[*html.Node]string // of each element that bears one of asideWords
	letters map[string]int        // within all elements that bear a word
	total   int                   // letters of the article
}

func asidesOf(n *html.Node) asides {
	a := asides{word: make(map[*html.Node]string), letters: make(map[string]int)}
	a.total = a.count(n, "")
	return a
}

// count returns the letters and digits below n, and notes whom they belong to. within is the word of the closest
// element around n that bears one.
func (a *asides) count(n *html.Node, within string) int {
	if n.Type == html.TextNode {
		return countLetters(n.Data)
	}
	word := asideWord(n)
	if word != "" {
		a.word[n] = word
	}
	inner := cmp.Or(word, within)
	sum := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		sum += a.count(c, inner)
	}
	if word != within { // else its letters are those of the element around it
		a.letters[word] += sum
	}
	return sum
}

// has reports whether what an element holds is beside the article's text.
func (a *asides) has(n *html.Node) bool {
	word := a.word[n]
	return word != "" && float64(a.letters[word]) <= largestAside*float64(a.total)
}

// asideWord returns the first of asideWords in an element's class names and id, or "".
func asideWord(n *html.Node) string {
	for _, attr := range n.Attr {
		if attr.Key != "class" && attr.Key != "id" {
			continue
		}
		for word := range nameWords(attr.Val) {
			if asideWords[word] {
				return word
			}
		}
	}
	return ""
}

// nameWords yields the words of class names and ids in lower case: "relatedLinks" and "related-links" have two.
func nameWords(names string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, lower := 0, false
		for i, r := range names {
			cut := !unicode.IsLetter(r)
			if cut || lower && unicode.IsUpper(r) {
				if start < i && !yield(strings.ToLower(names[start:i])) {
					return
				}
				start = i
				if cut {
					start += len(string(r))
				}
			}
			lower = unicode.IsLower(r)
		}
		if start < len(names) {
			yield(strings.ToLower(names[start:]))
		}
	}
}
