package aggregator

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"wireroom/news"
)

// HostStore is what HostSlots needs of a store.
type HostStore interface {
	TakeHost(ctx context.Context, host string, perHost int, lease time.Duration, at time.Time) (news.Lease, time.Duration, error)
	FreeHost(ctx context.Context, lease news.Lease, spacing time.Duration) error
}

// HostSlots hands out the slots of further hosts on the way of one Poll, so that redirects and pages are as polite as
// the Polls themselves. It is what fetch asks for slots.
type HostSlots struct {
	Store   HostStore
	PerHost int
	Spacing time.Duration
	Lease   time.Duration
	Now     func() time.Time // the time of the news
	Log     *slog.Logger
}

// Take waits for a slot of host, for as long as ctx allows, and returns how to give it back.
func (h *HostSlots) Take(ctx context.Context, host string) (release func(), err error) {
	for {
		lease, wait, err := h.Store.TakeHost(ctx, host, h.PerHost, h.Lease, h.Now())
		if err != nil {
			return nil, err
		}
		if wait == 0 {
			return func() { h.free(ctx, lease) }, nil
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return nil, &HeldError{Host: host, For: wait}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// HeldError is why a host on the way of a Poll was not asked: it has asked for time, or is spaced, for longer than the Poll
// may wait.
type HeldError struct {
	Host string // host:port
	For  time.Duration
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("host %s: no request is allowed for another %v", e.Host, e.For.Round(time.Millisecond))
}

func (h *HostSlots) free(ctx context.Context, lease news.Lease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := h.Store.FreeHost(ctx, lease, h.Spacing); err != nil {
		h.Log.Warn("host slot not given back; its lease ends by itself", "host", lease.Host, "err", err)
	}
}
