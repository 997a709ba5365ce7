package news

import (
	"cmp"
	"slices"
	"strings"
)

// countryPrefix begins the slugs of the Topics that countries have by themselves. No configured slug has a colon.
const countryPrefix = "country:"

// CountrySlug returns the slug of a country's Topic: "country:ua" of "UA".
func CountrySlug(code string) string { return countryPrefix + strings.ToLower(code) }

// CountryOf returns the ISO 3166-1 code of the country whose Topic has the slug; ok is false for all other Topics.
func CountryOf(slug string) (code string, ok bool) {
	code, ok = strings.CutPrefix(slug, countryPrefix)
	return strings.ToUpper(code), ok
}

// IsCountry reports whether a slug is that of a country's Topic.
func IsCountry(slug string) bool { return strings.HasPrefix(slug, countryPrefix) }

// CountriesIn returns the codes of the countries that Decisions say an Item is about, the highest score first and then
// by code.
func CountriesIn(decisions []Decision) []string {
	var in []Decision
	for _, d := range decisions {
		if d.In && IsCountry(d.Topic) {
			in = append(in, d)
		}
	}
	slices.SortFunc(in, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Topic, b.Topic))
	})
	var codes []string
	for _, d := range in {
		code, _ := CountryOf(d.Topic)
		codes = append(codes, code)
	}
	return codes
}
