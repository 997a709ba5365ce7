package storetest

import (
	"errors"
	"time"

	"wireroom/news"
	"wireroom/store"
)

func marksAreReplaced(b *bench) {
	b.sources(2)
	marks, err := b.db.Marks(b.ctx, "s00")
	b.must(err)
	if marks != nil {
		b.Errorf("got marks %v before the first poll, want none", marks)
	}
	mark := func(name string) news.Mark {
		return news.Mark{
			Digest: news.FingerprintOf(name), ID: news.KeyOf("guid", name), URL: news.KeyOf("url", name), Title: news.KeyOf("title", name),
			Date: time.Date(2026, 2, 3, 4, 5, 6, 7e6, time.UTC),
		}
	}
	undated := mark("three")
	undated.URL, undated.Date = news.Key{}, time.Time{}
	for _, step := range []struct{ save, want []news.Mark }{
		{[]news.Mark{mark("one"), mark("two")}, []news.Mark{mark("one"), mark("two")}},
		{nil, []news.Mark{mark("one"), mark("two")}},
		{[]news.Mark{undated}, []news.Mark{undated}},
	} {
		claim := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
		poll := news.Poll{Source: "s00", Lease: claim.Lease, At: b.now, State: b.polled(claim.State), Marks: step.save}
		b.must(b.trySave(poll))
		poll.Marks = []news.Mark{mark("late")}
		if err := b.trySave(poll); !errors.Is(err, store.ErrLeaseLost) {
			b.Errorf("saving without the lease: got %v, want %v", err, store.ErrLeaseLost)
		}
		got, err := b.db.Marks(b.ctx, "s00")
		b.must(err)
		b.same("marks", got, step.want)
	}
	if marks, err = b.db.Marks(b.ctx, "s01"); err != nil || marks != nil {
		b.Errorf("got marks %v (%v) of another source, want none", marks, err)
	}
}
