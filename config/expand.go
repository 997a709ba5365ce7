package config

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"wireroom/news"
)

// Expand returns s with every ${NAME} replaced by the variable's value; what a value holds is not expanded again.
// $${ stands for a literal ${, and any other $ for itself. A variable that is not set (an empty one is), a name that is
// none and a missing } are errors; they hold names, never values.
func Expand(s string, lookup func(string) (string, bool)) (string, error) {
	var out strings.Builder
	for {
		dollar := strings.Index(s, "${")
		if dollar < 0 {
			return out.String() + s, nil
		}
		if dollar > 0 && s[dollar-1] == '$' {
			out.WriteString(s[:dollar-1] + "${")
			s = s[dollar+2:]
			continue
		}
		name, rest, ok := strings.Cut(s[dollar+2:], "}")
		if !ok {
			return "", advice{"${ without its }", "write ${NAME}, or $${ for the two characters themselves"}
		}
		value, err := variable(name, lookup)
		if err != nil {
			return "", err
		}
		out.WriteString(s[:dollar] + value)
		s = rest
	}
}

func variable(name string, lookup func(string) (string, bool)) (string, error) {
	if !isVariable(name) {
		return "", advice{
			fmt.Sprintf("${%s} names no variable", name),
			"a name is letters, digits and _, and starts with no digit; write $${ for the two characters themselves",
		}
	}
	if lookup != nil {
		if value, ok := lookup(name); ok {
			return value, nil
		}
	}
	return "", advice{
		fmt.Sprintf("the environment variable %s is not set", name),
		fmt.Sprintf("set %s before the start, or take ${%s} out", name, name),
	}
}

func isVariable(name string) bool {
	for i, c := range name {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		digit := '0' <= c && c <= '9'
		if !letter && (!digit || i == 0) {
			return false
		}
	}
	return name != ""
}

// ExpandSource returns a copy of s whose URL, UserAgent, values of Headers, BasicAuth and Bearer are expanded, for one
// request: it holds secrets and must not be stored, logged or shown. The error names every string that failed.
func ExpandSource(s news.Source, lookup func(string) (string, bool)) (news.Source, error) {
	var failed []error
	expand := func(what, text string) string {
		value, err := Expand(text, lookup)
		if err != nil {
			failed = append(failed, fmt.Errorf("expand %s of source %s: %w", what, s.ID, err))
		}
		return value
	}
	s.URL = expand("url", s.URL)
	s.UserAgent = expand("user_agent", s.UserAgent)
	s.BasicAuth = expand("basic_auth", s.BasicAuth)
	s.Bearer = expand("bearer", s.Bearer)
	s.Headers = maps.Clone(s.Headers)
	for name, value := range s.Headers {
		s.Headers[name] = expand("header "+name, value)
	}
	if len(failed) > 0 {
		return news.Source{}, errors.Join(failed...)
	}
	return s, nil
}
