package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"time"

	"wireroom/news"
)

// A Config is what config.yaml says, with defaults filled in and variables expanded but in Sources. It is a value that
// nothing here changes after it was returned.
type Config struct {
	Server Server
	Store  string // "sqlite:PATH" or "postgres://…", with its secrets
	// The rest about the store is for PostgreSQL alone.
	StoreDirect      string        // the same database around a pooler, with its secrets; empty: there is no pooler
	StoreConnections int           // at most so many at a time
	StoreTimeout     time.Duration // of one statement
	Schedule         Schedule
	Fetch            Fetch
	Sources          []news.Source  // in the order of the file; never empty
	Lines            map[string]int // of each source's url in the file, from 1, by id
	Topics           []news.Topic   // in the order of the file; never empty
	Exclude          []string       // terms that keep an item out of every topic with rules
	Plan             Plan
	UpdateOn         news.UpdateOn // when the growth of a story moves the date of its entries
	Retention        Retention
	Metrics          Metrics
}

// Server is where the pages and feeds are served, and under which address the world knows them.
type Server struct {
	Listen  string // host:port; an empty host is every address of the machine
	BaseURL string // absolute http or https, without a final slash; if not configured, http on Listen

	Hub      bool     // a WebSub hub tells subscribers of changes
	HubAllow []string // what of private networks may be told, as Fetch.Allow has it

	AlertsToken string // opens /alerts.atom, a secret; empty: there is no such page

	TrustedProxies []netip.Prefix // that stand in front and say truly whom they ask for; none: nobody
}

// Schedule holds the ticks as specs of robfig/cron's ParseStandard.
type Schedule struct {
	Poll  string // how often due sources are looked for
	Prune string // when old texts are removed
}

// Fetch is how politely sources are asked.
type Fetch struct {
	Contact string        // an http, https or mailto URL for the User-Agent; if not configured, BaseURL + "/about"
	Floor   time.Duration // no source is asked more often; may be 0
	Ceiling time.Duration // of the learned cadence; never below Floor
	MaxWait time.Duration // longest wait a server may ask for
	PerHost int           // requests at a time to one host, at least 1
	Spacing time.Duration // between two requests to one host; may be 0
	Timeout time.Duration // of one request, more than 0
	MaxBody int64         // bytes of a decoded body, more than 0
	Allow   []string      // private networks (CIDR), addresses, hosts, or host:port that may be polled
	// RetryScopes says whom a Retry-After keeps from asking, by registrable domain, address or name of one word; nil for
	// none. What is not in it is as fetch sees it.
	RetryScopes map[string]news.RetryScope
}

// Plan is how a change of the configuration is applied.
type Plan struct {
	Limit int // stories that may enter a topic at once before someone has agreed; 0: any number
}

// Retention is how long things are kept.
type Retention struct {
	Text time.Duration // texts of items; what names them is kept for ever
}

// Metrics is where machines read figures.
type Metrics struct {
	Listen string // host:port of a listener of its own; empty: on the main one
}

// MaxSize is the largest file that is read, in bytes. Two thousand sources with most keys take 0.8 MiB (BenchmarkParse).
const MaxSize = 4 << 20

// Load reads the file at path and returns what [Parse] makes of it. A file that cannot be read gets an error that wraps
// the operating system's and says what to do.
func Load(path string, lookup func(string) (string, bool)) (*Config, error) {
	data, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data, lookup)
}

// missing is that there is no file; err is the operating system's error, which says no more.
type missing struct {
	path string
	err  error
}

func (m missing) Error() string {
	return fmt.Sprintf("there is no configuration at %s: write one there, or name another with --config FILE", m.path)
}

func (m missing) Unwrap() error { return m.err }

func readConfig(path string) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing{path, err}
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	defer file.Close() // only read from: nothing can be lost
	data, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// Parse returns the configuration that data holds; name is what faults call the file. Its error is always [Faults].
//
// WIREROOM_LISTEN, WIREROOM_BASE_URL, WIREROOM_STORE and WIREROOM_STORE_DIRECT, where lookup has them and they are not
// empty, replace server.listen, server.base_url, store and store_direct, as they are: nothing in them is expanded.
func Parse(name string, data []byte, lookup func(string) (string, bool)) (*Config, error) {
	return newReader(name, data, lookup).parse(data)
}

// parse reads data, which is the reader's.
func (r *reader) parse(data []byte) (*Config, error) {
	root, ok := r.open(data)
	if !ok {
		return nil, r.sorted()
	}
	c := defaults()
	r.root(root, c)
	r.override(c)
	r.agree(c)
	if len(r.faults) > 0 {
		return nil, r.sorted()
	}
	c.complete()
	return c, nil
}

// defaults returns what holds where the file is silent. The values are those of the commented config.yaml.
func defaults() *Config {
	return &Config{
		Server:           Server{Listen: "127.0.0.1:8080", Hub: true},
		Store:            "sqlite:wireroom.db",
		StoreConnections: 8,
		StoreTimeout:     time.Minute,
		Schedule:         Schedule{Poll: "@every 30s", Prune: "17 3 * * *"},
		Fetch: Fetch{
			Floor:   15 * time.Minute,
			Ceiling: 24 * time.Hour,
			MaxWait: 720 * time.Hour,
			PerHost: 1,
			Spacing: time.Second,
			Timeout: 30 * time.Second,
			MaxBody: 10 << 20,
		},
		Plan:      Plan{Limit: 200},
		UpdateOn:  news.UpdateNever,
		Retention: Retention{Text: 9600 * time.Hour},
	}
}

// complete fills in the defaults that follow from other values.
func (c *Config) complete() {
	if c.Server.BaseURL == "" {
		c.Server.BaseURL = "http://" + reachable(c.Server.Listen)
	}
	if c.Fetch.Contact == "" {
		c.Fetch.Contact = c.Server.BaseURL + "/about"
	}
}
