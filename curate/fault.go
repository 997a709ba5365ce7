package curate

import (
	"cmp"
	"fmt"
	"strings"

	"wireroom/news"
)

// A Spot is a place in the rules, in the words of the configuration.
type Spot struct {
	Topic  int    // index in the list of Topics; -1: the exclude for all of them
	Slug   string // of the Topic
	List   string // as "strong" or "require.us"; empty: the Topic itself
	Term   int    // index in the list; -1: the whole of it
	Column int    // characters into an expression, from 0
}

// noTerm is the Term of a Spot that is no term's.
const noTerm = -1

// globalTopic is the Topic of a Spot in the exclude for all topics.
const globalTopic = -1

// in returns the place of a list of the same Topic; with no name, that of a term in this list.
func (s Spot) in(list string) Spot {
	s.List = cmp.Or(list, s.List)
	return s
}

// Path returns the place as a path in the configuration, as in "topics[3].require.us[0]".
func (s Spot) Path() string {
	path := s.List
	if s.Topic != globalTopic {
		path = strings.TrimSuffix(fmt.Sprintf("topics[%d].%s", s.Topic, s.List), ".")
	}
	if s.Term != noTerm {
		path += fmt.Sprintf("[%d]", s.Term)
	}
	return path
}

// spotOf returns where the list of a term stands, in the topic that has the given number.
func spotOf(topic int, slug string, like term) Spot {
	at := Spot{Topic: topic, Slug: slug, List: string(like.role), Term: noTerm}
	switch like.role {
	case news.RoleGlobal:
		return Spot{Topic: globalTopic, List: "exclude", Term: noTerm}
	case news.RoleRequire:
		at.List = "require." + like.group
	case news.RoleWhen:
		at.List = "require." + like.group + ".when"
	}
	return at
}

// A Fault is one thing that keeps rules from being compiled.
type Fault struct {
	Spot
	Message    string // what is wrong
	Suggestion string // what to do
}

// Error returns the fault for people: topic, list, message and suggestion.
func (f Fault) Error() string {
	var out strings.Builder
	if f.Slug != "" {
		out.WriteString("topic " + f.Slug + ": ")
	}
	if f.List != "" {
		out.WriteString(strings.Replace(f.List, "require.", "require ", 1) + ": ")
	}
	out.WriteString(f.Message)
	if f.Suggestion != "" {
		out.WriteString(": " + f.Suggestion)
	}
	return out.String()
}

// Faults are all that keeps rules from being compiled, in the order of the Topics; never empty. It is the error of
// [Compile].
type Faults []Fault

// Error returns all faults, a line each.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return "compile rules: " + strings.Join(lines, "\n")
}
