package store

import (
	"context"
	"fmt"
	"time"

	"wireroom/news"
)

// TakeSeat leases the seat of that name for a while, by the database's clock, and reports whether it was free or its
// lease had run out.
func (db *DB) TakeSeat(ctx context.Context, name string, lease time.Duration) (seat news.Seat, free bool, err error) {
	if err := db.enter(ctx); err != nil {
		return seat, false, fmt.Errorf("take the seat %s: %w", name, err)
	}
	seat = news.Seat{Name: name, Holder: db.newOwner()}
	err = db.update(ctx, "take the seat "+name, func(t *tx) error {
		n, err := t.exec(ctx, `
			insert into leases (name, holder, until) values ($1, $2, `+db.clock+` + $3)
			on conflict (name) do update set holder = excluded.holder, until = excluded.until
			where leases.until < `+db.clock, seat.Name, seat.Holder, lease.Milliseconds())
		free = n == 1
		return err
	})
	return seat, free, err
}

// RenewSeat prolongs the lease. It fails with [ErrLeaseLost] if another holds it now.
func (db *DB) RenewSeat(ctx context.Context, seat news.Seat, lease time.Duration) error {
	return db.update(ctx, "renew the seat "+seat.Name, func(t *tx) error {
		n, err := t.exec(ctx, `update leases set until = `+db.clock+` + $3 where name = $1 and holder = $2`,
			seat.Name, seat.Holder, lease.Milliseconds())
		if err == nil && n != 1 {
			err = ErrLeaseLost
		}
		return err
	})
}

// LeaveSeat ends the lease, so that another may have the seat at once. Having lost it already is no error.
func (db *DB) LeaveSeat(ctx context.Context, seat news.Seat) error {
	return db.update(ctx, "leave the seat "+seat.Name, func(t *tx) error {
		_, err := t.exec(ctx, `delete from leases where name = $1 and holder = $2`, seat.Name, seat.Holder)
		return err
	})
}

// holdSeat fails with [ErrLeaseLost] unless the seat is still held: the fence of every transaction made from it.
func holdSeat(ctx context.Context, t *tx, seat news.Seat) error {
	n, err := t.exec(ctx, `update leases set holder = holder where name = $1 and holder = $2`, seat.Name, seat.Holder)
	if err == nil && n != 1 {
		err = fmt.Errorf("seat %s: %w", seat.Name, ErrLeaseLost)
	}
	return err
}

// fromSeat runs fn in one transaction that is fenced by the Sorter's seat, with the Topics that are configured, by slug.
func (db *DB) fromSeat(ctx context.Context, what string, sorter news.Seat, fn func(*tx, map[string]topicRow) error) error {
	return db.update(ctx, what, func(t *tx) error {
		if err := holdSeat(ctx, t, sorter); err != nil {
			return err
		}
		topics, err := topicRows(ctx, t)
		if err != nil {
			return err
		}
		return fn(t, topics)
	})
}
