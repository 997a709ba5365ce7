package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"wireroom/news"
)

// A check says what is wrong with a text; nil checks accept everything.
type check func(string) error

// mistyped records that v is no want.
func (r *reader) mistyped(v value, want, suggestion string) {
	r.fault(v, fmt.Sprintf("want %s, not %s", want, typeName(v.node)), suggestion)
}

func typeName(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values"
	}
	return "this"
}

// string returns the text of v; another type is a fault.
func (r *reader) string(v value) (string, bool) {
	switch n := v.node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		r.mistyped(v, "text", fmt.Sprintf("put it in quotes: %q", n.GetToken().Value))
	default:
		if text, ok := rejoined(n); ok {
			return text, true
		}
		r.mistyped(v, "text", "write one text, in quotes if it has : or # in it")
	}
	return "", false
}

// rejoined returns the text that goccy/go-yaml 1.19.2 took for a key and a value: an a:b without a blank, in a list
// within a {mapping}, as in {allow: [10.0.0.1:80]}. YAML 1.2 (7.3.3) says that it is one text.
func rejoined(n ast.Node) (string, bool) {
	m, ok := n.(*ast.MappingNode)
	if !ok || m.IsFlowStyle || len(m.Values) != 1 {
		return "", false
	}
	key, colon, value := m.Values[0].Key.GetToken(), m.Values[0].Start, m.Values[0].Value.GetToken()
	if !plain(key) || !plain(value) || !follows(key, colon) || !follows(colon, value) {
		return "", false
	}
	return key.Value + ":" + value.Value, true
}

func plain(t *token.Token) bool {
	return t.Type == token.StringType || t.Type == token.IntegerType || t.Type == token.FloatType
}

// follows reports whether b stands right behind a.
func follows(a, b *token.Token) bool {
	return a.Position.Line == b.Position.Line && a.Position.Column+utf8.RuneCountInString(a.Value) == b.Position.Column
}

// text reads a text without the blanks around it.
func (r *reader) text(to *string, check check) func(value) {
	return func(v value) {
		text, ok := r.string(v)
		if !ok {
			return
		}
		*to = strings.TrimSpace(text)
		if check == nil {
			return
		}
		if err := check(*to); err != nil {
			r.blame(v, err)
		}
	}
}

// expanded reads a text and replaces the variables in it.
func (r *reader) expanded(to *string, check check) func(value) {
	return r.text(to, func(text string) error {
		full, err := Expand(text, r.lookup)
		if err != nil {
			return err
		}
		*to = full
		if check == nil {
			return nil
		}
		return check(full)
	})
}

// unexpanded reads a text, checks it as it will be in a request, and keeps it as it stands.
func (r *reader) unexpanded(to *string, check check) func(value) {
	return r.text(to, func(text string) error {
		full, err := Expand(text, r.lookup)
		if err != nil {
			return err
		}
		return check(full)
	})
}

// secret reads like unexpanded what no fault may show.
func (r *reader) secret(to *string, check check) func(value) {
	read := r.unexpanded(to, check)
	return func(v value) {
		r.hide(v)
		read(v)
	}
}

// choice reads one of the allowed words.
func choice[T ~string](r *reader, to *T, allowed []T) func(value) {
	return func(v value) {
		text, ok := r.string(v)
		if !ok {
			return
		}
		*to = T(text)
		names := make([]string, len(allowed))
		for i, name := range allowed {
			names[i] = string(name)
			if name == *to {
				return
			}
		}
		suggestion := "use one of: " + list(names)
		if near := news.Nearest(text, names); near != "" {
			suggestion = fmt.Sprintf("did you mean %s? Allowed: %s", near, list(names))
		}
		r.fault(v, fmt.Sprintf("the value %q is unknown", text), suggestion)
	}
}

// texts reads a list of texts.
func (r *reader) texts(to *[]string, check check) func(value) {
	return func(v value) {
		for _, member := range r.elements(v) {
			var text string
			r.text(&text, check)(member)
			*to = append(*to, text)
		}
	}
}

// truth reads true or false.
func (r *reader) truth(to *bool) func(value) {
	return func(v value) {
		if n, ok := v.node.(*ast.BoolNode); ok {
			*to = n.Value
			return
		}
		suggestion := "write true or false"
		switch strings.ToLower(v.node.GetToken().Value) {
		case "yes", "on", "y", "1", "true":
			suggestion = "write true"
		case "no", "off", "n", "0", "false":
			suggestion = "write false"
		}
		r.mistyped(v, "true or false", suggestion)
	}
}

// number reads a whole number between low and high, of which math.MaxInt32 is no limit.
func (r *reader) number(to *int, low, high int) func(value) {
	return func(v value) {
		n, ok := v.node.(*ast.IntegerNode)
		if !ok {
			r.mistyped(v, "a whole number", "write it in digits, without quotes")
			return
		}
		text := n.GetToken().Value
		got, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
		if err != nil || got < low || got > high {
			suggestion := fmt.Sprintf("use %d to %d", low, high)
			if high == math.MaxInt32 {
				suggestion = fmt.Sprintf("use %d or more", low)
			}
			r.fault(v, text+" is out of range", suggestion)
			return
		}
		*to = got
	}
}

// duration reads a duration of at least low.
func (r *reader) duration(to *time.Duration, low time.Duration) func(value) {
	return r.measure(func(text string) error {
		d, err := parseDuration(text)
		if err != nil {
			return err
		}
		if d < low {
			return tooLittle(text, d < 0)
		}
		*to = d
		return nil
	})
}

// size reads a number of bytes, more than 0.
func (r *reader) size(to *int64) func(value) {
	return r.measure(func(text string) error {
		n, err := parseSize(text)
		if err != nil {
			return err
		}
		if n <= 0 {
			return tooLittle(text, n < 0)
		}
		*to = n
		return nil
	})
}

func tooLittle(text string, negative bool) error {
	if negative {
		return advice{text + " is negative", "take the - away"}
	}
	return advice{text + " is too little", "it must be more than 0"}
}

// measure reads a number with its unit, which YAML may have taken for a plain number.
func (r *reader) measure(check check) func(value) {
	return func(v value) {
		switch n := v.node.(type) {
		case *ast.IntegerNode, *ast.FloatNode:
			if err := check(n.GetToken().Value); err != nil {
				r.blame(v, err)
			}
		default:
			var text string
			r.text(&text, check)(v)
		}
	}
}
