package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Seat is a lease of which there is one by its name, such as the Sorter's.
type Seat struct {
	db     *DB
	name   string
	holder string
}

// TakeSeat leases the seat of that name for a while, by the database's clock, and reports whether it was free or its
// lease had run out.
func (db *DB) TakeSeat(ctx context.Context, name string, lease time.Duration) (*Seat, bool, error) {
	seat := &Seat{db, name, newOwner()}
	ok, err := seat.take(ctx, lease, `leases.until < `+db.clock)
	return seat, ok, err
}

// Renew prolongs the lease. It fails with [ErrLeaseLost] if another holds it now.
func (s *Seat) Renew(ctx context.Context, lease time.Duration) error {
	ok, err := s.take(ctx, lease, `leases.holder = excluded.holder`)
	if err == nil && !ok {
		err = fmt.Errorf("renew the seat %s: %w", s.name, ErrLeaseLost)
	}
	return err
}

func (s *Seat) take(ctx context.Context, lease time.Duration, condition string) (taken bool, err error) {
	err = s.db.update(ctx, "take the seat "+s.name, func(t *tx) error {
		n, err := t.exec(ctx, `
			insert into leases (name, holder, until) values ($1, $2, `+s.db.clock+` + $3)
			on conflict (name) do update set holder = excluded.holder, until = excluded.until
			where `+condition, s.name, s.holder, lease.Milliseconds())
		taken = n == 1
		return err
	})
	return taken, err
}

// Leave ends the lease, so that another may have the seat at once. Having lost it already is no error.
func (s *Seat) Leave(ctx context.Context) error {
	return s.db.update(ctx, "leave the seat "+s.name, func(t *tx) error {
		_, err := t.exec(ctx, `delete from leases where name = $1 and holder = $2`, s.name, s.holder)
		return err
	})
}

// hold fails with ErrLeaseLost unless the seat is still held: the fence of every transaction made from it.
func (s *Seat) hold(ctx context.Context, t *tx) error {
	n, err := t.exec(ctx, `update leases set holder = holder where name = $1 and holder = $2`, s.name, s.holder)
	if err == nil && n != 1 {
		err = ErrLeaseLost
	}
	return err
}

// isLeaseLost is errors.Is with the sentinel of this package.
func isLeaseLost(err error) bool { return errors.Is(err, ErrLeaseLost) }
