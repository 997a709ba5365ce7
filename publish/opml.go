package publish

import (
	"bytes"
	"context"
	"encoding/xml"
	"net/http"
	"time"

	"wireroom/news"
)

// opml is an outline of version 2.0.
type opml struct {
	XMLName  xml.Name  `xml:"opml"`
	Version  string    `xml:"version,attr"`
	Title    string    `xml:"head>title"`
	Modified string    `xml:"head>dateModified,omitempty"`
	Outlines []outline `xml:"body>outline"`
}

type outline struct {
	Text     string `xml:"text,attr"`
	Title    string `xml:"title,attr,omitempty"`
	Type     string `xml:"type,attr"`
	XMLURL   string `xml:"xmlUrl,attr"`
	HTMLURL  string `xml:"htmlUrl,attr,omitempty"`
	Version  string `xml:"version,attr,omitempty"`
	Language string `xml:"language,attr,omitempty"`
}

const opmlMediaType = "text/x-opml"

// TopicsOPML lists the Atom Feeds of the Topics that are not removed. It is dated by the newest of them.
func TopicsOPML(site Site, topics []news.TopicState) ([]byte, error) {
	return topicsOPML(site, "Wireroom: all topics", topics)
}

func topicsOPML(site Site, title string, topics []news.TopicState) ([]byte, error) {
	doc := opml{Title: title}
	var newest time.Time
	for _, t := range topics {
		if t.Removed {
			continue
		}
		newest = latest(newest, t.Updated)
		title := firstOf(line(t.Title), t.Slug)
		doc.Outlines = append(doc.Outlines, outline{
			Text: title, Title: title, Type: "rss", XMLURL: site.FeedURL(t.Slug, 0, Atom), HTMLURL: site.TopicURL(t.Slug),
		})
	}
	return doc.render(newest)
}

// SourcesOPML lists the feeds that are polled, without credentials. It has no date: none is kept of a change of them.
func SourcesOPML(sources []news.SourceStatus) ([]byte, error) {
	doc := opml{Title: "Wireroom: all sources"}
	for _, s := range sources {
		u := webURL(s.PrintURL())
		if u == "" || s.Disabled || s.Format != news.FormatFeed && s.Format != "" {
			continue
		}
		name := firstOf(line(s.Name), s.ID)
		doc.Outlines = append(doc.Outlines, outline{Text: name, Title: name, Type: "rss", XMLURL: u, Language: languageTag(s.Language)})
	}
	return doc.render(time.Time{})
}

func (o opml) render(modified time.Time) ([]byte, error) {
	o.Version = "2.0"
	if !modified.IsZero() {
		o.Modified = modified.UTC().Format(http.TimeFormat)
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	enc := xml.NewEncoder(&out)
	enc.Indent("", "  ")
	if err := enc.Encode(o); err != nil {
		return nil, err
	}
	return append(out.Bytes(), '\n'), nil
}

func (s *Server) topicsOPML(w http.ResponseWriter, r *http.Request) error {
	list, err := s.catalog.topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	body, err := TopicsOPML(s.site, list.topics())
	if err != nil {
		return err
	}
	return s.send(w, r, s.opmlDocument("/opml.xml", body, list.newest(), 5*time.Minute))
}

func (s *Server) sourcesOPML(w http.ResponseWriter, r *http.Request) error {
	return s.serveMoment(w, r, func(ctx context.Context) (*document, error) {
		sources, err := s.shownSources(ctx)
		if err != nil {
			return nil, err
		}
		body, err := SourcesOPML(sources)
		if err != nil {
			return nil, err
		}
		return s.opmlDocument("/sources.opml", body, time.Time{}, 15*time.Minute), nil
	})
}

func (s *Server) opmlDocument(path string, body []byte, updated time.Time, age time.Duration) *document {
	return &document{
		mediaType: opmlMediaType, caching: cacheControl(age), updated: updated,
		links: []string{`<` + s.site.BaseURL + path + `>; rel="self"; type="` + opmlMediaType + `"`}, plain: newRepresentation(identity, body),
	}
}
