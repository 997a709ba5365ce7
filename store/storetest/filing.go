package storetest

import (
	"fmt"
	"slices"
	"time"

	"wireroom/news"
	"wireroom/store"
)

func oneSorter(b *bench) {
	b.sources(1)
	seat := b.seat()
	_, free, err := b.db.TakeSeat(b.ctx, "sorter", time.Minute)
	b.must(err)
	if free {
		b.Error("the sorter's seat was given twice")
	}
	b.must(b.db.RenewSeat(b.ctx, seat, time.Minute))
	b.must(b.db.LeaveSeat(b.ctx, seat))
	b.wantError(b.db.RenewSeat(b.ctx, seat, time.Minute), store.ErrLeaseLost)
	b.wantError(b.db.SaveSorted(b.ctx, seat, nil), store.ErrLeaseLost)

	lapsed, _, err := b.db.TakeSeat(b.ctx, "sorter", -time.Second)
	b.must(err)
	next, free, err := b.db.TakeSeat(b.ctx, "sorter", time.Minute)
	b.must(err)
	if !free {
		b.Error("a seat whose lease ran out was not given")
	}
	b.wantError(b.db.EndRefile(b.ctx, lapsed, nil, b.now), store.ErrLeaseLost)
	b.must(b.db.LeaveSeat(b.ctx, next))
}

func storyEntersOnce(b *bench) {
	b.sources(1)
	b.bring(1, 5, 0)
	before := b.edition(0)
	b.same("order", guids(before), []string{"5", "4", "3", "2", "1"})
	b.sort()
	b.same("edition after a run with nothing to do", b.edition(0), before)
	for i, e := range before.Entries {
		if i > 0 && !e.Updated.Before(before.Entries[i-1].Updated) {
			b.Errorf("entry %d is updated %v, want before %v", e.Number, e.Updated, before.Entries[i-1].Updated)
		}
	}
}

func headIsSealed(b *bench) {
	b.sources(1)
	for i := range 10 {
		b.bring(i*20, 20, 0)
		b.now = b.now.Add(time.Hour)
	}
	if got := b.topic("all"); got.Pages != 2 || got.Entries != 60 {
		b.Fatalf("got %d pages and %d in the head, want 2 and 60", got.Pages, got.Entries)
	}
	var all []string
	for page := range 3 {
		e := b.edition((3 - page) % 3) // 0, 2, 1: the head, then backwards
		if want := []int{2, 1, 0}[page]; e.Previous != want {
			b.Errorf("page %d: got previous %d, want %d", e.Page, e.Previous, want)
		}
		all = append(all, guids(e)...)
	}
	if len(all) != 200 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 200 {
		b.Errorf("got %d entries over the pages, want each of 200 once", len(all))
	}
	if all[0] != "199" || all[199] != "0" {
		b.Errorf("got newest %s and oldest %s, want 199 and 0", all[0], all[199])
	}
}

func sealedPagesNeverChange(b *bench) {
	b.sources(2)
	b.bring(0, 120, 0)
	before := b.edition(1)
	b.copyOf(before.Entries[3].Story, 1)
	edited := before.Entries[0].Story.Lead.Item
	edited.Version, edited.Title, edited.Fingerprint = 2, "Edited", news.FingerprintOf("e")
	b.now = b.now.Add(time.Hour)
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
	b.must(b.trySave(news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State), Changed: []news.Item{edited}}))
	b.sort()
	b.bring(500, 100, 0)
	after := b.edition(1)
	after.Revision, after.Pages = before.Revision, before.Pages
	b.same("sealed page", after, before)
}

// copyOf brings a duplicate of a Story's lead from another source.
func (b *bench) copyOf(s news.Story, n int) {
	b.Helper()
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s01"})[0]
	b.save(c, b.item(c.Source, n, b.now))
	known, err := b.db.Known(b.ctx, "s00", []news.Key{news.KeyOf("guid", s.Lead.Item.GUID)})
	b.must(err)
	seat := b.seat()
	for _, u := range b.unsorted() {
		b.must(b.db.SaveSorted(b.ctx, seat, []news.Sorted{{Ref: u.Ref, Version: 1,
			DuplicateOf: known[news.KeyOf("guid", s.Lead.Item.GUID)].Ref, Why: "url"}}))
	}
	_, err = b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
}

func backfillIsSealed(b *bench) {
	b.sources(1)
	b.bring(0, 10, 0)
	b.now = b.now.Add(2 * time.Hour)
	b.bring(100, 90, 30*24*time.Hour)
	if got := b.topic("all"); got.Pages != 2 || got.Entries != 10 {
		b.Errorf("got %d pages and %d in the head after 90 old items, want 2 and 10", got.Pages, got.Entries)
	}
	if n := len(b.edition(1).Entries) + len(b.edition(2).Entries); n != 90 {
		b.Errorf("got %d entries on pages, want 90", n)
	}
}

func emptyHeadIsFilled(b *bench) {
	b.sources(1)
	b.bring(0, 50, 30*24*time.Hour)
	e := b.edition(0)
	if len(e.Entries) != 30 || e.Entries[0].Story.Lead.Item.GUID != "49" {
		b.Errorf("got a head of %d that begins with %v, want 30 from 49", len(e.Entries), guids(e)[:1])
	}
	if got := b.topic("all").Pages; got != 1 {
		b.Errorf("got %d pages, want the other 20 on 1", got)
	}
}

func headIsFilledAtFirst(b *bench) {
	b.sources(1)
	b.bring(0, 2, 30*24*time.Hour)
	b.now = b.now.Add(10 * time.Minute)
	b.bring(100, 40, 31*24*time.Hour)
	if got := b.topic("all"); got.Pages != 1 || got.Entries != 30 {
		b.Errorf("got %d pages and %d in the head ten minutes after the first entries, want 1 and 30", got.Pages, got.Entries)
	}
	if e := b.edition(0); e.Entries[0].Story.Lead.Item.GUID != "139" {
		b.Errorf("the head begins with %v, want 139, the newest that came", guids(e)[:1])
	}
	b.now = b.now.Add(10 * time.Minute)
	b.bring(200, 5, 31*24*time.Hour)
	if got := b.topic("all"); got.Pages != 2 || got.Entries != 30 {
		b.Errorf("got %d pages and %d in the head that was full, want 2 and 30", got.Pages, got.Entries)
	}
}

func duplicateStandsBehind(b *bench) {
	b.sources(2)
	b.bring(0, 3, 0)
	before := b.edition(0)
	b.now = b.now.Add(time.Minute)
	b.copyOf(before.Entries[1].Story, 9)
	after := b.edition(0)
	if len(after.Entries) != 3 || after.Revision <= before.Revision {
		b.Fatalf("got %d entries, revision %d after %d; want 3 and a later one", len(after.Entries), after.Revision, before.Revision)
	}
	also := after.Entries[1].Story.Also
	if len(also) != 1 || also[0].Source.ID != "s01" || also[0].DuplicateOf != after.Entries[1].Story.Lead.Item.ID || also[0].Why != "url" {
		b.Errorf("got also %v, want the copy of s01", also)
	}
	if !after.Entries[1].Updated.Equal(before.Entries[1].Updated) {
		b.Error("a story that has only grown moved its date")
	}
	record, err := b.db.Story(b.ctx, after.Entries[1].Story.ID)
	b.must(err)
	b.same("the story's own page", record.Story, after.Entries[1].Story)
	b.same("its topics", record.Topics, []news.TopicName{{Slug: "all", Title: "All"}})
	grouping, err := b.db.Grouping(b.ctx, also[0].Item.ID)
	b.must(err)
	b.same("why the copy is there", grouping, news.Grouping{
		Copy:  news.Likeness{Method: news.MethodURL, Against: record.Story.Founder},
		Story: news.Likeness{Method: news.MethodCopy}})
	_, err = b.db.Grouping(b.ctx, news.TopicID("no item", 0))
	b.wantError(err, news.ErrNotFound)
}

func sameConfiguration(b *bench) {
	c := news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything()}}
	first := b.apply(c)
	b.refile()
	if second := b.apply(c); second != first {
		b.Errorf("got configuration %d, want %d again", second, first)
	}
	refiles, err := b.db.Refiles(b.ctx)
	b.must(err)
	if len(refiles) != 0 {
		b.Errorf("got refiles %v, want none", refiles)
	}
}

// refile ends the refiling of every Topic, deciding that nothing is in.
func (b *bench) refile() {
	b.Helper()
	refiles, err := b.db.Refiles(b.ctx)
	b.must(err)
	var slugs []string
	for _, r := range refiles {
		slugs = append(slugs, r.Topic.Slug)
	}
	seat := b.seat()
	b.must(b.db.EndRefile(b.ctx, seat, slugs, b.now))
	b.must(b.db.LeaveSeat(b.ctx, seat))
}

func changedRuleRefiles(b *bench) {
	c := news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything()}}
	b.apply(c)
	b.refile()
	b.bring(0, 5, 0)
	before := b.topic("all")
	c.Topics = []news.Topic{{Slug: "all", Title: "All", Rule: news.Rule{Strong: []string{"x"}}}}
	b.apply(c)
	refiles, err := b.db.Refiles(b.ctx)
	b.must(err)
	if len(refiles) != 1 || refiles[0].Topic.Slug != "all" || refiles[0].After != 0 {
		b.Fatalf("got refiles %v, want that of all, from the start", refiles)
	}
	items, err := b.db.SortedAfter(b.ctx, 0, 3)
	b.must(err)
	if len(items) != 3 {
		b.Fatalf("got %d items to decide anew, want 3", len(items))
	}
	seat := b.seat()
	one := news.Sorted{Ref: items[1].Ref, Version: 1, Story: items[1].Story, Decisions: []news.Decision{{Topic: "all", In: true, Score: 6}}}
	b.must(b.db.SaveRefiled(b.ctx, seat, []string{"all"}, items[2].Ref, []news.Sorted{one}))
	b.must(b.db.EndRefile(b.ctx, seat, []string{"all"}, b.now))
	b.must(b.db.LeaveSeat(b.ctx, seat))
	b.same("what the new rule leaves", guids(b.edition(0)), []string{"1"})
	if after := b.topic("all"); after.Revision <= before.Revision {
		b.Errorf("got revision %d after %d, want a later one", after.Revision, before.Revision)
	}
}

// A slug that another topic had first is free for a new one, which has an id of its own.
func slugOfRenamedTopic(b *bench) {
	b.sources(1)
	b.bring(0, 3, 0)
	before := b.edition(0)
	renamed := news.Topic{Slug: "new", Title: "New", Aliases: []string{"all"}, Rule: news.Rule{All: true}}
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{renamed}})
	renamed.Aliases = nil
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{renamed, everything()}})
	first, second := b.editionOf("new", 0), b.edition(0)
	if first.TopicID != before.TopicID || second.TopicID == before.TopicID || second.TopicID == "" {
		b.Errorf("got ids %s and %s, want %s to stay with the renamed topic", first.TopicID, second.TopicID, before.TopicID)
	}
}

func renamedTopic(b *bench) {
	b.sources(1)
	b.bring(0, 3, 0)
	before := b.edition(0)
	b.apply(news.Configuration{Sources: []news.Source{source(0)},
		Topics: []news.Topic{{Slug: "new", Title: "New", Aliases: []string{"all"}, Rule: news.Rule{All: true}}}})
	after, err := b.db.Edition(b.ctx, "new", 0)
	b.must(err)
	b.same("entries", after.Entries, before.Entries)
	if after.TopicID != before.TopicID || after.Revision <= before.Revision {
		b.Errorf("got id %s, revision %d; want %s and later than %d", after.TopicID, after.Revision, before.TopicID, before.Revision)
	}
}

func removedTopic(b *bench) {
	b.sources(1)
	b.bring(0, 3, 0)
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{{Slug: "other", Title: "O", Rule: news.Rule{All: true}}}})
	_, err := b.db.Edition(b.ctx, "all", 0)
	b.wantError(err, news.ErrGone)
	_, err = b.db.Edition(b.ctx, "never", 0)
	b.wantError(err, news.ErrNotFound)
	if !b.topic("all").Removed {
		b.Error("a removed topic is not listed as removed")
	}
	b.sources(1)
	if got := len(b.edition(0).Entries); got != 3 {
		b.Errorf("got %d entries after the topic came back, want 3", got)
	}
}

func renamedSource(b *bench) {
	b.sources(1)
	b.bring(0, 3, 0)
	s := source(0)
	s.ID, s.Was = "renamed", []string{"s00"}
	b.apply(news.Configuration{Sources: []news.Source{s}, Topics: []news.Topic{everything()}})
	all, err := b.db.Sources(b.ctx)
	b.must(err)
	if len(all) != 1 || all[0].ID != "renamed" || all[0].Count != 3 {
		b.Errorf("got %v, want the source under its new id with 3 items", all)
	}
	known, err := b.db.Known(b.ctx, "renamed", []news.Key{news.KeyOf("guid", "1")})
	b.must(err)
	if len(known) != 1 {
		b.Error("an item is not known under the source's new id")
	}
}

func changedURLDropsValidators(b *bench) {
	b.sources(1)
	c := b.claim(news.ClaimRequest{})[0]
	p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State)}
	p.State.ETag, p.State.ValidatorsURL, p.State.BodyHash = `W/"a"`, c.Source.URL, []byte{1}
	b.must(b.trySave(p))
	state := func() news.SourceState {
		all, err := b.db.Sources(b.ctx)
		b.must(err)
		return all[0].State
	}
	before := state()
	b.same("state as saved", before, p.State)
	s := source(0)
	s.Name = "Another name"
	b.apply(news.Configuration{Sources: []news.Source{s}, Topics: []news.Topic{everything()}})
	b.same("state after a change of name", state(), before)
	s.URL = "http://host0.example/other"
	b.apply(news.Configuration{Sources: []news.Source{s}, Topics: []news.Topic{everything()}})
	if got := state(); got.ETag != "" || got.BodyHash != nil || !got.NextPoll.Equal(b.now) {
		b.Errorf("got state %+v after a change of url, want no validators and a poll now", got)
	}
}

func pruning(b *bench) {
	b.sources(1)
	c := b.claim(news.ClaimRequest{})[0]
	b.save(c, b.item(c.Source, 1, b.now))
	b.now = b.now.Add(time.Hour)
	pruned, err := b.db.PruneTexts(b.ctx, b.now)
	b.must(err)
	if pruned != 1 {
		b.Errorf("got %d texts pruned, want 1", pruned)
	}
	known, err := b.db.Known(b.ctx, "s00", []news.Key{news.KeyOf("guid", "1")})
	b.must(err)
	if len(known) != 1 {
		b.Error("an identity was pruned with its text")
	}
	items, err := b.db.Items(b.ctx, "", "", 0)
	b.must(err)
	if len(items) != 1 || items[0].Title == "" {
		b.Errorf("got %v, want the item with its title", items)
	}
	deleted, err := b.db.PrunePolls(b.ctx, b.now)
	b.must(err)
	if deleted != 1 {
		b.Errorf("got %d polls pruned, want 1", deleted)
	}
}

func reopening(b *bench) {
	b.sources(1)
	b.bring(0, 120, 0)
	head, page := b.edition(0), b.edition(1)
	b.must(b.db.Close())
	b.reopen()
	b.same("head", b.edition(0), head)
	b.same("page", b.edition(1), page)
}

func empty(b *bench) {
	b.must(b.db.Ready(b.ctx))
	_, err := b.db.Configuration(b.ctx)
	b.wantError(err, news.ErrNotFound)
	_, err = b.db.Story(b.ctx, "no uuid")
	b.wantError(err, news.ErrNotFound)
	b.sources(1)
	if e := b.edition(0); len(e.Entries) != 0 || !e.Updated.Equal(b.now) {
		b.Errorf("got %d entries, updated %v, of an empty topic; want none, and the time it was configured", len(e.Entries), e.Updated)
	}
	_, err = b.db.Edition(b.ctx, "all", 1)
	b.wantError(err, news.ErrNotFound)
	seat := b.seat()
	n, err := b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.same("filed", fmt.Sprint(n), "0")
}
