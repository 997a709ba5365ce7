package publish

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

// The namespaces that stand beside a format's own.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsHistory = "http://purl.org/syndication/history/1.0"
	nsSy      = "http://purl.org/rss/1.0/modules/syndication/"
	nsMedia   = "http://search.yahoo.com/mrss/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsContent = "http://purl.org/rss/1.0/modules/content/"

	nsGeo        = "http://www.georss.org/georss"
	nsTombstones = "http://purl.org/atompub/tombstones/1.0"
)

// atomFeed completes the library's feed. A field of the same element name takes the place of the embedded one.
type atomFeed struct {
	Language     string  `xml:"xml:lang,attr"`
	XmlnsHistory string  `xml:"xmlns:fh,attr,omitempty"`
	XmlnsSy      string  `xml:"xmlns:sy,attr,omitempty"`
	XmlnsMedia   string  `xml:"xmlns:media,attr"`
	XmlnsAt      string  `xml:"xmlns:at,attr,omitempty"`
	XmlnsGeo     string  `xml:"xmlns:georss,attr,omitempty"`
	Title        hexText `xml:"title"`
	*feeds.AtomFeed
	Subtitle    hexText       `xml:"subtitle"`
	Links       []atomLink    `xml:"link"`
	Generator   atomGenerator `xml:"generator"`
	Archive     *struct{}     `xml:"fh:archive"`
	SyPeriod    string        `xml:"sy:updatePeriod,omitempty"`
	SyFrequency int           `xml:"sy:updateFrequency,omitempty"`
	Entries     []*atomEntry  `xml:"entry"`
	Deleted     []atomDeleted `xml:"at:deleted-entry"`
}

// FeedXml is what the library's writer asks for.
func (a *atomFeed) FeedXml() any { return a }

type atomGenerator struct {
	Version string `xml:"version,attr"`
	Name    string `xml:",chardata"`
}

type atomEntry struct {
	Language string  `xml:"xml:lang,attr"`
	Title    hexText `xml:"title"`
	*feeds.AtomEntry
	Rights     *hexText           `xml:"rights"`
	Links      []atomLink         // without a tag: only so does it take the place of the embedded field
	Authors    []feeds.AtomPerson `xml:"author"`
	Categories []atomCategory     `xml:"category"`
	Point      string             `xml:"georss:point,omitempty"`
	Thumbnail  *mediaThumbnail
	Source     *atomSource `xml:"source"`
}

type atomLink struct {
	feeds.AtomLink
	Language string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

// atomDeleted says that an entry was withdrawn (RFC 6721).
type atomDeleted struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

type atomSource struct {
	ID      string     `xml:"id"`
	Title   hexText    `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Rights  *hexText   `xml:"rights"`
}

type mediaThumbnail struct {
	XMLName xml.Name `xml:"media:thumbnail"`
	URL     string   `xml:"url,attr"`
}

func (s sheet) atom() ([]byte, error) {
	doc := &atomFeed{
		Language: "en", XmlnsMedia: nsMedia, // the title and our own words; each entry has its own
		Title: hexTextOf(s.title), Subtitle: hexTextOf(s.description),
		AtomFeed: &feeds.AtomFeed{
			Xmlns: nsAtom, Id: s.id, Updated: s.atomUpdated(), Rights: rightsLine,
			Icon:   s.site.BaseURL + iconPath,
			Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: "Wireroom", Uri: s.site.BaseURL + "/"}},
		},
		Links:     s.atomLinks(),
		Generator: atomGenerator{Version: FormatNumber, Name: "Wireroom"},
	}
	if s.archive {
		doc.XmlnsHistory, doc.Archive = nsHistory, &struct{}{}
	} else {
		doc.XmlnsSy = nsSy
		doc.SyPeriod, doc.SyFrequency = syndication(proposed(s.interval))
	}
	if s.located() {
		doc.XmlnsGeo = nsGeo
	}
	for _, e := range s.entries {
		doc.Entries = append(doc.Entries, atomEntryOf(e, s.site))
	}
	for _, stone := range s.tombstones {
		doc.XmlnsAt = nsTombstones
		doc.Deleted = append(doc.Deleted, atomDeleted{Ref: "urn:uuid:" + stone.Story, When: stamp(stone.At)})
	}
	var out bytes.Buffer
	if err := feeds.WriteXML(doc, &out); err != nil {
		return nil, err
	}
	return append(out.Bytes(), '\n'), nil
}

// neverUpdated dates a Topic that never had an entry: the element is required, the date must not move, and validators
// take anything before 1990 for a mistake.
var neverUpdated = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

func (s sheet) atomUpdated() string {
	if s.updated.IsZero() {
		return stamp(neverUpdated)
	}
	return stamp(s.updated)
}

func (s sheet) atomLinks() []atomLink {
	links := []atomLink{
		linkTo("self", Atom.MediaType(), s.self(Atom)),
		linkTo("alternate", "text/html", s.home),
	}
	if s.hub != "" {
		links = append(links, linkTo("hub", "", s.hub))
	}
	if u := s.current(Atom); u != "" {
		links = append(links, linkTo("current", Atom.MediaType(), u))
	}
	if u := s.older(Atom); u != "" {
		links = append(links, linkTo("prev-archive", Atom.MediaType(), u))
	}
	return links
}

func linkTo(rel, mediaType, href string) atomLink {
	return atomLink{AtomLink: feeds.AtomLink{Rel: rel, Type: mediaType, Href: href}}
}

func atomEntryOf(e entry, site Site) *atomEntry {
	out := &atomEntry{
		Language:  firstOf(e.language, unknownLanguage), // else it would inherit the feed's
		Title:     hexTextOf(e.title),
		AtomEntry: &feeds.AtomEntry{Id: e.id(), Published: stamp(e.published), Updated: stamp(e.updated)},
		Rights:    optionalText(e.source.Rights),
		Links:     atomEntryLinks(e),
		Source:    atomSourceOf(e, site),
	}
	if e.full != "" {
		out.Content = &feeds.AtomContent{Type: "html", Content: e.html()}
	} else {
		out.Summary = &feeds.AtomSummary{Type: "html", Content: e.html()}
	}
	for _, name := range e.authors {
		out.Authors = append(out.Authors, feeds.AtomPerson{Name: name})
	}
	for _, t := range e.topics {
		out.Categories = append(out.Categories, atomCategory{Term: t.Slug, Scheme: site.scheme(), Label: labelOf(t.Title)})
	}
	for _, p := range e.countries {
		out.Categories = append(out.Categories, atomCategory{Term: p.Code, Scheme: countryScheme, Label: p.Title})
	}
	for _, c := range e.categories {
		out.Categories = append(out.Categories, atomCategory{Term: c})
	}
	out.Point = e.point()
	if e.image != "" {
		out.Thumbnail = &mediaThumbnail{URL: e.image}
	}
	return out
}

// labelOf is a text for people that stands in an attribute: none where validators would find half a reference in it, since
// there nothing can say that none is meant.
func labelOf(s string) string {
	if s = line(s); halfReference.MatchString(s) {
		return ""
	}
	return s
}

func atomEntryLinks(e entry) []atomLink {
	original := linkTo("alternate", "text/html", e.link)
	original.Language = e.language
	links := []atomLink{original}
	for _, r := range e.related() {
		l := linkTo("related", "text/html", r.url)
		l.Language, l.Title = r.language, r.title
		links = append(links, l)
	}
	for _, c := range e.enclosures {
		l := linkTo("enclosure", c.Type, c.URL)
		if c.Length > 0 {
			l.Length = strconv.FormatInt(c.Length, 10)
		}
		links = append(links, l)
	}
	return links
}

// atomSourceOf names the Source by the address of its feed, or, where that is no web address, by its place in the list
// of sources.
func atomSourceOf(e entry, site Site) *atomSource {
	src := &atomSource{
		ID: firstOf(canonicalURI(e.source.url), site.BaseURL+"/sources#"+e.source.ID), Title: hexTextOf(e.source.Name),
		Updated: stamp(e.source.updated), Rights: optionalText(e.source.Rights),
	}
	if e.source.url != "" {
		src.Links = []atomLink{linkTo("self", "", e.source.url)}
	}
	return src
}
