package store

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A process that takes leases on PostgreSQL gives a sign of life every so often, and one that has given none for a while,
// though others did, is taken to have crashed: its leases are freed, which would else run out after minutes. A sign is a
// row of leases, so that it needs no session and goes through any pooler.
const (
	signEvery = 5 * time.Second
	// silence is six signs: a process that is alive misses that many only where it, or its way to the database, was stopped.
	// What it did meanwhile cannot be saved then, as where a lease has run out.
	silence = 30 * time.Second
)

// signs are the signs of life of one process, and what it has seen of others'. Safe for concurrent use, but for beat,
// which is of one goroutine at a time.
type signs struct {
	mu    sync.Mutex
	stop  context.CancelFunc // nil: none is given
	ended chan struct{}

	given time.Time // the last one
	seen  map[string]sighting
}

// A sighting is a sign as it was first seen, by this process's own clock: those of others and the database's do not matter.
type sighting struct {
	sign  int64
	since time.Time
}

// signPrefix begins the name of a sign; no seat has such a name.
const signPrefix = "process "

// begin gives the first sign, and the others until end is called, which takes them back.
func (s *signs) begin(ctx context.Context, db *DB) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		return nil
	}
	if err := db.beat(ctx, time.Time{}); err != nil { // the ticker knows the time: with its first tick others begin to be watched
		return err
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.ended = make(chan struct{})
	go func() {
		defer close(s.ended)
		s.goOn(ctx, db)
	}()
	return nil
}

// goOn gives signs until ctx ends. Where one cannot be given the next tries again: who works on the store meets the trouble
// too, and says so.
func (s *signs) goOn(ctx context.Context, db *DB) {
	ticker := time.NewTicker(signEvery)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			_ = db.beat(ctx, now)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), signEvery)
			defer cancel()
			_ = db.depart(ctx)
			return
		}
	}
}

// end gives no further sign, and takes back the last.
func (s *signs) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop == nil {
		return
	}
	s.stop()
	<-s.ended
	s.stop = nil
}

// beat gives a sign of life, and frees the leases of processes from which none has come for [silence].
func (db *DB) beat(ctx context.Context, now time.Time) error {
	silent := make(map[string]int64)
	if err := db.update(ctx, "give a sign of life", func(t *tx) error {
		if _, err := t.exec(ctx, `
			insert into leases (name, holder, until) values ($1, $2, 1)
			on conflict (name) do update set until = leases.until + 1`, signPrefix+db.name, db.name); err != nil {
			return err
		}
		rows, err := t.query(ctx, `select holder, until from leases where name like $1 and holder <> $2`, signPrefix+"%", db.name)
		others, err := collect(rows, err, func(r scanner) (o signOf, err error) { return o, r.Scan(&o.process, &o.sign) })
		silent = db.signs.silent(others, now)
		return err
	}); err != nil {
		return err
	}
	for process, sign := range silent {
		if err := db.bury(ctx, process, sign); err != nil {
			return err
		}
	}
	return nil
}

// A signOf is the newest sign of another process. Signs are numbered.
type signOf struct {
	process string
	sign    int64
}

// silent notes which signs there are now and returns those that are no other than [silence] ago. While this process could
// give none itself, nothing is known of others: the database was away from all.
func (s *signs) silent(others []signOf, now time.Time) map[string]int64 {
	if now.Sub(s.given) > silence/2 {
		s.seen = nil
	}
	s.given = now
	seen, silent := make(map[string]sighting, len(others)), make(map[string]int64)
	for _, o := range others {
		last, known := s.seen[o.process]
		if !known || last.sign != o.sign {
			last = sighting{o.sign, now}
		}
		seen[o.process] = last
		if now.Sub(last.since) >= silence {
			silent[o.process] = o.sign
		}
	}
	s.seen = seen
	return silent
}

// bury frees all that a process has leased, unless it has given another sign meanwhile, or another process is quicker.
func (db *DB) bury(ctx context.Context, process string, sign int64) error {
	return db.update(ctx, fmt.Sprintf("free the leases of the process %s, which has crashed", process), func(t *tx) error {
		n, err := t.exec(ctx, `delete from leases where name = $1 and until = $2`, signPrefix+process, sign)
		if err != nil || n == 0 {
			return err
		}
		return freeLeases(ctx, t, process+".%")
	})
}

// depart takes back the sign of a process that ends, with all that it could not give back.
func (db *DB) depart(ctx context.Context) error {
	return db.update(ctx, "free the leases of this process", func(t *tx) error {
		if _, err := t.exec(ctx, `delete from leases where name = $1`, signPrefix+db.name); err != nil {
			return err
		}
		return freeLeases(ctx, t, db.name+".%")
	})
}

// freeLeases frees the leases whose owner is like a pattern. A page that was being asked for is not asked for again.
func freeLeases(ctx context.Context, t *tx, owner string) error {
	if err := interruptPages(ctx, t, `lease_owner like $2`, owner); err != nil {
		return err
	}
	for _, statement := range []string{
		`delete from leases where holder like $1`,
		`update sources set lease_owner = '', lease_until = 0, pass = '' where lease_owner <> '' and lease_owner like $1`,
		`update hosts set lease_owner = '', lease_until = 0 where lease_owner <> '' and lease_owner like $1`,
	} {
		if _, err := t.exec(ctx, statement, owner); err != nil {
			return err
		}
	}
	return nil
}
