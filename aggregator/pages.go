package aggregator

import (
	"context"
	"fmt"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// PageStore is what fetching the pages of Items needs of a store.
type PageStore interface {
	ClaimPages(ctx context.Context, req news.PageRequest) ([]news.PageClaim, time.Duration, error)
	SavePage(ctx context.Context, v news.PageVisit) error
	ReleasePage(ctx context.Context, claim news.PageClaim) error
}

// pageWorkers is how many pages are asked for at a time, each on a host of its own. A page takes part in the Puller's
// bounds of memory like any document.
const pageWorkers = 32

// wantsPage returns the host:port of the page to fetch for the full text of an Item; empty where its Source does not want
// that, and where the Item has no page of its own.
func wantsPage(source news.Source, it news.Item) string {
	if !source.FullText || it.URL == "" || it.SharedURL {
		return ""
	}
	host, err := fetch.HostPort(it.URL)
	if err != nil {
		return ""
	}
	return host
}

// Pages fetches the pages that Items wait for, and returns when all that can be had now are saved. It may go on beside a
// Pass. It fails if the store does; what was claimed and not asked for is then given back.
func (p *Puller) Pages(ctx context.Context) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	run := pagesRun{p: p, ended: make(chan struct{})}
	err := run.loop(within)
	cancel()
	for ; run.inFlight > 0; run.inFlight-- {
		<-run.ended
	}
	if err != nil {
		return fmt.Errorf("fetching pages: %w", err)
	}
	return ctx.Err()
}

// A pagesRun is the state of one Pages.
type pagesRun struct {
	p        *Puller
	ended    chan struct{}
	inFlight int
}

func (r *pagesRun) loop(ctx context.Context) error {
	for {
		wait, err := r.claim(ctx)
		if err != nil || r.inFlight == 0 && wait == 0 {
			return err
		}
		if err := r.await(ctx, wait); err != nil {
			return err
		}
	}
}

// claim starts as many fetches as there is room for, and returns how long until it is worth asking again.
func (r *pagesRun) claim(ctx context.Context) (time.Duration, error) {
	at := r.p.Now()
	request := news.PageRequest{At: at, Limit: pageWorkers - r.inFlight, PerHost: r.p.PerHost, Lease: r.p.Lease}
	if request.Limit <= 0 {
		return 0, nil
	}
	claims, wait, err := r.p.Store.ClaimPages(ctx, request)
	if err != nil {
		return 0, err
	}
	for _, claim := range claims {
		r.inFlight++
		go func() {
			r.p.page(ctx, claim, at)
			r.ended <- struct{}{}
		}()
	}
	return wait, nil
}

// await waits for a fetch to end, or for wait if that is not zero.
func (r *pagesRun) await(ctx context.Context, wait time.Duration) error {
	var timer <-chan time.Time
	if wait > 0 {
		timer = time.After(wait)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer:
		return nil
	case <-r.ended:
		r.inFlight--
		return nil
	}
}

// page fetches one page and saves what came of it. Where ctx ends before the page was asked for, it waits for whoever
// comes next; after that, what was asked is not asked again. What cannot be saved is logged: a store in trouble will say
// so at the next claim.
func (p *Puller) page(ctx context.Context, claim news.PageClaim, at time.Time) {
	v := &pageVisit{p: p, claim: claim, at: at}
	within, cancel := context.WithTimeout(ctx, p.Lease/2) // so that the save comes within the lease
	text, err := v.text(within)
	cancel()
	if err := p.savePage(ctx, v, text, err); err != nil {
		p.Log.Warn("page not saved; its lease ends by itself", "source", claim.Source.ID, "item", claim.Item.ID, "err", err)
	}
}

func (p *Puller) savePage(ctx context.Context, v *pageVisit, text string, err error) error {
	if stopped := ctx.Err() != nil && err != nil; stopped {
		saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
		defer cancel()
		if !v.asked {
			return p.Store.ReleasePage(saving, v.claim)
		}
		return p.Store.SavePage(saving, v.result("", errInterrupted))
	}
	result := v.result(text, err)
	p.Log.DebugContext(ctx, "page", "source", v.claim.Source.ID, "item", v.claim.Item.ID, "outcome", string(result.Outcome), "reason", result.Reason)
	return p.Store.SavePage(context.WithoutCancel(ctx), result)
}
