package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"wireroom/news"
)

// A reader is one reading of one document.
type reader struct {
	name    string   // of the file
	lines   []string // of the file, for faults
	lookup  func(string) (string, bool)
	anchors map[string]ast.Node
	places  map[string]value // everything read, by its path
	secrets []string         // texts that no fault may show
	faults  Faults
}

func newReader(name string, data []byte, lookup func(string) (string, bool)) *reader {
	if lookup == nil {
		lookup = func(string) (string, bool) { return "", false }
	}
	return &reader{
		name:    name,
		lines:   split(data),
		lookup:  lookup,
		anchors: map[string]ast.Node{},
		places:  map[string]value{},
	}
}

// A value is one node of the document, behind its anchors, aliases and tags.
type value struct {
	path string       // as in "sources[3].kind"; empty for the document
	node ast.Node     // nil where the document says nothing, or null
	at   *token.Token // the place to blame; nil is the start of the document
}

// fields is the table of a mapping: what reads the value of each key that it may have.
type fields map[string]func(value)

// mapping reads v by table. Unknown keys are faults, but for those of the document that start with x-: they are the
// operator's own, for anchors. A null is left to the default.
func (r *reader) mapping(v value, table fields) {
	for _, e := range r.entries(v) {
		if v.path == "" && strings.HasPrefix(e.key, "x-") {
			continue
		}
		read, known := table[e.key]
		if !known {
			r.unknown(e, slices.Sorted(maps.Keys(table)))
			continue
		}
		if e.value.node != nil {
			read(e.value)
		}
	}
}

func (r *reader) unknown(e entry, known []string) {
	suggestion := "the keys here are: " + list(known)
	if near := news.Nearest(e.key, known); near != "" {
		suggestion = fmt.Sprintf("did you mean %s?", near)
	}
	r.fault(e.name, fmt.Sprintf("there is no key %q here", e.key), suggestion)
}

// An entry is a key of a mapping with its value.
type entry struct {
	key   string
	name  value // where the key stands; its path is the mapping's
	value value
}

// entries returns the keys of the mapping v in the order of the file, those merged with << after its own. A key given
// twice is a fault, and so is a v of another type.
func (r *reader) entries(v value) []entry {
	g := gathering{reader: r, path: v.path, seen: map[string]*token.Token{}, merged: map[ast.Node]bool{v.node: true}}
	g.add(v, true)
	return g.all
}

// A gathering collects the entries of one mapping.
type gathering struct {
	*reader
	path   string
	all    []entry
	seen   map[string]*token.Token
	merged map[ast.Node]bool // a second time they would add nothing, and an anchor may hold itself
}

// add collects the entries of m, the mapping's own or those of a merged one, and then what m itself merges.
func (g *gathering) add(m value, own bool) {
	var merges []value
	for _, pair := range g.pairs(m) {
		if pair.Key.IsMergeKey() {
			merges = append(merges, g.merges(g.resolved(join(g.path, "<<"), pair.Value))...)
		} else {
			g.take(pair, own)
		}
	}
	for _, m := range merges {
		if !g.merged[m.node] {
			g.merged[m.node] = true
			g.add(m, false)
		}
	}
}

func (g *gathering) take(pair *ast.MappingValueNode, own bool) {
	e, ok := g.entry(g.path, pair)
	if !ok {
		return
	}
	first, twice := g.seen[e.key]
	switch {
	case !twice:
		g.seen[e.key] = e.name.at
		g.all = append(g.all, e)
	case own:
		g.fault(e.name, fmt.Sprintf("the key %s is given twice, first in line %d", e.key, first.Position.Line), "keep one of them")
	}
}

// pairs returns the children of a mapping node.
func (r *reader) pairs(v value) []*ast.MappingValueNode {
	switch n := v.node.(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	r.mistyped(v, "keys and values", "write key: value, one to a line, or {key: value}")
	return nil
}

func isMapping(v value) bool {
	switch v.node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// merges returns the mappings that stand behind a <<.
func (r *reader) merges(v value) []value {
	if _, ok := v.node.(*ast.SequenceNode); ok {
		return r.elements(v)
	}
	return []value{v}
}

func (r *reader) entry(path string, pair *ast.MappingValueNode) (entry, bool) {
	name := value{path: path, at: pair.Key.GetToken()}
	var key string
	switch n := pair.Key.(type) {
	case *ast.StringNode:
		key = n.Value
	case ast.ScalarNode:
		key = n.GetToken().Value
	default:
		r.fault(name, "a key must be plain text", "take the brackets away")
		return entry{}, false
	}
	return entry{key, name, r.resolved(join(path, key), pair.Value)}, true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// elements returns the members of the list v; a v of another type is a fault.
func (r *reader) elements(v value) []value {
	n, ok := v.node.(*ast.SequenceNode)
	if !ok {
		suggestion := "write [one, two], or one to a line with a - before it"
		if text, ok := v.node.(*ast.StringNode); ok {
			suggestion = fmt.Sprintf("write [%s]", text.GetToken().Value)
		}
		r.mistyped(v, "a list", suggestion)
		return nil
	}
	all := make([]value, len(n.Values))
	for i, child := range n.Values {
		all[i] = r.resolved(fmt.Sprintf("%s[%d]", v.path, i), child)
		if all[i].at == nil {
			all[i].at = v.at
		}
	}
	return all
}

// resolved returns the value that node stands for at path, and remembers its place.
func (r *reader) resolved(path string, node ast.Node) value {
	v := value{path: path}
	for hops := 0; node != nil && hops <= len(r.anchors)+MaxDepth; hops++ {
		v.at = start(node)
		switch n := node.(type) {
		case *ast.AnchorNode:
			node = n.Value
		case *ast.TagNode:
			node = n.Value
		case *ast.AliasNode:
			name := n.Value.GetToken().Value
			target, ok := r.anchors[name]
			if !ok {
				r.fault(v, fmt.Sprintf("no anchor &%s is defined", name), "define it, in a key that starts with x- for one")
			}
			node = target
		case *ast.NullNode:
			node = nil
		default:
			v.node = n
			r.places[path] = v
			return v
		}
	}
	r.places[path] = v
	return v
}

// start returns the token where node begins: a mapping's own token is the colon behind its first key.
func start(node ast.Node) *token.Token {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return start(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return node.GetToken()
}

// place returns where path was read or, if it was not, where its parent was.
func (r *reader) place(path, parent string) value {
	v, ok := r.places[path]
	if !ok {
		v = r.places[parent]
	}
	v.path = path
	return v
}
