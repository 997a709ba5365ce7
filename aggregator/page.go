package aggregator

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"wireroom/aggregator/extract"
	"wireroom/aggregator/fetch"
	"wireroom/aggregator/parse"
	"wireroom/news"
)

// A pageVisit is the fetch of one Item's page in the making.
type pageVisit struct {
	p     *Puller
	claim news.PageClaim
	at    time.Time
	asked bool          // the page's host may have seen the request
	last  *fetch.Timing // of the last answer, robots.txt's included; nil if none came
	host  string        // host:port that gave it
	body  bool          // room for a body is held
	named string        // the address that the page gives itself; empty where that is the Item's own, or none
}

// The ways in which a page is no full text.
var (
	errInterrupted = errors.New("the program was stopped while it asked for the page, which is not asked for twice")
	errShorter     = errors.New("the page says no more than the feed: kept that")
	errNothing     = errors.New("the answer is empty")
)

// text fetches the page, as robots.txt allows, and extracts its full text, as sanitised HTML. What the feed itself said
// is kept where it is not shorter.
func (v *pageVisit) text(ctx context.Context) (string, error) {
	source, err := v.p.Secrets(v.claim.Source)
	if err != nil {
		return "", err
	}
	page := v.claim.Item.URL
	l := permission{v.p, source, v.at, v.note}
	if err := l.ask(ctx, page, v.claim.Lease.Host); err != nil {
		return "", err
	}
	request := fetch.Request{
		URL: page, Accept: Accept(news.FormatHTML), Types: pageTypes, UserAgent: source.UserAgent, HTTP1: source.HTTP1,
		BeforeBody: v.holdBody, BeforeHop: func(ctx context.Context, to string) error { return v.beforeHop(ctx, l, to) },
	}
	addOwn(&request, source)
	defer v.freeBody()
	v.asked, v.last = true, nil
	res, err := v.p.Client.Get(ctx, request)
	if err != nil {
		return "", err
	}
	v.note(res)
	return v.read(ctx, res)
}

// pageTypes are the media types of pages.
var pageTypes = []string{"text/html", "application/xhtml+xml"}

func (v *pageVisit) holdBody(ctx context.Context) error {
	err := v.p.bodies.take(ctx)
	v.body = err == nil
	return err
}

func (v *pageVisit) freeBody() {
	if v.body {
		v.p.bodies.free()
	}
}

// note remembers what an answer says about time, and whose it is.
func (v *pageVisit) note(res *fetch.Response) {
	v.last, v.host = &res.Timing, v.claim.Lease.Host
	if host, err := fetch.HostPort(res.URL); err == nil {
		v.host = host
	}
}

// beforeHop heeds the robots.txt of where a redirect leads, and the spacing of a host that is asked again.
func (v *pageVisit) beforeHop(ctx context.Context, l permission, to string) error {
	if err := l.askHop(ctx, to); err != nil {
		return err
	}
	if host, err := fetch.HostPort(to); err != nil || host != v.claim.Lease.Host {
		return err
	}
	return pause(ctx, v.p.Spacing)
}

// read makes the full text of an answer.
func (v *pageVisit) read(ctx context.Context, res *fetch.Response) (string, error) {
	switch {
	case res.Status != http.StatusOK:
		return "", pageStatus(res.Status)
	case res.Damaged:
		return "", errors.New(res.Damage) // half an article says nothing of where it ends
	case len(res.Body) == 0:
		return "", errNothing
	}
	if err := v.p.parsed.take(ctx); err != nil {
		return "", err
	}
	defer v.p.parsed.free()
	article, err := extract.Text(res.Body, res.ContentType, res.URL)
	if err != nil {
		return "", err
	}
	if c := news.CanonicalURL(article.Canonical); c != "" && len(c) <= longestAddress && c != news.CanonicalURL(v.claim.Item.URL) {
		v.named = article.Canonical
	}
	if summary, content := v.claim.Item.PlainTexts(); utf8.RuneCountInString(article.Text) <= max(utf8.RuneCountInString(summary), utf8.RuneCountInString(content)) {
		return "", errShorter
	}
	return parse.HTML(asHTML(article.Text), nil), nil
}

// longestAddress is from how many bytes on an address that a page gives itself is none: browsers stop at about as many.
const longestAddress = 2048

// asHTML writes the paragraphs of a plain text, which empty lines separate, as HTML.
func asHTML(text string) string {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		out.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>") + "</p>")
	}
	return out.String()
}

// pageStatus is the status of an answer that is no page.
type pageStatus int

func (s pageStatus) Error() string {
	return fmt.Sprintf("the page answers %d %s", int(s), http.StatusText(int(s)))
}

// result is what is saved of the visit.
func (v *pageVisit) result(text string, err error) news.PageVisit {
	r := news.PageVisit{Ref: v.claim.Ref, Version: v.claim.Item.Version, Lease: v.claim.Lease, HostSpacing: v.p.Spacing}
	r.Canonical = v.named
	if err == nil {
		r.Outcome, r.Text = news.PageFetched, text
		return r
	}
	r.Outcome, r.Reason = pageOutcome(err), err.Error()
	v.hold(&r)
	if r.Outcome == news.PageWaiting {
		v.again(&r)
	}
	return r
}

// pageOutcome is how a fetch that failed by err ends; PageWaiting means that the failure may pass.
func pageOutcome(err error) news.PageOutcome {
	var status pageStatus
	var not forbidden
	switch {
	case errors.Is(err, errInterrupted):
		return news.PageInterrupted
	case errors.Is(err, errShorter):
		return news.PageShorter
	case errors.As(err, &not):
		return news.PageForbidden
	case errors.As(err, &status) && wrongAddress(int(status)):
		return news.PageRefused
	case errors.Is(err, extract.ErrNoArticle), errors.Is(err, extract.ErrTooLarge), errors.Is(err, fetch.ErrTooLarge),
		errors.Is(err, fetch.ErrType), errors.Is(err, errNothing):
		return news.PageUnreadable
	case errors.Is(err, fetch.ErrRefused), errors.Is(err, fetch.ErrRedirect):
		return news.PageFailed
	}
	return news.PageWaiting
}

// hold heeds a Retry-After, of the page or of robots.txt, as that of a Poll.
func (v *pageVisit) hold(r *news.PageVisit) {
	if v.last == nil || v.last.Status < http.StatusBadRequest {
		return
	}
	until, ok := v.last.RetryAt(v.at)
	if !ok {
		return
	}
	r.HoldHost, r.Hold = v.host, v.at.Add(v.p.Limits.cut(until.Sub(v.at), "").d)
	if held, ok := v.p.Limits.held(v.host); ok {
		r.HeldHost, r.HostHold = held, r.Hold
	}
	r.NextTry = r.Hold
}

// A failure that may pass is tried again after a minute, then after four: within the time that an Item waits, and at most
// pageTries times in all.
const (
	pageTries = 3
	pageRetry = time.Minute
)

// again says when a page that failed is tried again, if at all.
func (v *pageVisit) again(r *news.PageVisit) {
	if r.NextTry.IsZero() {
		r.NextTry = v.at.Add(pageRetry << (2 * min(v.claim.Tries, pageTries)))
	}
	switch {
	case v.claim.Tries+1 >= pageTries:
		r.Outcome = news.PageFailed
	case !r.NextTry.Before(v.claim.Until):
		r.Outcome = news.PageLate
	}
}
