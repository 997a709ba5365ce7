package store

import (
	"context"
	"fmt"
	"time"

	"wireroom/news"
)

// A slotRequest is what takeSlot is asked for.
type slotRequest struct {
	host, owner string
	perHost     int
	lease       time.Duration
	at          time.Time // of the news
}

// takeSlot leases a free slot of a host and returns its number. That there is one was asked in the same transaction; free
// is false where another process has been quicker. A slot is one row, which the database gives to one of them.
func (db *DB) takeSlot(ctx context.Context, t *tx, req slotRequest) (slot int, free bool, err error) {
	err = t.row(ctx, `
		select min(k.slot) from (
			select 0 as slot union all select h.slot + 1 from hosts h where h.host = $1
		) k
		where not exists (select 1 from hosts h where h.host = $1 and h.slot = k.slot and h.lease_until > `+db.clock+`)`,
		req.host).Scan(&slot)
	if err != nil || slot >= max(req.perHost, 1) {
		return slot, false, err
	}
	n, err := t.exec(ctx, `
		insert into hosts (host, slot, lease_owner, lease_until) values ($1, $2, $3, `+db.clock+` + $4)
		on conflict (host, slot) do update set lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
		where hosts.lease_until <= `+db.clock+` and hosts.free_at <= `+db.clock+` and hosts.hold <= $5`,
		req.host, slot, req.owner, req.lease.Milliseconds(), millis(req.at))
	return slot, n == 1, err
}

// freeSlot gives a slot back, spaces the host's next request, and holds the host where the server asked for that. A slot
// that another has taken over is left to them; a hold counts all the same.
func (db *DB) freeSlot(ctx context.Context, t *tx, lease news.Lease, spacing time.Duration, hold time.Time) error {
	if _, err := t.exec(ctx, `
		update hosts set lease_owner = '', lease_until = 0, free_at = `+db.clock+` + $4
		where host = $1 and slot = $2 and lease_owner = $3`,
		lease.Host, lease.Slot, lease.Owner, spacing.Milliseconds()); err != nil {
		return err
	}
	if hold.IsZero() {
		return nil
	}
	_, err := t.exec(ctx, `update hosts set hold = $2 where host = $1 and hold < $2`, lease.Host, millis(hold))
	return err
}

// TakeHost takes a slot of a further host on the way of one Poll: a redirect's, a page's, a robots.txt's. ok is false,
// and wait says for how long, if the host is busy, spaced or held at that time.
func (db *DB) TakeHost(ctx context.Context, host string, perHost int, lease time.Duration, at time.Time) (taken news.Lease, wait time.Duration, err error) {
	if err := db.enter(ctx); err != nil {
		return taken, 0, fmt.Errorf("take a slot of %s: %w", host, err)
	}
	err = db.update(ctx, "take a slot of "+host, func(t *tx) error {
		var busy int
		var freeIn, held int64
		err := t.row(ctx, `
			select coalesce(sum(case when lease_until > `+db.clock+` then 1 else 0 end), 0),
				coalesce(max(free_at) - `+db.clock+`, 0), coalesce(max(hold) - $2, 0)
			from hosts where host = $1`, host, millis(at)).Scan(&busy, &freeIn, &held)
		switch {
		case err != nil:
			return err
		case held > 0:
			wait = time.Duration(held) * time.Millisecond
		case freeIn > 0:
			wait = time.Duration(freeIn) * time.Millisecond
		case busy >= max(perHost, 1):
			wait = 100 * time.Millisecond
		}
		if wait > 0 {
			return nil
		}
		var free bool
		taken = news.Lease{Owner: newOwner(), Host: host}
		if taken.Slot, free, err = db.takeSlot(ctx, t, slotRequest{host, taken.Owner, perHost, lease, at}); err == nil && !free {
			wait = 100 * time.Millisecond
		}
		return err
	})
	return taken, wait, err
}

// FreeHost gives back what TakeHost took.
func (db *DB) FreeHost(ctx context.Context, lease news.Lease, spacing time.Duration, hold time.Time) error {
	return db.update(ctx, "free a slot of "+lease.Host, func(t *tx) error {
		return db.freeSlot(ctx, t, lease, spacing, hold)
	})
}
