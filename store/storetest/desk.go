package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"wireroom/news"
)

// act does an Act as an editor, a minute later.
func (b *bench) act(a news.Act) news.ActOutcome {
	b.Helper()
	out, err := b.tryAct(a)
	b.must(err)
	return out
}

func (b *bench) tryAct(a news.Act) (news.ActOutcome, error) {
	b.Helper()
	if a.ID == "" {
		b.now = b.now.Add(time.Minute)
		a.At, a.By, a.Why = b.now, "desk", "a reason"
	}
	seat := b.seat()
	out, err := b.db.Act(b.ctx, seat, a)
	b.must(b.db.LeaveSeat(b.ctx, seat))
	return out, err
}

func (b *bench) undo(a news.Act) news.ActOutcome {
	b.Helper()
	return b.act(news.Act{Kind: news.ActUndo, Undoes: a.ID})
}

// A published state is all that readers can get.
type published struct {
	Editions []news.Edition
	Stories  map[string]news.StoryRecord // by the id asked for; a zero one is gone
}

// published reads every page of every Topic, and every Story. What names a state and not what is in it is left out: revisions
// and their times, and the dates of entries, which an Act may move.
func (b *bench) published(stories ...string) published {
	b.Helper()
	p := published{Stories: make(map[string]news.StoryRecord)}
	topics, err := b.db.Topics(b.ctx)
	b.must(err)
	for _, t := range topics {
		for page := range t.Pages + 1 {
			e, err := b.db.Edition(b.ctx, t.Slug, page)
			b.must(err)
			e.Revision, e.Updated, e.Rewritten = 0, time.Time{}, time.Time{}
			for i := range e.Entries {
				e.Entries[i].Updated = time.Time{}
			}
			p.Editions = append(p.Editions, e)
		}
	}
	for _, id := range stories {
		record, err := b.db.Story(b.ctx, id)
		if err != nil {
			b.wantError(err, news.ErrGone)
		}
		p.Stories[id] = record
	}
	return p
}

// deskBench has two sources and two topics: 120 stories in "all", 70 of them sealed, the newest three in "other" too.
func deskBench(b *bench) (stories []news.Story) {
	twoTopics(b)
	b.bring(0, 120, 0)
	head := b.edition(0)
	for _, e := range head.Entries[:3] {
		b.alsoIn(e.Story)
	}
	for _, e := range append(head.Entries, b.edition(1).Entries...) {
		stories = append(stories, e.Story)
	}
	b.copyOf(stories[1], 900)
	return stories
}

func idsOf(stories []news.Story) (ids []string) {
	for _, s := range stories {
		ids = append(ids, s.ID)
	}
	return ids
}

func (b *bench) editionOf(slug string, page int) news.Edition {
	b.Helper()
	e, err := b.db.Edition(b.ctx, slug, page)
	b.must(err)
	return e
}

// entryOf finds a Story's entry in an Edition; ok is false where it has none.
func entryOf(e news.Edition, story string) (news.Entry, bool) {
	i := slices.IndexFunc(e.Entries, func(entry news.Entry) bool { return entry.Story.ID == story })
	if i < 0 {
		return news.Entry{}, false
	}
	return e.Entries[i], true
}

// Every kind of Act shows, and leaves nothing behind once it is undone.
func actsAreUndone(b *bench) {
	stories := deskBench(b)
	lead := func(i int) string { return stories[i].Lead.Item.ID }
	grown, err := b.db.Story(b.ctx, stories[1].ID)
	b.must(err)
	for name, act := range map[string]news.Act{
		"pin":                   {Kind: news.ActPin, Story: stories[7].ID, Topic: "other"},
		"pin, sealed":           {Kind: news.ActPin, Story: stories[100].ID, Topic: "other"},
		"hide":                  {Kind: news.ActHide, Story: stories[0].ID, Topic: "other"},
		"hide everywhere":       {Kind: news.ActHide, Story: stories[0].ID},
		"move":                  {Kind: news.ActMove, Story: stories[5].ID, From: "all", Topic: "other"},
		"note":                  {Kind: news.ActNote, Story: stories[2].ID, Text: "Denied since."},
		"note in one topic":     {Kind: news.ActNote, Story: stories[2].ID, Topic: "other", Text: "Denied since."},
		"withdraw story":        {Kind: news.ActWithdraw, Story: stories[0].ID},
		"withdraw sealed story": {Kind: news.ActWithdraw, Story: stories[90].ID},
		"withdraw item":         {Kind: news.ActWithdraw, Items: []string{lead(1)}},
		"withdraw source":       {Kind: news.ActWithdraw, Source: "s01"},
		"withdraw main source":  {Kind: news.ActWithdraw, Source: "s00"},
		"merge":                 {Kind: news.ActMerge, Story: stories[0].ID, Other: stories[1].ID},
		"merge into sealed":     {Kind: news.ActMerge, Story: stories[80].ID, Other: stories[2].ID},
		"merge sealed into":     {Kind: news.ActMerge, Story: stories[9].ID, Other: stories[85].ID},
		"lead":                  {Kind: news.ActLead, Story: stories[1].ID, Items: []string{grown.Story.Also[0].Item.ID}},
	} {
		before := b.published(idsOf(stories)...)
		revision := b.topic("all").Revision + b.topic("other").Revision
		done := b.act(act)
		after := b.published(idsOf(stories)...)
		if len(done.Topics) == 0 || done.Entries+done.Pages+done.Items == 0 {
			b.Errorf("%s: got the outcome %+v, want some topic, and entry, page or item", name, done)
		}
		if raised := b.topic("all").Revision + b.topic("other").Revision; raised == revision {
			b.Errorf("%s: no revision was raised", name)
		}
		if same(before, after) {
			b.Errorf("%s: nothing changed", name)
		}
		for _, p := range after.Editions {
			wantDistinct(b, name, p)
		}
		undone := b.undo(done.Act)
		if undone.Act.InForce() || undone.Act.Undone.By != "desk" {
			b.Errorf("%s: got %+v after its undoing", name, undone.Act)
		}
		b.same(name+", undone", b.published(idsOf(stories)...), before)
	}
}

func same(a, b published) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// wantDistinct fails where a page has one id twice, or an entry names one report twice.
func wantDistinct(b *bench, what string, e news.Edition) {
	b.Helper()
	ids := make(map[string]bool)
	for _, entry := range e.Entries {
		items := append([]string{entry.Story.ID}, entry.Story.Lead.Item.ID)
		for _, r := range entry.Story.Also {
			items = append(items, r.Item.ID)
		}
		for _, id := range items {
			if ids[id] {
				b.Errorf("%s: %s, page %d has %s twice", what, e.Topic.Slug, e.Page, id)
			}
			ids[id] = true
		}
	}
}

// Acts are undone in any order, whatever came between.
func actsAreUndoneInAnyOrder(b *bench) {
	stories := deskBench(b)[:12]
	before := b.published(idsOf(stories)...)
	random := rand.New(rand.NewPCG(7, 7))
	var done []news.Act
	for range 60 {
		act := randomAct(b, random, stories)
		if out, err := b.tryAct(act); err == nil {
			done = append(done, out.Act)
		} else if text := err.Error(); strings.Contains(text, "sqlite") || strings.Contains(text, "SQLSTATE") {
			b.Fatal(err)
		}
		for _, e := range b.published().Editions {
			wantDistinct(b, fmt.Sprintf("after %d acts", len(done)), e)
		}
	}
	if len(done) < 25 {
		b.Fatalf("got %d acts done, want 25 at least", len(done))
	}
	random.Shuffle(len(done), func(i, j int) { done[i], done[j] = done[j], done[i] })
	for _, act := range done {
		b.undo(act)
	}
	b.sort() // ejected copies that are copies again
	b.same("after all acts are undone", b.published(idsOf(stories)...), before)
}

func randomAct(b *bench, random *rand.Rand, stories []news.Story) news.Act {
	pick := func() string { return stories[random.IntN(len(stories))].ID }
	topic := []string{"all", "other"}[random.IntN(2)]
	story, err := b.db.FindStory(b.ctx, pick())
	b.must(err)
	act := news.Act{Kind: news.ActKinds[random.IntN(len(news.ActKinds))], Story: story}
	switch act.Kind {
	case news.ActPin, news.ActHide:
		act.Topic = topic
	case news.ActMove:
		act.From, act.Topic = "all", "other"
	case news.ActNote:
		act.Text = "a line"
	case news.ActMerge:
		act.Other, err = b.db.FindStory(b.ctx, pick())
		b.must(err)
	case news.ActSplit, news.ActEject, news.ActLead:
		if record, err := b.db.Story(b.ctx, story); err == nil {
			all := append([]news.Report{record.Story.Lead}, record.Story.Also...)
			act.Items = []string{all[random.IntN(len(all))].Item.ID}
		}
	}
	return act
}

// A pin forces a Story into a head and keeps it there when the rule changes; the order stays that of the entry log.
func pinKeeps(b *bench) {
	stories := deskBench(b)
	b.act(news.Act{Kind: news.ActPin, Story: stories[100].ID, Topic: "other"})
	pinned, ok := entryOf(b.editionOf("other", 0), stories[100].ID)
	if !ok || pinned.Number != 4 {
		b.Fatalf("got entry %d (%v), want the fourth of the log", pinned.Number, ok)
	}
	b.act(news.Act{Kind: news.ActPin, Story: stories[0].ID, Topic: "all"})
	b.apply(news.Configuration{Sources: []news.Source{source(0), source(1)},
		Topics: []news.Topic{{Slug: "all", Title: "All", Rule: news.Rule{Strong: []string{"y"}}}, {Slug: "other", Title: "Other", Rule: news.Rule{Strong: []string{"y"}}}}})
	b.refile()
	b.same("what a rule that takes nothing leaves", idsOf(storiesOf(b.edition(0))), []string{stories[0].ID})
	b.same("and in the other topic", idsOf(storiesOf(b.editionOf("other", 0))), []string{stories[100].ID})
	if _, err := b.tryAct(news.Act{Kind: news.ActPin, Story: stories[0].ID, Topic: "all"}); err == nil {
		b.Error("a second pin of one story was taken")
	}
}

// What is hidden everywhere is in no sealed page of a topic that comes later, and is there once it is hidden no more.
func hiddenFromNewTopics(b *bench) {
	b.sources(1)
	b.bring(0, 30, 72*time.Hour)
	hidden := b.edition(0).Entries[20].Story.ID
	done := b.act(news.Act{Kind: news.ActHide, Story: hidden})
	b.bring(30, 40, 60*time.Hour) // so that the others would be of a page
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything(), {Slug: "later", Title: "Later", Rule: news.Rule{All: true}}}})
	seat := b.seat()
	items, err := b.db.SortedAfter(b.ctx, 0, 100)
	b.must(err)
	var all []news.Sorted
	for _, item := range items {
		all = append(all, news.Sorted{Ref: item.Ref, Version: 1, Story: item.Story, Decisions: []news.Decision{{Topic: "later", In: true, Score: 6}}})
	}
	b.must(b.db.SaveRefiled(b.ctx, seat, []string{"later"}, items[len(items)-1].Ref, all))
	b.must(b.db.EndRefile(b.ctx, seat, []string{"later"}, b.now))
	_, err = b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
	shown := func() (ids []string) {
		for page := range 3 {
			if e, err := b.db.Edition(b.ctx, "later", page); err == nil {
				ids = append(ids, idsOf(storiesOf(e))...)
			}
		}
		return ids
	}
	if ids := shown(); len(ids) != 69 || slices.Contains(ids, hidden) {
		b.Errorf("got %d stories in the later topic, want 69 without %s", len(ids), hidden)
	}
	b.undo(done.Act)
	if ids := shown(); len(ids) != 70 || !slices.Contains(ids, hidden) {
		b.Errorf("got %d stories in the later topic after the undoing, want 70 with %s", len(ids), hidden)
	}
}

func storiesOf(e news.Edition) (stories []news.Story) {
	for _, entry := range e.Entries {
		stories = append(stories, entry.Story)
	}
	return stories
}

// What is withdrawn is gone from everything, tells so by a tombstone, and comes back to its place.
func withdrawalIsWhole(b *bench) {
	stories := deskBench(b)
	for _, of := range []news.Act{
		{Kind: news.ActWithdraw, Story: stories[0].ID}, {Kind: news.ActWithdraw, Story: stories[90].ID},
		{Kind: news.ActWithdraw, Items: []string{stories[60].Lead.Item.ID}},
	} {
		id := of.Story
		if id == "" {
			id = stories[60].ID
		}
		page := 0
		if _, ok := entryOf(b.edition(1), id); ok {
			page = 1
		}
		before := b.edition(page)
		done := b.act(of)
		if _, ok := entryOf(b.edition(page), id); ok {
			b.Errorf("%s is still on page %d", id, page)
		}
		_, err := b.db.Story(b.ctx, id)
		b.wantError(err, news.ErrGone)
		b.same("tombstone", b.edition(0).Tombstones[:1], []news.Tombstone{{Story: id, At: b.now}})
		if want := min(page, 1); done.Pages != want {
			b.Errorf("got %d pages written anew, want %d", done.Pages, want)
		}
		if rewritten := b.edition(page).Rewritten; (page > 0) != rewritten.Equal(b.now) {
			b.Errorf("page %d was written anew at %v, now is %v", page, rewritten, b.now)
		}
		items, err := b.db.Items(b.ctx, "", "", 0)
		b.must(err)
		if len(items) != 120 {
			b.Errorf("got %d items in the list, want 120 of 121", len(items))
		}
		b.undo(done.Act)
		after := b.edition(page)
		b.same("entries that came back", after.Entries, before.Entries)
	}
}

// What a withdrawn Source brings later is withdrawn as well, and a Story of its that another reports is seen.
func withdrawnSourceStaysOut(b *bench) {
	deskBench(b)
	done := b.act(news.Act{Kind: news.ActWithdraw, Source: "s00"})
	if done.Entries < 120 || done.Pages != 1 {
		b.Errorf("got the outcome %+v, want 120 entries on one page and the head", done)
	}
	if n := len(b.edition(0).Tombstones); n != news.TombstonesKept {
		b.Errorf("got %d tombstones, want %d", n, news.TombstonesKept)
	}
	b.now = b.now.Add(time.Hour)
	b.bring(2000, 5, 0)
	head := b.edition(0)
	if len(head.Entries) != 1 || head.Entries[0].Story.Lead.Source.ID != "s01" {
		b.Fatalf("got the entries %v, want the one that the other source reports", guids(head))
	}
	known, err := b.db.Known(b.ctx, "s00", []news.Key{news.KeyOf("guid", "2003")})
	b.must(err)
	story, err := b.db.FindStory(b.ctx, known[news.KeyOf("guid", "2003")].ID)
	b.must(err)
	b.copyOf(news.Story{ID: story, Lead: news.Report{Item: news.Item{GUID: "2003"}}}, 901)
	if e, ok := entryOf(b.edition(0), story); !ok || e.Story.Lead.Source.ID != "s01" || len(e.Story.Also) != 0 {
		b.Errorf("got the entry %+v (%v), want the story led by the other source alone", e, ok)
	}
	b.undo(done.Act)
	if e, ok := entryOf(b.edition(0), story); !ok || e.Story.Lead.Source.ID != "s00" || len(e.Story.Also) != 1 {
		b.Errorf("got the entry %+v (%v) after the undoing, want its founder to lead it", e, ok)
	}
	if n := len(b.edition(0).Entries) + len(b.edition(1).Entries); n != 125 {
		b.Errorf("got %d entries after the undoing, want 125", n)
	}
}

// A merge shows all reports under one entry of a head, makes no new entry, leads one address to the other, and leaves sealed
// pages alone.
func mergeIsQuiet(b *bench) {
	stories := deskBench(b)
	sealed := b.edition(1)
	both := b.act(news.Act{Kind: news.ActMerge, Story: stories[0].ID, Other: stories[1].ID})
	head := b.edition(0)
	entry, ok := entryOf(head, stories[0].ID)
	if _, twice := entryOf(head, stories[1].ID); twice || !ok || len(entry.Story.Also) != 2 {
		b.Errorf("got the entry %+v (%v), want all three reports in one entry", entry, ok)
	}
	record, err := b.db.Story(b.ctx, stories[1].ID)
	b.must(err)
	if record.Story.ID != stories[0].ID || len(record.Story.Also) != 2 {
		b.Errorf("got story %s with %d others, want %s with 2", record.Story.ID, len(record.Story.Also), stories[0].ID)
	}
	b.act(news.Act{Kind: news.ActMerge, Story: stories[90].ID, Other: stories[2].ID})
	if e, ok := entryOf(b.edition(0), stories[2].ID); !ok || len(e.Story.Also) != 1 {
		b.Errorf("got the entry %+v (%v), want the one that readers know, with the report of the other", e, ok)
	}
	b.bring(3000, 3, 0)
	if e := b.edition(0); len(e.Entries) != len(head.Entries)+3 {
		b.Errorf("got %d entries after 3 more, want %d", len(e.Entries), len(head.Entries)+3)
	}
	after := b.edition(1)
	after.Revision, after.Rewritten = sealed.Revision, sealed.Rewritten
	b.same("the sealed page", after, sealed)
	if _, err := b.tryAct(news.Act{Kind: news.ActMerge, Story: stories[0].ID, Other: stories[1].ID}); err == nil {
		b.Error("a second merge of the same was taken")
	}
	b.copyOf(news.Story{Lead: stories[1].Lead}, 902)
	if e, _ := entryOf(b.edition(0), stories[0].ID); len(e.Story.Also) != 3 {
		b.Errorf("got %d others after another copy, want 3", len(e.Story.Also))
	}
	b.undo(both.Act)
	if e, ok := entryOf(b.edition(0), stories[1].ID); !ok || len(e.Story.Also) != 1 {
		b.Errorf("got the entry %+v (%v) after the undoing, want what it was", e, ok)
	}
}

// An ejected report is a Story of its own, under an id that no Story ever had, and is kept apart from its former one.
func ejectionFoundsAStory(b *bench) {
	stories := deskBench(b)
	record, err := b.db.Story(b.ctx, stories[1].ID)
	b.must(err)
	copied := record.Story.Also[0].Item.ID
	ids := map[string]bool{stories[1].ID: true}
	for range 3 {
		done := b.act(news.Act{Kind: news.ActEject, Story: stories[1].ID, Items: []string{copied}})
		if ids[done.Act.Other] {
			b.Errorf("the id %s was minted twice", done.Act.Other)
		}
		ids[done.Act.Other] = true
		if unsorted := b.unsorted(); len(unsorted) != 1 || unsorted[0].Item.ID != copied || unsorted[0].Copy {
			b.Errorf("got %v to sort, want the ejected copy, as a report of its own", unsorted)
		}
		b.sort()
		if n := ledBy(b.edition(0), copied); n != 1 {
			b.Errorf("got %d entries led by the ejected report, want 1", n)
		}
		apart, err := b.db.Apart(b.ctx)
		b.must(err)
		b.same("kept apart", apart, []news.Apart{{Item: copied, Story: stories[1].ID}})
		b.undo(done.Act)
		back, err := b.db.Story(b.ctx, done.Act.Other)
		b.must(err)
		b.same("where the story of the ejected leads", back.Story, record.Story)
	}
	if _, err := b.tryAct(news.Act{Kind: news.ActEject, Story: stories[0].ID, Items: []string{stories[0].Lead.Item.ID}}); err == nil {
		b.Error("the only report of a story was ejected")
	}
}

func ledBy(e news.Edition, item string) (n int) {
	for _, entry := range e.Entries {
		if entry.Story.Lead.Item.ID == item {
			n++
		}
	}
	return n
}
