package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"wireroom/news"
)

// SavePolls saves several Polls in one transaction, each wholly or not at all. The slice that it returns has an error, or
// nil, for each: [ErrLeaseLost] where another worker holds the Source now. Saving a Poll twice changes nothing, since
// the first save gave the lease back.
//
// err is for the transaction as a whole; then nothing is saved.
func (db *DB) SavePolls(ctx context.Context, polls []news.Poll) (each []error, err error) {
	each = make([]error, len(polls))
	err = db.update(ctx, "save polls", func(t *tx) error {
		for i := range polls {
			each[i] = t.nested(ctx, func() error { return db.savePoll(ctx, t, &polls[i]) })
			if each[i] != nil {
				each[i] = fmt.Errorf("save the poll of %s: %w", polls[i].Source, each[i])
			}
			if db.conflict != nil && db.conflict(each[i]) {
				return each[i]
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	return each, err
}

// nested runs fn within a savepoint: if it fails, what it did is undone and the rest of the transaction lives.
func (t *tx) nested(ctx context.Context, fn func() error) error {
	if _, err := t.exec(ctx, `savepoint one`); err != nil {
		return err
	}
	err := fn()
	if err != nil {
		if _, undoErr := t.exec(ctx, `rollback to savepoint one`); undoErr != nil {
			return fmt.Errorf("%w (and undoing it failed: %w)", err, undoErr)
		}
	}
	if _, releaseErr := t.exec(ctx, `release savepoint one`); releaseErr != nil && err == nil {
		err = releaseErr
	}
	return err
}

func (db *DB) savePoll(ctx context.Context, t *tx, p *news.Poll) error {
	source, err := saveState(ctx, t, p)
	if err != nil {
		return err
	}
	if err := db.freeSlot(ctx, t, p.Lease, p.HostSpacing); err != nil {
		return err
	}
	if !p.HostHold.IsZero() {
		if err := holdHost(ctx, t, cmp.Or(p.HeldHost, p.Lease.Host), p.HostHold); err != nil {
			return err
		}
	}
	if p.Alert != nil {
		if err := insertAlert(ctx, t, *p.Alert); err != nil {
			return err
		}
	}
	if _, err := t.exec(ctx, `
		insert into polls (source, at, took, outcome, status, bytes, new, changed, unchanged, skipped, error)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		source, millis(p.At), p.Took.Milliseconds(), string(p.Outcome), p.State.HTTPStatus, p.Bytes, len(p.New),
		len(p.Changed), p.Unchanged, len(p.Skipped), p.State.Error); err != nil {
		return err
	}
	if err := db.insertItems(ctx, t, source, p.New); err != nil {
		return err
	}
	if err := db.changeItems(ctx, t, source, p.Changed); err != nil {
		return err
	}
	if err := refreshItems(ctx, t, source, p.Refreshed); err != nil {
		return err
	}
	return saveMarks(ctx, t, source, p.Marks)
}

// saveState writes what is remembered of the Source and gives its lease back, in one statement with the fence.
func saveState(ctx context.Context, t *tx, p *news.Poll) (source int64, err error) {
	st := &p.State
	memory, err := encodeMemory(*st)
	if err != nil {
		return 0, err
	}
	rows, err := t.query(ctx, `
		update sources set next_poll = $3, earliest = $4, hold = $5, reason = $6, etag = $7, last_modified = $8,
			last_poll = $9, outcome = $10, http_status = $11, failures = $12, error = $13, gone = $14, memory = $15,
			host = case when $16 = '' then host else $16 end, lease_owner = '', lease_until = 0
		where id = $1 and lease_owner = $2
		returning n`,
		p.Source, p.Lease.Owner, nullMillis(st.NextPoll), millis(st.Earliest), millis(st.Hold), st.Reason, headerText(st.ETag),
		headerText(st.LastModified), millis(st.LastPoll), string(st.Outcome), st.HTTPStatus, st.Failures, st.Error,
		boolInt(st.Gone), memory, p.NextHost)
	numbers, err := collect(rows, err, func(r scanner) (n int64, err error) { return n, r.Scan(&n) })
	if err != nil {
		return 0, err
	}
	if len(numbers) == 0 {
		return 0, ErrLeaseLost
	}
	return numbers[0], nil
}

// PrunePolls deletes the records of Polls before a time, and the Alerts that nobody is shown any more. The state of Sources
// is not touched.
func (db *DB) PrunePolls(ctx context.Context, before time.Time) (deleted int64, err error) {
	err = db.update(ctx, "prune polls", func(t *tx) error {
		if deleted, err = t.exec(ctx, `delete from polls where at < $1`, millis(before)); err != nil {
			return err
		}
		return pruneAlerts(ctx, t)
	})
	return deleted, err
}
