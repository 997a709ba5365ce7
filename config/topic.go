package config

import (
	"fmt"
	"maps"
	"math"
	"strings"
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
	table := fields{
		"slug":      r.text(&t.Slug, checkSlug),
		"title":     r.text(&t.Title, nil),
		"aliases":   r.texts(&t.Aliases, checkSlug),
		"all":       r.truth(&t.Rule.All),
		"strong":    r.termList(&t.Rule.Strong),
		"weak":      r.termList(&t.Rule.Weak),
		"exclude":   r.termList(&t.Rule.Exclude),
		"require":   func(v value) { r.require(v, &t.Rule) },
		"min_score": r.number(&t.Rule.MinScore, 1, math.MaxInt32),
		"about":     r.countries(&t.Rule.About),
		"except":    func(v value) { r.mapping(v, r.filter(&t.Rule.Except)) },
		"where":     r.text(&t.Rule.Where, nil),
	}
	maps.Copy(table, r.filter(&t.Rule.Filter))
	r.mapping(v, table)
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
		var terms, when []string
		if e.value.node != nil {
			r.group(e.value, &terms, &when)
		}
		if len(terms) == 0 {
			r.fault(e.name, fmt.Sprintf("the group %q has no terms, so nothing can meet it", e.key), "give it some, or take it out")
		}
		file(&rule.Require, e.key, terms)
		if len(when) > 0 {
			file(&rule.When, e.key, when)
		}
	}
}

// file puts terms under the name of their group.
func file(groups *map[string][]string, name string, terms []string) {
	if *groups == nil {
		*groups = map[string][]string{}
	}
	(*groups)[name] = terms
}

// filter is the table of what a rule says about sources.
func (r *reader) filter(f *news.Filter) fields {
	return fields{
		"sources":   r.texts(&f.Sources, nil),
		"kinds":     choices(r, &f.Kinds, news.Kinds),
		"tiers":     r.tiers(&f.Tiers),
		"languages": r.texts(&f.Languages, checkLanguage),
		"countries": r.countries(&f.Countries),
	}
}

// countries reads a list of codes of countries.
func (r *reader) countries(to *[]string) func(value) {
	return func(v value) {
		r.texts(to, checkCountry)(v)
		for i, code := range *to {
			(*to)[i] = strings.ToUpper(code)
		}
	}
}

// choices reads a list of allowed words.
func choices[T ~string](r *reader, to *[]T, allowed []T) func(value) {
	return func(v value) {
		for _, member := range r.elements(v) {
			var one T
			choice(r, &one, allowed)(member)
			*to = append(*to, one)
		}
	}
}

func (r *reader) tiers(to *[]int) func(value) {
	return func(v value) {
		for _, member := range r.elements(v) {
			var tier int
			r.number(&tier, firstTier, lastTier)(member)
			*to = append(*to, tier)
		}
	}
}

// terms checks that a rule can take something in, and says so in one way.
func (r *reader) terms(v value, rule news.Rule) {
	some := has(rule.Strong, rule.Weak)
	switch {
	case rule.All && (some || has(rule.Exclude) || len(rule.Require) > 0):
		r.fault(r.place(v.path+".all", v.path), "the topic takes everything and has terms too", "keep all: true or the terms")
	case !rule.All && !some && len(rule.About) == 0:
		r.fault(v, "the topic has no terms", "give it strong: or weak: terms, about: with countries, or all: true to take everything")
	}
}

// isWordRune reports whether c can be part of a word.
func isWordRune(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
