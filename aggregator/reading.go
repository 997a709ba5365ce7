package aggregator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/aggregator/parse"
	"wireroom/news"
)

// Accept returns the media types to ask for a Source of a format; empty for a feed, which fetch asks for by itself.
func Accept(format news.Format) string {
	switch format {
	case news.FormatSitemap:
		return "application/xml, text/xml;q=0.9, */*;q=0.5"
	case news.FormatHTML:
		return "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
	}
	return ""
}

// document reads the answer as the Source's format says. The body is dropped.
func (v *visit) document(ctx context.Context) (*parse.Document, error) {
	body, address := v.received()
	v.res.Body = nil
	switch v.claim.Source.Format {
	case news.FormatSitemap:
		doc, err := parse.ParseSitemap(body, v.res.ContentType, address)
		if err != nil || len(doc.Sitemaps) == 0 {
			return doc, err
		}
		return doc, v.readSitemaps(ctx, doc)
	case news.FormatHTML:
		return parse.ParsePage(body, v.res.ContentType, address, v.claim.Source.Selectors)
	}
	if err := v.remember(ctx); err != nil {
		return nil, err
	}
	doc, err := parse.ParseNew(body, v.res.ContentType, address, func(digest news.Fingerprint) bool {
		_, known := v.marks[digest]
		return known
	})
	var not *parse.NotAFeedError
	if errors.As(err, &not) && hasSecret(v.claim.Source) {
		err = &parse.NotAFeedError{What: not.What} // a page's links may repeat what it was asked with, and the error is stored
	}
	return doc, err
}

// remember reads the marks of the last document.
func (v *visit) remember(ctx context.Context) error {
	marks, err := v.p.Store.Marks(ctx, v.claim.Source.ID)
	v.marks = make(map[news.Fingerprint]news.Mark, len(marks))
	for _, m := range marks {
		v.marks[m.Digest] = m
	}
	return err
}

// errNoItems is a document without items where there were some.
var errNoItems = errors.New("the feed has no items where it had some: kept what there was")

// checkEmpty returns an error for a document without entries where that means that something is wrong. A sitemap of news
// lists two days alone and may well be empty.
func (v *visit) checkEmpty(doc *parse.Document) error {
	sitemap, page := v.claim.Source.Format == news.FormatSitemap, v.claim.Source.Format == news.FormatHTML
	switch {
	case len(doc.Entries) > 0:
		return nil
	case (sitemap || page) && len(doc.Skipped) > 0:
		return fmt.Errorf("nothing in it can be used: %s", doc.Skipped[0])
	case !sitemap && v.claim.State.Items > 0:
		return errNoItems
	}
	return nil
}

// sitemapsPerPoll is to how many of its sitemaps an index is followed: today's, and the two before it for what was late.
const sitemapsPerPoll = 3

// readSitemaps reads the newest of the sitemaps that an index lists, one after the other. One that cannot be read is
// left out with a reason; if none can be, that is the error, and so is an answer that asks for time.
func (v *visit) readSitemaps(ctx context.Context, index *parse.Document) error {
	source, err := v.p.Secrets(v.claim.Source)
	if err != nil {
		return err
	}
	var failed error
	within, cancel := context.WithTimeout(ctx, v.p.Lease/2) // with the rest of the Poll it ends within its lease
	defer cancel()
	listed := index.NewestSitemaps(sitemapsPerPoll)
	for _, one := range listed {
		v.give() // while the network is waited for
		res, err := v.further(within, source, one.URL)
		if err := v.hold(ctx, v.p.parsed); err != nil {
			return err
		}
		if err == nil && asksForTime(res.Timing) {
			v.res.Timing, v.res.URL = res.Timing, res.URL
			return fmt.Errorf("sitemap %s: %w", plainly(one.URL), errStatus(res.Status))
		}
		if err = joinSitemap(index, res, err); err != nil {
			failed = fmt.Errorf("sitemap %s: %w", plainly(one.URL), err)
			index.Skipped = append(index.Skipped, failed.Error())
		}
		v.parts = v.parts || err != nil || one.LastMod.IsZero()
	}
	if len(index.Entries) == 0 {
		return failed
	}
	return nil
}

// joinSitemap adds what one answer holds to its index.
func joinSitemap(index *parse.Document, res *fetch.Response, err error) error {
	if err != nil {
		return err
	}
	if res.Status != http.StatusOK {
		return fmt.Errorf("answers %d %s", res.Status, http.StatusText(res.Status))
	}
	part, err := parse.ParseSitemap(res.Body, res.ContentType, res.URL)
	switch {
	case err != nil:
		return err
	case len(part.Sitemaps) > 0:
		return errors.New("is an index itself: give the source that one as its url")
	}
	part.Damaged = cmp.Or(part.Damaged, res.Damage)
	index.Join(part)
	return nil
}

// further asks for another document on the way of a Poll, under the slot of the Poll's own host, or of another where it
// is on another. The Source's headers and credentials go to its own origin alone.
func (v *visit) further(ctx context.Context, source news.Source, address string) (*fetch.Response, error) {
	request := fetch.Request{URL: address, Held: v.claim.Lease.Host, Accept: Accept(news.FormatSitemap), UserAgent: source.UserAgent, HTTP1: source.HTTP1}
	addOwn(&request, source)
	if host, err := fetch.HostPort(address); err == nil && host == v.claim.Lease.Host {
		if err := pause(ctx, v.p.Spacing); err != nil {
			return nil, err
		}
	}
	res, err := v.p.Client.Get(ctx, request)
	if err != nil {
		return nil, err
	}
	v.poll.Took += res.Took
	v.poll.Bytes += len(res.Body)
	return res, nil
}

// pause waits between two requests to one host whose slot is held.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// asksForTime reports whether an answer says that its host is to be left alone for a while.
func asksForTime(t fetch.Timing) bool {
	return t.Status == http.StatusTooManyRequests || t.Status == http.StatusServiceUnavailable ||
		t.Status >= http.StatusBadRequest && t.RetryAfter != ""
}

// plainly returns a URL as it may be stored: without credentials and query.
func plainly(address string) string {
	address, _, _ = strings.Cut(news.WithoutCredentials(address), "?")
	return address
}
