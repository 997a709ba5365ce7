package news

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Source is an upstream that is polled, with its editorial facts and the settings of its requests.
//
// Strings that may hold secrets (URL, UserAgent, Headers, BasicAuth, Bearer) are kept as configured, with ${NAME}
// unexpanded, so that a Source may be stored, logged and exported; they are expanded for the request alone.
type Source struct {
	ID        string    `json:"id"`                  // stable slug, unique
	URL       string    `json:"url"`                 // as configured
	Name      string    `json:"name"`                // for people; never empty after configuration
	Language  string    `json:"language,omitempty"`  // BCP 47; empty if not known
	Country   string    `json:"country,omitempty"`   // ISO 3166-1 alpha-2, where the newsroom is; empty if none
	Kind      Kind      `json:"kind,omitempty"`      //
	Owner     Owner     `json:"owner,omitempty"`     //
	Tier      int       `json:"tier,omitempty"`      // 1 is the most trusted, 3 the least
	Republish Rights    `json:"republish,omitempty"` // how much of its items may be published again
	Rights    string    `json:"rights,omitempty"`    // a line printed with what is republished
	Format    Format    `json:"format,omitempty"`    // how its items are found
	Selectors Selectors `json:"selectors,omitzero"`  // of FormatHTML alone
	FullText  bool      `json:"fulltext,omitempty"`  // fetch the page of each new item
	Was       []string  `json:"was,omitempty"`       // ids that this source had before

	UserAgent string            `json:"user_agent,omitempty"` // replaces the program's own
	Headers   map[string]string `json:"headers,omitempty"`    // added to each request
	BasicAuth string            `json:"basic_auth,omitempty"` // user:password
	Bearer    string            `json:"bearer,omitempty"`     // a token
	Interval  time.Duration     `json:"interval,omitempty"`   // replaces the learned cadence; 0: learned
	HTTP1     bool              `json:"http1,omitempty"`      // never HTTP/2
	TLSRoots  string            `json:"tls_roots,omitempty"`  // a PEM file whose certificates alone are trusted; empty: the system's
	Disabled  bool              `json:"disabled,omitempty"`   // kept, but not polled
}

// Selectors are the CSS selectors that find items on a page. All but Item are applied within what Item found; each may
// be empty.
type Selectors struct {
	Item    string `json:"item,omitempty"`    // one element for each item; needed
	Link    string `json:"link,omitempty"`    // whose href leads to the item; empty: the first link in it
	Title   string `json:"title,omitempty"`   // empty: the text of the link
	Date    string `json:"date,omitempty"`    // whose datetime, content or text is its date; empty: none
	Summary string `json:"summary,omitempty"` // empty: none
}

// PrintURL returns the Source's URL as it may be shown to anyone: without user and password.
func (s Source) PrintURL() string { return WithoutCredentials(s.URL) }

// WithoutCredentials returns rawURL without its user part. A text that is no URL is returned with everything between
// "//" and the last "@" of its authority removed, so that a mistyped URL leaks no password either.
func WithoutCredentials(rawURL string) string {
	if u, err := url.Parse(rawURL); err == nil {
		u.User = nil
		return u.String()
	}
	scheme, rest, ok := strings.Cut(rawURL, "//")
	if !ok {
		return rawURL
	}
	authority, path, slash := strings.Cut(rest, "/")
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if slash {
		path = "/" + path
	}
	return scheme + "//" + authority + path
}

// ShownAs reports whether a reader of Feeds would see no difference between two forms of a Source's facts.
func (s Source) ShownAs(other Source) bool {
	return s.shown() == other.shown()
}

// shown is what Feeds say of a Source, or go by.
func (s Source) shown() [9]string {
	return [...]string{s.ID, s.PrintURL(), s.Name, s.Language, s.Country, string(s.Kind), string(s.Owner), string(s.Republish), s.Rights}
}

// Kind is what sort of publisher a Source is.
type Kind string

// The kinds of publisher.
const (
	KindNews       Kind = "news"
	KindThinkTank  Kind = "think-tank"
	KindOfficial   Kind = "official"
	KindStateMedia Kind = "state-media"
	KindMonitor    Kind = "monitor"
	KindAnalysis   Kind = "analysis"
)

// Kinds lists every Kind.
var Kinds = []Kind{KindNews, KindThinkTank, KindOfficial, KindStateMedia, KindMonitor, KindAnalysis}

// Validate reports whether k is one of [Kinds].
func (k Kind) Validate() error { return oneOf("kind", k, Kinds) }

// Owner is who owns a Source's publisher.
type Owner string

// The owners.
const (
	OwnerPublic     Owner = "public"
	OwnerPrivate    Owner = "private"
	OwnerState      Owner = "state"
	OwnerParty      Owner = "party"
	OwnerFoundation Owner = "foundation"
)

// Owners lists every Owner.
var Owners = []Owner{OwnerPublic, OwnerPrivate, OwnerState, OwnerParty, OwnerFoundation}

// Validate reports whether o is one of [Owners].
func (o Owner) Validate() error { return oneOf("owner", o, Owners) }

// Rights is how much of a Source's items may be published again.
type Rights string

// The rights, from the least to the most: the headline and link alone; a summary; everything the feed carries.
const (
	RightsHeadline Rights = "headline"
	RightsSummary  Rights = "summary"
	RightsFull     Rights = "full"
)

// AllRights lists every Rights.
var AllRights = []Rights{RightsHeadline, RightsSummary, RightsFull}

// Validate reports whether r is one of [AllRights].
func (r Rights) Validate() error { return oneOf("republish", r, AllRights) }

// LesserRights returns whichever of two rights allows less, the first of equals. Empty is a summary.
func LesserRights(a, b Rights) Rights {
	if b.rank() < a.rank() {
		return b
	}
	return a
}

func (r Rights) rank() int {
	if i := slices.Index(AllRights, r); i >= 0 {
		return i
	}
	return slices.Index(AllRights, RightsSummary)
}

// Format is how a Source's items are found.
type Format string

// The formats: a feed (RSS, Atom, RDF or JSON Feed), a news sitemap, or a page read with selectors.
const (
	FormatFeed    Format = "feed"
	FormatSitemap Format = "sitemap"
	FormatHTML    Format = "html"
)

// Formats lists every Format.
var Formats = []Format{FormatFeed, FormatSitemap, FormatHTML}

// Validate reports whether f is one of [Formats].
func (f Format) Validate() error { return oneOf("format", f, Formats) }

func oneOf[T ~string](what string, got T, all []T) error {
	if slices.Contains(all, got) {
		return nil
	}
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = string(v)
	}
	return fmt.Errorf("unknown %s %q: want one of %s", what, string(got), strings.Join(names, ", "))
}
