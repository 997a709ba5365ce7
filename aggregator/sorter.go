package aggregator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"wireroom/aggregator/cluster"
	"wireroom/curate"
	"wireroom/news"
)

// SeatStore is what is needed of a store to hold a seat.
type SeatStore interface {
	TakeSeat(ctx context.Context, name string, lease time.Duration) (news.Seat, bool, error)
	RenewSeat(ctx context.Context, seat news.Seat, lease time.Duration) error
	LeaveSeat(ctx context.Context, seat news.Seat) error
}

// SortStore is what a Sorter needs of a store. The store's methods say what they promise.
type SortStore interface {
	SeatStore
	Configuration(ctx context.Context) (news.Configuration, error)
	IndexOld(ctx context.Context, sorter news.Seat) (bool, error)
	ExpirePages(ctx context.Context, at time.Time) error
	SourceFacts(ctx context.Context) (map[string]news.Source, error)
	Waiting(ctx context.Context, limit int) ([]news.Waiting, error)
	Unsorted(ctx context.Context, refs []int64) ([]news.Unsorted, error)
	Canonicals(ctx context.Context, refs []int64) (map[int64]string, error)
	Addresses(ctx context.Context, prints []news.Key) (map[news.Key]map[string]int, error)
	Originals(ctx context.Context, prints []news.Key) (map[news.Key]news.Original, error)
	GroupingMark(ctx context.Context) (news.GroupingMark, error)
	Groupings(ctx context.Context, first int64, window time.Duration, each func(news.Filed) error) (news.GroupingMark, error)
	SaveSorted(ctx context.Context, sorter news.Seat, sorted []news.Sorted) error
	Refiles(ctx context.Context) ([]news.Refile, error)
	SortedAfter(ctx context.Context, after int64, limit int) ([]news.Unsorted, error)
	SaveRefiled(ctx context.Context, sorter news.Seat, slugs []string, through int64, decided []news.Sorted) error
	EndRefile(ctx context.Context, sorter news.Seat, slugs []string, at time.Time) error
	File(ctx context.Context, sorter news.Seat, at time.Time) (int, error)
}

// SorterSeat is the name of the Sorter's seat, and SorterLease for how long it is taken; it is renewed after each chunk.
const (
	SorterSeat  = "sorter"
	SorterLease = time.Minute
)

const (
	// sortChunk is how many Items one transaction sorts: ids and prints are spread over all pages of their indexes, so a
	// few large transactions write far less than many small ones. With 500 a first ingest of bench/ writes 480 MB and takes 5 MB
	// less at the peak than with 1,000, which write 430.
	sortChunk = 500
	// sortBatch is how many waiting Items are put in order at once; 24 bytes each.
	sortBatch = 100_000
)

// A Sorter places Items into Stories and files Stories under Topics: one at a time on a store, held by a seat.
type Sorter struct {
	Store SortStore
	Log   *slog.Logger
	Chunk int // how many Items one transaction sorts; 0 for the usual number

	rules   *curate.Rules // compiled from configuration number rulesOf
	rulesOf int
	facts   map[string]news.Source // by id, of the same configuration; removed Sources included
	groups  grouping
}

// Sorted says what a run of the Sorter did.
type Sorted struct {
	Items     int  // sorted, new versions of known ones included
	Entries   int  // made
	Elsewhere bool // another process has the seat: nothing was done
}

// Run sorts and files everything that waits; at is now, in the time of the news. It does nothing if another process has
// the seat.
func (s *Sorter) Run(ctx context.Context, at time.Time) (done Sorted, err error) {
	seat, free, err := s.Store.TakeSeat(ctx, SorterSeat, SorterLease)
	if err != nil || !free {
		return Sorted{Elsewhere: !free}, err
	}
	defer leave(ctx, s.Store, seat, s.Log)
	if err := s.compile(ctx); err != nil {
		return done, err
	}
	if err := s.refile(ctx, seat, at); err != nil {
		return done, err
	}
	if err := s.Store.ExpirePages(ctx, at); err != nil {
		return done, err
	}
	if done.Items, err = s.sort(ctx, seat); err != nil {
		return done, err
	}
	if done.Entries, err = s.Store.File(ctx, seat, at); err != nil {
		return done, err
	}
	return done, s.indexOld(ctx, seat)
}

// indexOld makes what was sorted before there was a search findable, last of all, since nobody waits for it.
func (s *Sorter) indexOld(ctx context.Context, seat news.Seat) error {
	for {
		left, err := s.Store.IndexOld(ctx, seat)
		if err != nil || !left {
			return err
		}
		if err := s.Store.RenewSeat(ctx, seat, SorterLease); err != nil {
			return err
		}
	}
}

// leave gives a seat back even where ctx has ended, so that the next process need not wait for the lease to run out.
func leave(ctx context.Context, store SeatStore, seat news.Seat, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := store.LeaveSeat(ctx, seat); err != nil {
		log.Warn("seat not given back; its lease ends by itself", "err", err)
	}
}

// compile makes the rules of the configuration that the store has now.
func (s *Sorter) compile(ctx context.Context) error {
	c, err := s.Store.Configuration(ctx)
	if err != nil || c.Number == s.rulesOf {
		return err
	}
	rules, err := curate.Compile(c.Topics, c.Exclude)
	if err != nil {
		return fmt.Errorf("configuration %d: %w", c.Number, err)
	}
	facts, err := s.Store.SourceFacts(ctx)
	if err != nil {
		return err
	}
	s.rules, s.rulesOf, s.facts = rules, c.Number, facts
	return nil
}

// decide asks the rules about an Item with its plain text.
func (s *Sorter) decide(it news.Item, text string) []news.Decision {
	return s.rules.Decide(curate.Subject{Item: it, Source: s.facts[it.Source], Text: text})
}

// sort takes all that waits, in the order of the time at which it was seen, of Source id and of place in the document, a
// chunk at a time. So the order is the same whether the Sorter comes by often or seldom, or dies between two chunks.
func (s *Sorter) sort(ctx context.Context, seat news.Seat) (items int, err error) {
	for {
		waiting, err := s.Store.Waiting(ctx, sortBatch)
		if err != nil || len(waiting) == 0 {
			return items, err
		}
		slices.SortStableFunc(waiting, func(a, b news.Waiting) int {
			return cmp.Or(a.Seen.Compare(b.Seen), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Ref, b.Ref))
		})
		n, err := s.sortBatch(ctx, seat, waiting)
		items += n
		if err != nil && !errors.Is(err, news.ErrMoved) {
			return items, err
		}
	}
}

// sortBatch sorts what was put in order. It fails with [news.ErrMoved] where that is no longer what waits.
func (s *Sorter) sortBatch(ctx context.Context, seat news.Seat, waiting []news.Waiting) (items int, err error) {
	for chunk := range slices.Chunk(waiting, cmp.Or(s.Chunk, sortChunk)) {
		if err := s.sortChunk(ctx, seat, chunk); err != nil {
			return items, err
		}
		items += len(chunk)
	}
	return items, nil
}

func (s *Sorter) sortChunk(ctx context.Context, seat news.Seat, waiting []news.Waiting) error {
	refs := make([]int64, len(waiting))
	for i, w := range waiting {
		refs[i] = w.Ref
	}
	unsorted, err := s.Store.Unsorted(ctx, refs)
	if err != nil {
		return err
	}
	if err := s.groups.catchUp(ctx, s.Store); err != nil {
		return err
	}
	addresses, err := s.addresser(ctx, unsorted)
	if err != nil {
		return err
	}
	candidates := make([]cluster.Candidate, len(unsorted))
	var prints []news.Key
	for i, u := range unsorted {
		candidates[i] = s.candidate(u).Naming(addresses.canonicals[u.Ref])
		prints = append(prints, candidates[i].Prints()...)
	}
	originals, err := s.Store.Originals(ctx, prints)
	if err != nil {
		return err
	}
	sorted := make([]news.Sorted, len(unsorted))
	for i, u := range unsorted {
		if !addresses.take(u, &sorted[i], originals) {
			candidates[i] = candidates[i].Naming("")
		}
		s.sorted(u, candidates[i], originals, &sorted[i])
	}
	if err := s.Store.SaveSorted(ctx, seat, sorted); err != nil {
		s.groups.drop() // it knows Items that were not saved
		return err
	}
	return s.Store.RenewSeat(ctx, seat, SorterLease)
}

// candidate makes of an Item what is to be placed.
func (s *Sorter) candidate(u news.Unsorted) cluster.Candidate {
	it := &u.Item
	url := it.URL
	if it.SharedURL {
		url = ""
	}
	return cluster.NewCandidate(cluster.Report{
		Ref: u.Ref, Source: it.Source, Language: cmp.Or(it.Language, s.facts[it.Source].Language),
		Title: it.Title, Text: it.Text(), Published: it.Published, Seen: it.FirstSeen,
	}, url)
}

// sorted places and decides one Item. A new version of a known one stays where it is and is decided anew; a duplicate is
// decided by its original.
func (s *Sorter) sorted(u news.Unsorted, c cluster.Candidate, originals map[news.Key]news.Original, out *news.Sorted) {
	out.Ref, out.Version, out.Published, out.Touched, out.Story = u.Ref, u.Item.Version, u.Item.Published, u.Again, u.Story
	if u.Again && u.Copy {
		return
	}
	if u.Again {
		out.Grouped.Form = s.groups.engine.Edit(c.Report)
	} else if s.groups.place(out, u.Item.ID, c, originals); out.DuplicateOf != 0 {
		return
	}
	out.Title, out.Text = u.Item.Title, c.Text
	out.Prints = c.Prints()
	out.Decisions = s.decide(u.Item, c.Text)
}

// refile decides stored Items anew for the Topics whose rule has changed, a chunk at a time; a crash costs one chunk.
func (s *Sorter) refile(ctx context.Context, seat news.Seat, at time.Time) error {
	for {
		refiles, err := s.Store.Refiles(ctx)
		if err != nil || len(refiles) == 0 {
			return err
		}
		if err := s.refileGroup(ctx, seat, refiles, at); err != nil {
			return err
		}
	}
}

// refileGroup takes the Topics that have come equally far, the least, to the end.
func (s *Sorter) refileGroup(ctx context.Context, seat news.Seat, refiles []news.Refile, at time.Time) error {
	after := refiles[0].After
	var slugs []string
	for _, r := range refiles {
		if r.After == after {
			slugs = append(slugs, r.Topic.Slug)
		}
	}
	for {
		items, err := s.Store.SortedAfter(ctx, after, sortChunk)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return s.Store.EndRefile(ctx, seat, slugs, at)
		}
		after = items[len(items)-1].Ref
		if err := s.Store.SaveRefiled(ctx, seat, slugs, after, s.redecide(items, slugs)); err != nil {
			return err
		}
		if err := s.Store.RenewSeat(ctx, seat, SorterLease); err != nil {
			return err
		}
	}
}

func (s *Sorter) redecide(items []news.Unsorted, slugs []string) []news.Sorted {
	decided := make([]news.Sorted, len(items))
	for i, u := range items {
		decisions := s.decide(u.Item, u.Item.Text())
		decisions = slices.DeleteFunc(decisions, func(d news.Decision) bool { return !slices.Contains(slugs, d.Topic) })
		decided[i] = news.Sorted{Ref: u.Ref, Version: u.Item.Version, Story: u.Story, Decisions: decisions}
	}
	return decided
}
