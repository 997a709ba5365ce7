package publish

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

type rssDocument struct {
	XMLName      xml.Name `xml:"rss"`
	Version      string   `xml:"version,attr"`
	XmlnsAtom    string   `xml:"xmlns:atom,attr"`
	XmlnsContent string   `xml:"xmlns:content,attr"`
	XmlnsDC      string   `xml:"xmlns:dc,attr"`
	XmlnsMedia   string   `xml:"xmlns:media,attr"`
	XmlnsSy      string   `xml:"xmlns:sy,attr,omitempty"`
	XmlnsHistory string   `xml:"xmlns:fh,attr,omitempty"`
	XmlnsGeo     string   `xml:"xmlns:georss,attr,omitempty"`
	Channel      *rssChannel
}

// FeedXml is what the library's writer asks for.
func (d *rssDocument) FeedXml() any { return d }

// rssChannel completes the library's channel. A field of the same element name takes the place of the embedded one.
type rssChannel struct {
	Title       hexText `xml:"title"`
	Description hexText `xml:"description"`
	*feeds.RssFeed
	Image       rssImage   `xml:"image"`
	Links       []rssLink  `xml:"atom:link"`
	Archive     *struct{}  `xml:"fh:archive"`
	SyPeriod    string     `xml:"sy:updatePeriod,omitempty"`
	SyFrequency int        `xml:"sy:updateFrequency,omitempty"`
	Items       []*rssItem `xml:"item"`
}

type rssImage struct {
	URL    string  `xml:"url"`
	Title  hexText `xml:"title"`
	Link   string  `xml:"link"`
	Width  int     `xml:"width"`
	Height int     `xml:"height"`
}

type rssItem struct {
	Title       hexText `xml:"title"`
	Description string  `xml:"description"` // before content:encoded, which then replaces it
	*feeds.RssItem
	Creators   []string      `xml:"dc:creator"`
	Language   string        `xml:"dc:language,omitempty"`
	Rights     *hexText      `xml:"dc:rights"`
	Categories []rssCategory `xml:"category"`
	Point      string        `xml:"georss:point,omitempty"`
	Media      []mediaContent
	Thumbnail  *mediaThumbnail
	Source     *rssSource `xml:"source"`
	Related    []rssLink  `xml:"atom:link"`
}

type rssLink struct {
	Rel      string `xml:"rel,attr"`
	Type     string `xml:"type,attr,omitempty"`
	Href     string `xml:"href,attr"`
	Language string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	hexText
}

type rssSource struct {
	URL string `xml:"url,attr"`
	hexText
}

type mediaContent struct {
	XMLName xml.Name `xml:"media:content"`
	URL     string   `xml:"url,attr"`
	Type    string   `xml:"type,attr,omitempty"`
	Size    int64    `xml:"fileSize,attr,omitempty"`
}

func (s sheet) rss() ([]byte, error) {
	doc := &rssDocument{
		Version: "2.0", XmlnsAtom: nsAtom, XmlnsContent: nsContent, XmlnsDC: nsDC, XmlnsMedia: nsMedia,
		Channel: s.rssChannel(),
	}
	if s.archive {
		doc.XmlnsHistory, doc.Channel.Archive = nsHistory, &struct{}{}
	} else {
		every := proposed(s.interval)
		doc.XmlnsSy, doc.Channel.Ttl = nsSy, int(every/time.Minute)
		doc.Channel.SyPeriod, doc.Channel.SyFrequency = syndication(every)
	}
	if s.located() {
		doc.XmlnsGeo = nsGeo
	}
	for _, e := range s.entries {
		doc.Channel.Items = append(doc.Channel.Items, rssItemOf(e, s.site))
	}
	var out bytes.Buffer
	if err := feeds.WriteXML(doc, &out); err != nil {
		return nil, err
	}
	return append(out.Bytes(), '\n'), nil
}

func (s sheet) rssChannel() *rssChannel {
	ch := &rssChannel{
		Title: hexTextOf(s.title), Description: hexTextOf(s.description),
		RssFeed: &feeds.RssFeed{
			Link: s.home, Copyright: rightsLine,
			Language:  "en", // of the title and our own words; each item has its own
			Generator: "Wireroom, format " + FormatNumber, Docs: "https://www.rssboard.org/rss-specification",
		},
		Image: rssImage{URL: s.site.BaseURL + picturePath, Title: hexTextOf(s.title), Link: s.home, Width: pictureSize, Height: pictureSize},
		Links: []rssLink{{Rel: "self", Type: RSS.MediaType(), Href: s.self(RSS)}},
	}
	if !s.updated.IsZero() {
		ch.LastBuildDate = s.updated.Format(http.TimeFormat)
	}
	if s.hub != "" {
		ch.Links = append(ch.Links, rssLink{Rel: "hub", Href: s.hub})
	}
	if u := s.current(RSS); u != "" {
		ch.Links = append(ch.Links, rssLink{Rel: "current", Type: RSS.MediaType(), Href: u})
	}
	if u := s.older(RSS); u != "" {
		ch.Links = append(ch.Links, rssLink{Rel: "prev-archive", Type: RSS.MediaType(), Href: u})
	}
	return ch
}

func rssItemOf(e entry, site Site) *rssItem {
	out := &rssItem{
		Title: hexTextOf(e.title),
		RssItem: &feeds.RssItem{
			Link: e.link, PubDate: e.published.Format(http.TimeFormat),
			Guid: &feeds.RssGuid{Id: e.id(), IsPermaLink: "false"},
		},
		Creators: e.authors, Language: firstOf(e.language, unknownLanguage),
		Source: &rssSource{URL: firstOf(e.source.url, site.BaseURL+"/sources"), hexText: hexTextOf(e.source.Name)},
		Rights: optionalText(e.source.Rights),
	}
	out.Description = e.noteHTML() + paragraphs(e.summary) + e.alsoHTML() + e.attribution()
	if e.full != "" {
		out.Content = &feeds.RssContent{Content: e.html()}
	}
	for _, t := range e.topics {
		out.Categories = append(out.Categories, rssCategory{Domain: site.scheme(), hexText: hexTextOf(line(t.Title))})
	}
	for _, p := range e.countries {
		out.Categories = append(out.Categories, rssCategory{Domain: countryScheme, hexText: hexTextOf(p.Code)})
	}
	for _, c := range e.categories {
		out.Categories = append(out.Categories, rssCategory{hexText: hexTextOf(c)})
	}
	for _, r := range e.related() {
		out.Related = append(out.Related, rssLink{Rel: "related", Type: "text/html", Href: r.url, Language: r.language, Title: r.title})
	}
	out.Point = e.point()
	out.attach(e)
	return out
}

// enclosable are the addresses that validators let stand in an enclosure: of a host with a domain, and with a path.
var enclosable = regexp.MustCompile(`^https?://([0-9A-Za-z-]+\.)+[0-9A-Za-z][0-9A-Za-z-]*(:[0-9]+)?/`)

// attach puts the first file of known type into the enclosure, of which an item has one, and the rest beside it.
func (it *rssItem) attach(e entry) {
	for _, c := range e.enclosures {
		if it.Enclosure == nil && c.Type != "" && enclosable.MatchString(c.URL) {
			it.Enclosure = &feeds.RssEnclosure{Url: c.URL, Type: c.Type, Length: strconv.FormatInt(c.Length, 10)}
			continue
		}
		it.Media = append(it.Media, mediaContent{URL: c.URL, Type: c.Type, Size: c.Length})
	}
	if e.image != "" {
		it.Thumbnail = &mediaThumbnail{URL: e.image}
	}
}
