package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxDepth is how deep flow collections, list dashes, tags and anchors may stand in each other. A configuration needs
// four; goccy/go-yaml 1.19.2 takes 0.4 s for ten thousand open brackets and 54 s for a hundred thousand.
const MaxDepth = 32

// open makes a tree of data and returns its one document, or false and a fault.
func (r *reader) open(data []byte) (value, bool) {
	if fault, bad := r.unreadable(data); bad {
		r.faults = append(r.faults, fault)
		return value{}, false
	}
	file, err := tree(strings.Join(r.lines, "\n"))
	if err != nil {
		r.syntax(err)
		return value{}, false
	}
	bodies := make([]ast.Node, 0, 1)
	for _, doc := range file.Docs {
		if doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) > 1 {
		r.fault(value{at: start(bodies[1])}, "a second document begins here", "keep one, without a line of ---")
		return value{}, false
	}
	if len(bodies) == 0 {
		return value{}, true
	}
	ast.Walk(r, bodies[0])
	root := r.resolved("", bodies[0])
	if root.node != nil && !isMapping(root) {
		r.mistyped(root, "keys and values", "begin with sources: and topics:")
		return value{}, false
	}
	return root, true
}

// unreadable finds what no YAML reader should be given.
func (r *reader) unreadable(data []byte) (Fault, bool) {
	fault := Fault{File: r.name, Line: 1, Column: 1}
	if len(data) > MaxSize {
		fault.Message = fmt.Sprintf("the file is larger than %d bytes", MaxSize)
		fault.Suggestion = "is it the right file?"
		return fault, true
	}
	for i, line := range r.lines {
		if at := strings.IndexFunc(line, func(c rune) bool { return c == utf8.RuneError || c == 0 }); at >= 0 {
			fault.Line, fault.Column = i+1, utf8.RuneCountInString(line[:at])+1
			fault.Message = "a character here is no UTF-8 text"
			fault.Suggestion = "save the file as UTF-8"
			return fault, true
		}
	}
	return Fault{}, false
}

// tree parses text. The library's panics on malformed input become errors, because a configuration must never end the
// program without a word about the file.
func tree(text string) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errors.New("this is no YAML")
		}
	}()
	tokens := lexer.Tokenize(text)
	if tk := tooDeep(tokens); tk != nil {
		return nil, &yaml.SyntaxError{Message: fmt.Sprintf("more than %d collections stand in each other", MaxDepth), Token: tk}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// tooDeep returns the token at which nesting passes MaxDepth, or nil.
func tooDeep(tokens token.Tokens) *token.Token {
	open, run := 0, 0
	for _, tk := range tokens {
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open--
			run = 0
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
			run++
		default:
			run = 0
		}
		if open > MaxDepth || run > MaxDepth {
			return tk
		}
	}
	return nil
}

// syntax records the library's error, which ended the reading.
func (r *reader) syntax(err error) {
	v := value{}
	message := err.Error()
	var at yaml.Error
	if errors.As(err, &at) {
		v.at, message = at.GetToken(), at.GetMessage()
	}
	suggestion := "mend it first: nothing after it was read"
	if strings.Contains(message, "'\t'") {
		message, suggestion = "a tab stands where the indentation is", "indent with blanks: nothing after it was read"
	}
	r.fault(v, "this is no YAML: "+strings.TrimPrefix(message, "this is no YAML"), suggestion)
}

// Visit collects the anchors of the tree; it makes the reader an [ast.Visitor].
func (r *reader) Visit(n ast.Node) ast.Visitor {
	anchor, ok := n.(*ast.AnchorNode)
	if !ok || anchor.Name == nil {
		return r
	}
	name := anchor.Name.GetToken().Value
	if _, twice := r.anchors[name]; twice {
		r.fault(value{at: anchor.GetToken()}, fmt.Sprintf("the anchor &%s is defined twice", name), "give one of them another name")
	}
	r.anchors[name] = anchor.Value
	return r
}

// split returns the lines of data, without a byte order mark and carriage returns.
func split(data []byte) []string {
	text := string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}
