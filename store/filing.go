package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"wireroom/news"
)

// The measures of the entry log. Readers keep 30 to 100 entries of a feed; at 100 the head is cut to 30, so that a page
// is sealed rarely and holds many. Two days is what still counts as news when it is filed. A Topic is being filled for an
// hour from its first entry: by then the first Pass over all Sources is done.
const (
	headFull   = 100
	pageLength = 70
	headFirst  = 30
	freshFor   = 48 * time.Hour
	fillingFor = time.Hour
)

// File enters the Stories that wait into the entry logs of their Topics, shows edited and grown ones anew, and seals what
// is full. It is one transaction a Topic, which raises the Topic's revision once; at is the time of the filing, in the
// time of the news. Countries come last, since their entries name the other Topics. It returns how many entries were made,
// those of countries aside.
func (db *DB) File(ctx context.Context, sorter news.Seat, at time.Time) (entered int, err error) {
	rows, err := db.read.query(ctx, `
		select t.n from topics t where exists (select 1 from pending p where p.topic = t.n)
		order by case when `+isCountry+` then 1 else 0 end, t.n`)
	topics, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("file stories: %w", err)
	}
	if len(topics) == 0 {
		return 0, nil
	}
	sources, err := facts(ctx, db.read) // who has the seat alone changes them
	if err != nil {
		return 0, fmt.Errorf("file stories: %w", err)
	}
	for _, topic := range topics {
		n := 0
		err := db.update(ctx, "file stories", func(t *tx) (err error) {
			if err := holdSeat(ctx, t, sorter); err != nil {
				return err
			}
			n, err = fileTopic(ctx, t, topic, at, sources)
			return err
		})
		entered += n
		if err != nil {
			return entered, err
		}
	}
	return entered, nil
}

// A filing is the state of one Topic's filing.
type filing struct {
	t      *tx
	row    topicRow
	now    int64 // the next free millisecond of updated
	seq    int64 // next_seq, which bounds what a sealed page shows
	number int64 // the next free number
	pages  int
	back   []int64 // numbers of entries that were put back
	shown  bool    // an entry says something else
	log    *bulk
	on     *news.UpdateOn // nil: not looked up yet
}

// A candidate is a Story that waits to enter.
type candidate struct {
	story     int64
	published int64
	touched   int
	version   int // of its lead, now
	lead      int64
	pinned    bool   // an editor wants it here: it is news, however old
	hidden    bool   // an editor does not want it here: it waits in the head, unseen, so that it can come back
	number    *int64 // of the entry that it has already
}

func fileTopic(ctx context.Context, t *tx, topic int64, at time.Time, sources map[int64]news.Source) (entered int, err error) {
	row, err := scanTopicRow(t.row(ctx, `select `+topicRowColumns+` from topics where n = $1`, topic))
	if err != nil {
		return 0, err
	}
	f := filing{t: t, row: row, now: max(millis(at), row.updated+1), number: row.nextNumber, pages: row.pages,
		log: newBulk(t, `entries (topic, number, story, shows, published, updated, page, sealed, version, lead, entered, first, left_head)`, ``)}
	if err := t.row(ctx, `select value from meta where key = 'next_seq'`).Scan(&f.seq); err != nil {
		return 0, err
	}
	if err := f.chooseLeads(ctx, sources); err != nil {
		return 0, err
	}
	candidates, err := f.candidates(ctx)
	if err != nil {
		return 0, err
	}
	fresh, err := f.showAnew(ctx, candidates)
	if err != nil {
		return 0, err
	}
	if err := f.enter(ctx, fresh, millis(at.Add(-freshFor))); err != nil {
		return 0, err
	}
	if err := f.finish(ctx); err != nil {
		return 0, err
	}
	if news.IsCountry(row.topic.Slug) {
		return 0, nil
	}
	return len(fresh), f.raiseNeighbours(ctx, at)
}

// candidates are what waits, by published date, then in the Sorter's order; nothing that is withdrawn.
func (f *filing) candidates(ctx context.Context) ([]candidate, error) {
	rows, err := f.t.query(ctx, `
		select p.story, p.published, p.touched, l.version, l.n, case when `+pinnedTo+` then 1 else 0 end,
			case when `+hiddenFrom+` then 1 else 0 end, e.number
		from pending p
		join topics t on t.n = p.topic
		join stories st on st.n = p.story and st.withdrawn = 0
		join items i on i.n = st.founder
		join items l on l.n = st.lead
		left join entries e on e.story = p.story and e.topic = p.topic
		where p.topic = $1
		order by p.published, i.seq`, f.row.n)
	return collect(rows, err, func(r scanner) (c candidate, err error) {
		return c, r.Scan(&c.story, &c.published, &c.touched, &c.version, &c.lead, &c.pinned, &c.hidden, &c.number)
	})
}

// showAnew deals with the candidates that have an entry already, and returns the others. An entry moves its date when its
// lead was edited, and, where the configuration says so, once when its Story has grown enough. One that a former rule had
// taken out comes back to its place.
func (f *filing) showAnew(ctx context.Context, candidates []candidate) (others []candidate, err error) {
	for _, c := range candidates {
		switch {
		case c.number == nil:
			others = append(others, c)
			continue
		case c.touched == entering:
			err = f.putBack(ctx, *c.number)
		case c.touched == edited:
			err = f.redate(ctx, c)
		case c.touched == grown:
			err = f.announce(ctx, c)
		}
		f.shown = f.shown || c.touched != entering
		if err != nil {
			return nil, err
		}
	}
	return others, nil
}

// putBack lets an entry be shown that the rule supports again, unless an editor or another entry is in the way.
func (f *filing) putBack(ctx context.Context, number int64) error {
	if _, err := f.t.exec(ctx, `update entries set ruled_out = 0 where topic = $1 and number = $2`, f.row.n, number); err != nil {
		return err
	}
	back, err := f.t.exec(ctx, `
		update entries set removed = 0, put_back = $3
		where topic = $1 and number = $2 and removed = 1 and `+notShown+` = 0`, f.row.n, number, f.now)
	if back > 0 {
		f.back = append(f.back, number)
	}
	return err
}

// redate moves the date of a candidate's entry, and keeps what it shows from then on.
func (f *filing) redate(ctx context.Context, c candidate) error {
	err := redate(ctx, f.t, f.row.n, *c.number, f.now)
	f.now++
	return err
}

// enter makes entries of the candidates: what is old goes into sealed pages of its own, except that the head is filled at
// first, from the newest; the rest goes into the head, whose oldest are sealed as it fills.
func (f *filing) enter(ctx context.Context, candidates []candidate, oldBefore int64) error {
	head, err := f.head(ctx)
	if err != nil {
		return err
	}
	if candidates, err = f.enterHidden(ctx, candidates); err != nil {
		return err
	}
	room, err := f.room(ctx, len(head))
	if err != nil {
		return err
	}
	backfill, fresh := apart(candidates, oldBefore, room)
	for len(backfill) > 0 {
		n := min(len(backfill), pageLength)
		if err := f.newPage(ctx); err != nil {
			return err
		}
		for _, c := range backfill[:n] {
			if _, err := f.insert(ctx, c, f.pages); err != nil {
				return err
			}
		}
		backfill = backfill[n:]
	}
	return f.enterHead(ctx, head, fresh)
}

// enterHidden makes entries of the hidden candidates, which no page takes up, and returns the others.
func (f *filing) enterHidden(ctx context.Context, candidates []candidate) (others []candidate, err error) {
	for _, c := range candidates {
		if !c.hidden {
			others = append(others, c)
			continue
		}
		if _, err := f.insert(ctx, c, 0); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// room returns how many entries of any age the head takes, with so many in it: as long as the Topic is being filled, up to
// [headFirst].
func (f *filing) room(ctx context.Context, inHead int) (int, error) {
	if inHead == 0 || inHead >= headFirst {
		return max(0, headFirst-inHead), nil
	}
	var first int64
	err := f.t.row(ctx, `select entered from entries where topic = $1 order by number limit 1`, f.row.n).Scan(&first)
	if err != nil || f.now-first > fillingFor.Milliseconds() {
		return 0, err
	}
	return headFirst - inHead, nil
}

// apart parts what is old from what is for the head, which has room for so many of any age; both stay in order.
func apart(candidates []candidate, oldBefore int64, room int) (old, fresh []candidate) {
	n, _ := slices.BinarySearchFunc(candidates, oldBefore, func(c candidate, ms int64) int { return int(c.published - ms) })
	n = min(n, max(0, len(candidates)-room))
	for i, c := range candidates {
		if i < n && !c.pinned {
			old = append(old, c)
		} else {
			fresh = append(fresh, c)
		}
	}
	return old, fresh
}

// head lists the numbers of the entries that the head shows, the oldest first. What is not shown is not sealed either: if
// it comes back, it comes back to the head, and no sealed page changes.
func (f *filing) head(ctx context.Context) ([]int64, error) {
	rows, err := f.t.query(ctx, `select number from entries where topic = $1 and page = 0 and removed = 0 order by number`, f.row.n)
	return collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
}

func (f *filing) enterHead(ctx context.Context, head []int64, candidates []candidate) error {
	for _, c := range candidates {
		number, err := f.insert(ctx, c, 0)
		if err != nil {
			return err
		}
		if head = append(head, number); len(head) < headFull {
			continue
		}
		if err := f.newPage(ctx); err != nil {
			return err
		}
		if err := f.seal(ctx, head[:pageLength]); err != nil {
			return err
		}
		head = head[pageLength:]
	}
	return f.log.flush(ctx)
}

// insert makes an entry and returns its number. On a sealed page it shows its Story as it is now, for good.
func (f *filing) insert(ctx context.Context, c candidate, page int) (int64, error) {
	var sealed, version, lead, left any
	if page > 0 {
		sealed, version, lead, left = f.seq, c.version, c.lead, f.now
	}
	number := f.number
	err := f.log.add(ctx, f.row.n, number, c.story, c.story, c.published, f.now, page, sealed, version, lead, f.now, c.version, left)
	f.number++
	f.now++
	return number, err
}

// newPage begins a sealed page.
func (f *filing) newPage(ctx context.Context) error {
	f.pages++
	return notePage(ctx, f.t, f.row, f.pages)
}

// seal closes a page over entries that were in the head.
func (f *filing) seal(ctx context.Context, numbers []int64) error {
	if err := f.log.flush(ctx); err != nil {
		return err
	}
	for _, number := range numbers {
		if _, err := f.t.exec(ctx, `
			update entries set page = $3, sealed = $4, left_head = $5, ruled_out = 0,
				lead = (select st.lead from stories st where st.n = entries.story),
				version = (select i.version from stories st join items i on i.n = st.lead where st.n = entries.story)
			where topic = $1 and number = $2`, f.row.n, number, f.pages, f.seq, f.now); err != nil {
			return err
		}
	}
	return nil
}

// heedActs lets the new entries show what editors have said of their Stories before.
func (f *filing) heedActs(ctx context.Context) error {
	of := `topic = $1 and number >= $2 and page = 0 and shows in (select a.story from acts a where a.undone = 0)`
	if _, err := f.t.exec(ctx, `
		update entries set ruled_out = 1 where `+of+` and not `+decided, f.row.n, f.row.nextNumber); err != nil {
		return err
	}
	_, err := f.t.exec(ctx, `update entries set note = `+noteNow+`, removed = `+notShown+` where `+of, f.row.n, f.row.nextNumber)
	return err
}

// keepReports writes down what the entries of the new pages show beside their leads: what editors do to their Stories later
// does not reach them.
func (f *filing) keepReports(ctx context.Context) error {
	if f.pages == f.row.pages {
		return nil
	}
	_, err := f.t.exec(ctx, `
		insert into sealed_reports (topic, number, place, item, version, copy_of, why)
		select e.topic, e.number, row_number() over (partition by e.number order by i.seq), i.n, i.version, i.duplicate_of, i.duplicate_why
		from entries e join items i on i.story = e.shows
		where e.topic = $1 and e.page > $2 and i.n <> e.lead`, f.row.n, f.row.pages)
	return err
}

// finish raises the revision and stores the Topic's cadence, unless nothing of the filing can be seen.
func (f *filing) finish(ctx context.Context) error {
	if err := f.heedActs(ctx); err != nil {
		return err
	}
	if err := f.heedTold(ctx); err != nil {
		return err
	}
	if err := f.keepReports(ctx); err != nil {
		return err
	}
	if _, err := f.t.exec(ctx, `delete from pending where topic = $1`, f.row.n); err != nil {
		return err
	}
	seen, err := f.seen(ctx)
	switch {
	case err != nil:
		return err
	case !seen:
		return f.keepNumber(ctx)
	}
	interval, err := cadence(ctx, f.t, f.row.n)
	if err != nil {
		return err
	}
	if _, err = f.t.exec(ctx, `
		update topics set revision = revision + 1, updated = $2, next_number = $3, pages = $4, interval = $5 where n = $1`,
		f.row.n, f.now, f.number, f.pages, interval); err != nil {
		return err
	}
	return noteRevision(ctx, f.t, f.row.n)
}

// seen reports whether a reader can see anything of the filing.
func (f *filing) seen(ctx context.Context) (seen bool, err error) {
	if f.shown || len(f.back) > 0 {
		return true, nil
	}
	err = f.t.row(ctx, `select exists (select 1 from entries where topic = $1 and number >= $2 and removed = 0)`, f.row.n, f.row.nextNumber).
		Scan(&seen)
	return seen, err
}

// keepNumber keeps which numbers are taken, by entries that nobody sees.
func (f *filing) keepNumber(ctx context.Context) error {
	_, err := f.t.exec(ctx, `update topics set next_number = $2 where n = $1`, f.row.n, f.number)
	return err
}

// cadence is the mean time between the dates of the newest entries of a Topic's head; 0 of fewer than two.
func cadence(ctx context.Context, t *tx, topic int64) (interval int64, err error) {
	rows, err := t.query(ctx, `
		select published from entries where topic = $1 and page = 0 and removed = 0 order by published desc limit 20`, topic)
	dates, err := collect(rows, err, func(r scanner) (ms int64, err error) { return ms, r.Scan(&ms) })
	if n := len(dates); n > 1 {
		interval = (dates[0] - dates[n-1]) / int64(n-1)
	}
	return interval, err
}

// raiseNeighbours raises the other Topics that name this one, for the first time or again, with an entry of theirs.
func (f *filing) raiseNeighbours(ctx context.Context, at time.Time) error {
	for _, number := range f.back {
		if err := raiseNeighbours(ctx, f.t, f.row.n, number, number, at); err != nil {
			return err
		}
	}
	return raiseNeighbours(ctx, f.t, f.row.n, f.row.nextNumber, f.number, at)
}

// removeUnsupported removes the entries of a Topic's head whose Stories no rule supports any more, unless an editor keeps
// them there, and returns the numbers of those that went. The revision that shows it is to be raised for the same time.
func removeUnsupported(ctx context.Context, t *tx, topic topicRow, at time.Time) ([]int64, error) {
	if _, err := t.exec(ctx, `
		update entries set ruled_out = 1 where topic = $1 and page = 0 and ruled_out = 0 and not `+supported, topic.n); err != nil {
		return nil, err
	}
	rows, err := t.query(ctx, `
		update entries set removed = 1, put_back = null,
			taken_out = (select case when updated >= $2 then updated + 1 else $2 end from topics where n = $1)
		where topic = $1 and page = 0 and removed = 0 and ruled_out = 1 and `+notShown+` = 1
		returning number`, topic.n, millis(at))
	return collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
}
