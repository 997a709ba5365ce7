package storetest

import (
	"time"

	"wireroom/news"
)

func country(code, title string) news.Topic {
	return news.Topic{Slug: news.CountrySlug(code), Title: title, Rule: news.Rule{About: []string{code}}}
}

// about decides what waits as about countries, the strongest first, and files it.
func (b *bench) about(codes ...string) {
	b.Helper()
	sorted := b.sorted()
	for i := range sorted {
		for j, code := range codes {
			sorted[i].Decisions = append(sorted[i].Decisions, news.Decision{
				Topic: news.CountrySlug(code), In: true, Score: 10 - j, MinScore: 4, Verdict: news.VerdictScore,
			})
		}
	}
	seat := b.seat()
	b.must(b.db.SaveSorted(b.ctx, seat, sorted))
	_, err := b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
}

// bringAbout polls one Item and files it as about countries.
func (b *bench) bringAbout(n int, codes ...string) {
	b.Helper()
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
	b.save(c, b.item(c.Source, n, b.now))
	b.about(codes...)
}

func countriesAreApart(b *bench) {
	b.apply(news.Configuration{
		Sources: []news.Source{source(0)},
		Topics:  []news.Topic{everything(), country("RU", "Russia"), country("UA", "Ukraine")},
	})
	b.bringAbout(1, "UA", "RU")
	before := b.edition(0)
	b.same("countries of the entry", before.Entries[0].Story.Lead.Item.Countries, []string{"UA", "RU"})
	b.same("siblings", before.Siblings, map[string][]news.TopicName{})

	topics, err := b.db.Topics(b.ctx)
	b.must(err)
	if len(topics) != 1 || topics[0].Slug != "all" {
		b.Errorf("got topics %v, want all alone", topics)
	}
	countries, err := b.db.Countries(b.ctx)
	b.must(err)
	if len(countries) != 2 || countries[0].Slug != "country:ru" || countries[1].Slug != "country:ua" || countries[1].Entries != 1 {
		b.Errorf("got countries %v, want one entry each of RU and UA", countries)
	}

	ukraine, err := b.db.Edition(b.ctx, "country:ua", 0)
	b.must(err)
	id := before.Entries[0].Story.ID
	b.same("siblings in a country's head", ukraine.Siblings, map[string][]news.TopicName{id: {{Slug: "all", Title: "All"}}})
	b.same("countries in a country's head", ukraine.Entries[0].Story.Lead.Item.Countries, []string{"UA", "RU"})
	if before.Revision != 1 || ukraine.Revision != 1 {
		b.Errorf("got revisions %d and %d, want 1: countries raise no other topic", before.Revision, ukraine.Revision)
	}
	record, err := b.db.Story(b.ctx, id)
	b.must(err)
	b.same("topics of the story", record.Topics, []news.TopicName{{Slug: "all", Title: "All"}})
	b.same("countries of the story", record.Countries, []news.TopicName{{Slug: "country:ru", Title: "Russia"}, {Slug: "country:ua", Title: "Ukraine"}})
}

func versionKeepsCountries(b *bench) {
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything(), country("FR", "France"), country("UA", "Ukraine")}})
	b.bringAbout(1, "UA")
	item := b.edition(0).Entries[0].Story.Lead.Item

	seat := b.seat()
	sorted, err := b.db.SortedAfter(b.ctx, 0, 10)
	b.must(err)
	b.must(b.db.SaveRefiled(b.ctx, seat, []string{"country:fr", "country:ua"}, sorted[0].Ref, []news.Sorted{{
		Ref: sorted[0].Ref, Version: 1, Story: sorted[0].Story,
		Decisions: []news.Decision{{Topic: "country:fr", In: true, Score: 6, MinScore: 4, Verdict: news.VerdictScore}},
	}}))
	b.must(b.db.LeaveSeat(b.ctx, seat))
	b.same("countries after a refiling", b.edition(0).Entries[0].Story.Lead.Item.Countries, []string{"UA"})

	edited := item
	edited.Version, edited.Title, edited.Fingerprint = 2, "Edited", news.FingerprintOf("e")
	b.now = b.now.Add(time.Hour)
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
	b.must(b.trySave(news.Poll{Source: "s00", Lease: c.Lease, At: b.now, State: b.polled(c.State), Changed: []news.Item{edited}}))
	b.about("FR")
	b.same("countries of the next version", b.edition(0).Entries[0].Story.Lead.Item.Countries, []string{"FR"})
}
