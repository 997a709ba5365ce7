package store

import (
	"context"
	"fmt"
	"time"

	"wireroom/news"
)

// subscriptionsKept is how many subscriptions there are at most: as many deliveries of a feed of 100 KB are a gigabyte, which a
// small host can send between two polls.
const subscriptionsKept = 10_000

// AskSubscription keeps what a subscriber asks until it is confirmed, instead of what it asked before. Whoever attends to the
// subscription meanwhile loses the lease. To end a subscription that there is not is no error, and nothing is kept. It
// fails with [news.ErrTooManySubscriptions], and with [news.ErrNotFound] for a Topic that there is not.
func (db *DB) AskSubscription(ctx context.Context, req news.SubscriptionRequest, at time.Time) error {
	return db.update(ctx, "keep a subscriber's request", func(t *tx) error {
		w := req.Wish
		n, err := t.exec(ctx, `
			update subscriptions set wish_mode = $3, wish_secret = $4, wish_lease = $5, next_try = $6, tries = 0, lease_owner = '', lease_until = 0
			where callback = $1 and topic_url = $2`,
			req.Callback, req.TopicURL, string(w.Mode), w.Secret, w.Lease.Milliseconds(), millis(at))
		if err != nil || n > 0 || w.Mode == news.Unsubscribe {
			return err
		}
		var known int
		if err := t.row(ctx, `select count(*) from subscriptions`).Scan(&known); err != nil {
			return err
		}
		if known >= subscriptionsKept {
			if err := makeRoom(ctx, t); err != nil {
				return err
			}
		}
		topic, err := idBytes(req.TopicID)
		if err != nil {
			return err
		}
		n, err = t.exec(ctx, `
			insert into subscriptions (callback, topic_url, topic, format, wish_mode, wish_secret, wish_lease, revision, next_try)
			select $1, $2, n, $4, $5, $6, $7, revision, $8 from topics where id = $3`,
			req.Callback, req.TopicURL, topic, req.Format, string(w.Mode), w.Secret, w.Lease.Milliseconds(), millis(at))
		if err == nil && n == 0 {
			err = fmt.Errorf("topic %s: %w", req.TopicID, news.ErrNotFound)
		}
		return err
	})
}

// makeRoom forgets of the subscriptions that were never confirmed the one that waits longest.
func makeRoom(ctx context.Context, t *tx) error {
	n, err := t.exec(ctx, `
		delete from subscriptions where n = (select s.n from subscriptions s where s.until = 0 order by s.next_try, s.n limit 1)`)
	if err == nil && n == 0 {
		err = news.ErrTooManySubscriptions
	}
	return err
}

// subscriptionColumns are what scanSubscription reads, of subscriptions s and their topics t.
const subscriptionColumns = `s.n, s.callback, s.topic_url, t.slug, s.format, s.secret, s.until, s.wish_mode, s.wish_secret, s.wish_lease,
	s.etag, s.revision, s.next_try, s.tries, s.reason, t.revision, t.removed`

func scanSubscription(r scanner) (s news.Subscription, err error) {
	var until, lease, next int64
	err = r.Scan(&s.Ref, &s.Callback, &s.TopicURL, &s.Slug, &s.Format, &s.Secret, &until, &s.Wish.Mode, &s.Wish.Secret, &lease,
		&s.ETag, &s.Revision, &next, &s.Tries, &s.Reason, &s.TopicRevision, &s.TopicRemoved)
	s.Until, s.Wish.Lease, s.NextTry = fromMillis(until), time.Duration(lease)*time.Millisecond, fromMillis(next)
	return s, err
}

// Subscriptions returns all subscriptions, in the order in which they came.
func (db *DB) Subscriptions(ctx context.Context) ([]news.Subscription, error) {
	rows, err := db.read.query(ctx, `select `+subscriptionColumns+` from subscriptions s join topics t on t.n = s.topic order by s.n`)
	all, err := collect(rows, err, scanSubscription)
	if err != nil {
		return nil, fmt.Errorf("list subscriptions: %w", err)
	}
	return all, nil
}

// wantsAttention is the condition on subscriptions s and their topics t that there is something to do at $1: to ask whether a
// wish was meant, to send what is new, or to end what is over.
func (db *DB) wantsAttention() string {
	return `s.next_try <= $1 and s.lease_until <= ` + db.clock + `
		and (s.wish_mode <> '' or s.until <= $1 or t.revision > s.revision or t.removed = 1)`
}

// ClaimSubscriptions leases subscriptions that have something to be done: of those that were confirmed once the ones first that
// wait longest; of those that never were the newest, and before any that failed already: anyone can make up a crowd of them, and
// who comes after it must not have to wait for it. A lease that has run out counts as free: its process has crashed, and a
// subscriber can wait so long for what it may poll for.
func (db *DB) ClaimSubscriptions(ctx context.Context, confirmed bool, at time.Time, limit int, lease time.Duration) (claimed []news.Subscription, err error) {
	which, order := `s.until = 0`, `s.tries, s.next_try desc, s.n desc`
	if confirmed {
		which, order = `s.until <> 0`, `s.next_try, s.n`
	}
	var some bool
	err = db.read.row(ctx, `
		select exists (select 1 from subscriptions s join topics t on t.n = s.topic where `+which+` and `+db.wantsAttention()+`)`, millis(at)).Scan(&some)
	if err != nil {
		return nil, fmt.Errorf("look for what subscribers are to be told: %w", err)
	}
	if !some { // most often: nothing is written then
		return nil, nil
	}
	err = db.update(ctx, "claim subscriptions", func(t *tx) error {
		rows, err := t.query(ctx, `
			select `+subscriptionColumns+`
			from subscriptions s join topics t on t.n = s.topic
			where `+which+` and `+db.wantsAttention()+`
			order by `+order+` limit $2`+db.taking, millis(at), limit)
		if claimed, err = collect(rows, err, scanSubscription); err != nil {
			return err
		}
		for i := range claimed {
			claimed[i].Owner = db.newOwner()
			if _, err := t.exec(ctx, `update subscriptions set lease_owner = $2, lease_until = `+db.clock+` + $3 where n = $1`,
				claimed[i].Ref, claimed[i].Owner, lease.Milliseconds()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// SaveSubscription saves how a claimed subscription stands, and ends its lease. It fails with [ErrLeaseLost] where the
// subscriber has asked for something else meanwhile, or another process has taken it.
func (db *DB) SaveSubscription(ctx context.Context, s news.Subscription) error {
	return db.attended(ctx, "save a subscription", `
		update subscriptions set secret = $3, until = $4, wish_mode = $5, wish_secret = $6, wish_lease = $7, etag = $8, revision = $9,
			next_try = $10, tries = $11, reason = $12, lease_owner = '', lease_until = 0
		where n = $1 and lease_owner = $2`,
		s.Ref, s.Owner, s.Secret, millis(s.Until), string(s.Wish.Mode), s.Wish.Secret, s.Wish.Lease.Milliseconds(), s.ETag, s.Revision,
		millis(s.NextTry), s.Tries, s.Reason)
}

// EndSubscription forgets a claimed subscription. It fails as [DB.SaveSubscription] does.
func (db *DB) EndSubscription(ctx context.Context, s news.Subscription) error {
	return db.attended(ctx, "end a subscription", `delete from subscriptions where n = $1 and lease_owner = $2`, s.Ref, s.Owner)
}

func (db *DB) attended(ctx context.Context, what, statement string, args ...any) error {
	return db.update(ctx, what, func(t *tx) error {
		n, err := t.exec(ctx, statement, args...)
		if err == nil && n != 1 {
			err = ErrLeaseLost
		}
		return err
	})
}
