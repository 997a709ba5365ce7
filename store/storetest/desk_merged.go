package storetest

import "wireroom/news"

// A Story that was merged into another stays with that, also when its founder is taken out of it: where the merged one stood
// alone, its entry goes on to show what is left, under its own id, and nothing comes as news again.
func mergedStaysWhereItsFounderLeaves(b *bench) {
	stories := deskBench(b)
	into, other := stories[7], stories[2] // of both, the second alone is in the topic other
	second := b.report(source(1), 901, b.now, b.joining(other.Lead.Item))
	b.alsoIn(news.Story{Lead: news.Report{Item: second}})
	named := []string{into.ID, other.ID}
	unmerged := b.published(named...)
	merge := b.act(news.Act{Kind: news.ActMerge, Story: into.ID, Other: other.ID})
	merged := b.published(named...)

	eject := b.act(news.Act{Kind: news.ActEject, Story: into.ID, Items: []string{other.Lead.Item.ID}})
	b.sort()
	for _, id := range named {
		if record, err := b.db.Story(b.ctx, id); err != nil || record.Story.ID != into.ID {
			b.Errorf("the page of %s leads to %s (%v), want to the merged story %s", id, record.Story.ID, err, into.ID)
		}
	}
	head := b.editionOf("other", 0)
	if e, ok := entryOf(head, other.ID); !ok || len(e.Story.Also) != 1 || e.Story.Lead.Item.ID != into.Lead.Item.ID && e.Story.Lead.Item.ID != second.ID {
		b.Errorf("got the entry %+v (%v), want what is left of the merged story under the id that readers know", e, ok)
	}
	if _, ok := entryOf(head, into.ID); ok {
		b.Error("the merged story came as news where it stood already")
	}
	if _, err := b.tryAct(news.Act{Kind: news.ActMerge, Story: stories[9].ID, Other: other.ID}); err == nil {
		b.Error("a story that is merged already was merged again")
	}

	b.undo(eject.Act)
	b.sort()
	b.same("after the undoing of the ejection", b.published(named...), merged)
	again := b.act(news.Act{Kind: news.ActEject, Story: into.ID, Items: []string{other.Lead.Item.ID}})
	b.undo(merge.Act)
	b.undo(again.Act)
	b.sort()
	b.same("after the undoing of both, the merge first", b.published(named...), unmerged)
}
