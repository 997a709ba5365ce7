package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wireroom/news"
	"wireroom/store"
)

// workMetrics are the worker's figures: what Polls brought, and how the Sources are.
type workMetrics struct {
	polls   *prometheus.CounterVec
	items   *prometheus.CounterVec
	bytes   prometheus.Counter
	sources *prometheus.Desc
	store   *store.DB
	log     *slog.Logger
}

// newWorkMetrics registers the figures.
func newWorkMetrics(registry *prometheus.Registry, db *store.DB, log *slog.Logger) *workMetrics {
	m := &workMetrics{
		store: db, log: log,
		polls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_polls_total", Help: "Polls of sources, by outcome."}, []string{"outcome"}),
		items: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_items_total", Help: "Items that polls brought: new ones and new versions."}, []string{"what"}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "wireroom_poll_bytes_total", Help: "Decoded bytes that polls brought."}),
		sources: prometheus.NewDesc("wireroom_sources", "Configured sources, by state.", []string{"state"}, nil),
	}
	registry.MustRegister(m.polls, m.items, m.bytes, m)
	return m
}

// count counts one Poll.
func (m *workMetrics) count(p *news.Poll) {
	m.polls.WithLabelValues(string(p.Outcome)).Inc()
	m.items.WithLabelValues("new").Add(float64(len(p.New)))
	m.items.WithLabelValues("changed").Add(float64(len(p.Changed)))
	m.bytes.Add(float64(p.Bytes))
}

// Describe is of prometheus.Collector.
func (m *workMetrics) Describe(out chan<- *prometheus.Desc) { out <- m.sources }

// scrapeTime bounds what a scrape asks of the store.
const scrapeTime = 5 * time.Second

// Collect counts the Sources by state at each scrape.
func (m *workMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime) // a Collector is given none
	defer cancel()
	all, err := m.store.Sources(ctx)
	if err != nil {
		m.log.Error("metrics without sources", "err", err)
		return
	}
	states := make(map[string]int)
	for _, s := range all {
		states[s.Word()]++
	}
	for state, n := range states {
		out <- prometheus.MustNewConstMetric(m.sources, prometheus.GaugeValue, float64(n), state)
	}
}
