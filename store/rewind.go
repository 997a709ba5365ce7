package store

import (
	"context"
	"time"
)

// aheadAtMost is how far the clocks of two machines that work on one store may differ before one of them is taken for wrong.
const aheadAtMost = time.Hour

// Rewind puts right what a wrong clock has planned: a Source whose last Poll is dated more than an hour after at counts as
// polled at at, and waits from then on for as long as it was to wait, for a Retry-After too. Without, it would not be asked
// before that date has come. n is how many Sources those are.
func (db *DB) Rewind(ctx context.Context, at time.Time) (n int64, err error) {
	err = db.update(ctx, "put right what a wrong clock has planned", func(t *tx) error {
		n, err = t.exec(ctx, `
			update sources set next_poll = next_poll - last_poll + $1, earliest = earliest - last_poll + $1,
				hold = case when hold > last_poll then hold - last_poll + $1 else 0 end, last_poll = $1
			where last_poll > $2 and gone = 0`,
			millis(at), millis(at.Add(aheadAtMost)))
		return err
	})
	return n, err
}
