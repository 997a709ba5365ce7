package publish

import (
	"time"

	"wireroom/news"
)

// What a page says to programs, in the words of schema.org as JSON-LD. An empty field is left out.

// articleData is a Story: the report that leads it, as its publisher's article, and where else it is told.
type articleData struct {
	Context   string      `json:"@context"`
	Type      string      `json:"@type"`
	Headline  string      `json:"headline"`
	URL       string      `json:"url,omitempty"` // of the original
	Page      string      `json:"mainEntityOfPage"`
	Published string      `json:"datePublished"`
	Language  string      `json:"inLanguage,omitempty"`
	Authors   []partyData `json:"author,omitempty"`
	Publisher partyData   `json:"publisher"`
	Rights    string      `json:"copyrightNotice,omitempty"`
	Also      []string    `json:"citation,omitempty"` // addresses of other reports
}

// partyData is a person or an organisation.
type partyData struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// listData is a list of Stories.
type listData struct {
	Context string         `json:"@context"`
	Type    string         `json:"@type"`
	Name    string         `json:"name"`
	URL     string         `json:"url"`
	Items   []listItemData `json:"itemListElement"`
}

type listItemData struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	URL      string `json:"url"`
	Name     string `json:"name"`
}

const schemaOrg = "https://schema.org"

// articleOf says what a Story is.
func (s Site) articleOf(id string, story news.Story) articleData {
	lead := story.Lead
	a := articleData{
		Context: schemaOrg, Type: "NewsArticle", Headline: titleOf(lead), URL: webURL(lead.Item.URL), Page: s.StoryURL(id),
		Published: lead.Item.Published.UTC().Format(time.RFC3339), Language: languageOf(lead),
		Publisher: partyData{"NewsMediaOrganization", firstOf(line(lead.Source.Name), lead.Source.ID)}, Rights: line(lead.Source.Rights),
	}
	for _, name := range bylineOf(lead) {
		a.Authors = append(a.Authors, partyData{"Person", name})
	}
	for _, r := range story.Also {
		if u := webURL(r.Item.URL); u != "" {
			a.Also = append(a.Also, u)
		}
	}
	return a
}

// listOf says what a list of Stories is.
func (s Site) listOf(name, path string, stories []storyView) any {
	if len(stories) == 0 {
		return nil
	}
	list := listData{Context: schemaOrg, Type: "ItemList", Name: name, URL: s.BaseURL + path}
	for i, v := range stories {
		list.Items = append(list.Items, listItemData{"ListItem", i + 1, s.StoryURL(v.ID), v.Title})
	}
	return list
}
