package curate

import (
	"cmp"
	"fmt"
	"slices"

	"wireroom/news"
)

// about compiles the codes of countries that a rule names.
func (c *compiler) about(at Spot, codes []string) []string {
	for i, code := range codes {
		if _, known := CountryByCode(code); !known {
			at.Term = i
			c.fault(at, fmt.Sprintf("%q is no country", code), "write its two letters of ISO 3166 in capitals, as in UA")
		}
	}
	return slices.Clone(codes)
}

// CountryTopics returns the Topics that countries have by themselves, by code.
func CountryTopics() []news.Topic {
	var topics []news.Topic
	for _, p := range world().countries {
		topics = append(topics, news.Topic{
			Slug: news.CountrySlug(p.Code), Title: p.Title, Rule: news.Rule{About: []string{p.Code}},
		})
	}
	return topics
}

// countries returns those that the Subject is about, and those that it nearly is.
func (d *deciding) countries() []Country {
	if !d.toured {
		d.toured, d.abouts = true, Countries(d.subject.language(), d.subject.Item.Title, d.subject.Text)
	}
	return d.abouts
}

// countryCodes are the codes of the countries that the Subject is about.
func (d *deciding) countryCodes() []string {
	var codes []string
	for _, c := range d.countries() {
		if c.In {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// isAbout reports whether the Subject is about a country of the topic, or the topic names none.
func (d *deciding) isAbout(t *topic) bool {
	return len(t.about) == 0 || slices.ContainsFunc(d.countries(), func(c Country) bool { return c.In && slices.Contains(t.about, c.Code) })
}

// abroad adds the decision of a topic by countries alone, if it is worth telling: with the score of the country that has
// the highest, and what was found of all of the topic's. What the exclude for all topics names is no reason to leave an
// Item out of a country.
func (d *deciding) abroad(out []news.Decision, t *topic, found []evidence) []news.Decision {
	decision := news.Decision{Topic: t.slug, MinScore: t.min}
	for _, c := range d.countries() {
		if slices.Contains(t.about, c.Code) {
			decision.Score = max(decision.Score, c.Score)
			decision.Spans = append(decision.Spans, c.Spans...)
		}
	}
	if decision.Score == 0 {
		return out
	}
	if !news.IsCountry(t.slug) {
		found = append(found, d.topics[len(d.rules.topics)]...)
	}
	for _, e := range found {
		decision.Spans = append(decision.Spans, e.span())
	}
	slices.SortStableFunc(decision.Spans, func(a, b news.Span) int {
		return cmp.Or(cmp.Compare(placeRank(a.Place), placeRank(b.Place)), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Term, b.Term))
	})
	decision.Verdict, decision.Detail = d.verdict(t, decision.Score, found)
	decision.In = decision.Verdict == news.VerdictScore
	return append(out, decision)
}
