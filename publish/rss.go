package publish

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
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
	Channel      *rssChannel
}

// FeedXml is what the library's writer asks for.
func (d *rssDocument) FeedXml() any { return d }

// rssChannel completes the library's channel. A field of the same element name takes the place of the embedded one.
type rssChannel struct {
	Title rssTitle `xml:"title"`
	*feeds.RssFeed
	Links       []rssLink  `xml:"atom:link"`
	Archive     *struct{}  `xml:"fh:archive"`
	SyPeriod    string     `xml:"sy:updatePeriod,omitempty"`
	SyFrequency int        `xml:"sy:updateFrequency,omitempty"`
	Items       []*rssItem `xml:"item"`
}

type rssItem struct {
	Title       rssTitle `xml:"title"`
	Description string   `xml:"description"` // before content:encoded, which then replaces it
	*feeds.RssItem
	Creators   []string      `xml:"dc:creator"`
	Language   string        `xml:"dc:language,omitempty"`
	Rights     string        `xml:"dc:rights,omitempty"`
	Categories []rssCategory `xml:"category"`
	Media      []mediaContent
	Thumbnail  *mediaThumbnail
	Source     *rssSource `xml:"source"`
}

// rssTitle is a text with & and < as hexadecimal references, as the RSS profile advises: readers that take titles for
// HTML and readers that take them for text then show the same.
type rssTitle struct {
	XML string `xml:",innerxml"`
}

type rssLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Name   string `xml:",chardata"`
}

type rssSource struct {
	URL  string `xml:"url,attr"`
	Name string `xml:",chardata"`
}

type mediaContent struct {
	XMLName xml.Name `xml:"media:content"`
	URL     string   `xml:"url,attr"`
	Type    string   `xml:"type,attr,omitempty"`
	Size    int64    `xml:"fileSize,attr,omitempty"`
}

func (f Feed) rss() ([]byte, error) {
	doc := &rssDocument{
		Version: "2.0", XmlnsAtom: nsAtom, XmlnsContent: nsContent, XmlnsDC: nsDC, XmlnsMedia: nsMedia,
		Channel: f.rssChannel(),
	}
	if f.sealed() {
		doc.XmlnsHistory, doc.Channel.Archive = nsHistory, &struct{}{}
	} else {
		every := proposed(f.Interval)
		doc.XmlnsSy, doc.Channel.Ttl = nsSy, int(every/time.Minute)
		doc.Channel.SyPeriod, doc.Channel.SyFrequency = syndication(every)
	}
	for _, e := range f.entries() {
		doc.Channel.Items = append(doc.Channel.Items, rssItemOf(e, f.Site))
	}
	var out bytes.Buffer
	if err := feeds.WriteXML(doc, &out); err != nil {
		return nil, err
	}
	return append(out.Bytes(), '\n'), nil
}

func (f Feed) rssChannel() *rssChannel {
	ch := &rssChannel{
		Title: textTitle(f.title()),
		RssFeed: &feeds.RssFeed{
			Link: f.Site.TopicURL(f.Edition.Topic.Slug), Description: f.description(), Copyright: rightsLine,
			Language:  "mul", // ISO 639-2 for several; each item has its own
			Generator: "Wireroom, format " + FormatNumber, Docs: "https://www.rssboard.org/rss-specification",
		},
		Links: []rssLink{{Rel: "self", Type: RSS.MediaType(), Href: f.self(RSS)}},
	}
	if t := f.Updated(); !t.IsZero() {
		ch.LastBuildDate = t.Format(http.TimeFormat)
	}
	if u := f.current(RSS); u != "" {
		ch.Links = append(ch.Links, rssLink{Rel: "current", Type: RSS.MediaType(), Href: u})
	}
	if u := f.older(RSS); u != "" {
		ch.Links = append(ch.Links, rssLink{Rel: "prev-archive", Type: RSS.MediaType(), Href: u})
	}
	return ch
}

func rssItemOf(e entry, site Site) *rssItem {
	out := &rssItem{
		Title: textTitle(e.title),
		RssItem: &feeds.RssItem{
			Link: e.link, PubDate: e.published.Format(http.TimeFormat),
			Guid: &feeds.RssGuid{Id: e.id(), IsPermaLink: "false"},
		},
		Creators: e.authors, Language: e.language, Rights: e.source.Rights,
		Source: &rssSource{URL: firstOf(e.source.url, site.BaseURL+"/sources"), Name: e.source.Name},
	}
	out.Description = firstOf(paragraphs(e.summary)+e.alsoHTML(), e.pointer())
	if e.full != "" {
		out.Content = &feeds.RssContent{Content: e.html()}
	}
	for _, t := range e.topics {
		out.Categories = append(out.Categories, rssCategory{Domain: site.scheme(), Name: line(t.Title)})
	}
	for _, c := range e.categories {
		out.Categories = append(out.Categories, rssCategory{Name: c})
	}
	out.attach(e)
	return out
}

// attach puts the first file of known type into the enclosure, of which an item has one, and the rest beside it.
func (it *rssItem) attach(e entry) {
	for _, c := range e.enclosures {
		if it.Enclosure == nil && c.Type != "" {
			it.Enclosure = &feeds.RssEnclosure{Url: c.URL, Type: c.Type, Length: strconv.FormatInt(c.Length, 10)}
			continue
		}
		it.Media = append(it.Media, mediaContent{URL: c.URL, Type: c.Type, Size: c.Length})
	}
	if e.image != "" {
		it.Thumbnail = &mediaThumbnail{URL: e.image}
	}
}

var hexReferences = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

func textTitle(s string) rssTitle { return rssTitle{XML: hexReferences.Replace(s)} }
