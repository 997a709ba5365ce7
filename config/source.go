package config

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/text/language"

	"wireroom/news"
)

// The tiers of a source: 1 is the most trusted.
const (
	firstTier   = 1
	defaultTier = 2
	lastTier    = 3
)

func (r *reader) sources(v value, c *Config) {
	for _, member := range r.elements(v) {
		s := r.source(member)
		c.Sources = append(c.Sources, s)
		if c.Lines == nil {
			c.Lines = make(map[string]int)
		}
		c.Lines[s.ID] = r.lineOf(r.place(member.path+".url", member.path))
	}
}

// source reads one source over its defaults.
func (r *reader) source(v value) news.Source {
	s := news.Source{
		Kind:      news.KindNews,
		Owner:     news.OwnerPrivate,
		Tier:      defaultTier,
		Republish: news.RightsSummary,
		Format:    news.FormatFeed,
	}
	if !isMapping(v) {
		r.mistyped(v, "a source", "write at least {id: its-id, url: https://…}")
		return s
	}
	table := r.facts(&s)
	maps.Copy(table, r.request(&s))
	r.mapping(v, table)
	r.need(v, "id", s.ID)
	r.need(v, "url", s.URL)
	r.agreeOnSelectors(v, s)
	if s.Name == "" {
		s.Name = s.ID
	}
	if tag, err := language.Raw.Parse(s.Language); err == nil {
		s.Language = tag.String()
	}
	s.Country = strings.ToUpper(s.Country)
	return s
}

// facts is the table of what is said about a source.
func (r *reader) facts(s *news.Source) fields {
	return fields{
		"id":        r.text(&s.ID, checkSlug),
		"was":       r.texts(&s.Was, checkSlug),
		"name":      r.text(&s.Name, nil),
		"language":  r.text(&s.Language, optional(checkLanguage)),
		"country":   r.text(&s.Country, optional(checkCountry)),
		"kind":      choice(r, &s.Kind, news.Kinds),
		"owner":     choice(r, &s.Owner, news.Owners),
		"tier":      r.number(&s.Tier, firstTier, lastTier),
		"republish": choice(r, &s.Republish, news.AllRights),
		"rights":    r.text(&s.Rights, nil),
		"format":    choice(r, &s.Format, news.Formats),
		"selectors": func(v value) { r.selectors(v, &s.Selectors) },
		"fulltext":  r.truth(&s.FullText),
	}
}

// selectors reads where on a page the items are.
func (r *reader) selectors(v value, s *news.Selectors) {
	r.mapping(v, fields{
		"item":    r.text(&s.Item, optional(checkSelector)),
		"link":    r.text(&s.Link, optional(checkSelector)),
		"title":   r.text(&s.Title, optional(checkSelector)),
		"date":    r.text(&s.Date, optional(checkSelector)),
		"summary": r.text(&s.Summary, optional(checkSelector)),
	})
}

// agreeOnSelectors holds the selectors of the source v against its format.
func (r *reader) agreeOnSelectors(v value, s news.Source) {
	at, format := v.path+".selectors", v.path+".format"
	_, given := r.places[at]
	switch {
	case r.faulty(format) || r.faulty(at) || r.faulty(at+".item"):
	case s.Format == news.FormatHTML && s.Selectors.Item == "":
		r.fault(r.place(at, format), "format html needs the selector of its items", "add selectors: {item: article}, with CSS that finds each item on the page")
	case s.Format != news.FormatHTML && given:
		r.fault(r.place(at, v.path), fmt.Sprintf("selectors are of no use to format %s", s.Format), "take them out, or set format: html")
	}
}

// request is the table of how a source is asked.
func (r *reader) request(s *news.Source) fields {
	return fields{
		"url":        r.unexpanded(&s.URL, checkHTTP),
		"user_agent": r.unexpanded(&s.UserAgent, checkUserAgent),
		"headers":    func(v value) { r.headers(v, s) },
		"basic_auth": r.secret(&s.BasicAuth, checkBasicAuth),
		"bearer":     r.secret(&s.Bearer, checkBearer),
		"interval":   r.duration(&s.Interval, 0),
		"http1":      r.truth(&s.HTTP1),
		"tls_roots":  r.text(&s.TLSRoots, optional(r.rootsAt(&s.TLSRoots))),
		"disabled":   r.truth(&s.Disabled),
	}
}

// headers reads names and values; a name stands in its canonical form (textproto), in which it is given once.
func (r *reader) headers(v value, s *news.Source) {
	s.Headers = map[string]string{}
	for _, e := range r.entries(v) {
		if !httpguts.ValidHeaderFieldName(e.key) {
			r.fault(e.name, fmt.Sprintf("%q is no name of a header", e.key), "use letters, digits and hyphens")
			continue
		}
		name := http.CanonicalHeaderKey(e.key)
		if _, twice := s.Headers[name]; twice {
			r.fault(e.name, fmt.Sprintf("the header %s is given twice", name), "keep one of them")
		}
		var text string
		if e.value.node != nil {
			r.secret(&text, func(full string) error { return checkHeaderValue("header", full) })(e.value)
		}
		s.Headers[name] = text
	}
}

// need records that a key without a default is missing in v.
func (r *reader) need(v value, key, got string) {
	if got == "" && !r.faulty(join(v.path, key)) {
		r.fault(v, fmt.Sprintf("the %s is missing", key), fmt.Sprintf("add %s:", key))
	}
}
