package config

import (
	"fmt"
	"os"

	"wireroom/news"
)

// Lines say on which line of a configuration file the rules of its topics stand.
type Lines struct {
	lines map[linesKey]int
}

type linesKey struct {
	topic string // slug; empty: the exclude for all topics
	role  news.Role
	group string // of role require
	term  string
}

// LoadLines reads the file at path as [Load] does, and finds its lines. A file with faults has those that could be read.
func LoadLines(path string) (Lines, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Lines{}, fmt.Errorf("read the configuration: %w", err)
	}
	return FindLines(data), nil
}

// FindLines finds the lines of the configuration that data holds.
func FindLines(data []byte) Lines {
	l := Lines{lines: make(map[linesKey]int)}
	r := newReader("", data, nil)
	root, ok := r.open(data)
	if !ok {
		return l
	}
	c := defaults()
	r.root(root, c)
	l.list(r, "exclude", linesKey{role: news.RoleGlobal}, c.Exclude)
	for i, t := range c.Topics {
		path := fmt.Sprintf("topics[%d]", i)
		l.note(r, path, linesKey{topic: t.Slug})
		l.list(r, path+".strong", linesKey{topic: t.Slug, role: news.RoleStrong}, t.Rule.Strong)
		l.list(r, path+".weak", linesKey{topic: t.Slug, role: news.RoleWeak}, t.Rule.Weak)
		l.list(r, path+".exclude", linesKey{topic: t.Slug, role: news.RoleExclude}, t.Rule.Exclude)
		for group, terms := range t.Rule.Require {
			at := join(path+".require", group)
			l.list(r, at, linesKey{topic: t.Slug, role: news.RoleRequire, group: group}, terms)
			l.list(r, at+".when", linesKey{topic: t.Slug, role: news.RoleWhen, group: group}, t.Rule.When[group])
		}
	}
	return l
}

// list notes where the terms of a list stand, each at its first place.
func (l Lines) list(r *reader, path string, like linesKey, terms []string) {
	for i, term := range terms {
		like.term = term
		l.note(r, fmt.Sprintf("%s[%d]", path, i), like)
	}
}

func (l Lines) note(r *reader, path string, key linesKey) {
	v, ok := r.places[path]
	if _, twice := l.lines[key]; twice || !ok || v.at == nil || v.at.Position == nil {
		return
	}
	l.lines[key] = v.at.Position.Line
}

// Topic returns the line where a topic begins; 0 if it is not in the file.
func (l Lines) Topic(slug string) int { return l.lines[linesKey{topic: slug}] }

// Term returns the line where the term of a span of a Decision stands; 0 if it is not in the file any more.
func (l Lines) Term(slug string, s news.Span) int {
	if s.Role == news.RoleGlobal {
		slug = ""
	}
	return l.lines[linesKey{topic: slug, role: s.Role, group: s.Group, term: s.Term}]
}
