package world

import (
	"encoding/xml"
	"strings"
	"time"
)

// rss is RSS 2.0 with the common modules, as the RSS Advisory Board's profile has it.
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         string    `xml:"title"`
	Link          string    `xml:"link"`
	Description   string    `xml:"description"`
	Language      string    `xml:"language"`
	Copyright     string    `xml:"copyright"`
	LastBuildDate string    `xml:"lastBuildDate"`
	Self          rssSelf   `xml:"atom:link"`
	Items         []rssItem `xml:"item"`
}

type rssSelf struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type rssItem struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	GUID        *rssGUID      `xml:"guid"`
	PubDate     string        `xml:"pubDate"`
	Creators    []string      `xml:"dc:creator"`
	Categories  []string      `xml:"category"`
	Description string        `xml:"description"`
	Content     string        `xml:"content:encoded,omitempty"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Media       *rssMedia     `xml:"media:content"`
}

type rssGUID struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	Value       string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int    `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssMedia struct {
	URL    string `xml:"url,attr"`
	Medium string `xml:"medium,attr"`
	Type   string `xml:"type,attr"`
}

func renderRSS(d document) ([]byte, error) {
	channel := rssChannel{
		Title:         d.outlet.Name,
		Link:          d.home(),
		Description:   d.outlet.About,
		Language:      strings.ToLower(d.outlet.Language),
		Copyright:     Rights,
		LastBuildDate: d.changed.Format(time.RFC1123Z),
		Self:          rssSelf{Rel: "self", Type: "application/rss+xml", Href: d.self()},
	}
	for _, r := range d.reports {
		channel.Items = append(channel.Items, d.rssItem(r))
	}
	return encodeXML(rss{
		Version: "2.0",
		Atom:    "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Media:   "http://search.yahoo.com/mrss/",
		Channel: channel,
	}, d.outlet.Charset)
}

func (d document) rssItem(r report) rssItem {
	item := rssItem{
		Title:       r.Title,
		Link:        d.link(r),
		PubDate:     r.Published.Format(time.RFC1123Z),
		Creators:    r.Authors,
		Categories:  r.Categories,
		Description: d.lead(r),
		Content:     d.body(r),
	}
	if !d.outlet.NoGUIDs {
		item.GUID = &rssGUID{Value: r.GUID}
	}
	if r.Audio != "" {
		item.Enclosure = &rssEnclosure{URL: d.base + soundPath(r.Audio), Length: len(sound()), Type: "audio/wav"}
	}
	if r.Picture != "" {
		item.Media = &rssMedia{URL: d.base + picturePath(r.Picture), Medium: "image", Type: "image/png"}
	}
	return item
}
