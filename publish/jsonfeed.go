package publish

import (
	"bytes"
	"encoding/json"

	"github.com/gorilla/feeds"
)

// jsonFeed completes the library's feed. A field of the same key takes the place of the embedded one.
type jsonFeed struct {
	*feeds.JSONFeed
	Extension jsonExtension `json:"_wireroom"`
	Items     []*jsonItem   `json:"items"` // never null
}

// jsonExtension says what the format has no key for.
type jsonExtension struct {
	About   string `json:"about"`
	ID      string `json:"id"`
	Format  string `json:"format"`
	Updated string `json:"updated,omitempty"`
	Archive bool   `json:"archive,omitempty"`
	Current string `json:"current_url,omitempty"`
}

type jsonItem struct {
	*feeds.JSONItem
	Published   string           `json:"date_published"`
	Modified    string           `json:"date_modified"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Source      jsonSource       `json:"_source"`
	Story       jsonStory        `json:"_wireroom"`
}

type jsonAttachment struct {
	URL  string `json:"url"`
	Type string `json:"mime_type"`
	Size int64  `json:"size_in_bytes,omitempty"`
}

type jsonSource struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	URL      string `json:"url,omitempty"`
	Country  string `json:"country,omitempty"`
	Language string `json:"language,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Rights   string `json:"rights,omitempty"`
}

type jsonStory struct {
	URL       string   `json:"story_url"`
	Note      string   `json:"note,omitempty"`      // the editor's
	Class     Class    `json:"class,omitempty"`     // of an edit
	Countries []string `json:"countries,omitempty"` // ISO 3166-1 codes of those that it is about, the strongest first
	// How many reports the story has, and how many sources tell it in words of their own: copies of one text count once.
	Reports     int        `json:"reports,omitempty"`
	Independent int        `json:"independent,omitempty"`
	Also        []jsonAlso `json:"also,omitempty"`
}

type jsonAlso struct {
	Source string `json:"source"`
	Title  string `json:"title"`
	URL    string `json:"url"`
	Copy   bool   `json:"copy,omitempty"`
}

func (s sheet) json() ([]byte, error) {
	doc := &jsonFeed{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: s.title, Description: s.description,
			HomePageUrl: s.home, FeedUrl: s.self(JSONFeed), NextUrl: s.older(JSONFeed),
			Icon: s.site.BaseURL + picturePath, Favicon: s.site.BaseURL + iconPath,
			Authors: []*feeds.JSONAuthor{{Name: "Wireroom", Url: s.site.BaseURL + "/"}},
		},
		Extension: jsonExtension{
			About: s.site.BaseURL + "/about", ID: s.id, Format: FormatNumber, Archive: s.archive, Current: s.current(JSONFeed),
		},
		Items: []*jsonItem{},
	}
	if s.hub != "" {
		doc.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: s.hub}}
	}
	if !s.updated.IsZero() {
		doc.Extension.Updated = stamp(s.updated)
	}
	for _, e := range s.entries {
		doc.Items = append(doc.Items, jsonItemOf(e))
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func jsonItemOf(e entry) *jsonItem {
	out := &jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: e.id(), Url: e.link, Title: e.title, Summary: e.summary, Image: e.image, ContentHTML: e.html(),
		},
		Published: stamp(e.published), Modified: stamp(e.updated), Language: e.language,
		Source: jsonSourceOf(e.source), Story: jsonStory{
			URL: e.story, Note: e.note, Class: e.class, Reports: e.counts.Reports, Independent: e.counts.Independent,
		},
	}
	for _, name := range e.authors {
		out.Authors = append(out.Authors, &feeds.JSONAuthor{Name: name})
	}
	var tags []string
	for _, t := range e.topics {
		tags = append(tags, line(t.Title))
	}
	for _, p := range e.countries {
		tags = append(tags, p.Title)
		out.Story.Countries = append(out.Story.Countries, p.Code)
	}
	out.Tags = lines(append(tags, e.categories...))
	for _, c := range e.enclosures {
		if c.Type != "" { // the format requires it
			out.Attachments = append(out.Attachments, jsonAttachment{URL: c.URL, Type: c.Type, Size: c.Length})
		}
	}
	for _, r := range e.also {
		out.Story.Also = append(out.Story.Also, jsonAlso{Source: r.source, Title: r.title, URL: r.url, Copy: r.copy})
	}
	return out
}

func jsonSourceOf(o origin) jsonSource {
	return jsonSource{
		ID: o.ID, Name: o.Name, URL: o.url, Country: o.Country, Language: languageTag(o.Language), Kind: string(o.Kind), Rights: o.Rights,
	}
}
