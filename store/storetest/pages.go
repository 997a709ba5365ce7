package storetest

import (
	"fmt"
	"time"

	"wireroom/news"
	"wireroom/store"
)

// queue saves items of the first source that want pages, on one host each.
func (b *bench) queue(from, n int) {
	b.Helper()
	claims := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
	if len(claims) != 1 {
		b.Fatalf("got %d claims of s00, want 1", len(claims))
	}
	var items []news.Item
	for i := range n {
		it := b.item(claims[0].Source, from+i, b.now)
		it.PageHost = fmt.Sprintf("page%d.example:80", from+i)
		items = append(items, it)
	}
	b.save(claims[0], items...)
}

func (b *bench) claimPages(at time.Time) []news.PageClaim {
	b.Helper()
	claims, _, err := b.db.ClaimPages(b.ctx, news.PageRequest{At: at, Limit: 100, PerHost: 1, Lease: time.Minute})
	b.must(err)
	return claims
}

func visitOf(c news.PageClaim, outcome news.PageOutcome) news.PageVisit {
	return news.PageVisit{Ref: c.Ref, Version: c.Item.Version, Lease: c.Lease, Outcome: outcome}
}

// stored reads the current version of an Item.
func (b *bench) stored(ref int64) news.Item {
	b.Helper()
	it, err := b.db.Item(b.ctx, ref)
	b.must(err)
	return it
}

func itemWaitsForPage(b *bench) {
	b.sources(1)
	b.queue(0, 2)
	if n := len(b.unsorted()); n != 0 {
		b.Fatalf("%d items wait for the sorter, want none before their pages have ended", n)
	}
	claims := b.claimPages(b.now)
	if len(claims) != 2 || len(b.claimPages(b.now)) != 0 {
		b.Fatalf("%d claims, want 2, and none again", len(claims))
	}
	fetched, failed := visitOf(claims[0], news.PageFetched), visitOf(claims[1], news.PageRefused)
	fetched.Text, failed.Reason = "<p>All of it</p>", "404"
	b.must(b.db.SavePage(b.ctx, fetched))
	b.wantError(b.db.SavePage(b.ctx, fetched), store.ErrLeaseLost)
	b.must(b.db.SavePage(b.ctx, failed))
	b.sort()
	b.same("full text", b.stored(claims[0].Ref).FullText, "<p>All of it</p>")
	for _, e := range b.edition(0).Entries {
		if lead := e.Story.Lead; lead.Item.FullText != "" || lead.Withheld != (lead.Item.ID == claims[0].Item.ID) {
			b.Errorf("an edition without the right to it has the full text %q of %s, withheld %v", lead.Item.FullText, lead.Item.ID, lead.Withheld)
		}
	}
	rows, err := b.db.Items(b.ctx, "", "", 0)
	b.must(err)
	standing := make(map[string]string)
	for _, row := range rows {
		standing[row.ID] = row.Page + " " + row.PageReason
	}
	b.same("how the pages ended", standing, map[string]string{claims[0].Item.ID: "fetched ", claims[1].Item.ID: "refused 404"})
}

func latePageIsNotUsed(b *bench) {
	b.sources(1)
	b.queue(0, 1)
	claims := b.claimPages(b.now)
	b.must(b.db.ExpirePages(b.ctx, b.now.Add(news.PageWait-time.Second)))
	if n := len(b.unsorted()); n != 0 {
		b.Fatalf("%d items wait for the sorter before the time is over, want none", n)
	}
	b.must(b.db.ExpirePages(b.ctx, b.now.Add(news.PageWait)))
	b.sort()
	late := visitOf(claims[0], news.PageFetched)
	late.Text = "<p>Too late</p>"
	b.wantError(b.db.SavePage(b.ctx, late), store.ErrLeaseLost)
	b.same("full text", b.stored(claims[0].Ref).FullText, "")
	if n := len(b.claimPages(b.now.Add(time.Hour))); n != 0 {
		b.Errorf("%d claims of a page that is no longer waited for, want none", n)
	}
}

func pageIsTriedAgain(b *bench) {
	b.sources(1)
	b.queue(0, 1)
	again := visitOf(b.claimPages(b.now)[0], news.PageWaiting)
	again.NextTry, again.Reason = b.now.Add(time.Minute), "500"
	b.must(b.db.SavePage(b.ctx, again))
	if n := len(b.claimPages(b.now.Add(59 * time.Second))); n != 0 {
		b.Errorf("%d claims before the next try, want none", n)
	}
	claims := b.claimPages(b.now.Add(time.Minute))
	if len(claims) != 1 || claims[0].Tries != 1 || !claims[0].Until.Equal(b.now.Add(news.PageWait)) {
		b.Fatalf("got claims %+v, want one that failed once and waits as long as at first", claims)
	}
	b.must(b.db.ReleasePage(b.ctx, claims[0]))
	left, err := b.db.AbandonPages(b.ctx, b.now.Add(2*time.Minute))
	b.must(err)
	b.same("pages that may be asked for now and are not abandoned", left, 1)
	left, err = b.db.AbandonPages(b.ctx, b.now)
	b.must(err)
	b.same("pages left when none may be asked for", left, 0)
	b.same("items that wait for the sorter", len(b.unsorted()), 1)
}

// A host that asks to be left alone is: by the Source's other pages there, by its Polls, and by all others where the hold
// is the host's.
func pageHoldsItsHost(b *bench) {
	b.sources(2)
	b.queue(0, 2)
	claims := b.claimPages(b.now)
	visit := visitOf(claims[0], news.PageRefused)
	visit.HoldHost, visit.Hold = claims[1].Lease.Host, b.now.Add(time.Minute)
	visit.HeldHost, visit.HostHold = visit.HoldHost, visit.Hold
	b.must(b.db.SavePage(b.ctx, visit))
	b.must(b.db.ReleasePage(b.ctx, claims[1]))
	b.same("pages of a host on hold", len(b.claimPages(b.now.Add(59*time.Second))), 0)
	_, wait, err := b.db.TakeHost(b.ctx, visit.HoldHost, 1, time.Minute, b.now)
	b.must(err)
	b.same("how long the host wants to be left alone", wait, time.Minute)
	b.same("pages once the hold is over", len(b.claimPages(b.now.Add(time.Minute))), 1)

	b.queue(2, 1)
	own := visitOf(b.claimPages(b.now)[0], news.PageRefused)
	own.HoldHost, own.Hold = "host0.example/feed", b.now.Add(time.Hour)
	b.must(b.db.SavePage(b.ctx, own))
	b.same("polls of the source that is held", len(b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})), 0)
	b.same("polls of another", len(b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s01"})), 1)
}

func newerVersionHasItsOwnPage(b *bench) {
	b.sources(1)
	b.queue(0, 1)
	claims := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
	edited := b.item(claims[0].Source, 0, b.now)
	edited.Version, edited.Title, edited.PageHost, edited.Keys = 2, "Another title", "page0.example:80", nil
	b.must(b.trySave(news.Poll{Source: "s00", Lease: claims[0].Lease, At: b.now, Outcome: news.OutcomeChanged,
		State: b.polled(claims[0].State), Changed: []news.Item{edited}}))
	pages := b.claimPages(b.now)
	if len(pages) != 1 || pages[0].Item.Version != 2 {
		b.Fatalf("got claims %+v, want the page of the newest version alone", pages)
	}
	fetched := visitOf(pages[0], news.PageFetched)
	fetched.Text = "<p>Second</p>"
	b.must(b.db.SavePage(b.ctx, fetched))
	b.sort()
	b.same("full text", b.stored(pages[0].Ref).FullText, "<p>Second</p>")
	_, err := b.db.PruneTexts(b.ctx, b.now.Add(time.Hour))
	b.must(err)
	b.same("full text of what an entry shows, after housekeeping", b.stored(pages[0].Ref).FullText, "<p>Second</p>")
}
