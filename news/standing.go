package news

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// A Standing is what stands in a store of Topics and their entries, as far as a change of the configuration has to do with
// it. It is one snapshot.
type Standing struct {
	Configuration Configuration     // applied last; its zero value if none was
	Facts         map[string]Source // of every Source that Items came from, by id
	Topics        []string          // slugs of all that there ever were, removed ones included
	Deciding      []string          // slugs of those whose rule has changed, and whose Items are not all decided by it yet
	Holdings      []Holding         // every entry of every Topic
	Blocked       map[int64]bool    // Stories that no Topic may take: withdrawn, or hidden everywhere
	Waiting       int               // Items that are not sorted yet
	Consented     bool              // the configuration that is asked about was consented to
}

// A Holding is an entry of a Topic.
type Holding struct {
	Topic string // slug
	Story int64  // the store's own number of the Story whose Items it shows
	Head  bool   // not sealed
	Shown bool
	// An entry of a head is shown or not by the rule, or else by what an editor said.
	IfIn, IfOut bool // whether it is shown if the rule takes the Story, and if it does not
}

// A StoryName is how a Story is listed.
type StoryName struct {
	ID    string
	Title string // of its lead
}

// TopicBefore returns the index of the Topic of a former list that t continues: the one with its slug or, failing that,
// with one of its aliases. It returns -1 if t is new.
func TopicBefore(slugs []string, t Topic) int {
	for _, slug := range append([]string{t.Slug}, t.Aliases...) {
		if i := slices.Index(slugs, slug); i >= 0 {
			return i
		}
	}
	return -1
}

// Redecided returns the slugs of the Topics of c that decide all Items anew when c is applied after before: the new ones,
// and those that may take otherwise, since their rule or something that it reads has changed.
func (c Configuration) Redecided(before Configuration) map[string]bool {
	slugs := make([]string, len(before.Topics))
	for i, t := range before.Topics {
		slugs[i] = t.Slug
	}
	sameExclude := slices.Equal(before.Exclude, c.Exclude)
	sameFacts, sameLanguages := c.sameSources(before, SameFacts), c.sameSources(before, sameLanguage)
	sameGazetteer := before.Gazetteer == c.Gazetteer
	marked := slices.ContainsFunc(c.Exclude, hasLanguageMark)
	redecided := make(map[string]bool)
	for _, t := range c.Topics {
		i := TopicBefore(slugs, t)
		same := i >= 0 && reflect.DeepEqual(before.Topics[i].Rule, t.Rule) && (sameExclude || t.Rule.All) &&
			(sameFacts || !t.Rule.ReadsFacts()) && (sameLanguages || !t.Rule.ReadsLanguages() && (!marked || t.Rule.All)) &&
			(sameGazetteer || len(t.Rule.About) == 0 && t.Rule.Where == "")
		if !same {
			redecided[t.Slug] = true
		}
	}
	return redecided
}

// sameLanguage reports whether an Item that states no language is read the same under two states of its Source.
func sameLanguage(a, b Source) bool { return a.Language == b.Language && slices.Equal(a.Was, b.Was) }

// sameSources reports whether what two configurations say about the Sources that both have is the same. What is only in
// one brings no Items that the other decided otherwise.
func (c Configuration) sameSources(before Configuration, same func(a, b Source) bool) bool {
	byID := make(map[string]Source, len(before.Sources))
	for _, s := range before.Sources {
		byID[s.ID] = s
	}
	return !slices.ContainsFunc(c.Sources, func(s Source) bool {
		was, known := byID[s.ID]
		return known && !same(was, s) || !known && len(s.Was) > 0
	})
}

// SourcesUnder returns what rules see of the Source of an Item when c has been applied: by its stored id, from which it may
// be renamed. A Source that c does not have keeps the facts that it had.
func (c Configuration) SourcesUnder(stored map[string]Source) func(id string) Source {
	now := make(map[string]Source, len(stored)+len(c.Sources))
	for id, s := range stored {
		now[id] = s
	}
	for _, s := range c.Sources {
		now[s.ID] = s
		if _, kept := stored[s.ID]; kept {
			continue
		}
		for _, was := range s.Was {
			if _, known := stored[was]; known {
				now[was] = s
				break
			}
		}
	}
	return func(id string) Source {
		s := now[id]
		s.ID = cmp.Or(s.ID, id)
		return s
	}
}

// A LiveConfiguration names the configuration in force.
type LiveConfiguration struct {
	Number int       // 0: none was applied yet
	Hash   string    // see [Configuration.Hash]
	Since  time.Time // when it was applied, in the time of the news
}

// A ConfigurationStatus is the configuration in force, and whether the file still says it.
type ConfigurationStatus struct {
	LiveConfiguration
	Error   string    // why the file as it is now is not in force, in a line; empty if it is
	ErrorAt time.Time // when it was refused; zero if it was not
}

// Hash returns the SHA-256 of the configuration as it is stored, in hexadecimal digits: two configurations with one hash
// poll and publish the same.
func (c Configuration) Hash() (string, error) {
	document, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("hash the configuration: %w", err)
	}
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:]), nil
}
