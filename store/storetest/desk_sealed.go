package storetest

import (
	"slices"
	"time"

	"wireroom/news"
)

// bytesOf is a page as readers get it: without what names the Topic's revision alone.
func (b *bench) bytesOf(slug string, page int) news.Edition {
	b.Helper()
	e := b.editionOf(slug, page)
	e.Revision, e.Pages = 0, 0
	return e
}

// An entry of a sealed page none of whose reports is left is not replaced by what came later, and nothing but the undoing of a
// withdrawal brings it back.
func sealedEntryWithoutReportsIsGone(b *bench) {
	stories := deskBench(b)
	gone, other := stories[90], stories[7]
	later := b.report(source(1), 921, b.now, b.joining(gone.Lead.Item))
	b.file()
	whole := b.bytesOf("all", 1)
	withdrawal := b.act(news.Act{Kind: news.ActWithdraw, Items: []string{gone.Lead.Item.ID}})
	page := b.bytesOf("all", 1)
	if e, ok := entryOf(page, gone.ID); ok {
		b.Errorf("got the entry %+v, want none: its only report is withdrawn", e)
	}
	if stones := b.edition(0).Tombstones; len(stones) != 1 || stones[0].Story != gone.ID {
		b.Errorf("got the tombstones %v, want one of %s", stones, gone.ID)
	}
	if record, err := b.db.Story(b.ctx, gone.ID); err != nil || record.Story.Lead.Item.ID != later.ID {
		b.Errorf("the story is led by %s (%v), want by what is left of it, %s", record.Story.Lead.Item.ID, err, later.ID)
	}
	for what, do := range map[string]func() news.ActOutcome{
		"a merge into it": func() news.ActOutcome {
			return b.act(news.Act{Kind: news.ActMerge, Story: gone.ID, Other: other.ID})
		},
		"a merge into another": func() news.ActOutcome {
			return b.act(news.Act{Kind: news.ActMerge, Story: other.ID, Other: gone.ID})
		},
	} {
		done := do()
		b.same("the sealed page after "+what, b.bytesOf("all", 1), page)
		b.undo(done.Act)
		b.same("the sealed page after its undoing", b.bytesOf("all", 1), page)
	}
	b.report(source(1), 922, b.now, b.joining(later))
	b.file()
	b.same("the sealed page after another report", b.bytesOf("all", 1), page)
	b.undo(withdrawal.Act)
	b.same("entries after the undoing of the withdrawal", b.bytesOf("all", 1).Entries, whole.Entries)
}

// A withdrawn Story that no report is left of stays out of its sealed page when another Source takes the Story up.
func sealedEntryOfAWithdrawnSourceStaysOut(b *bench) {
	stories := deskBench(b)
	told := stories[90]
	b.act(news.Act{Kind: news.ActWithdraw, Source: "s00"})
	page := b.bytesOf("all", 1)
	b.now = b.now.Add(time.Hour)
	b.report(source(1), 921, b.now, b.joining(told.Lead.Item))
	b.file()
	b.same("the sealed page after a report of another source", b.bytesOf("all", 1), page)
}

// sealedWithCopy has a Story of two reports, one of them a copy, on the first sealed page of two topics' bench.
func sealedWithCopy(b *bench) (told news.Story, sealed news.Entry) {
	twoTopics(b)
	b.bring(0, 30, 0)
	told = b.edition(0).Entries[5].Story
	b.copyOf(told, 901)
	b.bring(30, 120, 0)
	sealed, ok := entryOf(b.edition(1), told.ID)
	if !ok || len(sealed.Story.Also) != 1 {
		b.Fatalf("got the sealed entry %+v (%v), want one of two reports", sealed, ok)
	}
	return told, sealed
}

// What was split off after it was sealed, and is withdrawn as a Story of its own, is on no sealed page either.
func splitAndWithdrawnIsOnNoPage(b *bench) {
	told, sealed := sealedWithCopy(b)
	before := b.bytesOf("all", 1)
	split := b.act(news.Act{Kind: news.ActEject, Story: told.ID, Items: []string{sealed.Story.Also[0].Item.ID}})
	b.sort()
	b.same("the sealed page after the ejection", b.bytesOf("all", 1), before)
	withdrawal := b.act(news.Act{Kind: news.ActWithdraw, Story: split.Act.Other})
	if e, ok := entryOf(b.edition(1), told.ID); !ok || len(e.Story.Also) != 0 || !b.edition(1).Rewritten.Equal(b.now) {
		b.Errorf("got the entry %+v (%v) of a page written anew at %v, want one without the withdrawn report, at %v", e, ok, b.edition(1).Rewritten, b.now)
	}
	b.undo(withdrawal.Act)
	b.same("entries after the undoing", b.bytesOf("all", 1).Entries, before.Entries)
}

// A document has another date only where it says something else.
func withdrawalsDateWhatChanges(b *bench) {
	stories := deskBench(b)
	b.copyOf(stories[90], 931) // which no page shows
	twice := stories[3]
	b.copyOf(twice, 932)
	for _, of := range []news.Act{{Kind: news.ActWithdraw, Source: "s01"}, {Kind: news.ActWithdraw, Story: stories[5].ID}} {
		b.act(of)
	}
	record, err := b.db.Story(b.ctx, twice.ID)
	b.must(err)
	for what, act := range map[string]news.Act{
		"a report that is withdrawn with its source": {Kind: news.ActWithdraw, Items: []string{b.item(source(1), 932, b.now).ID}},
		"a report of a withdrawn story":              {Kind: news.ActWithdraw, Items: []string{stories[5].Lead.Item.ID}},
		"a story's only report":                      {Kind: news.ActWithdraw, Items: []string{record.Story.Lead.Item.ID}},
	} {
		before := b.pages()
		done := b.act(act)
		after := b.pages()
		b.undo(done.Act)
		undone := b.pages()
		for i := range before {
			b.wantDatedIfChanged(what, before[i], after[i])
			b.wantDatedIfChanged(what+", undone", after[i], undone[i])
		}
	}
	sealed := b.edition(0)
	leads := b.edition(1).Entries[3].Story.Lead.Item.ID
	done := b.act(news.Act{Kind: news.ActWithdraw, Items: []string{leads}})
	if head := b.edition(0); !slices.Contains(done.Topics, "all") || head.Updated.Equal(sealed.Updated) {
		b.Errorf("raised %v, head of %v; want a tombstone under another date", done.Topics, head.Updated)
	}
}

// wantDatedIfChanged holds a page to it: another date where it says something else, and only there.
func (b *bench) wantDatedIfChanged(what string, before, after news.Edition) {
	b.Helper()
	dated := !before.Updated.Equal(after.Updated) || !before.Rewritten.Equal(after.Rewritten)
	for _, e := range []*news.Edition{&before, &after} {
		e.Revision, e.Updated, e.Rewritten = 0, time.Time{}, time.Time{}
	}
	if changed := !same(published{Editions: []news.Edition{before}}, published{Editions: []news.Edition{after}}); changed != dated {
		b.Errorf("%s: %s, page %d: changed: %v, dated anew: %v", what, after.Topic.Slug, after.Page, changed, dated)
	}
}

// A report that a sealed page alone shows is withdrawn from that page, under the page's date, and leaves the head's date alone.
func headKeepsItsDate(b *bench) {
	_, sealed := sealedWithCopy(b)
	head, page, revision := b.edition(0), b.edition(1), b.topic("all").Revision
	done := b.act(news.Act{Kind: news.ActWithdraw, Items: []string{sealed.Story.Also[0].Item.ID}})
	b.wantDatedIfChanged("the page", page, b.edition(1))
	b.wantDatedIfChanged("the head", head, b.edition(0))
	if done.Pages != 1 || b.topic("all").Revision == revision {
		b.Errorf("got the outcome %+v, revision %d after %d; want one page under a new revision, so that servers read it", done, b.topic("all").Revision, revision)
	}
}

// pages are all pages of all Topics.
func (b *bench) pages() (all []news.Edition) {
	b.Helper()
	for _, slug := range []string{"all", "other"} {
		for page := range b.topic(slug).Pages + 1 {
			all = append(all, b.editionOf(slug, page))
		}
	}
	return all
}

// What a Source does not allow any more goes from the pages that show it, and comes back, under their dates; the others keep theirs.
// A page sealed under the usual rights shows no more under wider ones.
func lesserRightsDateTheirPages(b *bench) {
	c := twoTopics(b)
	b.bring(0, 30, 0)
	b.copyOf(b.edition(0).Entries[5].Story, 901)
	b.bring(30, 190, 0)
	for _, rights := range []news.Rights{news.RightsHeadline, news.RightsFull, news.RightsSummary} {
		before, revision := b.pages(), b.topic("all").Revision
		b.now = b.now.Add(time.Hour)
		c.Sources[1].Republish = rights
		b.apply(c)
		for i, after := range b.pages() {
			b.wantDatedIfChanged("rights: "+string(rights), before[i], after)
		}
		moved := b.edition(1).Rewritten.Equal(b.now)
		if raised := b.topic("all").Revision > revision; raised != moved || moved != (rights != news.RightsSummary) {
			b.Errorf("rights: %s: the page is of %v, raised: %v", rights, b.edition(1).Rewritten, raised)
		}
	}
}

// What a withdrawn Source brings is filed nowhere, and dates nothing.
func withdrawnSourceDatesNothing(b *bench) {
	stories := deskBench(b)
	b.act(news.Act{Kind: news.ActWithdraw, Source: "s01"})
	for what, bring := range map[string]func(){
		"a copy of what the head shows": func() { b.copyOf(stories[3], 950) },
		"a copy of what a page shows":   func() { b.copyOf(stories[90], 951) },
		"a report of a story of its own": func() {
			b.report(source(1), 952, b.now, founding)
			b.file()
		},
		"a report of a story in the head": func() {
			b.report(source(1), 953, b.now, b.joining(stories[4].Lead.Item))
			b.file()
		},
	} {
		before := b.pages()
		b.now = b.now.Add(time.Hour)
		bring()
		for i, after := range b.pages() {
			b.wantDatedIfChanged(what, before[i], after)
		}
	}
}
