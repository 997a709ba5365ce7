package world

import (
	"encoding/xml"
	"time"
)

// rdf is RSS 1.0: items stand beside the channel, which lists them by address.
type rdf struct {
	XMLName xml.Name   `xml:"rdf:RDF"`
	RDF     string     `xml:"xmlns:rdf,attr"`
	RSS     string     `xml:"xmlns,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Channel rdfChannel `xml:"channel"`
	Items   []rdfItem  `xml:"item"`
}

type rdfChannel struct {
	About       string  `xml:"rdf:about,attr"`
	Title       string  `xml:"title"`
	Link        string  `xml:"link"`
	Description string  `xml:"description"`
	Language    string  `xml:"dc:language"`
	Rights      string  `xml:"dc:rights"`
	Date        string  `xml:"dc:date"`
	Items       []rdfLi `xml:"items>rdf:Seq>rdf:li"`
}

type rdfLi struct {
	Resource string `xml:"rdf:resource,attr"`
}

type rdfItem struct {
	About       string   `xml:"rdf:about,attr"`
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	Description string   `xml:"description"`
	Creators    []string `xml:"dc:creator"`
	Subjects    []string `xml:"dc:subject"`
	Date        string   `xml:"dc:date"`
	Content     string   `xml:"content:encoded,omitempty"`
}

func renderRDF(d document) ([]byte, error) {
	out := rdf{
		RDF:     "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
		RSS:     "http://purl.org/rss/1.0/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Content: "http://purl.org/rss/1.0/modules/content/",
		Channel: rdfChannel{
			About:       d.self(),
			Title:       d.outlet.Name,
			Link:        d.home(),
			Description: d.outlet.About,
			Language:    d.outlet.Language,
			Rights:      Rights,
			Date:        d.changed.Format(time.RFC3339),
		},
	}
	for _, r := range d.reports {
		link := d.link(r)
		out.Channel.Items = append(out.Channel.Items, rdfLi{link})
		out.Items = append(out.Items, rdfItem{
			About:       link,
			Title:       r.Title,
			Link:        link,
			Description: d.lead(r),
			Creators:    r.Authors,
			Subjects:    r.Categories,
			Date:        r.Published.Format(time.RFC3339),
			Content:     d.body(r),
		})
	}
	return encodeXML(out, d.outlet.Charset)
}
