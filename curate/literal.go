package curate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"golang.org/x/text/language"

	"wireroom/news"
)

// What an expression compares with a field that has few values is looked at when rules are linted: an unknown one is no
// fault of the language, and never holds.

// A vocabulary is what a field of an expression may be.
type vocabulary struct {
	is    string   // as in "no kind of source"
	words []string // none: nothing is known, and everything is right
}

// vocabularies returns them by field, for the configuration.
func (l *linter) vocabularies() map[string]vocabulary {
	codes := make([]string, len(world().countries))
	for i, p := range world().countries {
		codes[i] = p.Code
	}
	return map[string]vocabulary{
		"source.kind":     {"no kind of source", texts(news.Kinds)},
		"source.owner":    {"no owner of a source", texts(news.Owners)},
		"source.format":   {"no format of a source", texts(news.Formats)},
		"source.tier":     {"no tier", []string{"1", "2", "3"}},
		"source.id":       {"the id of no source", l.ofSources(func(s news.Source) string { return s.ID })},
		"source.name":     {"the name of no source", l.ofSources(func(s news.Source) string { return s.Name })},
		"source.country":  {"the country of no source", l.ofSources(func(s news.Source) string { return s.Country })},
		"source.language": {"the language of no source", l.ofSources(func(s news.Source) string { return s.Language })},
		"item.countries":  {"no country's code", codes},
	}
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, text := range all {
		out[i] = string(text)
	}
	return out
}

// ofSources returns what the sources say of themselves, each thing once.
func (l *linter) ofSources(of func(news.Source) string) []string {
	var all []string
	for _, s := range l.c.Sources {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// literals looks at what the expression of a topic compares its fields with.
func (l *linter) literals(number int) {
	t := l.c.Topics[number]
	tree, err := parser.Parse(t.Rule.Where)
	if t.Rule.Where == "" || err != nil {
		return
	}
	v := literalVisitor{vocabularies: l.vocabularies(), find: func(column int, message, suggestion string) {
		at := Spot{Topic: number, Slug: t.Slug, List: "where", Term: noTerm, Column: column}
		l.find(at, RuleUnknown, message, suggestion)
	}}
	ast.Walk(&tree.Node, &v)
}

// A literalVisitor finds literals that their field never is.
type literalVisitor struct {
	vocabularies map[string]vocabulary
	find         func(column int, message, suggestion string)
}

// Visit makes it an [ast.Visitor].
func (v *literalVisitor) Visit(node *ast.Node) {
	n, ok := (*node).(*ast.BinaryNode)
	if !ok || !slices.Contains([]string{"==", "!=", "in"}, n.Operator) {
		return
	}
	for _, side := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
		if field := fieldOf(side[0]); field != "" {
			v.compare(field, side[1])
		}
	}
}

// fieldOf returns the field that a node asks for, as in "source.kind", also by one of its elements; else nothing.
func fieldOf(node ast.Node) string {
	member, ok := node.(*ast.MemberNode)
	if !ok {
		return ""
	}
	if _, element := member.Property.(*ast.IntegerNode); element {
		return fieldOf(member.Node)
	}
	of, isName := member.Node.(*ast.IdentifierNode)
	name, isField := member.Property.(*ast.StringNode)
	if !isName || !isField {
		return ""
	}
	return of.Value + "." + name.Value
}

// compare looks at the literal, or at the list of some, that a field is compared with.
func (v *literalVisitor) compare(field string, with ast.Node) {
	switch n := with.(type) {
	case *ast.ArrayNode:
		for _, element := range n.Nodes {
			v.compare(field, element)
		}
	case *ast.StringNode:
		v.check(field, n.Value, strconv.Quote, n.Location().From)
	case *ast.IntegerNode:
		v.check(field, strconv.Itoa(n.Value), strings.Clone, n.Location().From)
	}
}

// check tells of a literal that a field never is; write writes one as the expression has it.
func (v *literalVisitor) check(field, literal string, write func(string) string, column int) {
	if field == "item.language" {
		v.checkLanguage(literal, column)
		return
	}
	known := v.vocabularies[field]
	if len(known.words) == 0 || literal == "" || slices.Contains(known.words, literal) {
		return
	}
	suggestion := "there are " + strings.Join(known.words, ", ")
	if len(known.words) > listedWords {
		suggestion = "look it up, or take it out"
	}
	if near := known.near(literal); near != "" {
		suggestion = fmt.Sprintf("did you mean %s?", write(near))
	}
	v.find(column, fmt.Sprintf("%s is %s, so %s is never that", write(literal), known.is, field), suggestion)
}

// near returns the word that a literal was probably meant to be. Of codes and numbers, of which any two are near, only
// another case counts, and what is a country's code elsewhere: UK.
func (known vocabulary) near(literal string) string {
	if len(literal) > codeLength {
		return news.Nearest(literal, known.words)
	}
	meant := strings.ToUpper(literal)
	if region, err := language.ParseRegion(literal); err == nil {
		meant = region.Canonicalize().String()
	}
	i := slices.IndexFunc(known.words, func(word string) bool { return strings.EqualFold(word, meant) })
	if i < 0 {
		return ""
	}
	return known.words[i]
}

// codeLength is how long the codes of countries are.
const codeLength = 2

// listedWords is how many words a suggestion lists at most: the kinds of sources are six.
const listedWords = 8

// checkLanguage tells of a text that is no language tag, or is written otherwise than tags are.
func (v *literalVisitor) checkLanguage(tag string, column int) {
	parsed, err := language.Raw.Parse(tag)
	switch {
	case tag == "":
	case err != nil:
		v.find(column, fmt.Sprintf("%q is no language, so item.language is never that", tag), "write its tag of BCP 47, as in en or pt-BR")
	case parsed.String() != tag:
		v.find(column, fmt.Sprintf("%q is not how tags are written, so item.language is never that", tag), fmt.Sprintf("did you mean %q?", parsed))
	}
}
