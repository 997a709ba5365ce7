// Package curate decides which Items belong to which Topics, and what a Topic publishes. It is pure: no clock, no
// files, no network. It imports only news.
//
// [Compile] turns the rules of all Topics into one [Rules]; [Rules.Decide] reads an Item's text once, whatever the
// number of terms, and returns a [news.Decision] for every Topic that took it or nearly did, with the places in the
// text that were the reason.
//
// Rules are matched on folded text (see fold.go), so that one term finds Zelensky, ZELENSKY and Zelensky's. Words in
// scripts that put no blanks between them are found anywhere in the text. What terms cannot say, an expression over the
// Item and its Source can (see where.go).
package curate

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"wireroom/news"
)

// Rules are the compiled rules of a list of Topics. They never change, and are safe for concurrent use.
type Rules struct {
	topics   []topic // in the order given
	global   topic   // its terms keep an Item out of every topic
	patterns []pattern
	words    index // patterns that begin where a word begins
	inside   index // patterns that may begin anywhere
	every    int32 // how many patterns keep all their hits

	sectioned bool      // a pattern counts in sections
	scans     sync.Pool // of *scan, for these patterns and topics
}

// A topic is one compiled Topic.
type topic struct {
	slug         string
	all          bool
	min          int
	take, except filter
	about        []string   // codes of countries; empty: any
	abroad       bool       // by countries alone: it has about and no terms that score
	where        *condition // nil: none
	groups       []group    // of require, by name
	terms        []term
	shared       bool // whether any term is
	akin         bool // whether any term has kin
}

// A group is one of the groups of require.
type group struct {
	name string
	when bool // it is asked for only where one of its when occurs
}

// A term is one entry of one list of a rule.
type term struct {
	name   string // as configured
	role   news.Role
	group  string // of roles require and when
	weight int    // 0 unless it scores
	key    string // scoring terms of one topic with the same key count once
	shared bool   // scores, and there is another one with this key
	number int    // in the topic
	index  int    // in its list, as configured

	pattern  int32
	places   uint8  // of the pattern
	language string // the base of a language, if it counts in that alone
	kin      []kin  // what it may be a part of; see kin.go
}

// The weights of the terms that score; [news.Place.Weight] multiplies them.
const (
	strongWeight = 2
	weakWeight   = 1
)

// Compile prepares the rules of topics for use, together with exclude: terms that keep an Item out of every Topic that
// has a rule when one stands in its title, or where their marks say. A MinScore of 0 means [news.DefaultMinScore].
//
// The error is [Faults]: every faulty topic, term and expression, with what to write instead.
func Compile(topics []news.Topic, exclude []string) (*Rules, error) {
	c := compiler{rules: &Rules{}, known: map[patternKey]int32{}}
	slugs := map[string]bool{}
	for i, t := range topics {
		if slugs[t.Slug] {
			c.fault(Spot{Topic: i, Slug: t.Slug, Term: noTerm}, "stands twice", "give each topic a slug of its own")
		}
		slugs[t.Slug] = true
		c.rules.topics = append(c.rules.topics, c.topic(int32(i), t))
	}
	c.rules.global = c.globals(int32(len(topics)), exclude)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	for number, p := range c.rules.patterns {
		c.rules.sectioned = c.rules.sectioned || p.places>>inSection&1 != 0
		if p.inside {
			c.rules.inside.add(p, int32(number))
		} else {
			c.rules.words.add(p, int32(number))
		}
	}
	return c.rules, nil
}

// A compiler collects the patterns and the faults of all topics.
type compiler struct {
	rules  *Rules
	known  map[patternKey]int32 // number of a pattern
	fold   folding
	faults Faults
}

func (c *compiler) fault(at Spot, message, suggestion string) {
	c.faults = append(c.faults, Fault{at, message, suggestion})
}

// topic compiles one Topic, which has the given number.
func (c *compiler) topic(number int32, t news.Topic) topic {
	rule := t.Rule
	out := topic{slug: t.Slug, all: rule.All, min: rule.MinScore, take: newFilter(rule.Filter), except: newFilter(rule.Except)}
	at := Spot{Topic: int(number), Slug: t.Slug, Term: noTerm}
	out.where = c.where(at.in("where"), rule.Where)
	out.about = c.about(at.in("about"), rule.About)
	if rule.All {
		return out
	}
	out.abroad = len(rule.Strong)+len(rule.Weak) == 0 && len(out.about) > 0
	switch {
	case out.abroad:
		out.min = countryMinimum
	case out.min == 0:
		out.min = news.DefaultMinScore
	case out.min < 0:
		c.fault(at.in("min_score"), fmt.Sprintf("is %d", out.min), "use a positive number")
	}
	if len(rule.Strong)+len(rule.Weak)+len(rule.About) == 0 {
		c.fault(at, "takes nothing", "give it strong or weak terms, countries to be about, or all: true")
	}
	c.list(number, &out, term{role: news.RoleStrong, weight: strongWeight}, rule.Strong)
	weak := len(out.terms)
	c.list(number, &out, term{role: news.RoleWeak, weight: weakWeight}, rule.Weak)
	out.markShared()
	c.markKin(&out, out.terms[:weak])
	c.markKin(&out, out.terms[weak:])
	c.list(number, &out, term{role: news.RoleExclude}, rule.Exclude)
	c.groups(number, &out, rule)
	return out
}

// groups compiles the groups of require.
func (c *compiler) groups(number int32, t *topic, rule news.Rule) {
	at := Spot{Topic: int(number), Slug: t.slug, Term: noTerm}
	for _, name := range slices.Sorted(maps.Keys(rule.Require)) {
		if len(rule.Require[name]) == 0 {
			c.fault(at.in("require."+name), "has no terms", "give it some, or remove it")
		}
		t.groups = append(t.groups, group{name, len(rule.When[name]) > 0})
		c.list(number, t, term{role: news.RoleRequire, group: name}, rule.Require[name])
		c.list(number, t, term{role: news.RoleWhen, group: name}, rule.When[name])
	}
	for _, name := range slices.Sorted(maps.Keys(rule.When)) {
		if len(rule.Require[name]) == 0 {
			c.fault(at.in("require."+name+".when"), "belongs to no terms", "say what is required then, or remove it")
		}
	}
}

// globals compiles the exclude for all topics, as a topic with the given number.
func (c *compiler) globals(number int32, exclude []string) topic {
	var out topic
	c.list(number, &out, term{role: news.RoleGlobal}, exclude)
	return out
}

// list compiles one list of a rule; its terms are like the given one but for what they say themselves. A term that
// stands in it before, in whatever spelling, is passed over.
func (c *compiler) list(number int32, t *topic, like term, names []string) {
	type sense struct {
		patternKey
		language string
	}
	seen := map[sense]bool{}
	for i, name := range names {
		p, language, err := c.pattern(name, like.role)
		if err != nil {
			at := spotOf(int(number), t.slug, like).in("")
			at.Term = i
			c.fault(at, fmt.Sprintf("term %q: %s", name, err.problem), err.suggestion)
			continue
		}
		if seen[sense{p.patternKey, language}] {
			continue
		}
		seen[sense{p.patternKey, language}] = true
		like.name, like.key, like.language, like.number, like.index = name, p.distinct(), language, len(t.terms), i
		like.places = p.places
		like.pattern = c.use(p, use{topic: number, term: int32(like.number)})
		t.terms = append(t.terms, like)
	}
}

// markShared marks the scoring terms of t that have their key in common with another.
func (t *topic) markShared() {
	count := map[string]int{}
	for _, m := range t.terms {
		if m.weight > 0 {
			count[m.key]++
		}
	}
	for i := range t.terms {
		m := &t.terms[i]
		m.shared = m.weight > 0 && count[m.key] > 1
		t.shared = t.shared || m.shared
	}
}

// use notes that a term is matched by p, a pattern that other terms may share, and returns the pattern's number.
func (c *compiler) use(p pattern, u use) int32 {
	number, ok := c.known[p.patternKey]
	if !ok {
		number = int32(len(c.rules.patterns))
		c.known[p.patternKey] = number
		c.rules.patterns = append(c.rules.patterns, p)
	}
	uses := &c.rules.patterns[number].uses
	*uses = append(*uses, u)
	return number
}
