package storetest

import (
	"testing"
	"time"

	"wireroom/news"
)

// report has a Source bring an Item, and places it as place says of what would found a Story; it is not filed.
func (b *bench) report(s news.Source, n int, published time.Time, place func(*news.Sorted)) news.Item {
	b.Helper()
	it := b.item(s, n, published)
	b.save(b.claim(news.ClaimRequest{Due: news.DueForced, Source: s.ID})[0], it)
	sorted := b.sorted()
	for i := range sorted {
		place(&sorted[i])
	}
	b.fromSeat(func(seat news.Seat) error { return b.db.SaveSorted(b.ctx, seat, sorted) })
	return it
}

func (b *bench) fromSeat(do func(news.Seat) error) {
	b.Helper()
	seat := b.seat()
	b.must(do(seat))
	b.must(b.db.LeaveSeat(b.ctx, seat))
}

func (b *bench) file() {
	b.Helper()
	b.fromSeat(func(seat news.Seat) error {
		_, err := b.db.File(b.ctx, seat, b.now)
		return err
	})
}

// founding leaves an Item to found a Story.
func founding(*news.Sorted) {}

// joining puts an Item into the Story of another that is sorted.
func (b *bench) joining(with news.Item) func(*news.Sorted) {
	b.Helper()
	ref, story := b.placeOf(with)
	return func(s *news.Sorted) {
		s.StoryID, s.Story = "", story
		s.Grouped = news.Grouped{Method: news.MethodJoined, Score: 410, Need: 220, Against: ref, Clock: b.now, Form: []byte("joined")}
	}
}

// copying makes an Item a copy of another that is sorted.
func (b *bench) copying(of news.Item) func(*news.Sorted) {
	b.Helper()
	ref, _ := b.placeOf(of)
	return func(s *news.Sorted) {
		*s = news.Sorted{Ref: s.Ref, Version: s.Version, DuplicateOf: ref, Why: news.MethodText}
	}
}

// placeOf is the store's number of an Item, and that of its Story.
func (b *bench) placeOf(it news.Item) (ref, story int64) {
	b.Helper()
	all, err := b.db.SortedAfter(b.ctx, 0, 10_000)
	b.must(err)
	for _, u := range all {
		if u.Item.ID == it.ID {
			return u.Ref, u.Story
		}
	}
	b.Fatalf("item %s is not sorted", it.ID)
	return 0, 0
}

// only is the entry of a head that has but one.
func (b *bench) only() news.Entry {
	b.Helper()
	e := b.edition(0)
	if len(e.Entries) != 1 {
		b.Fatalf("got entries %v, want one", guids(e))
	}
	return e.Entries[0]
}

func itemJoinsStory(b *bench) {
	twoTopics(b)
	first := b.report(source(0), 1, b.now, founding)
	b.file()
	before, revision := b.only(), b.topic("all").Revision
	b.now = b.now.Add(time.Minute)
	second := b.report(source(1), 2, b.now, func(s *news.Sorted) {
		b.joining(first)(s)
		s.Decisions = append(s.Decisions, news.Decision{Topic: "other", In: true, Score: 6})
	})
	b.file()

	after := b.only()
	if got := after.Story.Also; len(got) != 1 || got[0].Item.ID != second.ID || got[0].Source.ID != "s01" || got[0].DuplicateOf != "" {
		b.Fatalf("got also %v, want the report of s01, which is no copy", got)
	}
	b.same("the lead of a story that grew", after.Story.Lead, before.Story.Lead)
	b.same("the date of its entry", after.Updated, before.Updated)
	if got := b.topic("all").Revision; got <= revision {
		b.Errorf("got revision %d after a story grew, want more than %d", got, revision)
	}
	other := b.editionOf("other", 0)
	if len(other.Entries) != 1 || other.Entries[0].Story.ID != after.Story.ID || other.Entries[0].Story.Lead.Item.ID != first.ID {
		b.Errorf("got %v in the topic that took the second report, want the story, led by the first", other.Entries)
	}
	grouping, err := b.db.Grouping(b.ctx, second.ID)
	b.must(err)
	b.same("why it is there", grouping, news.Grouping{Story: news.Likeness{Method: news.MethodJoined, Score: 410, Need: 220, Against: first.ID}})
}

func whatMovedIsNotSaved(b *bench) {
	b.sources(1)
	for name, spoil := range map[string]func(*news.Sorted){
		"another place":   func(s *news.Sorted) { s.Seq += 5 },
		"another version": func(s *news.Sorted) { s.Version = 7 },
		"a copy, changed": func(s *news.Sorted) { s.Version, s.DuplicateOf = 7, s.Ref },
		"sorted already":  func(s *news.Sorted) { s.Ref = 1 << 40 },
	} {
		b.Run(name, func(t *testing.T) {
			b := &bench{T: t, ctx: b.ctx, db: b.db, now: b.now}
			c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
			n := int(b.nextSeq()) * 10
			b.save(c, b.item(c.Source, n, b.now), b.item(c.Source, n+1, b.now))
			before, whole := b.nextSeq(), b.sorted()
			for i := range whole {
				whole[i].Seq = before + int64(i)
			}
			spoilt := append([]news.Sorted(nil), whole...)
			spoil(&spoilt[1])
			seat := b.seat()
			b.wantError(b.db.SaveSorted(b.ctx, seat, spoilt), news.ErrMoved)
			if got := len(b.unsorted()); got != 2 || b.nextSeq() != before {
				t.Errorf("%d of 2 items wait, next place %d after %d: want nothing saved", got, b.nextSeq(), before)
			}
			b.must(b.db.SaveSorted(b.ctx, seat, whole))
			b.must(b.db.LeaveSeat(b.ctx, seat))
			if got := b.nextSeq(); got != before+2 {
				t.Errorf("got next place %d, want %d", got, before+2)
			}
		})
	}
}

func (b *bench) nextSeq() int64 {
	b.Helper()
	mark, err := b.db.GroupingMark(b.ctx)
	b.must(err)
	return mark.NextSeq
}

// forms are what Groupings reads.
func (b *bench) forms(first int64, window time.Duration) (forms []string) {
	b.Helper()
	mark, err := b.db.Groupings(b.ctx, first, window, func(f news.Filed) error {
		forms = append(forms, f.Source+" "+string(f.Form))
		return nil
	})
	b.must(err)
	now, err := b.db.GroupingMark(b.ctx)
	b.must(err)
	b.same("mark of what was read", mark, now)
	return forms
}

// grouped founds a Story with what later Items are compared with.
func (b *bench) grouped(form string) func(*news.Sorted) {
	return func(s *news.Sorted) {
		s.Grouped = news.Grouped{Method: news.MethodFounder, Clock: b.now, Form: []byte(form)}
	}
}

func groupingsAreRead(b *bench) {
	b.sources(2)
	first := b.report(source(0), 1, b.now, b.grouped("one"))
	b.now = b.now.Add(time.Hour)
	middle := b.nextSeq()
	joined := b.report(source(1), 2, b.now, b.joining(first))
	b.report(source(1), 3, b.now, b.copying(first))
	b.now = b.now.Add(time.Hour)
	b.report(source(1), 4, b.now, b.grouped("three"))
	b.report(source(0), 5, b.now, founding) // nothing is compared with it
	b.file()
	b.same("all", b.forms(0, 24*time.Hour), []string{"s00 one", "s01 joined", "s01 three"})
	b.same("from a place on", b.forms(middle, 24*time.Hour), []string{"s01 joined", "s01 three"})
	b.same("a window, its edge within", b.forms(0, time.Hour), []string{"s01 joined", "s01 three"})

	ref, story := b.placeOf(first)
	edited := first
	edited.Version, edited.Title, edited.Fingerprint = 2, "Edited", news.FingerprintOf("edited")
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
	b.must(b.trySave(news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State), Changed: []news.Item{edited}}))
	b.fromSeat(func(seat news.Seat) error {
		return b.db.SaveSorted(b.ctx, seat, []news.Sorted{{Ref: ref, Version: 2, Story: story, Touched: true, Grouped: news.Grouped{Form: []byte("again")}}})
	})
	b.same("after an edit", b.forms(0, 24*time.Hour), []string{"s00 again", "s01 joined", "s01 three"})

	before, err := b.db.GroupingMark(b.ctx)
	b.must(err)
	b.file()
	b.act(news.Act{Kind: news.ActEject, Story: b.entryWith(first).Story.ID, Items: []string{joined.ID}})
	after, err := b.db.GroupingMark(b.ctx)
	b.must(err)
	if after.Acts <= before.Acts {
		b.Errorf("got mark %+v after an act that moved an item, want more acts than %+v", after, before)
	}
}

func formsArePruned(b *bench) {
	b.sources(1)
	old := b.report(source(0), 1, b.now, b.grouped("one"))
	b.now = b.now.Add(time.Hour)
	b.report(source(0), 2, b.now, b.grouped("two"))
	b.now = b.now.Add(time.Hour)
	b.report(source(0), 3, b.now, b.grouped("three"))
	for _, want := range []int64{1, 0} { // the second time nothing is left to prune
		pruned, err := b.db.PruneForms(b.ctx, time.Hour)
		b.must(err)
		b.same("pruned", pruned, want)
	}
	b.same("what is left", b.forms(0, 24*time.Hour), []string{"s00 two", "s00 three"})
	grouping, err := b.db.Grouping(b.ctx, old.ID)
	b.must(err)
	b.same("why it was placed", grouping, news.Grouping{Story: news.Likeness{Method: news.MethodFounder}})
}

// ranked is a Source of a tier whose text may be shown so far.
func ranked(n, tier int, rights news.Rights) news.Source {
	s := source(n)
	s.Tier, s.Republish = tier, rights
	return s
}

func storyIsLedByRule(b *bench) {
	second, first := ranked(0, 2, news.RightsSummary), ranked(1, 1, news.RightsHeadline)
	full, untold := ranked(2, 1, news.RightsFull), ranked(3, 0, news.RightsFull)
	b.apply(news.Configuration{Sources: []news.Source{second, first, full, untold}, Topics: []news.Topic{everything()}})
	type telling struct {
		source news.Source
		age    time.Duration
	}
	n := 0
	for _, tc := range []struct {
		what string
		told []telling // in the order of sorting
		want int
	}{
		{"the earliest, whatever its tier", []telling{{full, 0}, {untold, time.Minute}, {first, 0}}, 1},
		{"of one time the better tier", []telling{{untold, 0}, {second, 0}, {first, 0}}, 2},
		{"of one tier the one of which more may be shown", []telling{{first, 0}, {full, 0}}, 1},
		{"of equals the first that was sorted", []telling{{full, 0}, {full, 0}}, 0},
	} {
		var items []news.Item
		for i, told := range tc.told {
			place := founding
			if i > 0 {
				place = b.joining(items[0])
			}
			n++
			items = append(items, b.report(told.source, n, b.now.Add(-told.age), place))
		}
		b.file()
		b.same(tc.what, b.entryWith(items[0]).Story.Lead.Item.ID, items[tc.want].ID)
		n++
		b.report(first, n, b.now.Add(-time.Hour), b.joining(items[0]))
		b.file()
		b.same(tc.what+", and it stays", b.entryWith(items[0]).Story.Lead.Item.ID, items[tc.want].ID)
		b.now = b.now.Add(time.Minute)
	}
}

// entryWith finds the entry of the head whose Story an Item is in.
func (b *bench) entryWith(it news.Item) news.Entry {
	b.Helper()
	for _, e := range b.edition(0).Entries {
		for _, r := range append(e.Story.Also, e.Story.Lead) {
			if r.Item.ID == it.ID {
				return e
			}
		}
	}
	b.Fatalf("item %s is in no entry", it.ID)
	return news.Entry{}
}

func thirdSourceMovesTheDate(b *bench) {
	c := news.Configuration{Topics: []news.Topic{everything()}, UpdateOn: news.UpdateThirdSource}
	for i := range 6 {
		c.Sources = append(c.Sources, source(i))
	}
	b.apply(c)
	n := 0
	grow := func(what string, s int, place func(*news.Sorted), moves bool) {
		b.Helper()
		before := b.only().Updated
		b.now = b.now.Add(time.Minute)
		n++
		b.report(source(s), 100+n, b.now, place)
		b.file()
		if moved := !b.only().Updated.Equal(before); moved != moves {
			b.Errorf("%s: got the date moved %t, want %t", what, moved, moves)
		}
	}
	first := b.report(source(0), 1, b.now, founding)
	b.file()
	grow("a second source", 1, b.joining(first), false)
	grow("a copy in a third", 2, b.copying(first), false)
	grow("one source again", 1, b.joining(first), false)
	grow("a third source in its own words", 3, b.joining(first), true)
	grow("a fourth", 4, b.joining(first), false)
	grow("one more copy", 5, b.copying(first), false)
}

// A Story that enters when three Sources have told it has nothing more to announce.
func enteredWithThreeSources(b *bench) {
	c := news.Configuration{Topics: []news.Topic{everything()}, UpdateOn: news.UpdateThirdSource}
	for i := range 4 {
		c.Sources = append(c.Sources, source(i))
	}
	b.apply(c)
	first := b.report(source(0), 1, b.now, founding)
	b.report(source(1), 2, b.now, b.joining(first))
	b.report(source(2), 3, b.now, b.joining(first))
	b.file()
	before := b.only()
	b.now = b.now.Add(time.Minute)
	b.report(source(3), 4, b.now, b.copying(first))
	b.file()
	after := b.only()
	b.same("reports beside the lead", len(after.Story.Also), 3)
	b.same("the date of the entry", after.Updated, before.Updated)
}
