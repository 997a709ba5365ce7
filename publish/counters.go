package publish

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// counters are what an operator can watch. They count always; they are shown where a registerer was given.
type counters struct {
	requests *prometheus.CounterVec
	bytes    prometheus.Counter
	renders  *prometheus.CounterVec
	coded    *prometheus.CounterVec
	answered *prometheus.HistogramVec
	making   *prometheus.HistogramVec
	told     *prometheus.CounterVec
}

func newCounters(reg prometheus.Registerer) (*counters, error) {
	c := &counters{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_http_requests_total", Help: "Answers by route and status.",
		}, []string{"route", "status"}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "wireroom_http_response_bytes_total", Help: "Bytes of bodies sent.",
		}),
		renders: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_renders_total", Help: "Documents of topics made from the store, by format.",
		}, []string{"format"}),
		coded: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_http_bodies_total", Help: "Documents sent whole, by content coding.",
		}, []string{"coding"}),
		answered: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wireroom_http_request_duration_seconds", Help: "How long answers took that were not served before as they are, by route. The others take microseconds, less than to measure them.",
			Buckets: durations,
		}, []string{"route"}),
		making: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wireroom_render_duration_seconds", Help: "How long documents of topics took to make, the store's reading included, by format.",
			Buckets: durations,
		}, []string{"format"}),
		told: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wireroom_hub_outcomes_total", Help: "What came of attending to subscribers of the hub.",
		}, []string{"outcome"}),
	}
	if reg == nil {
		return c, nil
	}
	return c, errors.Join(register(reg, &c.requests), register(reg, &c.bytes), register(reg, &c.renders), register(reg, &c.told),
		register(reg, &c.coded), register(reg, &c.answered), register(reg, &c.making))
}

// durations are bounds that tell what is remembered (tenths of a millisecond) from what is read from the store (a few
// milliseconds), from what waits, and from what fails for it (storeTimeout).
var durations = []float64{.0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10}

// register registers a collector, or takes the one that an earlier Server of the process has registered: figures go on.
func register[C prometheus.Collector](reg prometheus.Registerer, c *C) error {
	err := reg.Register(*c)
	var before prometheus.AlreadyRegisteredError
	if errors.As(err, &before) {
		if same, ok := before.ExistingCollector.(C); ok {
			*c = same
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	return nil
}

// rendering counts a document that is made; what it returns is to be called when it is.
func (c *counters) rendering(f Format) (done func() time.Duration) {
	c.renders.WithLabelValues(string(f)).Inc()
	return prometheus.NewTimer(c.making.WithLabelValues(string(f))).ObserveDuration
}

// sent counts a body by its coding, which is one of a few that this program makes.
func (c *counters) sent(r *recorder) {
	if r.status == http.StatusOK && r.sent > 0 {
		c.coded.WithLabelValues(firstOf(r.Header().Get("Content-Encoding"), "identity")).Inc()
	}
}

// knownRoute is the route of what sendKnown answers.
const knownRoute = "/topics/{file}"

// counted counts answers by route: never by path, of which strangers can make up any number.
func (s *Server) counted(next http.Handler) http.Handler {
	of := func(status string) func() prometheus.Counter {
		return sync.OnceValue(func() prometheus.Counter { return s.count.requests.WithLabelValues(knownRoute, status) })
	}
	found, notModified := of("200"), of("304")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := recorders.Get().(*recorder)
		*rec = recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			*rec = recorder{} // nothing of the request outlives it
			recorders.Put(rec)
		}()
		if r.ContentLength != 0 { // no body has a meaning here, and none is waited for
			rec.Header().Set("Connection", "close")
		}
		known := s.sendKnown(rec, r)
		switch {
		case known && rec.status == http.StatusNotModified:
			notModified().Inc()
		case known:
			found().Inc()
			s.count.sent(rec)
		default:
			route := "none"
			timer := prometheus.NewTimer(prometheus.ObserverFunc(func(seconds float64) { s.count.answered.WithLabelValues(route).Observe(seconds) }))
			next.ServeHTTP(rec, r)
			route = firstOf(r.Pattern, route)
			timer.ObserveDuration()
			s.count.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Inc()
			s.count.sent(rec)
		}
		s.count.bytes.Add(float64(rec.sent))
	})
}

var recorders = sync.Pool{New: func() any { return new(recorder) }}

// recorder sees what is answered.
type recorder struct {
	http.ResponseWriter
	status int
	sent   int
}

// WriteHeader remembers the status.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.sent += n
	return n, err
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
