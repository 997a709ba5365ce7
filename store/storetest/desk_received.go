package storetest

import (
	"strings"
	"wireroom/news"
)

// Acts of another desk are taken over once, with their ids and what became of them.
func actsAreReceivedOnce(b *bench) {
	start := b.now
	stories := deskBench(b)
	first := b.act(news.Act{Kind: news.ActNote, Story: stories[0].ID, Text: "One."})
	second := b.act(news.Act{Kind: news.ActHide, Story: stories[3].ID, Topic: "all"})
	b.undo(first.Act)
	acts, err := b.db.Acts(b.ctx)
	b.must(err)
	b.same("the acts", []string{acts[0].ID, acts[1].ID}, []string{first.Act.ID, second.Act.ID})

	other := &bench{T: b.T, ctx: b.ctx, db: b.other(), now: start}
	deskBench(other)
	for round := range 2 {
		for _, act := range acts {
			if got := other.act(act); got.Known != (round > 0) {
				other.Errorf("round %d: got known %v", round, got.Known)
			}
		}
	}
	received, err := other.db.Acts(b.ctx)
	b.must(err)
	b.same("received", received, acts)
	b.same("what readers see", other.published().Editions, b.published().Editions)
	again := acts[1]
	again.Undone = news.Undoing{At: b.now, By: "desk", Why: "a mistake"}
	if got := other.act(again); got.Act.InForce() {
		b.Error("an undoing was not taken over")
	}
	_, err = other.tryAct(news.Act{ID: news.ActID(news.Act{}, 0), Kind: news.ActPin, At: b.now, By: "a", Why: "b", Story: news.StoryID("none", 0), Topic: "all"})
	b.wantError(err, news.ErrNotFound)
}

// Stories and Items are found by what an editor has at hand.
func namesAreFound(b *bench) {
	stories := deskBench(b)
	story, item := stories[5].ID, stories[5].Lead.Item
	for _, text := range []string{story, story[:13], "https://wire.example.org/stories/" + story, "urn:uuid:" + story, item.ID, item.URL, item.URL + "?utm_source=x#top"} {
		got, err := b.db.FindStory(b.ctx, text)
		b.must(err)
		b.same(text, got, story)
	}
	for _, text := range []string{item.ID, item.ID[:18], item.URL} {
		got, err := b.db.FindItem(b.ctx, text)
		b.must(err)
		b.same(text, got, item.ID)
	}
	for _, text := range []string{"https://nowhere.example/", "zebra", news.StoryID("none", 0)} {
		_, err := b.db.FindStory(b.ctx, text)
		b.wantError(err, news.ErrNotFound)
	}
	if _, err := b.db.FindItem(b.ctx, firstShared(b)); err == nil || !strings.Contains(err.Error(), "several") {
		b.Errorf("got error %v of what several items begin with, want one that says so", err)
	}
}

// firstShared is a digit that more than one Item's id begins with.
func firstShared(b *bench) string {
	items, err := b.db.Items(b.ctx, "", "", 0)
	b.must(err)
	seen := make(map[string]bool)
	for _, it := range items {
		if seen[it.ID[:1]] {
			return it.ID[:1]
		}
		seen[it.ID[:1]] = true
	}
	b.Fatal("no two ids begin alike")
	return ""
}
