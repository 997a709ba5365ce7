package storetest

import (
	"slices"
	"time"

	"wireroom/news"
)

// corrected are the ids of a Topic's corrections, and their date.
func (b *bench) corrected(slug string) (ids []string, at time.Time) {
	b.Helper()
	all, err := b.db.Corrections(b.ctx, slug, 100)
	b.must(err)
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids, b.topic(slug).Edited
}

// What an Act takes from the corrections, or gives back, is told by their date and by the number of edits, and nothing else is.
func actsDateCorrections(b *bench) {
	stories := deskBench(b)
	sealed, shown, plain := stories[90], stories[0], stories[3]
	b.now = b.now.Add(time.Hour)
	b.edit(sealed.Lead.Item, "A sealed one, edited")
	b.edit(shown.Lead.Item, "One in the head, edited")
	for what, act := range map[string]news.Act{
		"a withdrawn item":                   {Kind: news.ActWithdraw, Items: []string{sealed.Lead.Item.ID}},
		"a withdrawn story":                  {Kind: news.ActWithdraw, Story: shown.ID},
		"a withdrawn source":                 {Kind: news.ActWithdraw, Source: "s00"},
		"a withdrawn story without an edit":  {Kind: news.ActWithdraw, Story: plain.ID},
		"a hidden one":                       {Kind: news.ActHide, Story: shown.ID, Topic: "other"},
		"a pinned one":                       {Kind: news.ActPin, Story: sealed.ID, Topic: "other"},
		"a note":                             {Kind: news.ActNote, Story: shown.ID, Text: "Denied since."},
		"a merge into a sealed one":          {Kind: news.ActMerge, Story: sealed.ID, Other: shown.ID},
		"a merge of one without an edit":     {Kind: news.ActMerge, Story: plain.ID, Other: stories[4].ID},
		"a merge into one that stands alone": {Kind: news.ActMerge, Story: stories[7].ID, Other: shown.ID},
	} {
		var done news.ActOutcome
		for _, do := range []func(){func() { done = b.act(act) }, func() { b.undo(done.Act) }} {
			type state struct {
				ids []string
				at  time.Time
			}
			before := make(map[string]state)
			for _, slug := range []string{"all", "other"} {
				ids, at := b.corrected(slug)
				before[slug] = state{ids, at}
			}
			do()
			for slug, was := range before {
				ids, at := b.corrected(slug)
				if changed, dated := !slices.Equal(ids, was.ids), at.After(was.at); changed != dated {
					b.Errorf("%s: corrections of %s: %d after %d, dated anew: %v", what, slug, len(ids), len(was.ids), dated)
				}
				b.wantOnce(what, ids)
			}
		}
	}
}

func (b *bench) wantOnce(what string, ids []string) {
	b.Helper()
	seen := make(map[string]bool)
	for _, id := range ids {
		if seen[id] {
			b.Errorf("%s: %s is there twice", what, id)
		}
		seen[id] = true
	}
}
