package publish

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"wireroom/news"
)

// Store is what the server reads. Every method is safe for concurrent use.
type Store interface {
	// Topics returns all Topics in order of configuration, removed ones included.
	Topics(ctx context.Context) ([]news.TopicState, error)
	// Countries returns the Topics that countries have by themselves, by code; they are read as all Topics are, by their
	// slugs, but have no history.
	Countries(ctx context.Context) ([]news.TopicState, error)
	// Edition returns one page of a Topic: 0 is the head, else a sealed page. It fails with news.ErrNotFound for a slug
	// or page that is not there and with news.ErrGone for a removed Topic. Of a sealed page, everything but Revision and
	// Updated is as it was when the page was sealed.
	Edition(ctx context.Context, slug string, page int) (news.Edition, error)
	// RevisionAt returns the revision that a Topic was published in at a time; 0 before the first. EditionAsOf returns the
	// head as it was under it, with AsOf and Interval set, without what was withdrawn since. Both fail as Edition does.
	RevisionAt(ctx context.Context, slug string, at time.Time) (int64, error)
	EditionAsOf(ctx context.Context, slug string, revision int64) (news.Edition, error)
	// Day returns the entries of a Topic that were published from a time until another, the newest and at most limit of
	// them, and how many there are; DaysBeside the dates of the nearest entries before and after, zero where there is none.
	Day(ctx context.Context, slug string, from, until time.Time, limit int) (news.Edition, int, error)
	DaysBeside(ctx context.Context, slug string, from, until time.Time) (before, after time.Time, err error)
	// Corrections returns the newest edits of reports that a Topic has published, newest first. It fails as Edition does.
	Corrections(ctx context.Context, slug string, limit int) ([]news.Correction, error)
	// Story returns a Story by its UUID; of one that was merged into another, it is the other, under its own. It fails with
	// news.ErrNotFound, or with news.ErrGone for a withdrawn one.
	Story(ctx context.Context, id string) (news.StoryRecord, error)
	// Sources returns all Sources in order of configuration.
	Sources(ctx context.Context) ([]news.SourceStatus, error)
	// Brought returns what a Source brought, the newest published first, at most limit.
	Brought(ctx context.Context, source string, limit int) ([]news.Brought, error)
	// Search returns published Stories in which a query is found, by the newest report in which it is, after the first skip
	// of them and at most limit, and whether there are more.
	Search(ctx context.Context, query news.Query, skip, limit int) ([]news.Found, bool, error)
	// Ready fails where the store does not answer.
	Ready(ctx context.Context) error
}

// Config is what New needs. Store, BaseURL and Now are required.
type Config struct {
	Store   Store
	BaseURL string // public address, http or https; a path is allowed
	Contact string // URL (http, https, mailto) or mail address of who runs this, for /about; empty: it says that none is set
	Version string // of the program, for /about; never in a Feed

	Hub       HubStore          // nil: there is no WebSub hub
	Callbacks http.RoundTripper // reaches the hub's subscribers, who are strangers: it must keep out of private networks

	Alerts      AlertStore // may be nil
	AlertsToken string     // opens /alerts.atom; empty: there is no such page

	TrustedProxies []netip.Prefix // whose X-Forwarded-For and Forwarded are believed; none: nobody's

	Now func() time.Time // the clock, for the age of what is remembered and against dates in the future
	Log *slog.Logger     // nil: no log

	// Configured says which configuration is in force, for /readyz and /sources; nil: they do not tell.
	Configured func(context.Context) (news.ConfigurationStatus, error)

	Metrics        prometheus.Registerer // nil: none are kept
	MetricsHandler http.Handler          // answers /metrics; nil: there is none
}

// A Server shows what is in a Store. It keeps no state but what it remembers of it, and is safe for concurrent use.
type Server struct {
	store     Store
	site      Site
	prefix    string // of all paths; see Site.prefix
	now       func() time.Time
	log       *slog.Logger
	catalog   *catalog
	countries *catalog // of the Topics of countries
	cache     *cache
	flight    singleflight.Group // one making of a document at a time
	front     *front
	found     *found
	seen      *seen
	moments   *moments
	clients   clients
	budgets   *budgets
	turns     chan struct{}
	press     *press
	pages     *pages
	count     *counters
	metrics   http.Handler

	configured func(context.Context) (news.ConfigurationStatus, error)

	hubStore  HubStore
	callbacks http.RoundTripper
	asked     chan struct{} // a subscriber has asked for something

	alertStore  AlertStore
	alertsToken string // a secret
}

// New makes a Server. It reads nothing from the Store yet.
func New(c Config) (*Server, error) {
	if c.Store == nil || c.Now == nil || (c.Hub == nil) != (c.Callbacks == nil) {
		return nil, errors.New("publish: Store and Now are required, and Callbacks with a Hub")
	}
	site, err := newSite(c.BaseURL, c.Contact)
	if err != nil {
		return nil, err
	}
	site.Hub = c.Hub != nil
	press, err := newPress()
	if err != nil {
		return nil, err
	}
	pages, err := newPages(site, c.Version)
	if err != nil {
		return nil, err
	}
	count, err := newCounters(c.Metrics)
	if err != nil {
		return nil, err
	}
	budgets, err := newBudgets(c.Now)
	if err != nil {
		return nil, err
	}
	log := c.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	cache, err := newCache()
	if err != nil {
		return nil, err
	}
	seen, err := lru.New[string, *cached](husksKept)
	if err != nil {
		return nil, err
	}
	return &Server{
		store: c.Store, site: site, prefix: site.prefix(), now: c.Now, log: log, press: press, pages: pages, count: count, metrics: c.MetricsHandler,
		catalog:   &catalog{states: c.Store.Topics, now: c.Now, log: log, news: cache.keep},
		countries: &catalog{states: c.Store.Countries, now: c.Now, log: log, news: func(*topicList) {}},
		cache:     cache, front: newFront(), found: newFound(), seen: seen,
		moments: &moments{docs: make(map[string]moment)}, turns: make(chan struct{}, turns),
		clients: clients{c.TrustedProxies}, budgets: budgets,
		configured: c.Configured, alertStore: c.Alerts, alertsToken: c.AlertsToken,
		hubStore: c.Hub, callbacks: c.Callbacks, asked: make(chan struct{}, 1),
	}, nil
}

// Changed says that the store may have something new: the next reader sees it. Without being told, a Server looks every
// second. It is safe for concurrent use.
func (s *Server) Changed() {
	s.catalog.expire()
	s.countries.expire()
}

// Handler returns all that the server answers. What is common to every request stands around the routes, outermost
// first: counting, one address for each thing, reading only.
func (s *Server) Handler() http.Handler {
	return s.counted(s.canonical(s.routes()))
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	// Feed readers, every few minutes, nearly always conditional.
	mux.Handle("/topics/{file}", s.handle(s.topic))
	// Feed readers that are new, once, from the newest page to the oldest.
	mux.Handle("/topics/{slug}/archive/{file}", s.handle(s.archive))
	// People who look up a day, and what was edited; their readers.
	mux.Handle("/topics/{slug}/{file}", s.handle(s.topicFile))
	// The same for countries.
	mux.Handle("/countries/{file}", s.handle(s.country))
	mux.Handle("/countries/{country}/archive/{file}", s.handle(s.archive))
	mux.Handle("/countries/{country}/{file}", s.handle(s.topicFile))
	mux.Handle("/countries.opml", s.handle(s.countriesOPML))
	mux.Handle("/countries", s.handle(s.countriesPage))
	// Feed readers that follow a search.
	for _, f := range Formats {
		mux.Handle("/search."+string(f), s.handle(s.searchFile(f)))
	}
	// Feed readers that take over all topics, and people who look what is polled.
	mux.Handle("/opml.xml", s.handle(s.topicsOPML))
	mux.Handle("/sources.opml", s.handle(s.sourcesOPML))
	// Programs that want to be told of what is new, once a subscription.
	mux.Handle(hubPath, s.handle(s.hub))
	// The operator's feed reader, with a token.
	mux.Handle(alertsPath, s.handle(s.alerts))

	// People with browsers, and search engines.
	mux.Handle("/{$}", s.handle(s.frontPage))
	mux.Handle("/stories/{id}", s.handle(s.storyPage))
	mux.Handle("/sources", s.handle(s.sourcesPage))
	mux.Handle("/sources/{id}", s.handle(s.sourcePage))
	mux.Handle("/search", s.handle(s.searchPage))
	// Webmasters who find the User-Agent in their logs.
	mux.Handle("/about", s.handle(s.aboutPage))
	mux.Handle("/subscribe", s.handle(s.subscribePage))
	// Browsers and robots by themselves.
	mux.Handle("/static/{file}", s.handle(s.static))
	mux.Handle("/favicon.ico", s.handle(s.favicon))
	mux.Handle("/robots.txt", s.handle(s.robots))

	// Container engines and load balancers: is it alive, may it get requests?
	mux.Handle("/healthz", s.handle(s.healthz))
	mux.Handle("/readyz", s.handle(s.readyz))
	// Prometheus.
	if s.metrics != nil {
		mux.Handle("/metrics", figures(s.metrics))
	}
	mux.Handle("/", s.handle(func(http.ResponseWriter, *http.Request) error { return news.ErrNotFound }))
	return mux
}

// readTime is how long a request may take to come: a few hundred bytes.
const readTime = 10 * time.Second

// HTTPServer returns a server for addr with all limits set. The caller starts it and shuts it down.
func (s *Server) HTTPServer(addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           s.Handler(),
		ReadHeaderTimeout: readTime, // equal to the next, so that it is set once for a request
		ReadTimeout:       readTime,
		WriteTimeout:      time.Minute, // a feed of a megabyte over a telephone line
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       withConnection,
		ConnState:         watch,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}
