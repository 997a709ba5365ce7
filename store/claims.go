package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"wireroom/news"
)

// Claim leases Sources that are due, one for each host that has a free slot, and takes that slot with it. A lease that
// has run out counts as free: its worker has crashed.
//
// wait says what to do when nothing was claimed: zero, nothing is left; else, some Source is due but its host is busy
// or spaced, and it is worth asking again after so long.
func (db *DB) Claim(ctx context.Context, req news.ClaimRequest) (claims []news.Claim, wait time.Duration, err error) {
	if err := db.enter(ctx); err != nil {
		return nil, 0, fmt.Errorf("claim sources: %w", err)
	}
	err = db.update(ctx, "claim sources", func(t *tx) (err error) {
		claims = nil
		for more := true; more && len(claims) < req.Limit; {
			var due []dueSource
			if due, more, err = db.due(ctx, t, req, req.Limit-len(claims)); err != nil {
				return err
			}
			if claims, err = db.leaseAll(ctx, t, req, due, claims); err != nil {
				return err
			}
		}
		if len(claims) == 0 {
			wait, err = db.blocked(ctx, t, req)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return claims, wait, nil
}

// isDue is the condition on sources s for being due and free, with $1 the time of the news, $2 the pass and $3 the source.
func (db *DB) isDue(d news.Due) string {
	return wouldBeDue(d) + ` and s.lease_until <= ` + db.clock
}

// wouldBeDue is isDue for Sources that another worker may hold.
func wouldBeDue(d news.Due) string {
	schedule := `s.next_poll <= $1`
	switch d {
	case news.DueAll:
		schedule = `s.earliest <= $1`
	case news.DueForced:
		schedule = `1 = 1`
	}
	return `s.active = 1 and s.gone = 0 and s.hold <= $1 and ($2 = '' or s.pass <> $2) and ($3 = '' or s.id = $3) and ` + schedule
}

// A dueSource is a claim in the making.
type dueSource struct {
	n     int64
	claim news.Claim
}

// lookedAt is how many Sources are looked at for each that is wanted, since several of one host may stand at the front of
// the queue.
const lookedAt = 2

// due reads up to limit Sources that may be polled now, the longest due first, one a host. more says that behind those it
// has looked at there are others.
func (db *DB) due(ctx context.Context, t *tx, req news.ClaimRequest, limit int) (picked []dueSource, more bool, err error) {
	looked := lookedAt*limit + 16
	rows, err := t.query(ctx, `
		select s.n, s.facts, s.host, `+stateColumns+`
		from sources s
		where `+db.isDue(req.Due)+`
		and (select count(*) from hosts h where h.host = s.host and h.lease_until > `+db.clock+`) < $4
		and not exists (select 1 from hosts h where h.host = s.host and (h.free_at > `+db.clock+` or h.hold > $1))
		and not exists (select 1 `+heldDomain(`s.host`, `$1`)+`)
		order by s.next_poll, s.position
		limit $5`+db.taking, millis(req.At), req.Pass, req.Source, max(req.PerHost, 1), looked)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	picked, seen, err := pickOnePerHost(rows, limit)
	// Several processes that take slots of the same hosts take them in the same order, so that none waits in a circle.
	slices.SortStableFunc(picked, func(a, b dueSource) int { return cmp.Compare(a.claim.Lease.Host, b.claim.Lease.Host) })
	return picked, seen == looked && len(picked) > 0, err
}

// pickOnePerHost reads rows until it has limit Sources of different hosts. It returns how many it has seen.
func pickOnePerHost(rows *sql.Rows, limit int) (picked []dueSource, seen int, err error) {
	taken := make(map[string]bool)
	var text, host sql.RawBytes
	for len(picked) < limit && rows.Next() {
		seen++
		var d dueSource
		var r stateRow
		if err := rows.Scan(append([]any{&d.n, &text, &host}, r.dest()...)...); err != nil {
			return nil, seen, err
		}
		if taken[string(host)] {
			continue
		}
		d.claim.Lease.Host = string(host)
		taken[d.claim.Lease.Host] = true
		if err := json.Unmarshal(text, &d.claim.Source); err != nil {
			return nil, seen, err
		}
		if d.claim.State, err = r.done(); err != nil {
			return nil, seen, err
		}
		picked = append(picked, d)
	}
	return picked, seen, rows.Err()
}

// leaseAll leases what due has found, and adds to claims what nobody else has just taken.
func (db *DB) leaseAll(ctx context.Context, t *tx, req news.ClaimRequest, due []dueSource, claims []news.Claim) ([]news.Claim, error) {
	for _, d := range due {
		claim, free, err := db.lease(ctx, t, req, d)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", d.claim.Source.ID, err)
		}
		if free {
			claims = append(claims, claim)
		}
	}
	return claims, nil
}

// lease marks the Source and a slot of its host as taken. free is false where another process has just taken the slot.
func (db *DB) lease(ctx context.Context, t *tx, req news.ClaimRequest, d dueSource) (claim news.Claim, free bool, err error) {
	lease := &d.claim.Lease
	lease.Owner = db.newOwner()
	lease.Slot, free, err = db.takeSlot(ctx, t, slotRequest{lease.Host, lease.Owner, req.PerHost, req.Lease, req.At})
	if err != nil || !free {
		return d.claim, false, err
	}
	_, err = t.exec(ctx, `
		update sources set lease_owner = $2, lease_until = `+db.clock+` + $3, pass = $4 where n = $1`,
		d.n, lease.Owner, req.Lease.Milliseconds(), req.Pass)
	return d.claim, err == nil, err
}

// askAgain is how soon it is worth looking whether another worker has come to its end.
const askAgain = 250 * time.Millisecond

// blocked returns how long to wait for the first Source that is due, of which none could be claimed: another worker holds
// it, or is about to, or its host is busy or spaced. It is zero if there is none.
func (db *DB) blocked(ctx context.Context, t *tx, req news.ClaimRequest) (time.Duration, error) {
	var ms sql.NullInt64
	err := t.row(ctx, `
		select min(case when h.free_at > `+db.clock+` then h.free_at - `+db.clock+` else $4 end)
		from sources s left join hosts h on h.host = s.host
		where `+wouldBeDue(req.Due)+` and not exists (select 1 from hosts k where k.host = s.host and k.hold > $1)
		and not exists (select 1 `+heldDomain(`s.host`, `$1`)+`)`,
		millis(req.At), req.Pass, req.Source, askAgain.Milliseconds()).Scan(&ms)
	return time.Duration(ms.Int64) * time.Millisecond, err
}

// Postpone gives back a claim without a Poll, and says when the Source is due instead, and why.
func (db *DB) Postpone(ctx context.Context, source string, lease news.Lease, until time.Time, reason string) error {
	return db.update(ctx, "put off source "+source, func(t *tx) error {
		if _, err := t.exec(ctx, `
			update sources set lease_owner = '', lease_until = 0, next_poll = $3, reason = $4
			where id = $1 and lease_owner = $2`,
			source, lease.Owner, millis(until), reason); err != nil {
			return err
		}
		return db.freeSlot(ctx, t, lease, 0)
	})
}

// Release gives back a claim whose Poll did not come to its end, as at shutdown. The Source is due again at once, its
// host after spacing.
func (db *DB) Release(ctx context.Context, source string, lease news.Lease, spacing time.Duration) error {
	return db.update(ctx, "release source "+source, func(t *tx) error {
		if _, err := t.exec(ctx, `
			update sources set lease_owner = '', lease_until = 0, pass = '' where id = $1 and lease_owner = $2`,
			source, lease.Owner); err != nil {
			return err
		}
		return db.freeSlot(ctx, t, lease, spacing)
	})
}
