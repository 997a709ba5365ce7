package storetest

import (
	"fmt"
	"time"

	"wireroom/news"
	"wireroom/store"
)

// asked has a subscriber ask for the Atom feed of the topic all.
func (b *bench) asked(callback string, w news.Wish) {
	b.Helper()
	b.must(b.db.AskSubscription(b.ctx, b.request(callback, w), b.now))
}

func (b *bench) request(callback string, w news.Wish) news.SubscriptionRequest {
	b.Helper()
	topics, err := b.db.Topics(b.ctx)
	b.must(err)
	return news.SubscriptionRequest{Callback: callback, TopicURL: "http://w.example/topics/all.atom", TopicID: topics[0].ID, Format: "atom", Wish: w}
}

// due claims what is to be done for subscribers, want of it.
func (b *bench) due(want int) []news.Subscription {
	b.Helper()
	all, err := b.db.ClaimSubscriptions(b.ctx, true, b.now, 10, time.Minute)
	b.must(err)
	newcomers, err := b.db.ClaimSubscriptions(b.ctx, false, b.now, 10, time.Minute)
	b.must(err)
	all = append(all, newcomers...)
	if len(all) != want {
		b.Fatalf("%d subscriptions are due, want %d: %+v", len(all), want, all)
	}
	return all
}

var aDay = news.Wish{Mode: news.Subscribe, Secret: "s", Lease: 24 * time.Hour}

// confirmed saves what was claimed as confirmed.
func (b *bench) confirmed(s news.Subscription) {
	b.Helper()
	s.Secret, s.Until, s.Wish = s.Wish.Secret, b.now.Add(s.Wish.Lease), news.Wish{}
	b.must(b.db.SaveSubscription(b.ctx, s))
}

func subscriberIsConfirmed(b *bench) {
	b.sources(1)
	b.due(0)
	b.asked("http://a.example/", aDay)
	s := b.due(1)[0]
	if s.Slug != "all" || s.Format != "atom" || s.Wish != aDay || !s.Until.IsZero() {
		b.Errorf("got %+v", s)
	}
	b.due(0) // it is leased
	b.confirmed(s)
	b.due(0) // nothing is new
	b.reopen()
	all, err := b.db.Subscriptions(b.ctx)
	b.must(err)
	if len(all) != 1 || all[0].Secret != "s" || !all[0].Until.Equal(b.now.Add(24*time.Hour)) || all[0].Wish != (news.Wish{}) {
		b.Errorf("got %+v", all)
	}
}

func subscriberIsToldOfNews(b *bench) {
	b.sources(1)
	b.asked("http://a.example/", aDay)
	b.confirmed(b.due(1)[0])
	b.bring(0, 1, 0)
	s := b.due(1)[0]
	if s.Revision >= s.TopicRevision {
		b.Errorf("has revision %d of %d, want an older one", s.Revision, s.TopicRevision)
	}
	s.Revision, s.ETag = s.TopicRevision, "e"
	b.must(b.db.SaveSubscription(b.ctx, s))
	b.wantError(b.db.SaveSubscription(b.ctx, s), store.ErrLeaseLost)
	b.due(0)
	b.now = b.now.Add(25 * time.Hour)
	b.must(b.db.EndSubscription(b.ctx, b.due(1)[0])) // its time is over
	b.due(0)
}

func lastWishCounts(b *bench) {
	b.sources(1)
	b.asked("http://a.example/", news.Wish{Mode: news.Unsubscribe})
	b.due(0) // there was nothing to end
	b.asked("http://a.example/", aDay)
	first := b.due(1)[0]
	longer := aDay
	longer.Lease = 48 * time.Hour
	b.asked("http://a.example/", longer)
	b.wantError(b.db.SaveSubscription(b.ctx, first), store.ErrLeaseLost)
	b.wantError(b.db.EndSubscription(b.ctx, first), store.ErrLeaseLost)
	second := b.due(1)[0]
	if second.Ref != first.Ref || second.Wish != longer {
		b.Errorf("got %+v, want the same subscription with %+v", second, longer)
	}
	b.confirmed(second)
	b.asked("http://b.example/", aDay)
	b.must(b.db.EndSubscription(b.ctx, b.due(1)[0]))
	unknown := b.request("http://c.example/", aDay)
	unknown.TopicID = "00000000-0000-0000-0000-000000000000"
	b.wantError(b.db.AskSubscription(b.ctx, unknown, b.now), news.ErrNotFound)
}

func removedTopicEndsSubscriptions(b *bench) {
	b.sources(1)
	b.asked("http://a.example/", aDay)
	b.confirmed(b.due(1)[0])
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{{Slug: "other", Title: "Other", Rule: news.Rule{All: true}}}})
	if s := b.due(1)[0]; !s.TopicRemoved {
		b.Errorf("got %+v, want a removed topic", s)
	}
}

// Who comes after a crowd that nobody has confirmed does not wait for it, and neither does who was confirmed.
func newcomersComeFirst(b *bench) {
	b.sources(1)
	b.asked("http://known.example/", aDay)
	b.confirmed(b.due(1)[0])
	b.bring(0, 1, 0)
	for i := range 5 {
		b.now = b.now.Add(time.Second)
		b.asked(fmt.Sprintf("http://%d.example/", i), aDay)
	}
	failed := b.due(6)[5] // the first of the crowd
	failed.Tries = 1
	b.must(b.db.SaveSubscription(b.ctx, failed))
	b.asked("http://late.example/", aDay)
	claim := func(confirmed bool) (callbacks []string) {
		all, err := b.db.ClaimSubscriptions(b.ctx, confirmed, b.now, 10, time.Minute)
		b.must(err)
		for _, s := range all {
			callbacks = append(callbacks, s.Callback)
		}
		return callbacks
	}
	b.same("of those never confirmed", claim(false), []string{"http://late.example/", "http://0.example/"})
}
