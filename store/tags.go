package store

import (
	"context"
	"strings"

	"wireroom/news"
)

// isCountry is the condition that a Topic t is a country's own.
const isCountry = `t.slug like 'country:%'`

// tagColumn reads the countries of version v of item i.
const tagColumn = `coalesce((select g.countries from tags g where g.item = i.n and g.version = v.version), '')`

func newTags(t *tx) *bulk {
	return newBulk(t, `tags (item, version, countries)`, `on conflict do nothing`)
}

// addTags keeps the countries that a version of an Item is about, which may be none. A version that has been tagged stays
// so: what a sealed page shows does not change with the gazetteer.
func addTags(ctx context.Context, into *bulk, it *news.Sorted) error {
	return into.add(ctx, it.Ref, it.Version, strings.Join(news.CountriesIn(it.Decisions), " "))
}

// Countries returns the Topics that countries have by themselves, by code. Those that no rule makes any more have Removed
// set.
func (db *DB) Countries(ctx context.Context) ([]news.TopicState, error) {
	return db.topicStates(ctx, "list countries", isCountry, `t.slug`)
}
