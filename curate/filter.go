package curate

import (
	"slices"
	"strings"

	"wireroom/news"
)

// A filter is a compiled news.Filter. Its zero value says nothing.
type filter struct {
	news.Filter
	some bool // whether it says anything
}

func newFilter(f news.Filter) filter { return filter{f, !f.IsZero()} }

// missing returns the first list of f that does not name the Source, by its key; empty if all that say something do.
func (f *filter) missing(s news.Source) string {
	if !f.some {
		return ""
	}
	for _, list := range f.lists(s) {
		if list.given && !list.named {
			return list.key
		}
	}
	return ""
}

// naming returns the first list of f that names the Source, by its key; empty if none does.
func (f *filter) naming(s news.Source) string {
	if !f.some {
		return ""
	}
	for _, list := range f.lists(s) {
		if list.named {
			return list.key
		}
	}
	return ""
}

// A naming is one list of a filter, held against a Source.
type naming struct {
	key          string
	given, named bool
}

func (f *filter) lists(s news.Source) [5]naming {
	speaks := func(tag string) bool { return speaksTag(tag, s.Language) }
	return [...]naming{
		{"sources", len(f.Sources) > 0, slices.Contains(f.Sources, s.ID)},
		{"kinds", len(f.Kinds) > 0, slices.Contains(f.Kinds, s.Kind)},
		{"tiers", len(f.Tiers) > 0, slices.Contains(f.Tiers, s.Tier)},
		{"languages", len(f.Languages) > 0, slices.ContainsFunc(f.Languages, speaks)},
		{"countries", len(f.Countries) > 0, slices.Contains(f.Countries, s.Country)},
	}
}

// speaksTag reports whether a language of a filter names a Source's: "en" names en and en-GB.
func speaksTag(tag, of string) bool {
	return of != "" && (strings.EqualFold(tag, of) || len(of) > len(tag) && of[len(tag)] == '-' && strings.EqualFold(tag, of[:len(tag)]))
}

// refused returns why t does not take from a Source, in the words of the configuration, as "kinds" or "except.kinds";
// empty if it does.
func (t *topic) refused(s news.Source) string {
	if key := t.take.missing(s); key != "" {
		return key
	}
	if key := t.except.naming(s); key != "" {
		return "except." + key
	}
	return ""
}
