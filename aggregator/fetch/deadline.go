package fetch

import (
	"context"
	"time"
)

// deadline ends a Get with [ErrTimeout] after so much time of other people's: it stands still while limits of our own
// make the Get wait, lest one slow source make others fail.
type deadline struct {
	limit  time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func newDeadline(ctx context.Context, limit time.Duration) (context.Context, *deadline) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() { cancel(ErrTimeout) })
	return ctx, &deadline{limit: limit, timer: timer, cancel: cancel}
}

// pause calls wait while the deadline stands still. What comes after it has the whole limit again: no clock is read.
func (d *deadline) pause(wait func() error) error {
	if !d.timer.Stop() {
		return ErrTimeout
	}
	defer d.timer.Reset(d.limit)
	return wait()
}

func (d *deadline) end() {
	d.timer.Stop()
	d.cancel(nil)
}
