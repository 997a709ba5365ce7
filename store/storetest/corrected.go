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

// An edit of a report beside a lead dates the head where the head says something else of it: another title or address, and not another
// text.
func editBesideALead(b *bench) {
	twoTopics(b)
	b.bring(0, 5, 0)
	lead := b.edition(0).Entries[2].Story.Lead.Item
	beside := b.report(source(0), 901, b.now, b.joining(lead))
	b.file()
	edit := func(what string, it *news.Item, change func(*news.Item)) {
		b.Helper()
		before := b.pages()
		b.now = b.now.Add(time.Hour)
		it.Version++
		change(it)
		it.Seen, it.Fingerprint = b.now, news.FingerprintOf(what)
		c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
		b.must(b.trySave(news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State), Changed: []news.Item{*it}}))
		b.sort()
		for i, after := range b.pages() {
			b.wantDatedIfShown(what, before[i], after)
		}
	}
	edit("another text", &beside, func(it *news.Item) { it.Summary = "<p>Another.</p>" })
	edit("another title", &beside, func(it *news.Item) { it.Title = "Another" })
	edit("another text again", &beside, func(it *news.Item) { it.Summary = "<p>Again another.</p>" })
	edit("another address", &beside, func(it *news.Item) { it.URL = "http://s00.example/moved" })
	edit("another language", &beside, func(it *news.Item) { it.Language = "fr" })
	edit("no title", &beside, func(it *news.Item) { it.Title = "" })
	edit("another text without a title", &beside, func(it *news.Item) { it.Summary = "<p>The third.</p>" })
	edit("another text of the lead", &lead, func(it *news.Item) { it.Summary = "<p>Another.</p>" })
	if n := b.topic("all").Edits; n != 8 {
		b.Errorf("got %d edits, want all 8 among the corrections", n)
	}
}

// wantDatedIfShown is wantDatedIfChanged, for what a head shows of the reports beside its leads. Which of a report's versions it showed
// last is not known, so that another date is no fault where one differs.
func (b *bench) wantDatedIfShown(what string, before, after news.Edition) {
	b.Helper()
	dated := !before.Updated.Equal(after.Updated)
	for _, e := range []*news.Edition{&before, &after} {
		e.Revision, e.Updated = 0, time.Time{}
		for i := range e.Entries {
			story := &e.Entries[i].Story
			for j, r := range story.Also {
				shown := news.Item{ID: r.Item.ID, Title: r.Item.Title, URL: r.Item.URL, Language: r.Item.Language}
				if shown.Title == "" {
					shown.Summary = r.Item.Summary
				}
				story.Also[j] = news.Report{Item: shown}
			}
		}
	}
	changed := !same(published{Editions: []news.Edition{before}}, published{Editions: []news.Edition{after}})
	if changed && !dated || dated && !changed && what == "another text" {
		b.Errorf("%s: %s, page %d: changed: %v, dated anew: %v", what, after.Topic.Slug, after.Page, changed, dated)
	}
}

// What enters a Topic unseen, as an editor has hidden it, dates nothing, and is there once it is hidden no more.
func hiddenEntryDatesNothing(b *bench) {
	stories := deskBench(b)
	hidden := stories[7]
	done := b.act(news.Act{Kind: news.ActHide, Story: hidden.ID})
	before := b.pages()
	b.now = b.now.Add(time.Hour)
	b.alsoIn(hidden)
	for i, after := range b.pages() {
		b.wantDatedIfChanged("a hidden entry", before[i], after)
	}
	b.bring(300, 1, 0)
	b.alsoIn(b.edition(0).Entries[0].Story)
	b.undo(done.Act)
	e, ok := entryOf(b.editionOf("other", 0), hidden.ID)
	if newest := b.editionOf("other", 0).Entries[0]; !ok || newest.Number <= e.Number {
		b.Errorf("got the entry %+v (%v), want it under a number before the newest, %d", e, ok, newest.Number)
	}
}
