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

// freeSlot gives a slot back and spaces the host's next request. A slot that another has taken over is left to them.
func (db *DB) freeSlot(ctx context.Context, t *tx, lease news.Lease, spacing time.Duration) error {
	_, err := t.exec(ctx, `
		update hosts set lease_owner = '', lease_until = 0, free_at = `+db.clock+` + $4
		where host = $1 and slot = $2 and lease_owner = $3`,
		lease.Host, lease.Slot, lease.Owner, spacing.Milliseconds())
	return err
}

// holdHost keeps everyone from a host, or, where it begins with a dot, from every host of a domain, until a time of the
// news. Sources that would be due earlier are put off, and say why.
func holdHost(ctx context.Context, t *tx, host string, until time.Time) error {
	if _, err := t.exec(ctx, `
		insert into hosts (host, slot, hold) values ($1, 0, $2)
		on conflict (host, slot) do update set hold = excluded.hold where hosts.hold < excluded.hold`,
		host, millis(until)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `
		update sources set next_poll = $2, reason = $3
		where next_poll < $2 and (host = $1 or '.' || host like '%' || $1 || ':%')`,
		host, millis(until), "Retry-After until "+until.UTC().Format(time.RFC3339)+", said to another source of the host")
	return err
}

// heldDomain is the end of a query for the holds, as of at, of a domain that host belongs to. Domains begin with a dot, and
// nothing else does: few rows are looked at.
func heldDomain(host, at string) string {
	return `from hosts d where d.host >= '.' and d.host < '/' and d.hold > ` + at + ` and '.' || ` + host + ` like '%' || d.host || ':%'`
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
			from (
				select lease_until, free_at, hold from hosts where host = $1
				union all
				select 0, 0, d.hold `+heldDomain(`$1`, `$2`)+`
			) h`, host, millis(at)).Scan(&busy, &freeIn, &held)
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
		taken = news.Lease{Owner: db.newOwner(), Host: host}
		if taken.Slot, free, err = db.takeSlot(ctx, t, slotRequest{host, taken.Owner, perHost, lease, at}); err == nil && !free {
			wait = 100 * time.Millisecond
		}
		return err
	})
	return taken, wait, err
}

// FreeHost gives back what TakeHost took.
func (db *DB) FreeHost(ctx context.Context, lease news.Lease, spacing time.Duration) error {
	return db.update(ctx, "free a slot of "+lease.Host, func(t *tx) error {
		return db.freeSlot(ctx, t, lease, spacing)
	})
}
