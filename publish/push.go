package publish

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"wireroom/news"
)

// How subscribers are told. A subscription waits for its turn, its callback and the store within pushLease.
const (
	pushTick     = time.Second
	pushTimeout  = 20 * time.Second
	pushLease    = 2 * time.Minute
	pushSpacing  = 5 * time.Second // between two deliveries to one subscription
	answerBytes  = 4 << 10         // of a callback's answer, which is a challenge of 26
	retryFirst   = 3 * time.Second
	retryLongest = time.Hour
	confirmTries = 3  // a subscriber that cannot be asked has not meant it
	sendTries    = 30 // about a day
)

// wake signals without waiting; a signal that is pending already is enough.
func wake(signal chan<- struct{}) {
	select {
	case signal <- struct{}{}:
	default:
	}
}

// Push asks subscribers whether they meant what they asked, and sends them the Feeds that have changed, until ctx ends. A Feed
// is sent when whoever asks for it gets the same bytes. Several processes share the work.
func (s *Server) Push(ctx context.Context) {
	if s.hubStore == nil {
		<-ctx.Done()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { s.visitAll(ctx, newQueue(false, newcomerPlaces, newcomerTimeout), s.asked) })
	both.Go(func() { s.visitAll(ctx, newQueue(true, pushPlaces, pushTimeout), nil) })
	both.Wait()
}

// visitAll attends to all that is due in a queue, until ctx ends; asked says that there may be more.
func (s *Server) visitAll(ctx context.Context, q *queue, asked <-chan struct{}) {
	busy, freed := make(chan struct{}, q.places), make(chan struct{}, 1)
	var under sync.WaitGroup
	defer under.Wait()
	ticker := time.NewTicker(pushTick)
	defer ticker.Stop()
	for trouble := false; ; {
		places := q.places - len(busy)
		due, err := s.hubStore.ClaimSubscriptions(ctx, q.confirmed, s.now(), places, pushLease)
		if err != nil && !trouble && ctx.Err() == nil {
			s.log.Error("subscriptions cannot be read; it is tried again", slog.Any("err", err))
		}
		trouble = err != nil
		for _, sub := range due {
			busy <- struct{}{}
			under.Go(func() {
				s.attend(ctx, q, sub)
				<-busy
				wake(freed)
			})
		}
		var more <-chan struct{} // nil, which never comes, where all that is due has a place
		if len(due) == places {
			more = freed
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		case <-asked:
		case <-ticker.C:
		}
	}
}

// attend does what a subscription waits for, and saves how it stands then.
func (s *Server) attend(ctx context.Context, q *queue, sub news.Subscription) {
	host, domain := sub.Host(), sub.Domain()
	if wait := q.enter(domain, s.now()); wait > 0 {
		sub.NextTry = s.now().Add(wait)
		if err := s.hubStore.SaveSubscription(ctx, sub); err != nil && ctx.Err() == nil {
			s.log.Warn("subscription not put off", slog.String("callback", host), slog.Any("err", err))
		}
		return
	}
	began, after := s.now(), sub
	outcome := s.tend(ctx, &after)
	q.leave(domain, s.now(), s.now().Sub(began) >= q.timeout)
	save, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	var err error
	switch {
	case ctx.Err() != nil && !outcome.certain(): // it was broken off, which says nothing of the subscriber
		err = s.hubStore.SaveSubscription(save, sub)
	case outcome.ends():
		err = s.hubStore.EndSubscription(save, sub)
	default:
		err = s.hubStore.SaveSubscription(save, after)
	}
	s.count.told.WithLabelValues(string(outcome)).Inc()
	s.log.Info("subscriber", slog.String("callback", host), slog.String("feed", sub.TopicURL), slog.String("outcome", string(outcome)),
		slog.String("why", after.Reason))
	if err != nil { // most often it has asked anew meanwhile
		s.log.Warn("subscription not saved", slog.String("callback", host), slog.Any("err", err))
	}
}

// An outcome is what came of attending to a subscription.
type outcome string

const (
	outcomeSubscribed   outcome = "subscribed"
	outcomeUnsubscribed outcome = "unsubscribed"
	outcomeNotMeant     outcome = "not_meant" // the subscription stays as it was
	outcomeUnconfirmed  outcome = "unconfirmed"
	outcomeSent         outcome = "sent"
	outcomeSame         outcome = "nothing_new"
	outcomeFailed       outcome = "failed" // and is tried again
	outcomeExpired      outcome = "expired"
	outcomeGone         outcome = "gone" // the callback says so
	outcomeGivenUp      outcome = "given_up"
	outcomeDenied       outcome = "denied" // the Feed has ended
)

// ends reports whether the subscription is over.
func (o outcome) ends() bool {
	switch o {
	case outcomeUnsubscribed, outcomeUnconfirmed, outcomeExpired, outcomeGone, outcomeGivenUp, outcomeDenied:
		return true
	}
	return false
}

// certain reports whether it was heard, whatever was broken off afterwards.
func (o outcome) certain() bool {
	switch o {
	case outcomeSubscribed, outcomeUnsubscribed, outcomeSent, outcomeSame, outcomeExpired, outcomeGone:
		return true
	}
	return false
}

func (s *Server) tend(ctx context.Context, sub *news.Subscription) outcome {
	if sub.Until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, newcomerTimeout)
		defer cancel()
	}
	switch {
	case sub.TopicRemoved && sub.Wish.Mode != news.Unsubscribe:
		_, _, _ = s.visit(ctx, http.MethodGet, withQuery(sub.Callback, url.Values{
			"hub.mode": {"denied"}, "hub.topic": {sub.TopicURL}, "hub.reason": {"The feed has ended."}}), nil, nil)
		return outcomeDenied
	case sub.Wish.Mode != "":
		return s.confirm(ctx, sub)
	case !s.now().Before(sub.Until):
		return outcomeExpired
	}
	return s.deliver(ctx, sub)
}

// confirm asks at the callback whether the subscriber meant what it asked (WebSub, section 5.3).
func (s *Server) confirm(ctx context.Context, sub *news.Subscription) outcome {
	challenge := rand.Text()
	wish := sub.Wish
	question := url.Values{"hub.mode": {string(wish.Mode)}, "hub.topic": {sub.TopicURL}, "hub.challenge": {challenge}}
	if wish.Mode == news.Subscribe {
		question.Set("hub.lease_seconds", strconv.Itoa(int(wish.Lease/time.Second)))
	}
	answer, body, err := s.visit(ctx, http.MethodGet, withQuery(sub.Callback, question), nil, nil)
	switch {
	case err == nil && answer.good() && string(body) == challenge:
	case answer.temporary(err) && sub.Tries+1 < confirmTries:
		return s.again(sub, answer, err)
	default:
		sub.Wish, sub.Tries, sub.Reason = news.Wish{}, 0, answer.why(err, "it did not repeat the challenge, to the byte")
		if sub.Until.IsZero() {
			return outcomeUnconfirmed
		}
		return outcomeNotMeant
	}
	if wish.Mode == news.Unsubscribe {
		return outcomeUnsubscribed
	}
	sub.Secret, sub.Until, sub.Wish = wish.Secret, s.now().Add(wish.Lease), news.Wish{}
	sub.Tries, sub.Reason = 0, ""
	return outcomeSubscribed
}

// deliver sends the Feed as it is now, unless the subscriber has these bytes (WebSub, section 7).
func (s *Server) deliver(ctx context.Context, sub *news.Subscription) outcome {
	head, revision, err := s.headNow(ctx, sub)
	if err != nil { // nothing that the subscriber could help
		sub.NextTry, sub.Reason = s.now().Add(pushSpacing), err.Error()
		return outcomeFailed
	}
	doc := head.doc
	if doc.plain.etag == sub.ETag {
		sub.Revision = revision
		return outcomeSame
	}
	select {
	case <-time.After(catalogAge - s.now().Sub(head.made)): // so long may another server not have seen it
	case <-ctx.Done():
		return outcomeFailed
	}
	header := http.Header{
		"Content-Type": {contentType(doc.mediaType)},
		"Link":         {`<` + s.site.HubURL() + `>; rel="hub", <` + sub.TopicURL + `>; rel="self"`},
	}
	if sub.Secret != "" {
		header.Set("X-Hub-Signature", signature(sub.Secret, doc.plain.body))
	}
	answer, _, err := s.visit(ctx, http.MethodPost, sub.Callback, header, doc.plain.body)
	switch {
	case err == nil && answer.good():
		sub.ETag, sub.Revision, sub.Tries, sub.Reason = doc.plain.etag, revision, 0, ""
		sub.NextTry = s.now().Add(pushSpacing)
		return outcomeSent
	case answer.status == http.StatusGone:
		return outcomeGone
	case sub.Tries+1 >= sendTries:
		sub.Reason = answer.why(err, "")
		return outcomeGivenUp
	}
	return s.again(sub, answer, err)
}

// headNow returns the head that a subscription is of, at the Topic's present revision or a later one, as readers get it.
func (s *Server) headNow(ctx context.Context, sub *news.Subscription) (*cached, int64, error) {
	state, _, err := s.topicState(ctx, sub.Slug)
	if err == nil && state.Revision < sub.TopicRevision {
		if _, err = s.catalogOf(sub.Slug).refresh(ctx); err == nil {
			state, _, err = s.topicState(ctx, sub.Slug)
		}
	}
	if err != nil {
		return nil, 0, err
	}
	k := key{slug: sub.Slug, format: Format(sub.Format)}
	if _, err := s.topicDocument(ctx, state, k); err != nil {
		return nil, 0, err
	}
	if head := s.cache.of(k, state.versionOf(k)); head != nil {
		return head, state.Revision, nil
	}
	return nil, 0, errors.New("the feed cannot be made at present")
}

// again puts a subscription off, each time four times as long, and as long as the callback asks for.
func (s *Server) again(sub *news.Subscription, a answer, err error) outcome {
	wait := retryFirst << (2 * min(sub.Tries, 5))
	wait = min(max(wait, a.retryAfter), retryLongest)
	sub.Tries++
	sub.NextTry, sub.Reason = s.now().Add(wait), a.why(err, "")
	return outcomeFailed
}

// An answer is what a callback says.
type answer struct {
	status     int // 0: none
	retryAfter time.Duration
}

func (a answer) good() bool { return a.status >= 200 && a.status < 300 }

// temporary reports whether it may be otherwise the next time.
func (a answer) temporary(err error) bool {
	return err != nil || a.status >= http.StatusInternalServerError || a.status == http.StatusTooManyRequests
}

// why is an answer in words; of a good one, otherwise.
func (a answer) why(err error, otherwise string) string {
	var failed *url.Error
	switch {
	case errors.As(err, &failed):
		return failed.Err.Error() // without the address, which may hold what only the subscriber knows
	case err != nil:
		return err.Error()
	case !a.good():
		return fmt.Sprintf("it answered %d", a.status)
	}
	return otherwise
}

// visit makes one request of a callback. No redirect is followed: the address that was confirmed is the one that is told.
func (s *Server) visit(ctx context.Context, method, callback string, header http.Header, body []byte) (a answer, text []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, pushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, callback, bytes.NewReader(body))
	if err != nil {
		return a, nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	client := http.Client{Transport: s.callbacks, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return a, nil, err
	}
	defer res.Body.Close()
	a.status = res.StatusCode
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		a.retryAfter = time.Duration(min(seconds, int(retryLongest/time.Second))) * time.Second
	}
	text, err = io.ReadAll(io.LimitReader(res.Body, answerBytes))
	return a, text, err
}

// withQuery adds parameters to those that an address has.
func withQuery(address string, more url.Values) string {
	u, err := url.Parse(address)
	if err != nil { // it was checked when it came
		return address
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += more.Encode()
	return u.String()
}

// signature authenticates a body for who knows the secret (WebSub, section 8).
func signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
