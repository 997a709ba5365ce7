package publish

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wireroom/news"
)

// hubPath is where WebSub subscribers ask, by a form.
const (
	hubPath  = "/hub"
	formType = "application/x-www-form-urlencoded"
)

// HubStore keeps the subscriptions of a WebSub hub. Every method is safe for concurrent use, also by several processes.
type HubStore interface {
	// AskSubscription keeps what a subscriber asks until it is confirmed, instead of what it asked before. It fails with
	// news.ErrTooManySubscriptions.
	AskSubscription(ctx context.Context, req news.SubscriptionRequest, at time.Time) error
	// ClaimSubscriptions leases at most limit subscriptions that have something to be done at a time: of those that were
	// confirmed once the ones that wait longest, or of those that never were the newest, those before that failed already.
	ClaimSubscriptions(ctx context.Context, confirmed bool, at time.Time, limit int, lease time.Duration) ([]news.Subscription, error)
	// SaveSubscription saves how a claimed subscription stands, EndSubscription forgets it; both end the lease. They fail
	// where the subscriber has asked for something else meanwhile.
	SaveSubscription(ctx context.Context, s news.Subscription) error
	EndSubscription(ctx context.Context, s news.Subscription) error
}

// What a subscriber may ask (WebSub, section 5.1).
const (
	requestBytes   = 8 << 10
	callbackBytes  = 2 << 10
	secretBytes    = 200 // less than so many, as the standard says
	leaseDefault   = 10 * 24 * time.Hour
	leaseLongest   = 30 * 24 * time.Hour
	leaseLongestIn = int(leaseLongest / time.Second)
)

// hub takes what a subscriber asks, which holds when it is confirmed at its callback.
func (s *Server) hub(w http.ResponseWriter, r *http.Request) error {
	if s.hubStore == nil {
		return news.ErrNotFound
	}
	if r.Method != http.MethodPost {
		return &refusal{status: http.StatusMethodNotAllowed, allow: http.MethodPost, text: "This is a WebSub hub: subscribers send their requests here by POST."}
	}
	if err := s.budgets.spend(s.clients.of(r), costAsking); err != nil {
		return err
	}
	if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType != formType {
		return &refusal{status: http.StatusUnsupportedMediaType, text: "A request to the hub is a form: send it as " + formType + "."}
	}
	r.Body = http.MaxBytesReader(w, r.Body, requestBytes)
	if err := r.ParseForm(); err != nil {
		return badRequest("The body cannot be read: send a form (" + formType + ") of at most 8 KiB.")
	}
	giveBack, err := s.place(r.Context()) // not before the body has come: that may take its time
	if err != nil {
		return err
	}
	defer giveBack()
	req, err := s.subscriptionRequest(r.Context(), r.PostForm)
	if err != nil {
		return err
	}
	switch err := s.hubStore.AskSubscription(r.Context(), req, s.now()); {
	case errors.Is(err, news.ErrTooManySubscriptions):
		return &refusal{status: http.StatusServiceUnavailable, text: "The hub has as many subscriptions as it takes.", cause: err, retryAfter: time.Hour}
	case err != nil:
		return unavailable(err)
	}
	wake(s.asked)
	commonHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	write(w, r, http.StatusAccepted, "text/plain", []byte("Understood. The callback is asked whether this was meant.\n"))
	return nil
}

func badRequest(text string) error { return &refusal{status: http.StatusBadRequest, text: text} }

// subscriptionRequest reads a request's form.
func (s *Server) subscriptionRequest(ctx context.Context, form url.Values) (req news.SubscriptionRequest, err error) {
	wish := news.Wish{Mode: news.SubscriptionMode(form.Get("hub.mode")), Secret: form.Get("hub.secret"), Lease: leaseDefault}
	if wish.Mode != news.Subscribe && wish.Mode != news.Unsubscribe {
		return req, badRequest("hub.mode must be subscribe or unsubscribe.")
	}
	if len(wish.Secret) >= secretBytes {
		return req, badRequest(fmt.Sprintf("hub.secret must be shorter than %d bytes.", secretBytes))
	}
	if text := form.Get("hub.lease_seconds"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil && !errors.Is(err, strconv.ErrRange) || seconds <= 0 {
			return req, badRequest("hub.lease_seconds must be a positive number.")
		}
		wish.Lease = time.Duration(min(seconds, leaseLongestIn)) * time.Second
	}
	req = news.SubscriptionRequest{Callback: form.Get("hub.callback"), TopicURL: form.Get("hub.topic"), Wish: wish}
	if err := checkCallback(req.Callback); err != nil {
		return req, err
	}
	if wish.Mode == news.Unsubscribe && req.TopicURL != "" {
		return req, nil // of a Feed that has moved, too: what is not subscribed to is nothing to end
	}
	slug, format, ok := s.site.headOf(req.TopicURL)
	if !ok {
		return req, &refusal{status: http.StatusNotFound, text: "hub.topic must be the address of a feed of this site, as its link of relation self gives it."}
	}
	state, renamed, err := s.topicState(ctx, slug)
	if renamed != "" {
		return req, badRequest("hub.topic has moved: its feed is " + s.site.FeedURL(renamed, 0, format) + " now.")
	}
	req.TopicID, req.Format = state.ID, string(format)
	return req, err
}

// checkCallback says what is wrong with a callback's address. Whether it may be reached is found out when it is.
func checkCallback(callback string) error {
	u, err := url.Parse(callback)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return badRequest("hub.callback must be an absolute address of http or https.")
	case len(callback) > callbackBytes:
		return badRequest(fmt.Sprintf("hub.callback must not be longer than %d bytes.", callbackBytes))
	case u.Fragment != "" || u.User != nil:
		return badRequest("hub.callback must have no fragment and no user in it.")
	}
	return nil
}

// headOf returns which Topic's head a canonical address of this site is, and in which Format.
func (s Site) headOf(address string) (slug string, f Format, ok bool) {
	rest, ok := strings.CutPrefix(address, s.BaseURL)
	if !ok {
		return "", "", false
	}
	if file, ok := strings.CutPrefix(rest, "/countries/"); ok {
		slug, f = splitFormat(file)
		slug = news.CountrySlug(slug)
	} else {
		slug, f = splitFormat(strings.TrimPrefix(rest, "/topics/"))
		slug = configured(slug)
	}
	return slug, f, slug != "" && f != pageFormat && s.FeedURL(slug, 0, f) == address
}

// HubURL is the address of the hub; "" where there is none.
func (s Site) HubURL() string {
	if !s.Hub {
		return ""
	}
	return s.BaseURL + hubPath
}
