package aggregator

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

// A grouping is the Sorter's engine, with what of the store it knows.
type grouping struct {
	engine *cluster.Engine // nil: nothing is known
	mark   news.GroupingMark
}

// catchUp makes the engine know what the store has. Usually it does already; after a start it reads what was filed within
// the window, and nothing is computed anew. What another process has sorted meanwhile is added; after an act that changed
// which Items a Story has, everything is read again.
func (g *grouping) catchUp(ctx context.Context, store SortStore) error {
	now, err := store.GroupingMark(ctx)
	if err != nil || g.engine != nil && now == g.mark {
		return err
	}
	if g.engine == nil || now.Acts != g.mark.Acts || now.NextSeq < g.mark.NextSeq {
		g.engine, g.mark = cluster.New(cluster.Join), news.GroupingMark{}
	}
	mark, err := g.restore(ctx, store)
	if err != nil {
		g.drop()
		return fmt.Errorf("load what later items are compared with: %w", err)
	}
	if g.mark.NextSeq > 0 && mark.Acts != g.mark.Acts { // an act came in between
		g.drop()
		return g.catchUp(ctx, store)
	}
	g.mark = mark
	return nil
}

// restoredAtOnce is how many Items are handed on together, and restoredAhead how many such batches the store may be ahead.
const (
	restoredAtOnce = 512
	restoredAhead  = 4
)

// restore has the engine take in what the store reads, side by side: each takes about half of a start's time.
func (g *grouping) restore(ctx context.Context, store SortStore) (mark news.GroupingMark, err error) {
	batches := make(chan []news.Filed, restoredAhead)
	restored := make(chan error, 1)
	go func() {
		var err error
		for batch := range batches {
			for _, f := range batch {
				if err == nil {
					err = g.engine.Restore(f)
				}
			}
		}
		restored <- err
	}()
	batch := make([]news.Filed, 0, restoredAtOnce)
	mark, err = store.Groupings(ctx, g.mark.NextSeq, cluster.Window, func(f news.Filed) error {
		f.Form = bytes.Clone(f.Form) // the store's until the next
		if batch = append(batch, f); len(batch) == restoredAtOnce {
			batches <- batch
			batch = make([]news.Filed, 0, restoredAtOnce)
		}
		return nil
	})
	batches <- batch
	close(batches)
	return mark, errors.Join(err, <-restored)
}

// drop forgets everything; it is read again when it is needed.
func (g *grouping) drop() { *g = grouping{} }

// place places a new Item, and takes for it the next number in the Sorter's order.
func (g *grouping) place(out *news.Sorted, id string, c cluster.Candidate, originals map[news.Key]news.Original) {
	out.Seq = g.mark.NextSeq
	g.mark.NextSeq++
	c.Story = out.Seq
	p := g.engine.Sort(c, originals)
	out.DuplicateOf, out.Why = p.DuplicateOf, p.Why
	out.Grouped = news.Grouped{Contained: p.Contained, Method: p.Method, Score: p.Score, Need: p.Need, Against: p.Against,
		Rival: p.Rival, RivalScore: p.RivalScore, Clock: p.Clock, Form: p.Form}
	switch {
	case p.Founded():
		out.StoryID = news.StoryID(id, 0)
	case p.DuplicateOf == 0:
		out.Story = p.Story
	}
}
