package storetest

import (
	"wireroom/news"
)

// Who stands under an address is counted by Source, and once it names nothing the Items of that Source are not known by it.
func addressesAreCounted(b *bench) {
	b.sources(2)
	address, own := news.KeyOf("print-url", "https://x.example/live"), news.KeyOf("print-url", "https://x.example/1")
	under := func(void bool, prints ...news.Key) func(*news.Sorted) {
		return func(s *news.Sorted) { s.Address, s.Void, s.Prints = address, void, prints }
	}
	first := b.report(source(0), 1, b.now, under(false, address, own))
	b.report(source(1), 2, b.now, under(false))
	b.same("the original under the address", b.originalOf(address), b.refOf(first))
	b.report(source(0), 3, b.now, under(true))
	counts, err := b.db.Addresses(b.ctx, []news.Key{address, own})
	b.must(err)
	b.same("items under the address", counts, map[news.Key]map[string]int{address: {"s00": 2, "s01": 1}})
	b.same("the original under an address that names nothing", b.originalOf(address), int64(0))
	b.same("the original under its own URL", b.originalOf(own), b.refOf(first))
}

func (b *bench) originalOf(print news.Key) int64 {
	b.Helper()
	originals, err := b.db.Originals(b.ctx, []news.Key{print})
	b.must(err)
	return originals[print].Ref
}

func (b *bench) refOf(it news.Item) int64 {
	b.Helper()
	ref, _ := b.placeOf(it)
	return ref
}

// What a page calls itself is kept with how its fetch ended.
func pagesNameThemselves(b *bench) {
	b.sources(1)
	b.queue(0, 2)
	claims := b.claimPages(b.now)
	named, silent := visitOf(claims[0], news.PageShorter), visitOf(claims[1], news.PageRefused)
	named.Canonical = "https://x.example/report"
	b.must(b.db.SavePage(b.ctx, named))
	b.must(b.db.SavePage(b.ctx, silent))
	got, err := b.db.Canonicals(b.ctx, []int64{named.Ref, silent.Ref})
	b.must(err)
	b.same("what the pages call themselves", got, map[int64]string{named.Ref: named.Canonical})
	b.sort()
	record, err := b.db.Explain(b.ctx, claims[0].Item.ID)
	b.must(err)
	b.same("as explained", record.Canonical, named.Canonical)
	titles, err := b.db.Titles(b.ctx, named.Ref)
	b.must(err)
	b.same("titles", titles, []string{claims[0].Item.Title})
}
