package news

import (
	"cmp"
	"errors"
	"net/url"
	"strings"
	"time"
)

// SubscriptionMode is what a subscriber asks of the hub (WebSub, section 5.1).
type SubscriptionMode string

// The modes.
const (
	Subscribe   SubscriptionMode = "subscribe"
	Unsubscribe SubscriptionMode = "unsubscribe"
)

// ErrTooManySubscriptions is what a subscriber gets where the hub has as many as it takes.
var ErrTooManySubscriptions = errors.New("the hub has as many subscriptions as it takes")

// A SubscriptionRequest is what a subscriber asks, before it has said at its callback that it meant it.
type SubscriptionRequest struct {
	Callback string // the subscriber's address, http or https
	TopicURL string // of the Feed
	TopicID  string // of the Topic that the Feed is of
	Format   string // of the Feed
	Wish     Wish
}

// A Wish is what changes about a subscription when it is confirmed. The zero value is none.
type Wish struct {
	Mode   SubscriptionMode
	Secret string        // that deliveries are signed with; empty: they are not
	Lease  time.Duration // how long the subscription is to hold
}

// A Subscription has the hub send a Feed to a callback whenever it changes. There is one for a callback and a Feed.
type Subscription struct {
	Ref   int64  // the store's own number
	Owner string // of the lease under which it is attended to

	Callback string
	TopicURL string
	Slug     string // of the Topic, as it is now
	Format   string

	Secret string
	Until  time.Time // it holds until then; zero: it was never confirmed
	Wish   Wish      // what waits to be confirmed

	ETag     string // of the bytes that the subscriber was sent last, without a coding; empty: none yet
	Revision int64  // of the Topic that the subscriber has
	NextTry  time.Time
	Tries    int    // that failed, since the last that did not
	Reason   string // why the last failed; empty: it did not

	TopicRevision int64 // as it is now
	TopicRemoved  bool
}

// Host is what may be said of the callback: not its path, which may be a secret. Empty for an address that cannot be read.
func (s Subscription) Host() string {
	u, err := url.Parse(s.Callback)
	if err != nil {
		return ""
	}
	return u.Host
}

// Domain is what somebody has registered of the callback's host; the host without its port where that is an address or a name of
// one word.
func (s Subscription) Domain() string {
	u, err := url.Parse(s.Callback)
	if err != nil {
		return ""
	}
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	return cmp.Or(Registrable(name), name)
}
