package aggregator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"wireroom/aggregator/fetch"
	"wireroom/aggregator/parse"
	"wireroom/news"
)

// Robots asks hosts' robots.txt (RFC 9309) and remembers each for a day. The zero value is ready; it is safe for
// concurrent use.
type Robots struct {
	mu   sync.Mutex
	kept map[string]keptRobots // by origin and User-Agent
}

type keptRobots struct {
	rules *parse.Robots
	until time.Time
}

// robotsDay is how long a robots.txt is believed: the longest that RFC 9309, section 2.4, has it.
const robotsDay = 24 * time.Hour

// robotsAgent is the product that robots.txt files name us by.
const robotsAgent = "wireroom"

// Check returns nil if a page may be asked for with a User-Agent (empty: the program's own) at the time at. get makes one
// request. No robots.txt, which is any answer from 400 to 499 but for 429, forbids nothing; one that cannot be had forbids
// everything for now, and is asked for again the next time.
func (r *Robots) Check(ctx context.Context, page, userAgent string, at time.Time, get func(context.Context, string) (*fetch.Response, error)) error {
	u, err := url.Parse(page)
	if err != nil {
		return errors.New("robots.txt: the address of the page is no URL: give the source another url")
	}
	agent := cmp.Or(userAgent, robotsAgent)
	file := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}).String()
	rules, ok := r.remembered(file+" "+agent, at)
	if !ok {
		if rules, err = askRobots(ctx, file, agent, get); err != nil {
			return err
		}
		r.remember(file+" "+agent, rules, at)
	}
	if !rules.Allows(u.RequestURI()) {
		return forbidden{file}
	}
	return nil
}

// forbidden is what a robots.txt says of a page.
type forbidden struct{ file string }

func (f forbidden) Error() string {
	return f.file + " forbids the page: ask the publisher, or do without it"
}

func (r *Robots) remembered(name string, at time.Time) (*parse.Robots, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept, ok := r.kept[name]
	return kept.rules, ok && at.Before(kept.until)
}

// remember keeps rules, and drops those that are no longer believed.
func (r *Robots) remember(name string, rules *parse.Robots, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for old, kept := range r.kept {
		if !at.Before(kept.until) {
			delete(r.kept, old)
		}
	}
	if r.kept == nil {
		r.kept = make(map[string]keptRobots)
	}
	r.kept[name] = keptRobots{rules, at.Add(robotsDay)}
}

func askRobots(ctx context.Context, file, agent string, get func(context.Context, string) (*fetch.Response, error)) (*parse.Robots, error) {
	res, err := get(ctx, file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the page is not asked for, since nobody knows what robots.txt allows: %w", err)
	case res.Damaged:
		return nil, fmt.Errorf("the page is not asked for, since nobody knows all that %s says: %s", file, res.Damage)
	case res.Status == http.StatusOK:
		return parse.ParseRobots(res.Body, agent), nil
	case res.Status >= 400 && res.Status < 500 && res.Status != http.StatusTooManyRequests, res.Status/100 == 2:
		return nil, nil
	}
	return nil, fmt.Errorf("the page is not asked for, since nobody knows what %s allows: %w", file, errStatus(res.Status))
}

// robotsRequest asks for a robots.txt under the slot of a host that is held, without credentials.
func robotsRequest(source news.Source, address, held string) fetch.Request {
	request := fetch.Request{URL: address, Held: held, Accept: "text/plain, */*;q=0.5", UserAgent: source.UserAgent, HTTP1: source.HTTP1}
	if fetch.SameOrigin(source.URL, address) {
		request.Roots = source.TLSRoots
	}
	return request
}

// A permission is what robots.txt files give for the pages of one Source, on whatever host they are.
type permission struct {
	p        *Puller
	source   news.Source // with its secrets
	at       time.Time
	answered func(*fetch.Response) // told of every answer
}

// ask asks whether it allows to read a page, under the slot of the host:port held. Where the host had to be asked for that, its
// spacing has passed when ask returns.
func (l permission) ask(ctx context.Context, page, held string) error {
	asked := false
	get := func(ctx context.Context, address string) (*fetch.Response, error) {
		asked = true
		res, err := l.p.Client.Get(ctx, robotsRequest(l.source, address, held))
		if err == nil {
			l.answered(res)
		}
		return res, err
	}
	if err := l.p.robots.Check(ctx, page, l.source.UserAgent, l.at, get); err != nil || !asked {
		return err
	}
	return pause(ctx, l.p.Spacing)
}

// askHop asks whether it allows to follow a redirect.
func (l permission) askHop(ctx context.Context, to string) error {
	host, err := fetch.HostPort(to)
	if err != nil {
		return err
	}
	return l.ask(ctx, to, host)
}

// permitted asks whether a Source that is a page may be read, and returns what asks the same where it redirects to. A feed
// and a sitemap are made for programs and need no leave.
func (v *visit) permitted(ctx context.Context, source news.Source) (hop func(context.Context, string) error, err error) {
	if source.Format != news.FormatHTML {
		return nil, nil
	}
	l := permission{v.p, source, v.poll.At, func(res *fetch.Response) {
		if res.Status >= http.StatusBadRequest {
			v.res = res // its Retry-After holds
		}
	}}
	if err := l.ask(ctx, v.claim.State.PollURL(source), v.claim.Lease.Host); err != nil {
		return nil, err
	}
	v.res = nil
	return l.askHop, nil
}
