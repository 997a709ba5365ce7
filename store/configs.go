package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"wireroom/news"
)

// Configuration returns the configuration that was applied last. It fails with [news.ErrNotFound] if none was.
func (db *DB) Configuration(ctx context.Context) (news.Configuration, error) {
	var number int
	err := db.read.row(ctx, `select coalesce(max(n), 0) from configs`).Scan(&number)
	if err != nil {
		return news.Configuration{}, fmt.Errorf("read the configuration: %w", err)
	}
	c, err := configuration(ctx, db.read, number)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, fmt.Errorf("the store has no configuration yet: %w", news.ErrNotFound)
	case err != nil:
		return c, fmt.Errorf("read configuration %d: %w", number, err)
	}
	return c, nil
}

// configuration reads the configuration that has the given number. It fails with sql.ErrNoRows if there is none.
func configuration(ctx context.Context, q querier, number int) (news.Configuration, error) {
	c := news.Configuration{Number: number}
	var document string
	if err := q.row(ctx, `select document from configs where n = $1`, number).Scan(&document); err != nil {
		return news.Configuration{}, err
	}
	return c, json.Unmarshal([]byte(document), &c)
}

// Apply makes c the configuration of the store: sources and topics are added, changed and retired, and Topics whose rule
// has changed are marked for refiling. It is one transaction, made from the Sorter's seat, and does nothing if c is what
// was applied last. host gives the host:port of a URL that is polled. It returns the configuration's number.
func (db *DB) Apply(ctx context.Context, sorter news.Seat, c news.Configuration, at time.Time, host func(url string) (string, error)) (number int, err error) {
	document, err := json.Marshal(c)
	if err != nil {
		return 0, fmt.Errorf("apply the configuration: %w", err)
	}
	hash, err := c.Hash()
	if err != nil {
		return 0, err
	}
	err = db.update(ctx, "apply the configuration", func(t *tx) error {
		var newest string
		number = 0
		err := t.row(ctx, `select n, hash from configs order by n desc limit 1`).Scan(&number, &newest)
		if err != nil && !errors.Is(err, sql.ErrNoRows) || newest == hash {
			return err
		}
		if err := holdSeat(ctx, t, sorter); err != nil {
			return err
		}
		number++
		if _, err := t.exec(ctx, `insert into configs (n, hash, applied, document) values ($1, $2, $3, $4)`,
			number, hash, millis(at), string(document)); err != nil {
			return err
		}
		before, err := facts(ctx, t)
		if err != nil {
			return err
		}
		if err := applySources(ctx, t, c.Sources, at, host); err != nil {
			return err
		}
		if err := applyTopics(ctx, t, c, number, at); err != nil {
			return err
		}
		return showSourcesAnew(ctx, t, before, at)
	})
	return number, err
}

// applySources writes the configured Sources and retires the others, which keep their Items and their state.
func applySources(ctx context.Context, t *tx, sources []news.Source, at time.Time, host func(string) (string, error)) error {
	if _, err := t.exec(ctx, `update sources set active = 0, position = -1`); err != nil {
		return err
	}
	for position, s := range sources {
		if err := renameSource(ctx, t, s); err != nil {
			return fmt.Errorf("source %s: %w", s.ID, err)
		}
		if err := applySource(ctx, t, s, position, at, host); err != nil {
			return fmt.Errorf("source %s: %w", s.ID, err)
		}
	}
	_, err := t.exec(ctx, `update sources set reason = 'not configured' where position = -1`)
	return err
}

// showSourcesAnew keeps the facts of Sources that have changed, and raises the Topics that show them.
func showSourcesAnew(ctx context.Context, t *tx, before map[int64]news.Source, at time.Time) error {
	now, err := facts(ctx, t)
	if err != nil {
		return err
	}
	if err := noteFacts(ctx, t); err != nil {
		return err
	}
	for _, n := range slices.Sorted(maps.Keys(now)) {
		was, known := before[n]
		if !known || was.ShownAs(now[n]) {
			continue
		}
		if err := raiseTopicsOf(ctx, t, n, at); err != nil {
			return err
		}
		if err := rewritePagesOf(ctx, t, n, was.Republish, now[n].Republish, at); err != nil {
			return err
		}
	}
	return nil
}

// renameSource gives a Source that was stored under an id it had before its new one.
func renameSource(ctx context.Context, t *tx, s news.Source) error {
	for _, was := range s.Was {
		if _, err := t.exec(ctx, `
			update sources set id = $2 where id = $1 and not exists (select 1 from sources where id = $2)`, was, s.ID); err != nil {
			return err
		}
	}
	return nil
}

func applySource(ctx context.Context, t *tx, s news.Source, position int, at time.Time, host func(string) (string, error)) error {
	document, err := json.Marshal(s)
	if err != nil {
		return err
	}
	known, st, err := storedSource(ctx, t, s.ID)
	if err != nil {
		return err
	}
	if known.URL != s.URL {
		st = movedState(st, s.URL, at)
	}
	switch {
	case s.Disabled:
		st.NextPoll = time.Time{}
	case st.NextPoll.IsZero() && !st.Gone:
		st.NextPoll = latest(at, st.Earliest, st.Hold)
	}
	st.Reason = reasonOf(s, st)
	slot, err := host(st.PollURL(s))
	if err != nil {
		return err
	}
	memory, err := encodeMemory(st)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		insert into sources (id, position, active, facts, host, next_poll, earliest, hold, reason, etag, last_modified,
			last_poll, outcome, http_status, failures, error, gone, memory)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		on conflict (id) do update set position = excluded.position, active = excluded.active, facts = excluded.facts,
			host = excluded.host, next_poll = excluded.next_poll, earliest = excluded.earliest, hold = excluded.hold,
			reason = excluded.reason, etag = excluded.etag, last_modified = excluded.last_modified,
			failures = excluded.failures, error = excluded.error, gone = excluded.gone, memory = excluded.memory`,
		s.ID, position, boolInt(!s.Disabled), string(document), slot, nullMillis(st.NextPoll), millis(st.Earliest),
		millis(st.Hold), st.Reason, headerText(st.ETag), headerText(st.LastModified), millis(st.LastPoll), string(st.Outcome), st.HTTPStatus,
		st.Failures, st.Error, boolInt(st.Gone), memory)
	return err
}

// latest returns the latest of several times.
func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// storedSource reads what the store has of a Source; zero values for a new one.
func storedSource(ctx context.Context, t *tx, id string) (s news.Source, st news.SourceState, err error) {
	var text string
	var r stateRow
	err = t.row(ctx, `select s.facts, `+stateColumns+` from sources s where s.id = $1`, id).Scan(append([]any{&text}, r.dest()...)...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return s, st, nil
	case err != nil:
		return s, st, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, st, err
	}
	st, err = r.done()
	return s, st, err
}

// movedState is the state of a Source whose configured URL has changed: validators belong to the URL that issued them
// and stay only if that is the new one, as after an edit that adopts a permanent redirect.
func movedState(st news.SourceState, newURL string, at time.Time) news.SourceState {
	kept := news.SourceState{Cadence: st.Cadence, LastPoll: st.LastPoll, LastGood: st.LastGood, LastNew: st.LastNew, Items: st.Items, Health: st.Health}
	kept.NextPoll = at
	if st.ValidatorsURL == newURL {
		kept = st
		kept.URL, kept.Move = "", news.Move{}
	}
	return kept
}

func reasonOf(s news.Source, st news.SourceState) string {
	switch {
	case s.Disabled:
		return "disabled"
	case st.LastPoll.IsZero():
		return "new"
	case st.Reason == "disabled" || st.Reason == "not configured" || st.Reason == "":
		return "configured again"
	}
	return st.Reason
}
