package curate

import (
	"errors"
	"reflect"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"wireroom/news"
)

// A where is an expression of expr-lang over the Item and its Source, as in
//
//	item.words > 300 && source.kind != "state-media"
//
// It is checked when it is compiled, so that a name or a type that is wrong is found then. It is pure: no clock, no
// environment, no chance. Its cost is bounded: by the number of its parts ([whereNodes]), by one loop at a time, and by
// having nothing that makes long texts or lists. It is asked last, of Items that would be taken without it.

// An Asked is what an expression may ask about. The tags are the names in the language of rules.
type Asked struct {
	Item   AskedItem   `expr:"item"`
	Source AskedSource `expr:"source"`
}

// AskedItem is the Item of an expression. Texts are plain text.
type AskedItem struct {
	Title      string   `expr:"title"`
	Text       string   `expr:"text"`     // lead and body
	Lead       string   `expr:"lead"`     // the first 400 characters
	Words      int      `expr:"words"`    // of the text
	Language   string   `expr:"language"` // BCP 47, of the item or else of its source; empty if not known
	URL        string   `expr:"url"`
	Authors    []string `expr:"authors"`
	Categories []string `expr:"categories"` // the source's own
	Countries  []string `expr:"countries"`  // ISO 3166-1 codes of those it is about, the strongest first
	Age        int      `expr:"age"`        // whole hours between its date and when it was first seen
	Version    int      `expr:"version"`    // 1 for the first
}

// AskedSource is the Source of an expression, with its facts as configured.
type AskedSource struct {
	ID       string `expr:"id"`
	Name     string `expr:"name"`
	Kind     string `expr:"kind"`
	Owner    string `expr:"owner"`
	Tier     int    `expr:"tier"`
	Language string `expr:"language"`
	Country  string `expr:"country"`
	Format   string `expr:"format"`
}

// whereNodes bounds the parts of an expression: with 99 searches in a title, the most there is room for, one takes 15 µs
// (BenchmarkWhereLongest).
const whereNodes = 600

// whereFunctions are what an expression may call: none of them depends on more than what it is given, or gives back more
// than a few times that.
var whereFunctions = []string{"all", "none", "any", "one", "count", "len", "abs", "min", "max", "lower", "upper", "trim",
	"trimPrefix", "trimSuffix", "indexOf", "hasPrefix", "hasSuffix", "first", "last"}

// A condition is a compiled expression.
type condition struct {
	text    string
	program *vm.Program
}

// where compiles an expression that stands at a place; nil if there is none, or if it has a fault.
func (c *compiler) where(at Spot, text string) *condition {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	program, err := compileWhere(text)
	if err == nil {
		return &condition{text, program}
	}
	message := err.Error()
	var placed *file.Error
	if errors.As(err, &placed) {
		at.Column, message = placed.From, inWords(placed.Message)
	}
	c.fault(at, message, whereAdvice(message))
	return nil
}

func compileWhere(text string) (*vm.Program, error) {
	if tree, err := parser.Parse(text); err == nil { // what is no expression at all is told by what follows
		var costs costVisitor
		ast.Walk(&tree.Node, &costs)
		if costs.found != nil {
			return nil, costs.found
		}
	}
	options := []expr.Option{expr.Env(Asked{}), expr.AsBool(), expr.MaxNodes(whereNodes), expr.DisableAllBuiltins()}
	for _, name := range whereFunctions {
		options = append(options, expr.EnableBuiltin(name))
	}
	return expr.Compile(text, options...)
}

// A costVisitor finds what would make an expression's cost grow faster than the text.
type costVisitor struct{ found *file.Error }

// Visit makes it an [ast.Visitor]. Children come before their parents.
func (v *costVisitor) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		v.refuse(n, "let is not allowed here")
	case *ast.BinaryNode:
		_, written := n.Right.(*ast.StringNode)
		switch {
		case n.Operator == "..":
			v.refuse(n, "a range of numbers is not allowed here")
		case n.Operator == "matches" && !written:
			v.refuse(n, "matches wants a pattern that is written out")
		}
	case *ast.PredicateNode:
		var inner loopVisitor
		ast.Walk(&n.Node, &inner)
		if inner.found {
			v.refuse(n, "a loop within a loop is not allowed here")
		}
	}
}

func (v *costVisitor) refuse(n ast.Node, message string) {
	if v.found == nil {
		v.found = &file.Error{Location: n.Location(), Message: message}
	}
}

// A loopVisitor looks for loops.
type loopVisitor struct{ found bool }

// Visit makes it an [ast.Visitor].
func (v *loopVisitor) Visit(node *ast.Node) {
	if _, loop := (*node).(*ast.PredicateNode); loop {
		v.found = true
	}
}

// inWords says in the language of rules what expr says in that of Go.
func inWords(message string) string {
	return strings.NewReplacer("type curate.AskedItem has no field", "an item has no", "type curate.AskedSource has no field", "a source has no").
		Replace(message)
}

// whereAdvice says what to do about a fault of an expression.
func whereAdvice(message string) string {
	switch {
	case strings.HasPrefix(message, "an item has no"):
		return "there are " + strings.Join(askedNames("item", AskedItem{}), ", ")
	case strings.HasPrefix(message, "a source has no"):
		return "there are " + strings.Join(askedNames("source", AskedSource{}), ", ")
	case strings.HasPrefix(message, "unknown name"):
		return "names begin with item. or source., and the functions are in docs/configuration.md"
	}
	return "the names and functions of where: are in docs/configuration.md"
}

// askedNames lists what an expression may ask of an item or a source.
func askedNames(what string, of any) (names []string) {
	t := reflect.TypeOf(of)
	for i := range t.NumField() {
		names = append(names, what+"."+t.Field(i).Tag.Get("expr"))
	}
	return names
}

// holds reports whether the expression is true of what is asked about. One that fails, as on the first of no authors,
// does not hold.
func (w *condition) holds(machine *vm.VM, asked *Asked) bool {
	out, err := machine.Run(w.program, asked)
	return err == nil && out == true
}

// asked returns what expressions see of a Subject.
func (s Subject) asked(lead string) *Asked {
	it, source := s.Item, s.Source
	return &Asked{
		Item: AskedItem{
			Title: it.Title, Text: s.Text, Lead: lead, Words: countWords(s.Text), Language: s.language(), URL: it.URL,
			Authors: it.Authors, Categories: it.Categories, Age: ageOf(it), Version: it.Version,
		},
		Source: AskedSource{
			ID: source.ID, Name: source.Name, Kind: string(source.Kind), Owner: string(source.Owner), Tier: source.Tier,
			Language: source.Language, Country: source.Country, Format: string(source.Format),
		},
	}
}

func countWords(text string) (words int) {
	for range strings.FieldsSeq(text) {
		words++
	}
	return words
}

// ageOf returns the whole hours between an Item's date and when it was first seen.
func ageOf(it news.Item) int { return int(it.FirstSeen.Sub(it.Published).Hours()) }
