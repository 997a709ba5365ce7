package store

import (
	"errors"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/store/pgtest"
)

// A pair of processes on one database, whose signs of life the test gives for them.
type pair struct {
	*testing.T
	one, other *DB
	now        time.Time
}

func newPair(t *testing.T) *pair {
	address := pgtest.Start(t).Database(t)
	p := &pair{T: t, now: time.Now()}
	for _, db := range []**DB{&p.one, &p.other} {
		opened, err := Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		opened.giveSigns = false
		t.Cleanup(func() {
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
		})
		*db = opened
	}
	return p
}

func (p *pair) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// pass lets time pass in which the given processes give their signs.
func (p *pair) pass(d time.Duration, alive ...*DB) {
	p.Helper()
	for until := p.now.Add(d); p.now.Before(until); {
		p.now = p.now.Add(signEvery)
		for _, db := range alive {
			p.must(db.beat(p.Context(), p.now))
		}
	}
}

// free reports whether the other process can have what the first has taken.
func (p *pair) free() bool {
	p.Helper()
	seat, free, err := p.other.TakeSeat(p.Context(), "sorter", time.Hour)
	p.must(err)
	claims, _, err := p.other.Claim(p.Context(), news.ClaimRequest{At: p.now, Limit: 1, PerHost: 1, Lease: time.Hour, Due: news.DueAll})
	p.must(err)
	if host := len(claims) == 1; host != free {
		p.Fatalf("the seat is free: %v; the source and its host: %v", free, host)
	}
	if free {
		p.must(p.other.LeaveSeat(p.Context(), seat))
		p.must(p.other.Release(p.Context(), claims[0].Source.ID, claims[0].Lease, 0))
	}
	return free
}

// take has the first process take the seat and the only source.
func (p *pair) take() (news.Seat, news.Claim) {
	p.Helper()
	seat, free, err := p.one.TakeSeat(p.Context(), "sorter", time.Hour)
	p.must(err)
	claims, _, err := p.one.Claim(p.Context(), news.ClaimRequest{At: p.now, Limit: 1, PerHost: 1, Lease: time.Hour, Due: news.DueAll})
	p.must(err)
	if !free || len(claims) != 1 {
		p.Fatalf("seat free: %v, %d sources; want both", free, len(claims))
	}
	return seat, claims[0]
}

func (p *pair) apply() {
	p.Helper()
	seat, _, err := p.one.TakeSeat(p.Context(), "sorter", time.Hour)
	p.must(err)
	c := news.Configuration{Sources: []news.Source{{ID: "a", URL: "http://a.example/feed"}}}
	_, err = p.one.Apply(p.Context(), seat, c, p.now, func(string) (string, error) { return "a.example:80", nil })
	p.must(err)
	p.must(p.one.LeaveSeat(p.Context(), seat))
}

// What a process has leased is free half a minute after its last sign of life, and not before; and it cannot save any more.
func TestLeasesOfASilentProcessAreFreed(t *testing.T) {
	p := newPair(t)
	p.apply()
	p.pass(signEvery, p.one, p.other)
	seat, claim := p.take()
	p.pass(10*silence, p.one, p.other)
	if p.free() {
		t.Error("freed while its process lives")
	}
	p.pass(silence-signEvery, p.other)
	if p.free() {
		t.Errorf("freed after %v", silence-signEvery)
	}
	p.pass(2*signEvery, p.other)
	if !p.free() {
		t.Errorf("not freed %v after the last sign", silence+signEvery)
	}
	if err := p.one.RenewSeat(t.Context(), seat, time.Hour); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("renewing what was taken away: %v, want that it is lost", err)
	}
	errs, err := p.one.SavePolls(t.Context(), []news.Poll{{Source: claim.Source.ID, Lease: claim.Lease, At: p.now, State: claim.State}})
	p.must(err)
	if !errors.Is(errs[0], ErrLeaseLost) {
		t.Errorf("saving what was taken away: %v, want that it is lost", errs[0])
	}
}

// While the database is away from all, silence says nothing of anyone.
func TestSilenceOfTheDatabaseIsNobodysEnd(t *testing.T) {
	p := newPair(t)
	p.apply()
	p.pass(signEvery, p.one, p.other)
	p.take()
	p.pass(silence-2*signEvery, p.other)
	p.now = p.now.Add(time.Minute)
	p.pass(silence-signEvery, p.other)
	if p.free() {
		t.Error("freed, though there could have been no sign for a while")
	}
	p.pass(2*signEvery, p.other)
	if !p.free() {
		t.Error("not freed after enough silence")
	}
}

// A process that ends takes its sign with it, and frees what it could not give back.
func TestWhoEndsLeavesNothing(t *testing.T) {
	p := newPair(t)
	p.apply()
	p.take()
	p.one.giveSigns = true
	p.must(p.one.enter(t.Context()))
	signs := func() (n int) {
		p.must(p.other.read.row(t.Context(), `select count(*) from leases where name like $1`, signPrefix+"%").Scan(&n))
		return n
	}
	if n := signs(); n != 1 {
		t.Errorf("%d signs of a process that works, want 1", n)
	}
	if p.free() {
		t.Error("free while its process works")
	}
	p.one.signs.end()
	if n := signs(); n != 0 {
		t.Errorf("%d signs are left", n)
	}
	if !p.free() {
		t.Error("not free when its process has ended")
	}
}
