package publish

import (
	"fmt"
	"time"

	"wireroom/news"
)

// FormatNumber names the form of the documents. It is raised when the same Edition would give other bytes than before,
// never with a release of the program alone.
const FormatNumber = "1"

// Format is a format of Feeds; its value is the suffix of their addresses.
type Format string

// The formats: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1.
const (
	Atom     Format = "atom"
	RSS      Format = "rss"
	JSONFeed Format = "json"
)

// Formats lists every Format, the fullest first.
var Formats = []Format{Atom, RSS, JSONFeed}

// MediaType is the type that documents of the Format are served with, without its charset.
func (f Format) MediaType() string {
	switch f {
	case RSS:
		return "application/rss+xml"
	case JSONFeed:
		return "application/feed+json"
	}
	return "application/atom+xml"
}

// Label is the Format's name for people.
func (f Format) Label() string {
	switch f {
	case RSS:
		return "RSS"
	case JSONFeed:
		return "JSON Feed"
	}
	return "Atom"
}

// A Feed is one page of a Topic as readers get it. Rendering is a pure function of its fields: no clock, no network.
type Feed struct {
	Site     Site
	Edition  news.Edition
	Interval time.Duration // mean time between the Topic's last entries; 0 if not known; not used on sealed pages
}

// Render returns the document in one format. An error means a fault of the program.
func (f Feed) Render(format Format) ([]byte, error) {
	body, err := f.sheet().render(format)
	if err != nil {
		return nil, fmt.Errorf("render %s.%s: %w", f.Edition.Topic.Slug, format, err)
	}
	return body, nil
}

func (f Feed) sheet() sheet {
	return sheet{
		site: f.Site, id: "urn:uuid:" + f.Edition.TopicID, title: f.title(), description: f.description(),
		home: f.Site.TopicURL(f.Edition.Topic.Slug), updated: f.Updated(), interval: f.Interval, archive: f.fixed(),
		self: f.self, current: f.current, older: f.older, hub: f.hub(), entries: f.entries(),
		tombstones: f.Edition.Tombstones,
	}
}

// Updated is when what the page shows last changed: of the head its revision, of a sealed page its newest entry or the
// last withdrawal from it, so that a new revision of the Topic changes no sealed page. It is zero for a Topic that never had an entry.
func (f Feed) Updated() time.Time {
	if !f.sealed() {
		return f.Edition.Updated.UTC()
	}
	t := f.Edition.Rewritten
	for _, e := range f.Edition.Entries {
		t = latest(t, e.Updated)
	}
	return t.UTC()
}

// sealed reports whether the page is an archive page, which links only what never changes.
func (f Feed) sealed() bool { return f.Edition.Page > 0 }

// fixed reports whether the document will never change: an archive page, or a head as it was.
func (f Feed) fixed() bool { return f.sealed() || f.past() }

func (f Feed) past() bool { return !f.Edition.AsOf.IsZero() }

func (f Feed) title() string { return firstOf(line(f.Edition.Topic.Title), f.Edition.Topic.Slug) }

func (f Feed) description() string {
	return f.title() + ": reports from many sources. Copies of one report stand behind its original; every link leads to its publisher."
}

// rightsLine is said of every Feed; what a Source says of its own stands with each entry.
const rightsLine = "All rights stay with the sources named in each entry."

func (f Feed) self(format Format) string {
	u := f.Site.FeedURL(f.Edition.Topic.Slug, f.Edition.Page, format)
	if f.past() {
		u += "?asof=" + stamp(f.Edition.AsOf)
	}
	return u
}

// hub returns the address of who tells of changes; "" for what will never change.
func (f Feed) hub() string {
	if f.fixed() {
		return ""
	}
	return f.Site.HubURL()
}

// older returns the address of the next older page: of the head the newest sealed one. "" if there is none.
func (f Feed) older(format Format) string {
	page := f.Edition.Previous
	if !f.sealed() {
		page = f.Edition.Pages
	}
	if page <= 0 {
		return ""
	}
	return f.Site.FeedURL(f.Edition.Topic.Slug, page, format)
}

// current returns the address of the head; "" on the head itself.
func (f Feed) current(format Format) string {
	if !f.fixed() {
		return ""
	}
	return f.Site.FeedURL(f.Edition.Topic.Slug, 0, format)
}

// RFC 3339 in UTC: to the millisecond, since entries of one batch differ in nothing else; to the nanosecond what has them,
// as edits have.
const (
	withMillis = "2006-01-02T15:04:05.000Z"
	withNanos  = "2006-01-02T15:04:05.000000000Z"
)

func stamp(t time.Time) string {
	if t.Nanosecond()%int(time.Millisecond) != 0 {
		return t.UTC().Format(withNanos)
	}
	return t.UTC().Format(withMillis)
}
