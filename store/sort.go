package store

import (
	"context"
	"fmt"
	"slices"

	"wireroom/news"
)

// Waiting lists up to limit Items that wait for the Sorter and for no page, the longest waiting first.
func (db *DB) Waiting(ctx context.Context, limit int) ([]news.Waiting, error) {
	rows, err := db.read.query(ctx, `
		select i.n, s.id, i.place, v.seen
		from items i join sources s on s.n = i.source join versions v on v.item = i.n and v.version = i.version
		where i.unsorted = 1 and `+noPageWaits+`
		order by i.n limit $1`, limit)
	all, err := collect(rows, err, func(r scanner) (w news.Waiting, err error) {
		var seen int64
		err = r.Scan(&w.Ref, &w.Source, &w.Place, &seen)
		w.Seen = fromMillis(seen)
		return w, err
	})
	if err != nil {
		return nil, fmt.Errorf("list unsorted items: %w", err)
	}
	return all, nil
}

// Unsorted reads Items by the store's own numbers, in the order given.
func (db *DB) Unsorted(ctx context.Context, refs []int64) ([]news.Unsorted, error) {
	var all []news.Unsorted
	err := db.view(ctx, "read unsorted items", func(t *tx) error {
		places, rows := make(map[int64]int, len(refs)), make([]unsortedRow, len(refs))
		for i, ref := range refs {
			places[ref] = i
		}
		for chunk := range slices.Chunk(refs, refChunk) {
			if err := unsortedChunk(ctx, t, chunk, func(row unsortedRow) { rows[places[row.u.Ref]] = row }); err != nil {
				return err
			}
		}
		rows = slices.DeleteFunc(rows, func(row unsortedRow) bool { return row.u.Ref == 0 }) // not there
		var err error
		all, err = db.fillUnsorted(ctx, t, rows)
		return err
	})
	return all, err
}

// refChunk is how many rows one query asks for by number; see padded.
const refChunk = 50

var unsortedQuery = `
	select i.n, i.seq is not null, coalesce(i.story, 0), i.duplicate_of is not null, ` + itemColumns + itemTables + `
	where i.n in (` + placeholders(1, refChunk) + `) and v.version = i.version`

func unsortedChunk(ctx context.Context, t *tx, refs []int64, each func(unsortedRow)) error {
	rows, err := t.query(ctx, unsortedQuery, padded(refs, refChunk)...)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		row, err := scanUnsorted(r)
		each(row)
		return none, err
	})
	return err
}

// An unsortedRow is a news.Unsorted as scanned, its texts still to be filled in.
type unsortedRow struct {
	u    news.Unsorted
	slip slip
}

func scanUnsorted(row scanner) (r unsortedRow, err error) {
	item, err := scanItem(prefixed{row, []any{&r.u.Ref, &r.u.Again, &r.u.Story, &r.u.Copy}})
	r.u.Item, r.slip, r.u.Bare = item.item, item.slip, item.slip.text == nil
	return r, err
}

func (db *DB) fillUnsorted(ctx context.Context, q querier, rows []unsortedRow) ([]news.Unsorted, error) {
	all, fillings := make([]news.Unsorted, len(rows)), make([]filling, len(rows))
	for i, row := range rows {
		all[i] = row.u
		fillings[i] = filling{row.slip, &all[i].Item}
	}
	return all, db.fill(ctx, q, fillings)
}

// SaveSorted saves what the Sorter made of a chunk of Items: their place in its order, their Stories, prints and
// Decisions, why they were placed so, and what is to be filed. It is one transaction, fenced by the Sorter's seat. It fails
// with [news.ErrMoved] where an Item has changed since it was read, or where the next place is not the one expected.
func (db *DB) SaveSorted(ctx context.Context, sorter news.Seat, sorted []news.Sorted) error {
	return db.fromSeat(ctx, "save sorted items", sorter, func(t *tx, topics map[string]topicRow) error {
		s := newSaving(t, topics)
		s.db, s.search, s.tagging = db, db.search, true
		if err := t.row(ctx, `select value from meta where key = 'next_seq'`).Scan(&s.seq); err != nil {
			return err
		}
		for i := range sorted {
			if err := s.one(ctx, &sorted[i]); err != nil {
				return fmt.Errorf("item %d: %w", sorted[i].Ref, err)
			}
		}
		if err := s.finish(ctx); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `update meta set value = $1 where key = 'next_seq'`, s.seq); err != nil {
			return err
		}
		return settleSorted(ctx, t, sorted)
	})
}

// A saving is the state of one SaveSorted, or of one SaveRefiled.
type saving struct {
	t       *tx
	topics  map[string]topicRow
	seq     int64
	touches []touch // once all Stories stand, as are joins
	joins   []*news.Sorted
	found   []searchDoc
	db      *DB      // nil: no Item has a new version
	search  searcher // nil: nothing is found by other words than before

	tagging bool // the Decisions on countries are complete

	stories, prints, groupings, decisions, tags, pending *bulk
}

// A touch is an Item whose Story's entries are to be shown anew.
type touch struct {
	item   int64
	how    int
	asLead bool // those alone that it leads
}

func newSaving(t *tx, topics map[string]topicRow) *saving {
	return &saving{
		t: t, topics: topics,
		stories: newBulk(t, `stories (n, id, founder, lead)`, ``), prints: newPrints(t),
		groupings: newGroupings(t), decisions: newDecisions(t), tags: newTags(t),
		pending: newBulk(t, `pending (topic, story, published, touched)`, `on conflict (topic, story) do update set touched = 0`),
	}
}

// finish writes what one collected, Stories first.
func (s *saving) finish(ctx context.Context) error {
	if err := flushAll(ctx, s.stories, s.prints, s.groupings, s.decisions, s.tags, s.pending); err != nil {
		return err
	}
	if len(s.found) > 0 {
		if err := s.search.index(ctx, s.t, s.found); err != nil {
			return err
		}
	}
	for _, it := range s.joins {
		if err := s.enter(ctx, it.Decisions, it.Story); err != nil {
			return err
		}
	}
	for _, touched := range s.touches {
		if err := s.touch(ctx, touched); err != nil {
			return err
		}
	}
	return nil
}

func (s *saving) one(ctx context.Context, it *news.Sorted) error {
	if err := s.addressed(ctx, it); err != nil {
		return err
	}
	switch {
	case it.Touched:
		return s.again(ctx, it)
	case it.Seq != 0 && it.Seq != s.seq:
		return news.ErrMoved
	case it.DuplicateOf != 0:
		return s.duplicate(ctx, it)
	case it.StoryID == "":
		return s.join(ctx, it)
	}
	return s.original(ctx, it)
}

// isCurrent is the condition that an Item has not changed since it was read; $1 is its number and $2 its version.
const isCurrent = ` where n = $1 and version = $2 and unsorted = 1`

// take sets columns of an Item that is sorted, from $3 on.
func (s *saving) take(ctx context.Context, it *news.Sorted, set string, args ...any) error {
	current, err := s.t.exec(ctx, `update items set unsorted = 0, `+set+isCurrent, append([]any{it.Ref, it.Version}, args...)...)
	if err == nil && current == 0 {
		return news.ErrMoved
	}
	return err
}

// original founds a Story.
func (s *saving) original(ctx context.Context, it *news.Sorted) error {
	if err := s.take(ctx, it, `seq = $3, story = $3`, s.seq); err != nil {
		return err
	}
	id, err := idBytes(it.StoryID)
	if err != nil {
		return err
	}
	if err := s.stories.add(ctx, s.seq, id, it.Ref, it.Ref); err != nil {
		return err
	}
	it.Story = s.seq
	if err := s.placed(ctx, it); err != nil {
		return err
	}
	for _, d := range it.Decisions {
		topic, ok := s.topics[d.Topic]
		if !ok || !d.In {
			continue
		}
		if err := s.pending.add(ctx, topic.n, it.Story, millis(it.Published), entering); err != nil {
			return err
		}
	}
	return nil
}

// join puts an original into a Story that stands, which then has grown, and may enter further Topics.
func (s *saving) join(ctx context.Context, it *news.Sorted) error {
	if err := s.take(ctx, it, `seq = $3, story = $4`, s.seq, it.Story); err != nil {
		return err
	}
	s.joins = append(s.joins, it)
	s.touches = append(s.touches, touch{it.Ref, grown, false})
	return s.placed(ctx, it)
}

// duplicate puts a copy into the Story of its original, which then has grown.
func (s *saving) duplicate(ctx context.Context, it *news.Sorted) error {
	if err := s.take(ctx, it, `seq = $3, duplicate_of = $4, duplicate_why = $5, story = (select o.story from items o where o.n = $4)`,
		s.seq, it.DuplicateOf, string(it.Why)); err != nil {
		return err
	}
	s.seq++
	s.touches = append(s.touches, touch{it.Ref, grown, false})
	return addGrouping(ctx, s.groupings, it)
}

// placed writes down what is known of an original, and goes on to the next place.
func (s *saving) placed(ctx context.Context, it *news.Sorted) error {
	s.seq++
	if err := addGrouping(ctx, s.groupings, it); err != nil {
		return err
	}
	return s.decided(ctx, it)
}

// again takes up a new version: new Decisions, and its entries are to be shown anew.
func (s *saving) again(ctx context.Context, it *news.Sorted) error {
	if err := s.take(ctx, it, `seq = seq`); err != nil {
		return err
	}
	if err := s.decided(ctx, it); err != nil {
		return err
	}
	if it.Grouped.Form != nil {
		if _, err := s.t.exec(ctx, `update groupings set form = $2 where item = $1`, it.Ref, it.Grouped.Form); err != nil {
			return err
		}
	}
	unseen, err := s.db.editedUnseen(ctx, s.t, it.Ref)
	if err != nil {
		return err
	}
	s.touches = append(s.touches, touch{it.Ref, edited, unseen})
	if err := noteEdit(ctx, s.t, it.Ref, it.Version); err != nil {
		return err
	}
	return s.enter(ctx, it.Decisions, it.Story)
}

func (s *saving) decided(ctx context.Context, it *news.Sorted) error {
	for i := range it.Prints {
		if err := s.prints.add(ctx, it.Prints[i][:], it.Ref); err != nil {
			return err
		}
	}
	if s.search != nil {
		s.found = append(s.found, newSearchDoc(it.Ref, it.Title, it.Text))
	}
	if s.tagging {
		if err := addTags(ctx, s.tags, it); err != nil {
			return err
		}
	}
	return addDecisions(ctx, s.decisions, it.Ref, it.Version, it.Decisions, s.topics)
}

// The values of pending.touched.
const (
	entering = 0
	edited   = 1
	grown    = 2
)

// enter marks a Story that stands already as to be filed under every Topic that took one of its Items and does not have
// it yet.
func (s *saving) enter(ctx context.Context, decisions []news.Decision, story int64) error {
	for _, d := range decisions {
		topic, ok := s.topics[d.Topic]
		if !ok || !d.In {
			continue
		}
		if _, err := s.t.exec(ctx, `
			insert into pending (topic, story, published, touched)
			select $1, st.n, i.published, 0 from stories st join items i on i.n = st.founder
			where st.n = $2 and not exists (
				select 1 from entries e where e.shows = $2 and e.topic = $1 and e.ruled_out = 0)
			on conflict (topic, story) do update set touched = 0`, topic.n, story); err != nil {
			return err
		}
	}
	return nil
}

// touch marks the entries of an Item's Story that are in a head as to be shown anew; not if it is withdrawn, as no reader sees it.
// Where the Item is not the Story's lead, its edit is a growth.
func (s *saving) touch(ctx context.Context, of touch) error {
	_, err := s.t.exec(ctx, `
		insert into pending (topic, story, published, touched)
		select e.topic, e.story, e.published, case when st.lead = i.n then $2 else 2 end
		from items i join entries e on e.shows = i.story join stories st on st.n = e.story
		where i.n = $1 and i.withdrawn = 0 and e.page = 0 and e.removed = 0 and ($3 = 0 or st.lead = i.n)
		on conflict (topic, story) do update set touched = excluded.touched where excluded.touched < pending.touched`,
		of.item, of.how, boolInt(of.asLead))
	return err
}
