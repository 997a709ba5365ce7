package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wireroom/news"
)

const (
	benchSources = 1000
	benchHosts   = 200
)

// BenchmarkPassNotModified is a pass over a thousand sources on two hundred hosts that all answer 304, on one engine, with
// the origin in the same process. Peak memory is that of the process; its processor time has the origin's share in it,
// which origin-ms/source tells.
func BenchmarkPassNotModified(b *testing.B) {
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		b.Run("latency="+latency.String(), func(b *testing.B) {
			c := newPassBench(b, latency)
			c.pass(b) // stores what there is
			var origin time.Duration
			if latency == 0 {
				origin = c.originAlone(b)
			}
			before, start := processorTime(b), time.Now()
			for b.Loop() {
				c.pass(b)
			}
			per := float64(b.N * benchSources)
			b.ReportMetric(per/time.Since(start).Seconds(), "sources/s")
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/per, "cpu-ms/source")
			if origin > 0 {
				b.ReportMetric(float64(origin.Microseconds())/1000/benchSources, "origin-ms/source")
			}
			b.ReportMetric(peakMemory(b), "peak-MB")
		})
	}
}

// A passBench is an engine with its origin.
type passBench struct {
	*engine
	now  time.Time
	urls []string
}

func newPassBench(b *testing.B, latency time.Duration) *passBench {
	b.Helper()
	document := rss("bench", numbered(30)...)
	server := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		conditional(`"1"`, document)(w, r)
	})}
	c := &passBench{now: noon}
	text := fmt.Sprintf("store: sqlite:%s/wireroom.db\nfetch: {spacing: 0s, allow: [127.0.0.0/8]}\ntopics: [{slug: all, all: true}]\nsources:\n", b.TempDir())
	port := serveHosts(b, server)
	for n := range benchSources {
		c.urls = append(c.urls, fmt.Sprintf("http://127.0.1.%d:%d/%d", n%benchHosts+1, port, n))
		text += fmt.Sprintf("  - {id: s%d, url: \"%s\"}\n", n, c.urls[n])
	}
	file := b.TempDir() + "/config.yaml"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	env := &environment{configPath: file, lookup: os.LookupEnv, stdout: io.Discard, stderr: io.Discard, clock: time.Now}
	spare := tuneMemory(os.LookupEnv)
	b.Cleanup(func() { runtime.KeepAlive(spare) })
	settings, err := env.loadConfig()
	if err != nil {
		b.Fatal(err)
	}
	c.engine, err = env.newEngine(b.Context(), settings, func() time.Time { return c.now }, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.close(); err != nil {
			b.Error(err)
		}
	})
	if err := c.apply(b.Context(), c.now); err != nil {
		b.Fatal(err)
	}
	return c
}

// serveHosts serves every address of the bench on one port.
func serveHosts(b *testing.B, server *http.Server) (port int) {
	b.Helper()
	on, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "0.0.0.0:0")
	if err != nil {
		b.Skipf("no listener on all loopback addresses: %v", err)
	}
	go server.Serve(on) //nolint:errcheck // it ends with the benchmark
	b.Cleanup(func() { _ = server.Close() })
	return on.Addr().(*net.TCPAddr).Port
}

// pass makes a pass over all sources, an hour after the last.
func (c *passBench) pass(b *testing.B) {
	b.Helper()
	c.now = c.now.Add(time.Hour)
	polls := 0
	c.puller.Done = func(*news.Poll) { polls++ }
	if err := c.puller.Pass(b.Context(), news.DueForced, ""); err != nil {
		b.Fatal(err)
	}
	if polls != benchSources {
		b.Fatalf("%d polls, want %d", polls, benchSources)
	}
}

// originAlone is the processor time that the origin, and a client of the plainest kind, take for as many requests.
func (c *passBench) originAlone(b *testing.B) time.Duration {
	b.Helper()
	before := processorTime(b)
	for _, address := range c.urls {
		request := httptest.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		request.RequestURI = ""
		request.Header.Set("If-None-Match", `"1"`)
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close() // a 304 has none
	}
	return processorTime(b) - before
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// peakMemory is the high-water mark of resident memory in megabytes; 0 where the system does not tell.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseFloat(kb, 64)
	if err != nil {
		return 0
	}
	return n / 1024
}
