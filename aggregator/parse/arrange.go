package parse

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Limits of a sanitised text: its bytes, and how deep its elements are nested. Of the 20,884 texts of the corpus of
// feeds the longest has 543,111 bytes and the deepest 14 levels.
const (
	maxHTML    = 1 << 20
	maxNesting = 32
)

// elementKind is what arrange knows of an allowed element.
type elementKind uint8

const (
	inlineElement elementKind = iota
	blockElement              // closes an open paragraph
	voidElement               // has no content
	rowElement                // tr, and what holds it
	cellElement               // td, th
)

// allowedElements are the elements that a text may have.
var allowedElements = map[string]elementKind{
	"p": blockElement, "div": blockElement, "h1": blockElement, "h2": blockElement, "h3": blockElement,
	"h4": blockElement, "h5": blockElement, "h6": blockElement, "ul": blockElement, "ol": blockElement,
	"li": blockElement, "dl": blockElement, "dt": blockElement, "dd": blockElement, "blockquote": blockElement,
	"pre": blockElement, "figure": blockElement, "figcaption": blockElement, "table": blockElement,
	"thead": rowElement, "tbody": rowElement, "tfoot": rowElement, "tr": rowElement, "caption": rowElement,
	"td": cellElement, "th": cellElement,
	"a": inlineElement, "b": inlineElement, "strong": inlineElement, "i": inlineElement, "em": inlineElement,
	"u": inlineElement, "s": inlineElement, "del": inlineElement, "ins": inlineElement, "small": inlineElement,
	"sub": inlineElement, "sup": inlineElement, "code": inlineElement, "kbd": inlineElement, "samp": inlineElement,
	"var": inlineElement, "abbr": inlineElement, "cite": inlineElement, "q": inlineElement, "mark": inlineElement,
	"ruby": inlineElement, "rt": inlineElement, "rp": inlineElement,
	"br": voidElement, "hr": voidElement, "img": voidElement, "wbr": voidElement,
}

// renamedElements are elements kept under the name of an allowed one.
var renamedElements = map[string]string{
	"section": "div", "article": "div", "header": "div", "footer": "div", "main": "div", "aside": "div",
	"center": "div", "address": "div", "details": "div", "summary": "p", "strike": "s", "tt": "code", "dir": "ul",
	"acronym": "abbr", "image": "img", "listing": "pre",
}

// droppedElements are elements of which the content goes too. Of all others only the tags go.
var droppedElements = map[string]bool{
	"script": true, "style": true, "template": true, "noscript": true, "iframe": true, "frameset": true,
	"noframes": true, "noembed": true, "object": true, "applet": true, "svg": true, "math": true, "title": true,
	"head": true, "canvas": true, "audio": true, "video": true, "button": true, "select": true, "textarea": true,
	"datalist": true, "xmp": true, "plaintext": true, "map": true,
}

// An arranger writes a fragment anew, token by token.
type arranger struct {
	out     strings.Builder
	base    *url.URL
	open    []string // allowed elements that are open
	dropped string   // the dropped element that is open, or ""
	depth   int      // of dropped elements of that name
	full    bool     // there is no room for more
}

// arrange returns a fragment of allowed elements, closed and nested as HTML has them. It makes one pass.
func arrange(fragment string, base *url.URL) string {
	a := &arranger{base: base}
	a.out.Grow(min(len(fragment), maxHTML) + 64)
	z := html.NewTokenizer(strings.NewReader(fragment))
	for !a.full && a.out.Len() < maxHTML {
		switch z.Next() {
		case html.ErrorToken:
			a.closeTo(0)
			return a.out.String()
		case html.TextToken:
			if a.dropped == "" {
				a.text(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			a.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			a.end(string(name))
		}
	}
	a.closeTo(0)
	return a.out.String()
}

// text writes a text with the three characters escaped that could be taken for markup, as far as there is room.
func (a *arranger) text(text []byte) {
	if a.betweenCells() && len(bytes.TrimSpace(text)) > 0 {
		a.enterCell()
	}
	from, room := 0, maxHTML-a.out.Len()
	for i, c := range text {
		escaped := ""
		switch c {
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '&':
			escaped = "&amp;"
		}
		if room -= max(1, len(escaped)); room < 0 {
			a.out.Write(trimPartialRune(text[from:i]))
			a.full = true
			return
		}
		if escaped != "" {
			a.out.Write(text[from:i])
			a.out.WriteString(escaped)
			from = i + 1
		}
	}
	a.out.Write(text[from:])
}

// start enters a start tag.
func (a *arranger) start(z *html.Tokenizer) {
	raw, hasAttrs := z.TagName()
	name := string(raw)
	if a.dropped != "" {
		if name == a.dropped {
			a.depth++
		}
		return
	}
	if droppedElements[name] {
		a.dropped, a.depth = name, 1
		return
	}
	if to, ok := renamedElements[name]; ok {
		name = to
	}
	kind, ok := allowedElements[name]
	if !ok {
		return
	}
	attrs := a.attributes(name, z, hasAttrs)
	if attrs == "" && (name == "a" || name == "img") {
		return
	}
	a.makeRoom(name, kind)
	if kind != rowElement && kind != cellElement && a.betweenCells() {
		if kind == voidElement && name != "img" {
			return
		}
		a.enterCell()
	}
	if kind == voidElement {
		a.out.WriteString("<" + name + attrs + ">")
		return
	}
	if len(a.open) >= maxNesting || !a.fits(name, kind) {
		return
	}
	a.out.WriteString("<" + name + attrs + ">")
	a.open = append(a.open, name)
}

// end enters an end tag: it closes its element and what stands open within it.
func (a *arranger) end(name string) {
	if a.dropped != "" {
		if name == a.dropped {
			if a.depth--; a.depth == 0 {
				a.dropped = ""
			}
		}
		return
	}
	if to, ok := renamedElements[name]; ok {
		name = to
	}
	barrier := "table"
	if name == "table" {
		barrier = ""
	}
	if i := a.last(name, barrier); i >= 0 {
		a.closeTo(i)
	}
}

// last returns the index of the innermost open element by that name, not looking beyond the innermost barrier, or -1.
func (a *arranger) last(name string, barriers ...string) int {
	for i := len(a.open) - 1; i >= 0; i-- {
		if a.open[i] == name {
			return i
		}
		if slices.Contains(barriers, a.open[i]) {
			return -1
		}
	}
	return -1
}

// closeTo closes open elements until n are left.
func (a *arranger) closeTo(n int) {
	for len(a.open) > n {
		last := len(a.open) - 1
		a.out.WriteString("</" + a.open[last] + ">")
		a.open = a.open[:last]
	}
}

// makeRoom closes the elements that the start of another ends in HTML.
func (a *arranger) makeRoom(name string, kind elementKind) {
	closes := func(other string, barriers ...string) {
		if i := a.last(other, barriers...); i >= 0 {
			a.closeTo(i)
		}
	}
	if kind == blockElement || name == "hr" {
		closes("p", "td", "th", "caption", "table", "li", "blockquote", "figure", "div")
	}
	switch name {
	case "a":
		closes("a", "table")
	case "h1", "h2", "h3", "h4", "h5", "h6":
		if last := len(a.open) - 1; last >= 0 && isHeading(a.open[last]) {
			a.closeTo(last)
		}
	case "li":
		closes("li", "ul", "ol", "table")
	case "dt", "dd":
		closes("dt", "dl", "table")
		closes("dd", "dl", "table")
	case "td", "th":
		closes("td", "table")
		closes("th", "table")
	case "tr", "thead", "tbody", "tfoot", "caption":
		a.closeToTable(name == "tr")
	}
}

// closeToTable closes what is open within the innermost table, but for a group of rows where one may stay.
func (a *arranger) closeToTable(stayInGroup bool) {
	i := a.last("table")
	if i < 0 {
		return
	}
	if stayInGroup && len(a.open) > i+1 && isRowGroup(a.open[i+1]) {
		i++
	}
	a.closeTo(i + 1)
}

// betweenCells reports whether a table is open, and no cell of it.
func (a *arranger) betweenCells() bool {
	if len(a.open) == 0 {
		return false
	}
	name := a.open[len(a.open)-1]
	return name == "table" || name == "tr" || isRowGroup(name)
}

// enterCell opens a cell, with the row that it needs, for what stands in a table and in none. Browsers move it in front of
// the table; here it keeps its place.
func (a *arranger) enterCell() {
	if len(a.open)+2 > maxNesting {
		a.closeTo(a.last("table"))
		return
	}
	for _, name := range []string{"tr", "td"} {
		if name == "tr" && a.open[len(a.open)-1] == "tr" {
			continue
		}
		a.out.WriteString("<" + name + ">")
		a.open = append(a.open, name)
	}
}

func isHeading(name string) bool { return len(name) == 2 && name[0] == 'h' && name != "hr" }

func isRowGroup(name string) bool { return name == "thead" || name == "tbody" || name == "tfoot" }

// fits reports whether a part of a table stands where a table has it.
func (a *arranger) fits(name string, kind elementKind) bool {
	parent := ""
	if len(a.open) > 0 {
		parent = a.open[len(a.open)-1]
	}
	switch {
	case kind == cellElement:
		return parent == "tr"
	case name == "tr":
		return parent == "table" || isRowGroup(parent)
	case kind == rowElement:
		return parent == "table"
	}
	return true
}
