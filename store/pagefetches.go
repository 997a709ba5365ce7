package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wireroom/news"
)

// queuePages notes which pages are to be fetched of Items that a Poll brought, by the numbers of the Items. It comes with
// their versions, in one transaction.
func queuePages(ctx context.Context, t *tx, source int64, numbers []int64, items []news.Item) error {
	rows := newBulk(t, `page_fetches (item, version, source, host, queued, until, next_try)`, `on conflict do nothing`)
	for i := range items {
		it := &items[i]
		if it.PageHost == "" {
			continue
		}
		queued := millis(it.Seen)
		if err := rows.add(ctx, numbers[i], it.Version, source, it.PageHost, queued, queued+news.PageWait.Milliseconds(), queued); err != nil {
			return err
		}
	}
	return rows.flush(ctx)
}

// supersedePages ends the waiting for pages of versions that are no longer an Item's newest. A page that is being fetched
// ends by its own save.
func supersedePages(ctx context.Context, t *tx, item int64, version int) error {
	_, err := t.exec(ctx, `
		update page_fetches set outcome = $3, reason = 'the item has a newer version'
		where item = $1 and version < $2 and outcome = '' and lease_owner = ''`, item, version, string(news.PageSuperseded))
	return err
}

// noPageWaits is the condition on items i that the page of its newest version is not waited for.
const noPageWaits = `not exists (select 1 from page_fetches p where p.item = i.n and p.version = i.version and p.outcome = '')`

// ClaimPages leases pages that wait, one for each host that has a free slot, and takes that slot with it. A lease that has
// run out is its page's end: its worker has crashed, and nobody is asked twice for one version.
//
// wait says what to do when nothing was claimed: zero, nothing is left for now; else, some page waits but its host is busy
// or spaced, or another worker is at it, and it is worth asking again after so long.
func (db *DB) ClaimPages(ctx context.Context, req news.PageRequest) (claims []news.PageClaim, wait time.Duration, err error) {
	if err := db.enter(ctx); err != nil {
		return nil, 0, fmt.Errorf("claim pages: %w", err)
	}
	var some bool
	if err := db.read.row(ctx, `select exists (select 1 from page_fetches where outcome = '')`).Scan(&some); err != nil || !some {
		return nil, 0, err
	}
	err = db.update(ctx, "claim pages", func(t *tx) error {
		if err := interruptPages(ctx, t, `lease_until <= `+db.clock); err != nil {
			return err
		}
		hosts, err := db.pageHosts(ctx, t, req)
		if err != nil {
			return err
		}
		claims = nil // where the transaction is made again
		for _, host := range hosts {
			if claims, err = db.claimPage(ctx, t, req, host, claims); err != nil {
				return fmt.Errorf("host %s: %w", host, err)
			}
		}
		if len(claims) == 0 {
			wait, err = db.blockedPages(ctx, t, req)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return claims, wait, nil
}

// interruptPages ends the waiting for pages whose worker has crashed: a condition, its parameters from $2 on.
func interruptPages(ctx context.Context, t *tx, crashed string, args ...any) error {
	_, err := t.exec(ctx, `
		update page_fetches set outcome = $1, lease_owner = '', lease_until = 0,
			reason = 'the process ended while it asked for the page, which is not asked for twice'
		where outcome = '' and lease_owner <> '' and `+crashed, append([]any{string(news.PageInterrupted)}, args...)...)
	return err
}

// isAskable is the condition on page_fetches p and its sources s for being one to fetch now, with $1 the time of the news.
// A page on the Source's own host is held where the Source is.
const isAskable = `p.outcome = '' and p.next_try <= $1 and s.active = 1 and not (s.host = p.host and s.hold > $1)`

// pageHosts lists hosts that have a page to fetch, and a free slot.
func (db *DB) pageHosts(ctx context.Context, t *tx, req news.PageRequest) ([]string, error) {
	rows, err := t.query(ctx, `
		select w.host from (
			select distinct p.host from page_fetches p join sources s on s.n = p.source where `+isAskable+` and p.lease_owner = ''
		) w
		where (select count(*) from hosts h where h.host = w.host and h.lease_until > `+db.clock+`) < $2
		and not exists (select 1 from hosts h where h.host = w.host and (h.free_at > `+db.clock+` or h.hold > $1))
		and not exists (select 1 `+heldDomain(`w.host`, `$1`)+`)
		order by w.host limit $3`, millis(req.At), max(req.PerHost, 1), req.Limit)
	return collect(rows, err, func(r scanner) (host string, err error) { return host, r.Scan(&host) })
}

// claimPage leases the page of a host that has waited longest.
func (db *DB) claimPage(ctx context.Context, t *tx, req news.PageRequest, host string, claims []news.PageClaim) ([]news.PageClaim, error) {
	claim := news.PageClaim{Lease: news.Lease{Owner: db.newOwner(), Host: host}}
	var version int
	var facts string
	var until int64
	err := t.row(ctx, `
		select p.item, p.version, p.tries, p.until, s.facts
		from page_fetches p join sources s on s.n = p.source
		where `+isAskable+` and p.lease_owner = '' and p.host = $2
		order by p.queued, p.item limit 1`, millis(req.At), host).
		Scan(&claim.Ref, &version, &claim.Tries, &until, &facts)
	if errors.Is(err, sql.ErrNoRows) { // another process has just taken the last
		return claims, nil
	}
	if err != nil {
		return claims, err
	}
	if err := json.Unmarshal([]byte(facts), &claim.Source); err != nil {
		return claims, err
	}
	claim.Until = fromMillis(until)
	slot, free, err := db.takeSlot(ctx, t, slotRequest{host: host, owner: claim.Lease.Owner, perHost: req.PerHost, lease: req.Lease, at: req.At})
	if err != nil || !free {
		return claims, err
	}
	claim.Lease.Slot = slot
	n, err := t.exec(ctx, `
		update page_fetches set lease_owner = $3, lease_until = `+db.clock+` + $4
		where item = $1 and version = $2 and outcome = '' and lease_owner = ''`,
		claim.Ref, version, claim.Lease.Owner, req.Lease.Milliseconds())
	if err != nil {
		return claims, err
	}
	if n == 0 { // another process has been quicker with the page, and done with its host already
		return claims, db.freeSlot(ctx, t, claim.Lease, 0)
	}
	claim.Item, err = db.itemOf(ctx, t, claim.Ref, version)
	return append(claims, claim), err
}

// blockedPages returns how long to wait for the first page that another worker holds, or whose host is busy or spaced;
// zero if there is none.
func (db *DB) blockedPages(ctx context.Context, t *tx, req news.PageRequest) (time.Duration, error) {
	var ms *int64
	err := t.row(ctx, `
		select min(case when h.free_at > `+db.clock+` then h.free_at - `+db.clock+` else $2 end)
		from page_fetches p join sources s on s.n = p.source left join hosts h on h.host = p.host
		where `+isAskable+` and coalesce(h.hold, 0) <= $1
		and not exists (select 1 `+heldDomain(`p.host`, `$1`)+`)
		and (p.lease_owner <> '' or h.free_at > `+db.clock+` or h.lease_until > `+db.clock+`)`,
		millis(req.At), askAgain.Milliseconds()).Scan(&ms)
	if ms == nil {
		return 0, err
	}
	return time.Duration(*ms) * time.Millisecond, err
}

// SavePage saves what came of a claimed page, in one transaction. It fails with [ErrLeaseLost], and saves nothing but the
// host's freedom, where the page is no longer waited for.
func (db *DB) SavePage(ctx context.Context, v news.PageVisit) error {
	lost := false
	err := db.update(ctx, fmt.Sprintf("save the page of item %d", v.Ref), func(t *tx) error {
		n, err := t.exec(ctx, `
			update page_fetches set outcome = $4, reason = $5, next_try = $6, canonical = $7, tries = tries + 1, lease_owner = '', lease_until = 0
			where item = $1 and version = $2 and lease_owner = $3`,
			v.Ref, v.Version, v.Lease.Owner, string(v.Outcome), v.Reason, millis(v.NextTry), v.Canonical)
		if err != nil {
			return err
		}
		if lost = n == 0; !lost {
			if err := db.savePageText(ctx, t, v); err != nil {
				return err
			}
		}
		if err := holdPages(ctx, t, v); err != nil {
			return err
		}
		return db.freeSlot(ctx, t, v.Lease, v.HostSpacing)
	})
	if err == nil && lost {
		err = fmt.Errorf("save the page of item %d: %w", v.Ref, ErrLeaseLost)
	}
	return err
}

func (db *DB) savePageText(ctx context.Context, t *tx, v news.PageVisit) error {
	if v.Outcome != news.PageFetched {
		return nil
	}
	n, err := db.insertBlock(ctx, t, []byte(v.Text))
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `update versions set full_text = $3 where item = $1 and version = $2`, v.Ref, v.Version, n)
	return err
}

// holdPages keeps the Source's other pages on a host, its Polls there, and where that is asked all others' requests, until
// a time that the host has asked for.
func holdPages(ctx context.Context, t *tx, v news.PageVisit) error {
	if v.Hold.IsZero() {
		return nil
	}
	if !v.HostHold.IsZero() {
		if err := holdHost(ctx, t, v.HeldHost, v.HostHold); err != nil {
			return err
		}
	}
	const ofItem = `(select i.source from items i where i.n = $1)`
	for _, statement := range []string{
		`update page_fetches set next_try = $2 where source = ` + ofItem + ` and host = $3 and outcome = '' and next_try < $2`,
		`update sources set hold = $2 where n = ` + ofItem + ` and host = $3 and hold < $2`,
	} {
		if _, err := t.exec(ctx, statement, v.Ref, millis(v.Hold), v.HoldHost); err != nil {
			return err
		}
	}
	return nil
}

// ReleasePage gives back a claim whose page was not asked for, as at shutdown. It waits as before.
func (db *DB) ReleasePage(ctx context.Context, claim news.PageClaim) error {
	return db.update(ctx, fmt.Sprintf("release the page of item %d", claim.Ref), func(t *tx) error {
		if _, err := t.exec(ctx, `
			update page_fetches set lease_owner = '', lease_until = 0 where item = $1 and version = $2 and lease_owner = $3`,
			claim.Ref, claim.Item.Version, claim.Lease.Owner); err != nil {
			return err
		}
		return db.freeSlot(ctx, t, claim.Lease, 0)
	})
}

// ExpirePages ends the waiting for pages that did not come in time, or cannot, since their host asks to be left alone for
// longer. What is being fetched then is not used.
func (db *DB) ExpirePages(ctx context.Context, at time.Time) error {
	return db.update(ctx, "end the waiting for pages", func(t *tx) error {
		_, err := t.exec(ctx, `
			update page_fetches set outcome = $2, lease_owner = '', lease_until = 0,
				reason = 'not in time' || case when reason = '' then '' else ': ' || reason end
			where outcome = '' and (until <= $1 or exists (
				select 1 from hosts h where h.host = page_fetches.host and h.hold >= page_fetches.until)
				or exists (select 1 `+heldDomain(`page_fetches.host`, `page_fetches.until`)+`))`,
			millis(at), string(news.PageLate))
		return err
	})
}

// AbandonPages ends the waiting for pages that nobody may ask for now: for a process that will not come back to them. It
// returns how many came meanwhile and may be asked for.
func (db *DB) AbandonPages(ctx context.Context, at time.Time) (waiting int, err error) {
	err = db.update(ctx, "end the waiting for pages", func(t *tx) error {
		if _, err := t.exec(ctx, `
			update page_fetches set outcome = $2, reason = 'not waited for' || case when reason = '' then '' else ': ' || reason end
			where outcome = '' and lease_owner = '' and (next_try > $1
				or exists (select 1 from hosts h where h.host = page_fetches.host and h.hold > $1)
				or exists (select 1 `+heldDomain(`page_fetches.host`, `$1`)+`)
				or exists (select 1 from sources s where s.n = page_fetches.source
					and (s.active = 0 or s.host = page_fetches.host and s.hold > $1)))`,
			millis(at), string(news.PageLate)); err != nil {
			return err
		}
		return t.row(ctx, `select count(*) from page_fetches where outcome = '' and lease_owner = ''`).Scan(&waiting)
	})
	return waiting, err
}

// pageStanding is how an Item's page stands, as a column of a listing; p is its row, which may be missing.
const pageStanding = `case when p.item is null then '' when p.outcome = '' then 'waiting' else p.outcome end,
	coalesce(p.reason, '')`
