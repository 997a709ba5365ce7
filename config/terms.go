package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"wireroom/news"
)

// MaxTerms is how many terms and lists may stand in a list, also within each other: an anchor may hold itself, and a list
// of lists of lists grows faster than its file. The largest that is measured has 2,000 (BenchmarkMatch2000).
const MaxTerms = 20_000

// termList reads terms: a list, whose members may be lists themselves, as an alias is one; or a mapping, whose keys are
// marks of the terms behind them. Each term is remembered by its place in the whole, too, as rules number them.
func (r *reader) termList(to *[]string) func(value) {
	return func(v value) { r.group(v, to, nil) }
}

// group reads a list of terms that may have a list of its own under when, if the caller wants that one.
func (r *reader) group(v value, to, when *[]string) {
	list := termList{reader: r, path: v.path, to: to, when: when}
	if isMapping(v) {
		list.marked(v, "")
		return
	}
	list.members(v, "")
}

// A termList is one list of terms as it is read.
type termList struct {
	*reader
	path  string
	to    *[]string
	when  *[]string // nil: there is none
	found int       // terms, lists and mappings
	full  bool      // a fault was told, and nothing more is read
}

// members reads a list of terms, lists and mappings behind the marks.
func (l *termList) members(v value, marks string) {
	for _, member := range l.elements(v) {
		l.member(member, marks)
	}
}

func (l *termList) member(v value, marks string) {
	if l.found++; l.found > MaxTerms || strings.Count(v.path, "[") > MaxDepth {
		l.overflow(v)
	}
	if l.full {
		return
	}
	if _, text := rejoined(v.node); !text && isMapping(v) {
		l.marked(v, marks)
		return
	}
	if _, nested := v.node.(*ast.SequenceNode); nested {
		l.members(v, marks)
		return
	}
	var text string
	l.text(&text, checkTerm)(v)
	l.places[fmt.Sprintf("%s[%d]", l.path, len(*l.to))] = v
	*l.to = append(*l.to, marks+text)
}

// marked reads the lists of a mapping, each behind the mark that is its key.
func (l *termList) marked(v value, marks string) {
	for _, e := range l.entries(v) {
		if e.key == "when" && l.when != nil && marks == "" {
			l.condition(e.value)
			continue
		}
		mark, err := markOf(e.key)
		if err != nil {
			l.blame(e.name, err)
			continue
		}
		if e.value.node != nil {
			l.members(e.value, marks+mark+":")
		}
	}
}

// condition reads the terms under when.
func (l *termList) condition(v value) {
	if v.node != nil {
		v.path = join(l.path, "when")
		l.termList(l.when)(v)
	}
}

// overflow tells once that there is too much in the list.
func (l *termList) overflow(v value) {
	if !l.full {
		l.fault(value{path: l.path, at: v.at}, fmt.Sprintf("there are more than %d terms here, or a list that stands in itself", MaxTerms), "look at the aliases")
	}
	l.full = true
}

// markOf returns what stands before the colon of the terms behind a key: places, CAPS or a language.
func markOf(key string) (string, error) {
	if key == "CAPS" || arePlaces(key) {
		return key, nil
	}
	if checkLanguage(key) != nil {
		return "", advice{fmt.Sprintf("%q is no mark of terms", key), "use title, lead, body, section or several as in title+lead, or the tag of a language as in de"}
	}
	return strings.ToLower(key), nil
}

// arePlaces reports whether key names places, as in title+lead.
func arePlaces(key string) bool {
	for name := range strings.SplitSeq(key, "+") {
		if !slices.Contains(news.Places, news.Place(name)) {
			return false
		}
	}
	return true
}
