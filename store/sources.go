package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"wireroom/news"
)

// stateColumns are the columns of sources from which scanState reads a news.SourceState.
const stateColumns = `s.next_poll, s.earliest, s.hold, s.reason, s.etag, s.last_modified, s.last_poll, s.outcome,
	s.http_status, s.failures, s.error, s.gone, s.memory`

type stateRow struct {
	next           *int64
	earliest, hold int64
	lastPoll       int64
	memory         string
	state          news.SourceState
}

func (r *stateRow) dest() []any {
	st := &r.state
	return []any{&r.next, &r.earliest, &r.hold, &st.Reason, &st.ETag, &st.LastModified, &r.lastPoll, &st.Outcome,
		&st.HTTPStatus, &st.Failures, &st.Error, &st.Gone, &r.memory}
}

func (r *stateRow) done() (news.SourceState, error) {
	if r.next != nil {
		r.state.NextPoll = fromMillis(*r.next)
	}
	r.state.ETag, r.state.LastModified = headerValue(r.state.ETag), headerValue(r.state.LastModified)
	r.state.Earliest, r.state.Hold, r.state.LastPoll = fromMillis(r.earliest), fromMillis(r.hold), fromMillis(r.lastPoll)
	return r.state, decodeMemory(r.memory, &r.state)
}

// nullMillis is millis for next_poll, where "never" is null.
func nullMillis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// Sources returns every configured Source with its state, in the order of the configuration.
func (db *DB) Sources(ctx context.Context) ([]news.SourceStatus, error) {
	rows, err := db.read.query(ctx, `
		select s.facts, (select count(*) from items i where i.source = s.n), case when s.withdrawn > 0 then 1 else 0 end, `+stateColumns+`
		from sources s
		where s.position >= 0
		order by s.position`)
	all, err := collect(rows, err, func(row scanner) (news.SourceStatus, error) {
		var status news.SourceStatus
		var facts string
		var r stateRow
		if err := row.Scan(append([]any{&facts, &status.Count, &status.Withdrawn}, r.dest()...)...); err != nil {
			return status, err
		}
		if err := json.Unmarshal([]byte(facts), &status.Source); err != nil {
			return status, err
		}
		var err error
		status.State, err = r.done()
		return status, err
	})
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	return all, nil
}

// NewestPoll returns when the newest Poll of any Source was, in the time of the news; zero if there was none.
func (db *DB) NewestPoll(ctx context.Context) (time.Time, error) {
	var ms int64
	if err := db.read.row(ctx, `select coalesce(max(last_poll), 0) from sources`).Scan(&ms); err != nil {
		return time.Time{}, fmt.Errorf("find the newest poll: %w", err)
	}
	return fromMillis(ms), nil
}

// SourceFacts returns the facts of every Source that Items may come from, by id; removed ones included, as they were
// last.
func (db *DB) SourceFacts(ctx context.Context) (map[string]news.Source, error) {
	byNumber, err := facts(ctx, db.read)
	if err != nil {
		return nil, fmt.Errorf("read the facts of sources: %w", err)
	}
	byID := make(map[string]news.Source, len(byNumber))
	for _, s := range byNumber {
		byID[s.ID] = s
	}
	return byID, nil
}

// facts are the facts of every Source that items may come from, by row number; removed ones included. The map is shared:
// who changes it makes a copy first.
func facts(ctx context.Context, q querier) (map[int64]news.Source, error) {
	kept := q.keeps()
	if kept == nil {
		rows, err := q.query(ctx, `select n, facts from sources`)
		return collectFacts(rows, err)
	}
	var newest int64
	if err := q.row(ctx, `select coalesce(max(n), 0) from facts`).Scan(&newest); err != nil {
		return nil, err
	}
	if all := kept.of(newest); all != nil {
		return all, nil
	}
	rows, err := q.query(ctx, `select n, facts from sources`)
	all, err := collectFacts(rows, err)
	if err == nil && newest > 0 {
		kept.keep(newest, all)
	}
	return all, err
}

// A factsKeeper remembers the facts of all Sources as they were when a number was the newest of the table facts, which
// grows with every change that is committed. Reading them anew took most of the time of an Edition with 20,000 Sources
// (bench/scale). It is safe for concurrent use.
type factsKeeper struct {
	mu     sync.Mutex
	newest int64
	all    map[int64]news.Source
}

// of returns what is remembered of that time; nil if nothing is.
func (k *factsKeeper) of(newest int64) map[int64]news.Source {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.newest != newest {
		return nil
	}
	return k.all
}

func (k *factsKeeper) keep(newest int64, all map[int64]news.Source) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.newest, k.all = newest, all
}

func (p *pool) keeps() *factsKeeper { return &p.facts }

// keeps is nil for a transaction that may write: it sees what nobody else may remember yet.
func (t *tx) keeps() *factsKeeper {
	if t.reading {
		return &t.pool.facts
	}
	return nil
}

// collectFacts reads rows of a Source's number and its facts.
func collectFacts(rows *sql.Rows, err error) (map[int64]news.Source, error) {
	byNumber := make(map[int64]news.Source)
	_, err = collect(rows, err, func(r scanner) (none struct{}, err error) {
		var n int64
		var text string
		var s news.Source
		if err := r.Scan(&n, &text); err != nil {
			return none, err
		}
		err = json.Unmarshal([]byte(text), &s)
		byNumber[n] = s
		return none, err
	})
	return byNumber, err
}
