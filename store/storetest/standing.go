package storetest

import (
	"time"

	"wireroom/news"
)

func liveIsTold(b *bench) {
	live, err := b.db.Live(b.ctx)
	b.must(err)
	b.same("live before any was applied", live, news.LiveConfiguration{})

	first := b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything()}})
	at := b.now
	was, err := b.db.Live(b.ctx)
	b.must(err)
	if was.Number != first || was.Hash == "" || !was.Since.Equal(at) {
		b.Errorf("got live %+v, want number %d since %v, with its hash", was, first, at)
	}

	b.now = b.now.Add(time.Hour)
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything()}})
	again, err := b.db.Live(b.ctx)
	b.must(err)
	b.same("live after the same again", again, was)

	second := b.apply(news.Configuration{Sources: []news.Source{source(0), source(1)}, Topics: []news.Topic{everything()}})
	b.reopen()
	now, err := b.db.Live(b.ctx)
	b.must(err)
	if now.Number != second || second == first || now.Hash == was.Hash || !now.Since.Equal(b.now) {
		b.Errorf("got live %+v after %+v, want number %d since %v, under another hash", now, was, second, b.now)
	}
}

func consentIsToOne(b *bench) {
	given := func(hash string) (bool, bool) {
		b.Helper()
		consented, err := b.db.Consented(b.ctx, hash)
		b.must(err)
		standing, err := b.db.Standing(b.ctx, hash)
		b.must(err)
		return consented, standing.Consented
	}
	b.must(b.db.Consent(b.ctx, "one", b.now))
	b.must(b.db.Consent(b.ctx, "one", b.now.Add(time.Hour))) // said twice, it is said
	b.reopen()
	for hash, want := range map[string]bool{"one": true, "other": false, "": false} {
		if asked, standing := given(hash); asked != want || standing != want {
			b.Errorf("consent to %q: got %t, and %t in what stands, want %t", hash, asked, standing, want)
		}
	}
}

// standingIsTold holds what a plan starts from: topics that there were, entries of heads and sealed pages, sources that
// Items came from, and what waits.
func standingIsTold(b *bench) {
	empty, err := b.db.Standing(b.ctx, "")
	b.must(err)
	b.same("an empty store", empty, news.Standing{Facts: map[string]news.Source{}, Blocked: map[int64]bool{}})

	c := news.Configuration{Sources: []news.Source{source(0), source(1)}, Topics: []news.Topic{everything(), {Slug: "old", Title: "Old", Rule: news.Rule{All: true}}}}
	b.apply(c)
	b.refile()
	b.bring(0, 101, 0)
	c.Topics = []news.Topic{{Slug: "all", Title: "All", Rule: news.Rule{Strong: []string{"x"}}}}
	b.apply(c)
	claim := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s01"})[0]
	b.save(claim, b.item(claim.Source, 7, b.now))

	s, err := b.db.Standing(b.ctx, "")
	b.must(err)
	b.same("topics that there were", s.Topics, []string{"all", "old"})
	b.same("topics that decide anew", s.Deciding, []string{"all"})
	b.same("topics of the configuration", s.Configuration.Topics, c.Topics)
	if s.Waiting != 1 || len(s.Facts) != 2 || s.Facts["s00"].Name != "Source 0" {
		b.Errorf("got %d waiting and facts %v, want 1 and those of two sources", s.Waiting, s.Facts)
	}
	count := map[news.Holding]int{}
	for _, h := range s.Holdings {
		h.Story = 0
		count[h]++
	}
	b.same("entries of all", map[bool]int{
		true:  count[news.Holding{Topic: "all", Head: true, Shown: true, IfIn: true}],
		false: count[news.Holding{Topic: "all", Shown: true, IfIn: true}],
	}, map[bool]int{true: 31, false: 70})
}

// standingAfterActs holds what an editor's word does to what a rule could change.
func standingAfterActs(b *bench) {
	b.sources(1)
	b.bring(0, 4, 0)
	ids := idsOf(storiesOf(b.edition(0)))
	b.act(news.Act{Kind: news.ActPin, Story: ids[0], Topic: "all"})
	b.act(news.Act{Kind: news.ActHide, Story: ids[1], Topic: "all"})
	b.act(news.Act{Kind: news.ActHide, Story: ids[2]})
	s, err := b.db.Standing(b.ctx, "")
	b.must(err)
	if len(s.Holdings) != 4 || len(s.Blocked) != 1 {
		b.Fatalf("got %d entries and %d blocked, want 4 and 1", len(s.Holdings), len(s.Blocked))
	}
	count := map[news.Holding]int{}
	for _, h := range s.Holdings {
		h.Story = 0
		count[h]++
	}
	b.same("entries", count, map[news.Holding]int{
		{Topic: "all", Head: true, Shown: true, IfIn: true, IfOut: true}: 1, // pinned
		{Topic: "all", Head: true}:                                       2, // hidden here, hidden everywhere
		{Topic: "all", Head: true, Shown: true, IfIn: true}:              1,
	})
}
