package config

import (
	"fmt"
	"math"
	"unicode"

	"wireroom/news"
)

func (r *reader) topics(v value, c *Config) {
	for _, member := range r.elements(v) {
		c.Topics = append(c.Topics, r.topic(member))
	}
}

// topic reads one topic, whose rule stands in the same mapping.
func (r *reader) topic(v value) news.Topic {
	var t news.Topic
	if !isMapping(v) {
		r.mistyped(v, "a topic", "write at least {slug: its-slug, strong: [a term]}")
		return t
	}
	t.Rule.MinScore = news.DefaultMinScore
	r.mapping(v, fields{
		"slug":      r.text(&t.Slug, checkSlug),
		"title":     r.text(&t.Title, nil),
		"aliases":   r.texts(&t.Aliases, checkSlug),
		"all":       r.truth(&t.Rule.All),
		"strong":    r.texts(&t.Rule.Strong, checkTerm),
		"weak":      r.texts(&t.Rule.Weak, checkTerm),
		"exclude":   r.texts(&t.Rule.Exclude, checkTerm),
		"require":   func(v value) { r.require(v, &t.Rule) },
		"min_score": r.number(&t.Rule.MinScore, 1, math.MaxInt32),
		"sources":   r.texts(&t.Rule.Sources, nil),
	})
	r.need(v, "slug", t.Slug)
	if t.Title == "" {
		t.Title = t.Slug
	}
	r.terms(v, t.Rule)
	return t
}

// require reads the groups of terms of which one must occur. A group without terms could never be met.
func (r *reader) require(v value, rule *news.Rule) {
	for _, e := range r.entries(v) {
		var terms []string
		if e.value.node != nil {
			r.texts(&terms, checkTerm)(e.value)
		}
		if len(terms) == 0 {
			r.fault(e.name, fmt.Sprintf("the group %q has no terms, so nothing can meet it", e.key), "give it some, or take it out")
		}
		if rule.Require == nil {
			rule.Require = map[string][]string{}
		}
		rule.Require[e.key] = terms
	}
}

// terms checks that a rule can take something in, and says so in one way.
func (r *reader) terms(v value, rule news.Rule) {
	some := has(rule.Strong, rule.Weak)
	switch {
	case rule.All && (some || has(rule.Exclude) || len(rule.Require) > 0):
		r.fault(r.place(v.path+".all", v.path), "the topic takes everything and has terms too", "keep all: true or the terms")
	case !rule.All && !some:
		r.fault(v, "the topic has no terms", "give it strong: or weak: terms, or all: true to take everything")
	}
}

// isWordRune reports whether c can be part of a word.
func isWordRune(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
