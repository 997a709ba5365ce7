// Package curate decides which Items belong to which Topics, and what a Topic publishes. It is pure: no clock, no
// files, no network. It imports only news.
//
// [Compile] turns the rules of all Topics into one [Rules]; [Rules.Decide] reads an Item's text once, whatever the
// number of terms, and returns a [news.Decision] for every Topic that took it or nearly did, with the places in the
// text that were the reason.
//
// Rules are matched on folded text (see fold.go), so that one term finds Zelensky, ZELENSKY and Zelensky's. Words in
// scripts that put no blanks between them are found anywhere in the text.
package curate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"wireroom/news"
)

// Rules are the compiled rules of a list of Topics. They never change, and are safe for concurrent use.
type Rules struct {
	topics   []topic // in the order given
	global   topic   // its terms keep an Item out of every topic
	patterns []pattern
	words    index     // patterns that begin where a word begins
	inside   index     // patterns that may begin anywhere
	scans    sync.Pool // of *scan, for these patterns and topics
}

// A topic is one compiled Topic.
type topic struct {
	slug    string
	all     bool
	min     int
	sources []string // empty: all
	groups  []string // the names of require, sorted
	terms   []term
	shared  bool // whether any term is
}

// A term is one entry of one list of a rule.
type term struct {
	name   string // as configured
	role   news.Role
	group  string // of role require
	weight int    // 0 unless it scores
	key    string // scoring terms of one topic with the same key count once
	shared bool   // scores, and there is another one with this key
	number int    // in the topic
}

// The weights of the terms that score; [news.Place.Weight] multiplies them.
const (
	strongWeight = 2
	weakWeight   = 1
)

// Compile prepares the rules of topics for use, together with exclude: terms that keep an Item out of every Topic that
// has a rule when one stands in its title. A MinScore of 0 means [news.DefaultMinScore].
//
// The error names every faulty topic and term, and says what to write instead.
func Compile(topics []news.Topic, exclude []string) (*Rules, error) {
	c := compiler{rules: &Rules{}, known: map[patternKey]int32{}}
	slugs := map[string]bool{}
	for i, t := range topics {
		if slugs[t.Slug] {
			c.faultf("topic %s: stands twice: give each topic a slug of its own", t.Slug)
		}
		slugs[t.Slug] = true
		c.rules.topics = append(c.rules.topics, c.topic(int32(i), t))
	}
	c.rules.global = c.globals(int32(len(topics)), exclude)
	if len(c.faults) > 0 {
		return nil, fmt.Errorf("compile rules: %w", errors.Join(c.faults...))
	}
	for number, p := range c.rules.patterns {
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
	faults []error
}

func (c *compiler) faultf(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(format, args...))
}

// topic compiles one Topic, which has the given number.
func (c *compiler) topic(number int32, t news.Topic) topic {
	rule := t.Rule
	out := topic{slug: t.Slug, all: rule.All, min: rule.MinScore, sources: slices.Clone(rule.Sources)}
	if rule.All {
		return out
	}
	switch {
	case out.min == 0:
		out.min = news.DefaultMinScore
	case out.min < 0:
		c.faultf("topic %s: min_score is %d: use a positive number", t.Slug, out.min)
	}
	if len(rule.Strong)+len(rule.Weak) == 0 {
		c.faultf("topic %s: takes nothing: give it strong or weak terms, or all: true", t.Slug)
	}
	c.list(number, &out, term{role: news.RoleStrong, weight: strongWeight}, rule.Strong)
	c.list(number, &out, term{role: news.RoleWeak, weight: weakWeight}, rule.Weak)
	out.markShared()
	c.list(number, &out, term{role: news.RoleExclude}, rule.Exclude)
	out.groups = slices.Sorted(maps.Keys(rule.Require))
	for _, name := range out.groups {
		if len(rule.Require[name]) == 0 {
			c.faultf("topic %s: require %s: has no terms: give it some, or remove it", t.Slug, name)
		}
		c.list(number, &out, term{role: news.RoleRequire, group: name}, rule.Require[name])
	}
	return out
}

// globals compiles the exclude for all topics, as a topic with the given number.
func (c *compiler) globals(number int32, exclude []string) topic {
	var out topic
	c.list(number, &out, term{role: news.RoleGlobal}, exclude)
	return out
}

// list compiles one list of a rule; its terms are like the given one but for name and key. A term that stands in it
// before, in whatever spelling, is passed over.
func (c *compiler) list(number int32, t *topic, like term, names []string) {
	seen := map[patternKey]bool{}
	for _, name := range names {
		p, err := c.pattern(name)
		if err != nil {
			c.faultf("%s: term %q: %w", where(t.slug, like), name, err)
			continue
		}
		if seen[p.patternKey] {
			continue
		}
		seen[p.patternKey] = true
		like.name, like.key, like.number = name, p.distinct(), len(t.terms)
		c.use(p, use{topic: number, term: int32(like.number)})
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

// where says in the words of the configuration where a list of terms stands.
func where(slug string, like term) string {
	switch like.role {
	case news.RoleGlobal:
		return "exclude"
	case news.RoleRequire:
		return "topic " + slug + ": require " + like.group
	}
	return "topic " + slug + ": " + string(like.role)
}

// use notes that a term is matched by p, a pattern that other terms may share.
func (c *compiler) use(p pattern, u use) {
	number, ok := c.known[p.patternKey]
	if !ok {
		number = int32(len(c.rules.patterns))
		c.known[p.patternKey] = number
		c.rules.patterns = append(c.rules.patterns, p)
	}
	uses := &c.rules.patterns[number].uses
	*uses = append(*uses, u)
}

// capsMark makes a term case-sensitive.
const capsMark = "CAPS:"

// pattern reads a term as configured.
func (c *compiler) pattern(name string) (pattern, error) {
	text, caps := strings.CutPrefix(name, capsMark)
	if !caps && strings.HasPrefix(strings.ToUpper(text), capsMark) {
		return pattern{}, errors.New("write CAPS: in capitals")
	}
	text = strings.TrimSpace(text)
	bare := strings.TrimRight(text, "*")
	if strings.Contains(bare, "*") {
		return pattern{}, errors.New("a * can only stand at its end: write several terms")
	}
	c.fold.read(bare)
	if len(c.fold.tokens) == 0 {
		return pattern{}, errors.New("has no letter or digit: write a word, or remove it")
	}
	p := pattern{words: len(c.fold.tokens)}
	p.folded = strings.TrimRight(string(c.fold.buf), " ")
	p.inside = strings.ContainsFunc(bare, isUnspaced)
	p.prefix = bare != text && !p.inside
	if caps && p.inside {
		return pattern{}, errors.New("its script has no capitals: leave CAPS: out")
	}
	if caps {
		p.caps = c.fold.asWritten()
	}
	return p, nil
}

// isUnspaced reports whether r belongs to a script that puts no blanks between words.
func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}
