package storetest

import (
	"fmt"
	"time"

	"wireroom/news"
)

// twoTopics are "all" and "other", over two sources.
func twoTopics(b *bench) news.Configuration {
	c := news.Configuration{
		Sources: []news.Source{source(0), source(1)},
		Topics:  []news.Topic{everything(), {Slug: "other", Title: "Other", Rule: news.Rule{Strong: []string{"x"}}}},
	}
	b.apply(c)
	b.refile()
	return c
}

// edit saves a new version of an Item of s00, and sorts it.
func (b *bench) edit(it news.Item, title string) {
	b.Helper()
	it.Version++
	it.Title, it.Seen, it.Fingerprint = title, b.now, news.FingerprintOf(title)
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
	b.must(b.trySave(news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State), Changed: []news.Item{it}}))
	b.sort()
}

// alsoIn files a Story that stands under "all" under "other", too.
func (b *bench) alsoIn(s news.Story) {
	b.Helper()
	after, err := b.db.SortedAfter(b.ctx, 0, 10_000)
	b.must(err)
	seat := b.seat()
	for _, u := range after {
		if u.Item.ID != s.Lead.Item.ID {
			continue
		}
		one := news.Sorted{Ref: u.Ref, Version: u.Item.Version, Story: u.Story, Decisions: []news.Decision{{Topic: "other", In: true, Score: 6}}}
		b.must(b.db.SaveRefiled(b.ctx, seat, nil, 0, []news.Sorted{one}))
	}
	_, err = b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
}

// Whatever has happened since, a Topic's head is still known as it was under each of its revisions.
func pastHeadsAreKnown(b *bench) {
	c := twoTopics(b)
	seen := make(map[int64]news.Edition)
	step := func(act func()) {
		b.Helper()
		b.now = b.now.Add(time.Hour)
		act()
		e := b.edition(0)
		if was, ok := seen[e.Revision]; ok {
			b.same(fmt.Sprintf("revision %d, seen before", e.Revision), e, was)
		}
		seen[e.Revision] = e
	}
	step(func() { b.bring(0, 20, 0) })
	step(func() { b.edit(b.edition(0).Entries[3].Story.Lead.Item, "Edited once") })
	step(func() { b.copyOf(b.edition(0).Entries[3].Story, 1) })
	step(func() { b.alsoIn(b.edition(0).Entries[2].Story) })
	step(func() { b.edit(b.edition(0).Entries[3].Story.Lead.Item, "Edited twice") })
	step(func() { b.bring(100, 90, 0) }) // seals the first
	step(func() { b.bring(300, 3, 30*24*time.Hour) })
	step(func() { b.sort() })
	step(func() {
		c.Sources[0].Name, c.Sources[0].Rights = "Renamed", "© nobody"
		b.apply(c)
	})
	step(func() {
		c.Topics[0].Title = "All of it"
		b.apply(c)
	})
	if len(seen) < 9 {
		b.Fatalf("got %d revisions in ten steps, want nine at least", len(seen))
	}
	for revision, want := range seen {
		got, err := b.db.EditionAsOf(b.ctx, "all", revision)
		b.must(err)
		if !got.AsOf.Equal(want.Updated) {
			b.Errorf("revision %d: got the time %v, want %v", revision, got.AsOf, want.Updated)
		}
		got.AsOf, got.Interval = time.Time{}, 0
		b.same(fmt.Sprintf("revision %d", revision), got, want)
		for at, want := range map[time.Time]int64{want.Updated: revision, want.Updated.Add(-time.Millisecond): revision - 1} {
			got, err := b.db.RevisionAt(b.ctx, "all", at)
			b.must(err)
			if got != want {
				b.Errorf("at %v: got revision %d, want %d", at, got, want)
			}
		}
	}
	_, err := b.db.EditionAsOf(b.ctx, "all", 1000)
	b.wantError(err, news.ErrNotFound)
	_, err = b.db.EditionAsOf(b.ctx, "none", 1)
	b.wantError(err, news.ErrNotFound)
}

// What a page says of sources and topic is as it was when it was sealed; but no page gives more than a source gives now.
func sealedFactsStay(b *bench) {
	c := twoTopics(b)
	b.bring(0, 120, 0)
	head, page := b.edition(0), b.edition(1)
	c.Sources[0].Name, c.Sources[0].Rights, c.Topics[0].Title = "Renamed", "© nobody", "All of it"
	b.now = b.now.Add(time.Hour)
	b.apply(c)
	if got := b.edition(0); got.Revision <= head.Revision || !got.Updated.After(head.Updated) {
		b.Errorf("a renamed source left the head at revision %d of %v", got.Revision, got.Updated)
	} else if got.Entries[0].Story.Lead.Source.Name != "Renamed" {
		b.Errorf("the head calls the source %q, want Renamed", got.Entries[0].Story.Lead.Source.Name)
	}
	after := b.edition(1)
	after.Revision = page.Revision
	b.same("the sealed page after a renaming", after, page)

	c.Sources[0].Republish = news.RightsHeadline
	before := b.topic("all")
	b.apply(c)
	if got := b.edition(1).Entries[0].Story.Lead.Source; got.Republish != news.RightsHeadline || got.Name != "Source 0" {
		b.Errorf("the sealed page allows %s of %s, want headline of Source 0", got.Republish, got.Name)
	}
	if b.topic("all").Revision <= before.Revision {
		b.Error("fewer rights did not raise the topic")
	}
	before = b.topic("all")
	c.Sources[0].Interval, c.Sources[0].UserAgent = time.Hour, "other"
	b.apply(c)
	b.same("the topic after a change that no reader sees", b.topic("all"), before)
}

// An entry names the other Topics of its Story; so a Topic is raised when that changes, and a page never.
func neighboursAreRaised(b *bench) {
	c := twoTopics(b)
	b.bring(0, 5, 0)
	story := b.edition(0).Entries[2].Story
	for _, step := range []struct {
		name string
		act  func()
		want map[string][]news.TopicName
	}{
		{"it enters", func() { b.alsoIn(story) }, map[string][]news.TopicName{story.ID: {{Slug: "other", Title: "Other"}}}},
		{"the other is renamed", func() { c.Topics[1].Title = "Another"; b.apply(c) }, map[string][]news.TopicName{story.ID: {{Slug: "other", Title: "Another"}}}},
		{"the other is removed", func() { c.Topics = c.Topics[:1]; b.apply(c) }, map[string][]news.TopicName{}},
	} {
		before := b.edition(0)
		b.now = b.now.Add(time.Minute)
		step.act()
		after := b.edition(0)
		b.same(step.name, after.Siblings, step.want)
		if after.Revision <= before.Revision || !after.Updated.After(before.Updated) {
			b.Errorf("%s: the head stayed at revision %d of %v", step.name, after.Revision, after.Updated)
		}
	}
}

func correctionsAreListed(b *bench) {
	twoTopics(b)
	b.bring(0, 120, 0)
	sealed, shown := b.edition(1).Entries[5].Story.Lead.Item, b.edition(0).Entries[5].Story.Lead.Item
	if b.topic("all").Edits != 0 {
		b.Errorf("got %d edits of what is new, want 0", b.topic("all").Edits)
	}
	b.now = b.now.Add(time.Hour)
	b.edit(sealed, "A sealed one, edited")
	b.now = b.now.Add(time.Hour)
	b.edit(shown, "One in the head, edited")
	if got := b.topic("all"); got.Edits != 2 || !got.Edited.Equal(b.now) {
		b.Errorf("got %d edits, the newest of %v; want 2, %v", got.Edits, got.Edited, b.now)
	}
	if got := b.topic("other").Edits; got != 0 {
		b.Errorf("got %d edits in a topic without the items, want 0", got)
	}
	all, err := b.db.Corrections(b.ctx, "all", 100)
	b.must(err)
	if len(all) != 2 {
		b.Fatalf("got %d corrections, want 2", len(all))
	}
	for i, want := range []struct{ before, after string }{{shown.Title, "One in the head, edited"}, {sealed.Title, "A sealed one, edited"}} {
		got := all[i]
		if got.Before.Item.Title != want.before || got.After.Item.Title != want.after || got.After.Item.Summary == "" || got.ID == "" || got.Story == "" {
			b.Errorf("correction %d: got %+v, want %q to %q", i, got, want.before, want.after)
		}
	}
	one, err := b.db.Corrections(b.ctx, "all", 1)
	b.must(err)
	b.same("the newest", one, all[:1])
	_, err = b.db.Corrections(b.ctx, "none", 1)
	b.wantError(err, news.ErrNotFound)
}

// Of a large topic the same is listed, though it is looked for another way.
func correctionsOfALargeTopicAreListed(b *bench) {
	twoTopics(b)
	b.bring(0, 40, 0)
	shown := b.edition(0).Entries[5].Story.Lead.Item
	b.now = b.now.Add(time.Hour)
	b.edit(shown, "Edited")
	few, err := b.db.Corrections(b.ctx, "all", 100)
	b.must(err)
	b.now = b.now.Add(time.Hour)
	b.bring(100, 1000, 0)
	many, err := b.db.Corrections(b.ctx, "all", 100)
	b.must(err)
	if len(few) != 1 {
		b.Errorf("got %d corrections, want 1", len(few))
	}
	b.same("with a thousand entries", many, few)
}

func daysAreRead(b *bench) {
	b.sources(1)
	b.now = time.Date(2026, 3, 3, 0, 30, 0, 0, time.UTC)
	b.bring(0, 120, 0)                // 31 dated on the 3rd or at its midnight, the rest on the 2nd
	b.bring(200, 10, 30*24*time.Hour) // 1 February, or the day before
	midnight := b.now.Truncate(24 * time.Hour)
	e, all, err := b.db.Day(b.ctx, "all", midnight.Add(-24*time.Hour), midnight, 50)
	b.must(err)
	if all != 90 || len(e.Entries) != 50 || e.Entries[0].Story.Lead.Item.GUID != "89" {
		b.Errorf("got %d of %d entries, want 50 of 90 from 89: %v", len(e.Entries), all, guids(e))
	}
	e, all, err = b.db.Day(b.ctx, "all", midnight, midnight.Add(24*time.Hour), 50)
	b.must(err)
	if all != 30 || len(e.Entries) != 30 {
		b.Errorf("got %d of %d entries, want 30 of 30", len(e.Entries), all)
	}
	before, after, err := b.db.DaysBeside(b.ctx, "all", midnight.Add(-24*time.Hour), midnight)
	b.must(err)
	if before.Month() != time.February && before.Month() != time.January || !after.Equal(midnight) {
		b.Errorf("got neighbours %v and %v", before, after)
	}
	if e, all, err := b.db.Day(b.ctx, "all", midnight.Add(48*time.Hour), midnight.Add(72*time.Hour), 50); err != nil || all != 0 || len(e.Entries) != 0 {
		b.Errorf("got %d entries, error %v, of a day without any", all, err)
	}
}
