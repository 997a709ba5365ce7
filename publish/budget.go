package publish

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// What one reader may cost, in visits to the store; what is remembered costs nothing, and so does whatever is answered
// by 304 from what is remembered. A visit with its rendering takes two to ten milliseconds of a processor (BenchmarkRender,
// bench/serve.sh), so that one reader gets at most half of one in the long run, after a start of a thousand pages: an
// archive of 70,000 stories, walked without a pause.
const (
	budgetRate  = 50
	budgetBurst = 1000
	budgetsKept = 10_000 // readers remembered; a hundred bytes each
)

// What an answer costs.
const (
	costPage   = 1 // a page of an archive, a story, a day
	costPast   = 2 // finding the revision, and the head under it
	costSearch = 5 // reading through all there is
	costAsking = 5 // the hub, which visits a stranger: two hundred at once, ten a second
)

// budgets keep count of what readers have cost, by their addresses. They are safe for concurrent use.
type budgets struct {
	now func() time.Time
	mu  sync.Mutex // makes one limiter a reader
	of  *lru.Cache[netip.Prefix, *rate.Limiter]
}

func newBudgets(now func() time.Time) (*budgets, error) {
	of, err := lru.New[netip.Prefix, *rate.Limiter](budgetsKept)
	if err != nil {
		return nil, err
	}
	return &budgets{now: now, of: of}, nil
}

// spend takes a cost off a reader's budget. It fails with a refusal that says when to come back.
func (b *budgets) spend(reader netip.Prefix, cost int) error {
	now := b.now()
	reservation := b.limiter(reader).ReserveN(now, cost)
	wait := reservation.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	reservation.CancelAt(now)
	return &refusal{
		status: http.StatusTooManyRequests, retryAfter: wait.Truncate(time.Second) + time.Second,
		text: "Too much at a time. Please come back a little later, and slower; feeds that you have already cost nothing.",
	}
}

func (b *budgets) limiter(reader netip.Prefix) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l, ok := b.of.Get(reader); ok {
		return l
	}
	l := rate.NewLimiter(budgetRate, budgetBurst)
	b.of.Add(reader, l)
	return l
}

// turns is how many requests may wait for the store at a time where nothing is remembered. More would only wait there.
const turns = 16

// turn takes a cost off the reader's budget and waits for one of the turns at the store, at most as long as for the store
// itself. The caller must give it back.
func (s *Server) turn(r *http.Request, cost int) (giveBack func(), err error) {
	if err := s.budgets.spend(s.clients.of(r), cost); err != nil {
		return nil, err
	}
	return s.place(r.Context())
}

// place waits for one of the turns alone.
func (s *Server) place(ctx context.Context) (giveBack func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		return func() { <-s.turns }, nil
	case <-ctx.Done():
		return nil, unavailable(errBusy)
	}
}
