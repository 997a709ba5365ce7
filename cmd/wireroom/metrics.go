package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wireroom/news"
	"wireroom/store"
)

// workMetrics are the worker's figures: what Polls brought, and how the Sources are. Labels are ids of configured Sources and
// words of this program, never what a publisher sends: there are as many series as the configuration asks for.
type workMetrics struct {
	polls                                 *prometheus.CounterVec
	each                                  *prometheus.CounterVec
	items                                 *prometheus.CounterVec
	bytes                                 prometheus.Counter
	sources                               *prometheus.Desc
	state, success, next, failures, since *prometheus.Desc // of each Source
	store                                 *store.DB
	log                                   *slog.Logger
}

// newWorkMetrics registers the figures.
func newWorkMetrics(registry *prometheus.Registry, db *store.DB, log *slog.Logger) *workMetrics {
	m := &workMetrics{
		store: db, log: log,
		polls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_polls_total", Help: "Polls of sources, by outcome."}, []string{"outcome"}),
		each: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_source_polls_total", Help: "Polls of each source, by outcome."}, []string{"source", "outcome"}),
		items: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_items_total", Help: "Items that polls brought: new ones and new versions."}, []string{"what"}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "wireroom_poll_bytes_total", Help: "Decoded bytes that polls brought."}),
		sources:  prometheus.NewDesc("wireroom_sources", "Configured sources, by state.", []string{"state"}, nil),
		state:    ofSource("state", "How each source is: 1 for its state.", "state"),
		since:    ofSource("state_since_timestamp_seconds", "Since when each source is as it is."),
		success:  ofSource("last_success_timestamp_seconds", "When each source was last read; absent before the first time."),
		next:     ofSource("next_poll_timestamp_seconds", "When each source is due; absent where it never will be."),
		failures: ofSource("failures", "Failed polls of each source in a row."),
	}
	registry.MustRegister(m.polls, m.each, m.items, m.bytes, m)
	return m
}

func ofSource(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("wireroom_source_"+name, help, append([]string{"source"}, labels...), nil)
}

// count counts one Poll.
func (m *workMetrics) count(p *news.Poll) {
	m.polls.WithLabelValues(string(p.Outcome)).Inc()
	m.each.WithLabelValues(p.Source, string(p.Outcome)).Inc()
	m.items.WithLabelValues("new").Add(float64(len(p.New)))
	m.items.WithLabelValues("changed").Add(float64(len(p.Changed)))
	m.bytes.Add(float64(p.Bytes))
}

// Describe is of prometheus.Collector.
func (m *workMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.sources, m.state, m.since, m.success, m.next, m.failures} {
		out <- d
	}
}

// scrapeTime bounds what a scrape asks of the store.
const scrapeTime = 5 * time.Second

// Collect tells how the Sources are at each scrape.
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
		m.collectSource(out, s)
	}
	for state, n := range states {
		out <- prometheus.MustNewConstMetric(m.sources, prometheus.GaugeValue, float64(n), state)
	}
}

func (m *workMetrics) collectSource(out chan<- prometheus.Metric, s news.SourceStatus) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, append([]string{s.ID}, labels...)...)
	}
	gauge(m.state, 1, s.Word())
	gauge(m.failures, float64(s.State.Failures))
	for d, at := range map[*prometheus.Desc]time.Time{m.since: s.State.Health.Since, m.success: s.State.LastGood, m.next: s.State.NextPoll} {
		if !at.IsZero() {
			gauge(d, float64(at.UnixMilli())/1000)
		}
	}
}
