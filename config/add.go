package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"wireroom/news"
)

// A sourceEntry is a source as it is written into a file: what is not a default.
type sourceEntry struct {
	ID       string `yaml:"id"`
	URL      string `yaml:"url"`
	Name     string `yaml:"name,omitempty"`
	Language string `yaml:"language,omitempty"`
}

// WriteSources returns the YAML of a list of sources by id, URL, name and language, as it stands under sources:, its dashes
// behind so many blanks. A $ is doubled, so that no variable comes in from outside.
func WriteSources(sources []news.Source, indent int) (string, error) {
	var out strings.Builder
	for _, s := range sources {
		entry := sourceEntry{s.ID, strings.ReplaceAll(s.URL, "$", "$$"), s.Name, s.Language}
		text, err := yaml.Marshal(entry)
		if err != nil {
			return "", fmt.Errorf("write source %s: %w", s.ID, err)
		}
		lead := strings.Repeat(" ", indent) + "- "
		for line := range strings.Lines(string(text)) {
			out.WriteString(lead + line)
			lead = strings.Repeat(" ", indent+2)
		}
	}
	return out.String(), nil
}

// errNoList says that sources cannot be added to a file, and what to do.
var errNoList = errors.New("its sources are no list with a dash for each: write them so, and try again")

// AddSources returns the file in data with further sources at the end of its list. Everything else stays byte for byte. It
// fails, with the file's Faults if it has some, rather than return a file that does not say what it said and the new
// sources.
func AddSources(name string, data []byte, sources []news.Source, lookup func(string) (string, bool)) ([]byte, error) {
	before, err := Parse(name, data, lookup)
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return data, nil
	}
	at, indent, err := endOfSources(data)
	if err != nil {
		return nil, fmt.Errorf("add sources to %s: %w", name, err)
	}
	text, err := WriteSources(sources, indent)
	if err != nil {
		return nil, err
	}
	if at > 0 && data[at-1] != '\n' {
		text = "\n" + text
	}
	if bytes.Contains(data, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	added := append(append(bytes.Clone(data[:at]), text...), data[at:]...)
	after, err := Parse(name, added, lookup)
	if err != nil {
		return nil, err
	}
	n := len(before.Sources)
	if len(after.Sources) != n+len(sources) || !reflect.DeepEqual(after.Sources[:n], before.Sources) || !reflect.DeepEqual(after.Topics, before.Topics) {
		return nil, fmt.Errorf("add sources to %s: %w", name, errNoList)
	}
	return added, nil
}

// endOfSources returns the byte behind the last line of the list of sources, and how many blanks stand before its dashes.
// Comments between it and the next key belong to that.
func endOfSources(data []byte) (at, indent int, err error) {
	file, err := tree(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))))
	if err != nil || len(file.Docs) == 0 {
		return 0, 0, errNoList
	}
	root, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		return 0, 0, errNoList
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	end := len(lines)
	list := false
	for _, pair := range root.Values {
		line := pair.Key.GetToken().Position.Line
		if list {
			end = line - 1
			break
		}
		if pair.Key.GetToken().Value != "sources" {
			continue
		}
		sequence, ok := pair.Value.(*ast.SequenceNode)
		if !ok || sequence.IsFlowStyle {
			return 0, 0, errNoList
		}
		list, indent = true, sequence.Start.Position.Column-1
	}
	if !list {
		return 0, 0, errNoList
	}
	for end > 0 && isIdle(lines[end-1]) {
		end--
	}
	return len(bytes.Join(lines[:end], nil)), indent, nil
}

// isIdle reports whether a line says nothing but perhaps a comment.
func isIdle(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#'
}

// SlugOf makes a slug of a text; empty if it has no letter or digit of ASCII.
func SlugOf(text string) string { return slugOf(text) }
