package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"wireroom/news"
)

// Whatever editors do and undo while news come in: a document has another date where it says something else and only there, under
// another revision, names nothing twice, and of sealed pages withdrawals alone change any, or what takes a report out of a
// withdrawn Story.
func randomActsDateWhatChanges(b *bench) {
	stories := deskBench(b)
	some := append(slices.Clone(stories[:4]), stories[88:92]...)
	for i, s := range some {
		b.copyOf(s, 940+i)
		b.report(source(1), 960+i, b.now, b.joining(s.Lead.Item))
	}
	b.file()
	b.bring(200, 70, 0) // seals what was in the head
	d := &disorder{bench: b, Rand: rand.New(rand.NewPCG(11, 11)), stories: append(some, storiesOf(b.edition(0))[:6]...), next: 2000}
	before, acts := b.pages(), 0
	for range 80 {
		what, act := d.step()
		if act != nil {
			acts++
		}
		b.sort()
		after := b.pages()
		for _, now := range after {
			if at := slices.IndexFunc(before, func(e news.Edition) bool { return e.Topic.Slug == now.Topic.Slug && e.Page == now.Page }); at >= 0 {
				b.wantHonest(what, act, before[at], now)
			}
			wantDistinct(b, what, now)
		}
		for _, slug := range []string{"all", "other"} {
			ids, _ := b.corrected(slug)
			b.wantOnce(what, ids)
		}
		before = after
	}
	if acts < 25 {
		b.Fatalf("got %d acts done, want 25 at least", acts)
	}
}

// wantHonest is wantDatedIfChanged, and of the revision, and of what may change a sealed page.
func (b *bench) wantHonest(what string, act *news.Act, before, after news.Edition) {
	b.Helper()
	b.wantDatedIfChanged(what, before, after)
	if after.Page > 0 && !after.Rewritten.Equal(before.Rewritten) {
		if act == nil || act.Kind != news.ActWithdraw && !act.Kind.Regroups() {
			b.Errorf("%s wrote page %d of %s anew", what, after.Page, after.Topic.Slug)
		}
		if after.Revision == before.Revision {
			b.Errorf("%s wrote page %d of %s anew under one revision", what, after.Page, after.Topic.Slug)
		}
	}
}

// A disorder is editors and news at random.
type disorder struct {
	*bench
	*rand.Rand
	stories []news.Story
	next    int // number of an Item
	done    []news.Act
}

// step does something, and returns what in words, and the Act that was done or undone; nil if none was.
func (d *disorder) step() (what string, act *news.Act) {
	s := d.stories[d.IntN(len(d.stories))]
	d.next++
	switch d.IntN(10) {
	case 0:
		d.bring(d.next, 1, 0)
		return "a new story", nil
	case 1:
		d.copyOf(s, d.next)
		return "a copy", nil
	case 2:
		d.report(source(d.IntN(2)), d.next, d.now, d.joining(s.Lead.Item))
		d.file()
		return "a report", nil
	case 3:
		d.alsoIn(s)
		return "another topic", nil
	case 4, 5:
		if len(d.done) > 0 {
			at := d.IntN(len(d.done))
			out := d.undo(d.done[at])
			d.done = slices.Delete(d.done, at, at+1)
			return fmt.Sprintf("the undoing of %s", out.Act.Kind), &out.Act
		}
	}
	out, err := d.tryAct(randomAct(d.bench, d.Rand, d.stories))
	if err != nil {
		return "nothing", nil
	}
	d.done = append(d.done, out.Act)
	return string(out.Act.Kind), &out.Act
}
