package storetest

import (
	"time"

	"wireroom/news"
)

func alertsAreLogged(b *bench) {
	b.sources(3)
	fell := func(source string, state news.HealthState) *news.Alert {
		return &news.Alert{ID: news.AlertID(source, state, b.now), Source: source, Name: "Source", Was: news.HealthFine, State: state, At: b.now, Why: "502"}
	}
	for _, c := range b.claim(news.ClaimRequest{}) {
		p := news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, State: b.polled(c.State)}
		if c.Source.ID != "s01" {
			p.Alert = fell(c.Source.ID, news.HealthFailing)
		}
		b.must(b.trySave(p))
	}
	b.now = b.now.Add(time.Hour)
	c := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})[0]
	back := news.Alert{ID: news.AlertID("s00", news.HealthFine, b.now), Source: "s00", Name: "Source", Was: news.HealthFailing, State: news.HealthFine, At: b.now}
	b.must(b.trySave(news.Poll{Source: "s00", Lease: c.Lease, At: b.now, State: b.polled(c.State), Alert: &back}))

	first := b.now.Add(-time.Hour)
	b.now = first
	older, old := *fell("s00", news.HealthFailing), *fell("s02", news.HealthFailing)
	old.At = first.Add(time.Millisecond) // no two at the same time
	b.wantAlerts(10, back, old, older)
	b.wantAlerts(2, back, old)
	_, err := b.db.PrunePolls(b.ctx, b.now.Add(1000*time.Hour))
	b.must(err)
	b.wantAlerts(10, back, old, older)
}

func (b *bench) wantAlerts(limit int, want ...news.Alert) {
	b.Helper()
	got, err := b.db.Alerts(b.ctx, limit)
	b.must(err)
	b.same("alerts", got, want)
}
