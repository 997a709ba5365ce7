package storetest

import (
	"slices"

	"wireroom/news"
)

// What a split or an ejection has founded goes from every head with its undoing, also where the Story that it came from stands
// on a sealed page alone.
func undoneFoundingIsNotShown(b *bench) {
	stories := deskBench(b)
	b.copyOf(stories[100], 901)
	record, err := b.db.Story(b.ctx, stories[100].ID)
	b.must(err)
	copied := record.Story.Also[0].Item.ID
	before := b.published(idsOf(stories)...)
	done := b.act(news.Act{Kind: news.ActEject, Story: stories[100].ID, Items: []string{copied}})
	b.sort()
	if n := ledBy(b.edition(0), copied); n != 1 {
		b.Fatalf("got %d entries led by the ejected report, want 1", n)
	}
	b.undo(done.Act)
	b.sort()
	b.same("after the undoing", b.published(idsOf(stories)...), before)
	b.act(news.Act{Kind: news.ActPin, Story: stories[100].ID, Topic: "all"})
	b.same("after a pin of what stands on a sealed page", b.published(idsOf(stories)...), before)
	b.act(news.Act{Kind: news.ActPin, Story: stories[100].ID, Topic: "other"})
	if _, ok := entryOf(b.editionOf("other", 0), stories[100].ID); !ok {
		b.Error("the story cannot be pinned where what it had lost was never filed")
	}
}

// A withdrawal is told wherever the Story ever was, and each telling is a revision of its own.
func hiddenIsBuriedToo(b *bench) {
	stories := deskBench(b)
	b.undo(b.act(news.Act{Kind: news.ActPin, Story: stories[7].ID, Topic: "other"}).Act)
	buried := func() bool {
		return slices.ContainsFunc(b.editionOf("other", 0).Tombstones, func(t news.Tombstone) bool { return t.Story == stories[7].ID })
	}
	revision := b.topic("other").Revision
	done := b.act(news.Act{Kind: news.ActWithdraw, Story: stories[7].ID})
	if !buried() || b.topic("other").Revision == revision || !slices.Contains(done.Topics, "other") {
		b.Errorf("tombstone: %v, revision %d after %d, topics %v; want one under a new revision", buried(), b.topic("other").Revision, revision, done.Topics)
	}
	revision = b.topic("other").Revision
	b.undo(done.Act)
	if buried() || b.topic("other").Revision == revision {
		b.Errorf("tombstone: %v, revision %d after %d; want none under a new revision", buried(), b.topic("other").Revision, revision)
	}
}

// An Act that no reader can see raises no Topic: a Feed has another date only where it says something else.
func unseenActsRaiseNothing(b *bench) {
	stories := deskBench(b)
	for name, act := range map[string]news.Act{
		"a pin where it stands":      {Kind: news.ActPin, Story: stories[0].ID, Topic: "other"},
		"a note where it stands not": {Kind: news.ActNote, Story: stories[7].ID, Topic: "other", Text: "Denied since."},
		"a pin of what is sealed":    {Kind: news.ActPin, Story: stories[100].ID, Topic: "all"},
	} {
		all, other := b.topic("all").Revision, b.topic("other").Revision
		done := b.act(act)
		undone := b.undo(done.Act)
		if len(done.Topics)+len(undone.Topics) > 0 || b.topic("all").Revision != all || b.topic("other").Revision != other {
			b.Errorf("%s raised %v, its undoing %v; want neither", name, done.Topics, undone.Topics)
		}
	}
	all := b.topic("all").Revision
	if done := b.act(news.Act{Kind: news.ActPin, Story: stories[7].ID, Topic: "other"}); b.topic("all").Revision == all {
		b.Errorf("a pin to another topic raised %v; entries name the topics that a story is in, so want both", done.Topics)
	}
}

// A sealed page whose lead was withdrawn shows the next of its reports, whatever leads the Story by then.
func sealedLeadIsFollowedOnce(b *bench) {
	twoTopics(b)
	b.bring(0, 30, 0)
	told := b.edition(0).Entries[5].Story
	for n := range 3 {
		b.copyOf(told, 901+n)
	}
	b.bring(30, 120, 1)
	page := b.edition(1)
	sealed, ok := entryOf(page, told.ID)
	if !ok || len(sealed.Story.Also) != 3 {
		b.Fatalf("got the sealed entry %+v (%v), want one of four reports", sealed, ok)
	}
	b.act(news.Act{Kind: news.ActWithdraw, Items: []string{told.Lead.Item.ID}})
	before := b.edition(1)
	if got, _ := entryOf(before, told.ID); got.Story.Lead.Item.ID != sealed.Story.Also[0].Item.ID {
		b.Errorf("got the lead %s, want the next report of the page, %s", got.Story.Lead.Item.ID, sealed.Story.Also[0].Item.ID)
	}
	b.act(news.Act{Kind: news.ActLead, Story: told.ID, Items: []string{sealed.Story.Also[2].Item.ID}})
	b.same("the sealed page after another lead", b.edition(1), before)
}

// A Story that is in no head can be kept out of all there will be.
func hiddenWhereItIsNot(b *bench) {
	id := deskBench(b)[10].ID
	here := b.act(news.Act{Kind: news.ActHide, Story: id, Topic: "all"})
	everywhere := b.act(news.Act{Kind: news.ActHide, Story: id})
	b.undo(here.Act)
	if _, shown := entryOf(b.edition(0), id); shown {
		b.Errorf("%s is shown, though it is hidden in all topics", id)
	}
	b.undo(everywhere.Act)
	if _, shown := entryOf(b.edition(0), id); !shown {
		b.Errorf("%s is not shown, though nothing hides it any more", id)
	}
}
