package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"wireroom/news"
)

// patience is how long a test waits for what must come; it is no measure of how fast anything is.
const patience = 60 * time.Second

// noon is the time of the news at which most tests begin. Only leases and spacing run on another clock.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// after writes a time for --at.
func after(d time.Duration) string { return noon.Add(d).Format(time.RFC3339) }

// A configuration is what the tests vary of config.yaml.
type configuration struct {
	Server  serverSection  `yaml:"server"`
	Store   string         `yaml:"store"`
	Fetch   fetchSection   `yaml:"fetch"`
	Sources []sourceEntry  `yaml:"sources"`
	Topics  []topicEntry   `yaml:"topics"`
	Exclude []string       `yaml:"exclude,omitempty"`
	Ticks   map[string]any `yaml:"schedule,omitempty"`
	Plan    map[string]any `yaml:"plan,omitempty"`
}

type serverSection struct {
	Listen  string `yaml:"listen"`
	BaseURL string `yaml:"base_url"`

	AlertsToken string   `yaml:"alerts_token,omitempty"`
	HubAllow    []string `yaml:"hub_allow,omitempty"`
}

type fetchSection struct {
	Floor   string   `yaml:"floor,omitempty"`
	Spacing string   `yaml:"spacing"`
	Timeout string   `yaml:"timeout,omitempty"`
	MaxBody string   `yaml:"max_body,omitempty"`
	Allow   []string `yaml:"allow"`

	RetryScope map[string]string `yaml:"retry_scope,omitempty"`
}

type sourceEntry struct {
	ID        string            `yaml:"id"`
	URL       string            `yaml:"url"`
	Republish string            `yaml:"republish,omitempty"`
	FullText  bool              `yaml:"fulltext,omitempty"`
	Headers   map[string]string `yaml:"headers,omitempty"`
	BasicAuth string            `yaml:"basic_auth,omitempty"`
	TLSRoots  string            `yaml:"tls_roots,omitempty"`
}

type topicEntry struct {
	Slug     string               `yaml:"slug"`
	Title    string               `yaml:"title,omitempty"`
	Aliases  []string             `yaml:"aliases,flow,omitempty"`
	Strong   []string             `yaml:"strong,flow,omitempty"`
	Weak     []string             `yaml:"weak,flow,omitempty"`
	Exclude  []string             `yaml:"exclude,flow,omitempty"`
	Require  map[string]termGroup `yaml:"require,omitempty"`
	MinScore int                  `yaml:"min_score,omitempty"`
	Where    string               `yaml:"where,omitempty"`
	All      bool                 `yaml:"all,omitempty"`
}

// A termGroup is one of require: terms, and at most one list of others under when.
type termGroup []any

// entryOf writes a rule of terms as it stands in a configuration.
func entryOf(t news.Topic) topicEntry {
	e := topicEntry{Slug: t.Slug, Title: t.Title, Aliases: t.Aliases, All: t.Rule.All}
	if t.Rule.All {
		return e
	}
	e.Strong, e.Weak, e.Exclude, e.MinScore, e.Where = t.Rule.Strong, t.Rule.Weak, t.Rule.Exclude, t.Rule.MinScore, t.Rule.Where
	e.Require = map[string]termGroup{}
	for name, terms := range t.Rule.Require {
		for _, term := range terms {
			e.Require[name] = append(e.Require[name], term)
		}
		if when := t.Rule.When[name]; len(when) > 0 {
			e.Require[name] = append(e.Require[name], map[string][]string{"when": when})
		}
	}
	return e
}

// everything is the topic that most tests look at.
var everything = topicEntry{Slug: "everything", All: true}

// A house is what an operator has: a folder with a configuration and a store in it.
type house struct {
	t      *testing.T
	folder string
	config configuration
	env    map[string]string // of the program; nothing else is in its environment
	apart  bool              // run commands as processes, which the race detector does not slow down
}

// newHouse makes a house that polls the given sources, on loopback, without spacing, and publishes everything.
func newHouse(t *testing.T, sources ...sourceEntry) *house {
	t.Helper()
	folder := t.TempDir()
	h := &house{t: t, folder: folder, env: map[string]string{}, config: configuration{
		Server:  serverSection{Listen: "127.0.0.1:0", BaseURL: "https://wire.example.org"},
		Store:   newStore(t, folder),
		Fetch:   fetchSection{Spacing: "0s", Allow: []string{"127.0.0.0/8"}},
		Sources: sources,
		Topics:  []topicEntry{everything},
	}}
	h.save()
	return h
}

func (h *house) file() string { return filepath.Join(h.folder, "config.yaml") }

// save writes the configuration file.
func (h *house) save() {
	h.t.Helper()
	text, err := yaml.Marshal(h.config)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(string(text))
}

// write makes text the configuration file.
func (h *house) write(text string) {
	h.t.Helper()
	if err := os.WriteFile(h.file(), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// twin is another house with the same configuration and a store of its own.
func (h *house) twin() *house {
	h.t.Helper()
	other := newHouse(h.t, h.config.Sources...)
	store := other.config.Store
	other.config, other.env, other.apart = h.config, h.env, h.apart
	other.config.Store = store
	other.save()
	return other
}

func (h *house) lookup(name string) (string, bool) {
	value, ok := h.env[name]
	return value, ok
}

// An outcome is what a command did.
type outcome struct {
	code           int
	stdout, stderr string
}

// run runs a command to its end, within this process unless the house is apart.
func (h *house) run(args ...string) outcome {
	h.t.Helper()
	if h.apart {
		p := h.start(args...)
		return outcome{p.wait(), p.stdout.String(), p.stderr.String()}
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code := run(ctx, append([]string{"--config", h.file()}, args...), h.lookup, &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// must runs a command that has to succeed and returns what it printed.
func (h *house) must(args ...string) string {
	h.t.Helper()
	out := h.run(args...)
	if out.code != exitDone {
		h.t.Fatalf("wireroom %s: exit code %d, want 0\n%s", strings.Join(args, " "), out.code, out.stderr)
	}
	return out.stdout
}

// rows runs a listing and returns its rows, a value for each column.
func (h *house) rows(args ...string) []map[string]string {
	h.t.Helper()
	text := h.must(append(args, "--format", "tsv")...)
	lines, err := splitTSV(text)
	if err != nil {
		h.t.Fatalf("wireroom %s: %v\n%s", strings.Join(args, " "), err, text)
	}
	var all []map[string]string
	for _, values := range lines[1:] {
		row := make(map[string]string)
		for i, column := range lines[0] {
			row[column] = values[i]
		}
		all = append(all, row)
	}
	return all
}

// splitTSV returns the lines of a table, the header first, and fails if one has not as many values as the header.
func splitTSV(text string) ([][]string, error) {
	if !strings.HasSuffix(text, "\n") {
		return nil, errors.New("the last line has no end")
	}
	var lines [][]string
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		values := strings.Split(line, "\t")
		if len(lines) > 0 && len(values) != len(lines[0]) {
			return nil, fmt.Errorf("line %d has %d values, the header %d", len(lines)+1, len(values), len(lines[0]))
		}
		lines = append(lines, values)
	}
	return lines, nil
}

// items lists all Items.
func (h *house) items(args ...string) []map[string]string {
	h.t.Helper()
	return h.rows(append([]string{"items", "--limit", "0"}, args...)...)
}

// source lists one Source.
func (h *house) source(id string) map[string]string {
	h.t.Helper()
	for _, row := range h.rows("sources") {
		if row["id"] == id {
			return row
		}
	}
	h.t.Fatalf("wireroom sources does not list %s", id)
	return nil
}

// serve serves the store from within this process until the test ends, or stop is called, and returns the address.
func (h *house) serve(command string, args ...string) *service {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	s := &service{t: h.t, stderr: newTranscript(), stop: cancel, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		s.code = run(ctx, append([]string{"--config", h.file(), command}, args...), h.lookup, io.Discard, s.stderr)
	}()
	h.t.Cleanup(func() { s.end() })
	s.awaitAddress(s.ended)
	return s
}

// A service is a running server.
type service struct {
	t      *testing.T
	base   string // http://host:port
	stderr *transcript
	stop   func()
	ended  chan struct{}
	code   int // after ended is closed
}

// servingAt finds the address in the line that says that serving has begun.
var servingAt = regexp.MustCompile(`msg=serving address=(\S+)`)

func (s *service) awaitAddress(ended <-chan struct{}) {
	s.t.Helper()
	match := s.stderr.await(s.t, servingAt, ended)
	s.base = "http://" + match[1]
}

// end stops the server and returns its exit code.
func (s *service) end() int {
	s.stop()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Errorf("the server did not end\n%s", s.stderr)
	}
	return s.code
}

// A page is an answer that was read to its end.
type page struct {
	status int
	header http.Header
	body   string
}

// get asks for a path, with headers given as name and value by turns.
func (s *service) get(path string, headers ...string) page {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return page{answer.StatusCode, answer.Header, string(body)}
}

// A published feed is its bytes and its validator.
type published struct{ ETag, Body string }

// feeds reads every format of every topic.
func (h *house) feeds() map[string]published {
	h.t.Helper()
	s := h.serve("serve")
	defer s.end()
	all := make(map[string]published)
	for _, topic := range h.config.Topics {
		for _, format := range []string{".atom", ".rss", ".json"} {
			path := "/topics/" + topic.Slug + format
			p := s.get(path)
			if p.status != http.StatusOK || p.header.Get("ETag") == "" {
				h.t.Fatalf("GET %s: status %d, ETag %q\n%s", path, p.status, p.header.Get("ETag"), p.body)
			}
			all[path] = published{p.header.Get("ETag"), p.body}
		}
	}
	for _, path := range []string{"/search.atom?q=of", "/search.atom?q=title%3Aenvoys"} {
		p := s.get(path)
		if p.status != http.StatusOK {
			h.t.Fatalf("GET %s: status %d\n%s", path, p.status, p.body)
		}
		all[path] = published{p.header.Get("ETag"), p.body}
	}
	return all
}

// A transcript is what a program has written so far. It is safe for concurrent use.
type transcript struct {
	mu      sync.Mutex
	text    bytes.Buffer
	written chan struct{} // signalled after each write
}

func newTranscript() *transcript { return &transcript{written: make(chan struct{}, 1)} }

func (w *transcript) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case w.written <- struct{}{}:
	default:
	}
	return w.text.Write(b)
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits until pattern is found, and fails the test if the writer ends before that.
func (w *transcript) await(t *testing.T, pattern *regexp.Regexp, ended <-chan struct{}) []string {
	t.Helper()
	limit := time.After(patience)
	for {
		if match := pattern.FindStringSubmatch(w.String()); match != nil {
			return match
		}
		select {
		case <-w.written:
		case <-ended:
			if match := pattern.FindStringSubmatch(w.String()); match != nil {
				return match
			}
			t.Fatalf("ended without writing %s\n%s", pattern, w)
		case <-limit:
			t.Fatalf("never wrote %s\n%s", pattern, w)
		}
	}
}

// binaryWanted is whether some test has built the program.
var binaryWanted atomic.Bool

// built builds the program once, without the race detector, and returns the binary's path or why there is none.
var built = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "wireroom-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "wireroom")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return path, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	stopPostgres()
	if binaryWanted.Load() {
		if path, _ := built(); path != "" { // its error has been reported by the test that wanted it
			if err := os.RemoveAll(filepath.Dir(path)); err != nil {
				fmt.Fprintln(os.Stderr, "the built program stays:", err)
			}
		}
	}
	os.Exit(code)
}

// A process is the program as a process of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout *transcript
	stderr *transcript
	ended  chan struct{}
	code   int // after ended is closed; -1 if a signal ended it
}

// start starts the built program. The process is killed at the latest when the test ends.
func (h *house) start(args ...string) *process {
	h.t.Helper()
	binaryWanted.Store(true)
	path, err := built()
	if err != nil {
		h.t.Fatal(err)
	}
	p := &process{t: h.t, stdout: newTranscript(), stderr: newTranscript(), ended: make(chan struct{})}
	p.cmd = exec.Command(path, append([]string{"--config", h.file()}, args...)...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = h.folder, p.stdout, p.stderr
	p.cmd.Env = []string{"TMPDIR=" + os.TempDir()}
	for name, value := range h.env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	if err := p.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the exit code says it all
		p.code = p.cmd.ProcessState.ExitCode()
	}()
	h.t.Cleanup(func() { p.signal(syscall.SIGKILL) })
	return p
}

// signal sends a signal and, if it ends the process, waits for that.
func (p *process) signal(s syscall.Signal) int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.code
	default:
	}
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
	return p.wait()
}

// wait waits for the process to end and returns its exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Errorf("%v did not end\n%s", p.cmd.Args, p.stderr)
	}
	return p.code
}

// service waits until the process serves.
func (p *process) service() *service {
	p.t.Helper()
	s := &service{t: p.t, stderr: p.stderr, ended: p.ended, stop: func() { p.signal(syscall.SIGTERM) }}
	s.awaitAddress(p.ended)
	return s
}
