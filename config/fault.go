package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Fault is one thing that is wrong with a configuration.
type Fault struct {
	File       string // as the reader was told; or the environment variable that is at fault, with Line 0
	Line       int    // from 1
	Column     int    // from 1, in characters
	Source     string // the line as it stands, with secrets masked by as many *
	Key        string // where in the document, as in "sources[3].kind"; empty for the document itself
	Message    string // what is wrong
	Suggestion string // what to do; may be empty
}

// Error returns the fault for people: place and message, the line with a caret under the column, the suggestion.
func (f Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	b.WriteString(": ")
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Message)
	if f.Line > 0 {
		shown, pad := window(f.Source, f.Column)
		number := fmt.Sprintf("%5d", f.Line)
		fmt.Fprintf(&b, "\n%s | %s\n%*s | %s^", number, shown, len(number), "", pad)
	}
	if f.Suggestion != "" {
		fmt.Fprintf(&b, "\n      = %s", f.Suggestion)
	}
	return b.String()
}

// windowWidth is how many characters of a line are shown: what fits a terminal of 80 columns beside the line number.
const windowWidth = 72

// window cuts line so that column stays visible, and returns it with the blanks that stand before the caret.
func window(line string, column int) (shown, pad string) {
	runes := []rune(line)
	at := min(max(column-1, 0), len(runes))
	start := 0
	if len(runes) > windowWidth && at > windowWidth*2/3 {
		start = min(at-windowWidth/3, len(runes)-windowWidth)
	}
	end := min(start+windowWidth, len(runes))
	head, tail := "", ""
	if start > 0 {
		head = "…"
	}
	if end < len(runes) {
		tail = "…"
	}
	blanks := []rune(head + string(runes[start:at]))
	for i, c := range blanks {
		if c != '\t' { // a tab under a tab keeps the caret in place at any tab width
			blanks[i] = ' '
		}
	}
	return head + string(runes[start:end]) + tail, string(blanks)
}

// Faults is everything that is wrong with a configuration, in the order of its lines. It is the error of [Parse].
type Faults []Fault

// Error returns all faults, one after the other, separated by line ends.
func (fs Faults) Error() string {
	texts := make([]string, len(fs))
	for i, f := range fs {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap returns the faults as errors, so that errors.As finds the first [Fault].
func (fs Faults) Unwrap() []error {
	all := make([]error, len(fs))
	for i, f := range fs {
		all[i] = f
	}
	return all
}

// advice is an error of a check that also knows what to do.
type advice struct {
	problem    string
	suggestion string
}

func (a advice) Error() string {
	if a.suggestion == "" {
		return a.problem
	}
	return a.problem + ": " + a.suggestion
}

// blame records err as a fault at v.
func (r *reader) blame(v value, err error) {
	var a advice
	if !errors.As(err, &a) {
		a.problem = err.Error()
	}
	r.fault(v, a.problem, a.suggestion)
}

// fault records one fault at v.
func (r *reader) fault(v value, message, suggestion string) {
	f := Fault{File: r.name, Line: 1, Column: 1, Key: v.path, Message: message, Suggestion: suggestion}
	if v.at != nil && v.at.Position != nil {
		f.Line = min(max(v.at.Position.Line, 1), len(r.lines))
		f.Column = max(v.at.Position.Column, 1)
	}
	f.Column = min(f.Column, utf8.RuneCountInString(r.lines[f.Line-1])+1)
	r.faults = append(r.faults, f)
}

// faulty reports whether a fault at path is known: what follows from it is not worth saying.
func (r *reader) faulty(path string) bool {
	return slices.ContainsFunc(r.faults, func(f Fault) bool { return f.Key == path })
}

// sorted returns the faults in the order of the file, each once, with their lines, in which secrets are masked.
func (r *reader) sorted() Faults {
	for i, f := range r.faults {
		if f.Line > 0 {
			r.faults[i].Source = r.masked(r.lines[f.Line-1])
		}
	}
	slices.SortStableFunc(r.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(r.faults)
}
