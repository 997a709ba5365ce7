package config

import (
	"fmt"

	"wireroom/news"
)

// agree compares what stands in different places of c.
func (r *reader) agree(c *Config) {
	if len(c.Sources) == 0 && !r.faulty("sources") {
		r.fault(r.place("sources", ""), "there are no sources", "list at least one, with its id and url")
	}
	if len(c.Topics) == 0 && !r.faulty("topics") {
		r.fault(r.place("topics", ""), "there are no topics", "list at least one; slug: everything with all: true takes every story")
	}
	if c.Fetch.Ceiling < c.Fetch.Floor {
		r.fault(r.place("fetch.ceiling", "fetch.floor"),
			fmt.Sprintf("the ceiling of %s is below the floor of %s", short(c.Fetch.Ceiling), short(c.Fetch.Floor)),
			"raise fetch.ceiling, or lower fetch.floor")
	}
	r.distinctSources(c.Sources)
	r.distinctTopics(c.Topics)
	r.knownSources(c)
	for i, s := range c.Sources {
		if s.BasicAuth != "" && s.Bearer != "" {
			r.fault(r.place(fmt.Sprintf("sources[%d].bearer", i), ""), "basic_auth and bearer would both be the Authorization header", "keep one of them")
		}
	}
}

// A claim is a name that one source or topic takes for itself, now or once.
type claim struct {
	name  string
	place value
	old   bool
}

// distinct finds names that are claimed twice. Present names come first: an old one gives way to them.
func (r *reader) distinct(what, old string, claims []claim) {
	taken := map[string]claim{}
	for _, past := range []bool{false, true} {
		for _, c := range claims {
			if c.old != past || c.name == "" {
				continue
			}
			first, twice := taken[c.name]
			if !twice {
				taken[c.name] = c
				continue
			}
			role := what
			if first.old {
				role = old
			}
			r.fault(c.place, fmt.Sprintf("%q is taken: it is the %s of line %d", c.name, role, r.lineOf(first.place)), "names are given once: choose another")
		}
	}
}

func (r *reader) lineOf(v value) int {
	if v.at == nil || v.at.Position == nil {
		return 1
	}
	return v.at.Position.Line
}

func (r *reader) distinctSources(sources []news.Source) {
	var claims []claim
	for i, s := range sources {
		path := fmt.Sprintf("sources[%d]", i)
		claims = append(claims, claim{s.ID, r.place(path+".id", path), false})
		claims = append(claims, r.pastClaims(path+".was", s.Was)...)
	}
	r.distinct("id", "earlier id (was)", claims)
}

func (r *reader) distinctTopics(topics []news.Topic) {
	var claims []claim
	for i, t := range topics {
		path := fmt.Sprintf("topics[%d]", i)
		claims = append(claims, claim{t.Slug, r.place(path+".slug", path), false})
		claims = append(claims, r.pastClaims(path+".aliases", t.Aliases)...)
	}
	r.distinct("slug", "alias", claims)
}

func (r *reader) pastClaims(path string, names []string) []claim {
	claims := make([]claim, len(names))
	for i, name := range names {
		claims[i] = claim{name, r.place(fmt.Sprintf("%s[%d]", path, i), path), true}
	}
	return claims
}

// knownSources finds topics that take from a source that is not there.
func (r *reader) knownSources(c *Config) {
	now := map[string]string{} // by present and earlier ids
	var ids []string
	for _, s := range c.Sources {
		ids = append(ids, s.ID)
		for _, id := range s.Was {
			now[id] = s.ID
		}
	}
	for _, id := range ids {
		now[id] = id
	}
	for i, t := range c.Topics {
		for key, list := range map[string][]string{"sources": t.Rule.Sources, "except.sources": t.Rule.Except.Sources} {
			for j, id := range list {
				if now[id] != id || id == "" {
					path := fmt.Sprintf("topics[%d].%s", i, key)
					r.unknownSource(r.place(fmt.Sprintf("%s[%d]", path, j), path), id, now[id], ids)
				}
			}
		}
	}
}

func (r *reader) unknownSource(v value, id, renamed string, ids []string) {
	suggestion := "add it to sources, or take it out here"
	if renamed != "" {
		suggestion = fmt.Sprintf("it is now %s", renamed)
	} else if near := news.Nearest(id, ids); near != "" {
		suggestion = fmt.Sprintf("did you mean %s?", near)
	}
	r.fault(v, fmt.Sprintf("there is no source %q", id), suggestion)
}
