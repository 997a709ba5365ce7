package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

func startOrigin(t *testing.T, maxAge time.Duration) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(newOrigin(testWorld(t, 5), maxAge).routes())
	t.Cleanup(srv.Close)
	return srv
}

func request(t *testing.T, method, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

func control(t *testing.T, srv *httptest.Server, query string) stats {
	t.Helper()
	resp, body := request(t, http.MethodPost, srv.URL+"/control?"+query)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("control %s: %d %s", query, resp.StatusCode, body)
	}
	var s stats
	if err := json.Unmarshal(body, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConditionalRequests(t *testing.T) {
	srv := startOrigin(t, 0)
	first, _ := request(t, http.MethodGet, srv.URL+"/source-0003/rss.xml")
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if etag == "" || modified == "" {
		t.Fatalf("validators are %q and %q, want both", etag, modified)
	}
	tests := []struct {
		name   string
		header []string
		want   int
	}{
		{"no validator", nil, 200},
		{"same ETag", []string{"If-None-Match", etag}, 304},
		{"other ETag", []string{"If-None-Match", `"other"`}, 200},
		{"ETag without quotes", []string{"If-None-Match", strings.Trim(etag, `"`)}, 200},
		{"same date", []string{"If-Modified-Since", modified}, 304},
		{"other ETag wins over same date", []string{"If-None-Match", `"other"`, "If-Modified-Since", modified}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := request(t, http.MethodGet, srv.URL+"/source-0003/rss.xml", tt.header...)
			if resp.StatusCode != tt.want {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.want)
			}
			if (len(body) == 0) != (tt.want == 304) {
				t.Errorf("status %d has a body of %d bytes", resp.StatusCode, len(body))
			}
		})
	}
}

func TestPlainModeGivesNoValidatorsAndTheSameBytes(t *testing.T) {
	srv := startOrigin(t, 0)
	url := srv.URL + "/source-0001/rss.xml"
	first, before := request(t, http.MethodGet, url)
	control(t, srv, "mode=plain")
	resp, after := request(t, http.MethodGet, url, "If-None-Match", first.Header.Get("ETag"))
	if resp.StatusCode != 200 || resp.Header.Get("ETag") != "" || resp.Header.Get("Last-Modified") != "" {
		t.Errorf("status %d with validators %q, %q; want 200 without", resp.StatusCode, resp.Header.Get("ETag"), resp.Header.Get("Last-Modified"))
	}
	if !bytes.Equal(before, after) {
		t.Error("bytes differ between the modes")
	}
}

func TestStepChangesTheDocument(t *testing.T) {
	srv := startOrigin(t, 0)
	url := srv.URL + "/source-0001/rss.xml"
	first, _ := request(t, http.MethodGet, url)
	if s := control(t, srv, "step=1"); s.Version != 1 {
		t.Errorf("version %d, want 1", s.Version)
	}
	resp, _ := request(t, http.MethodGet, url, "If-None-Match", first.Header.Get("ETag"))
	if resp.StatusCode != 200 {
		t.Errorf("status %d for the old ETag, want 200", resp.StatusCode)
	}
}

func TestControlRefusesNonsense(t *testing.T) {
	srv := startOrigin(t, 0)
	for _, query := range []string{"mode=other", "step=x", "step=0", "latency=50"} {
		t.Run(query, func(t *testing.T) {
			resp, _ := request(t, http.MethodPost, srv.URL+"/control?"+query)
			if resp.StatusCode != http.StatusBadRequest {
				t.Errorf("status %d, want 400", resp.StatusCode)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	srv := startOrigin(t, time.Hour)
	url := srv.URL + "/source-0002/rss.xml"
	first, body := request(t, http.MethodGet, url)
	request(t, http.MethodGet, url, "If-None-Match", first.Header.Get("ETag"))
	request(t, http.MethodGet, url)
	request(t, http.MethodGet, srv.URL+"/robots.txt")
	got := control(t, srv, "")
	got.Connections = 0 // net/http/httptest owns the hook
	want := stats{
		Mode: "etag", Requests: 3, Status: map[int]int{200: 2, 304: 1, 404: 1}, BytesSent: int64(2 * len(body)),
		SourcesSeen: 1, Unconditional: 2, UnconditionalAgain: 1, Early: 2, UnknownPaths: map[string]int{"/robots.txt": 1},
		MaxConcurrent: 1, MaxPerHost: 1, MaxPerSource: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	if s := control(t, srv, "reset=1"); s.Requests != 0 || len(s.Status) != 0 {
		t.Errorf("after a reset: %+v", s)
	}
	request(t, http.MethodGet, url)
	if s := control(t, srv, ""); s.UnconditionalAgain != 1 {
		t.Errorf("a reset forgot which sources had given validators: %+v", s)
	}
}

// Sources 0 and 3 are on one host, source 1 on another: see testWorld.
func TestConcurrencyIsCountedByHostAndSource(t *testing.T) {
	c := newCounts(0)
	c.begin(0, 0, false, testTime)
	c.begin(3, 0, false, testTime)
	c.begin(1, 1, false, testTime)
	c.begin(1, 1, false, testTime)
	c.begin(1, 1, false, testTime)
	c.end(1, 1, 200, 1, true, testTime)
	c.begin(1, 1, true, testTime)
	got := c.snapshot()
	if got.MaxConcurrent != 5 || got.MaxPerHost != 3 || got.MaxPerSource != 3 {
		t.Errorf("most at a time: %d, by host %d, by source %d; want 5, 3, 3", got.MaxConcurrent, got.MaxPerHost, got.MaxPerSource)
	}
}

func TestLatencyDelaysTheAnswer(t *testing.T) {
	srv := startOrigin(t, 0)
	control(t, srv, "latency=30ms")
	start := time.Now()
	request(t, http.MethodGet, srv.URL+"/source-0002/rss.xml")
	if took := time.Since(start); took < 30*time.Millisecond {
		t.Errorf("answered after %v, want 30ms or more", took)
	}
}

// runUntilReady starts the program as main does, waits for its first line, and returns when the test ends.
func runUntilReady(t *testing.T, args ...string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var wg sync.WaitGroup
	wg.Go(func() {
		err := run(ctx, args, in)
		if err != nil {
			t.Errorf("run: %v", err)
		}
		in.CloseWithError(io.EOF)
	})
	t.Cleanup(func() { stop(); wg.Wait() })
	line := make([]byte, 200)
	if _, err := out.Read(line); err != nil {
		t.Fatal(err)
	}
}

func TestServesEveryHostOfItsConfiguration(t *testing.T) {
	port := freePort(t)
	file := filepath.Join(t.TempDir(), "config.yaml")
	args := []string{"-sources", "5", "-hosts", "3", "-port", fmt.Sprint(port)}
	if err := run(t.Context(), append(args, "-config", file, "-store", "sqlite:/elsewhere/w.db"), io.Discard); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Store   string
		Sources []struct{ ID, URL string }
		Topics  []struct {
			Slug string
			All  bool
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	if config.Store != "sqlite:/elsewhere/w.db" || len(config.Sources) != 5 || len(config.Topics) != 11 || !config.Topics[10].All {
		t.Errorf("configuration has store %q, %d sources, %d topics", config.Store, len(config.Sources), len(config.Topics))
	}
	runUntilReady(t, args...)
	for _, s := range config.Sources {
		resp, _ := request(t, http.MethodGet, s.URL)
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", s.URL, resp.StatusCode)
		}
	}
	resp, _ := request(t, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/control/stats", port))
	if resp.StatusCode != http.StatusOK {
		t.Errorf("control: status %d", resp.StatusCode)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestOptionsAreChecked(t *testing.T) {
	for _, args := range [][]string{{"-at", "yesterday"}, {"-sources", "0"}, {"-hosts", "300"}} {
		t.Run(args[0], func(t *testing.T) {
			if _, err := parseOptions(args); err == nil {
				t.Errorf("%q was accepted", args)
			}
		})
	}
}
