package parse

import (
	"bytes"
	"cmp"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/json"

	"wireroom/news"
)

// readJSON reads a JSON Feed: with gofeed, or, where a member of a wrong type or a cut-off end makes gofeed refuse the
// whole, item by item.
func readJSON(doc *Document, text []byte, base *url.URL) error {
	feed, err := parseJSON(text)
	if err != nil {
		if feed = salvageJSON(doc, text); feed == nil {
			return &NotAFeedError{What: "damaged JSON (" + err.Error() + ")"}
		}
	}
	if feed.Items == nil && !strings.Contains(feed.Version, "jsonfeed.org") {
		return &NotAFeedError{What: "JSON without items"}
	}
	if len(feed.Items) > maxItems {
		feed.Items = feed.Items[:maxItems]
		doc.Skipped = append(doc.Skipped, fmt.Sprintf("only the first %d items were read", maxItems))
	}
	completeJSON(doc, feed, base)
	if bytes.Contains(text, []byte(`"hubs"`)) {
		doc.Hubs = jsonHubs(text, base)
	}
	return nil
}

// maxObjects is how many objects gofeed may make of a JSON document at once: twenty for each item. A document with more
// is read item by item, and no further than is needed.
const maxObjects = 20 * maxItems

var errManyObjects = errors.New("too many objects")

func parseJSON(text []byte) (*json.Feed, error) {
	if bytes.Count(text, []byte("{")) > maxObjects {
		return nil, errManyObjects
	}
	return new(json.Parser).Parse(bytes.NewReader(text))
}

// jsonHubs returns the addresses of the feed's WebSub hubs, which gofeed leaves out.
func jsonHubs(text []byte, base *url.URL) []string {
	var feed struct {
		Hubs []struct {
			Type string `json:"type"`
			URL  string `json:"url"`
		} `json:"hubs"`
	}
	if err := stdjson.Unmarshal(text, &feed); err != nil {
		return nil // a feed without hubs that can be read is one without hubs
	}
	var hubs []string
	for _, h := range feed.Hubs {
		if strings.EqualFold(h.Type, "websub") || strings.EqualFold(h.Type, "pubsubhubbub") {
			hubs = append(hubs, resolve(base, h.URL))
		}
	}
	return hubs
}

// completeJSON completes a JSON Feed.
func completeJSON(doc *Document, feed *json.Feed, base *url.URL) {
	doc.Title, doc.Description = news.OneLine(cleanText(feed.Title)), cleanText(feed.Description)
	doc.Link, doc.Self = resolve(base, feed.HomePageURL), resolve(base, feed.FeedURL)
	doc.Icon, doc.Language = resolve(base, cmp.Or(feed.Icon, feed.Favicon)), languageTag(feed.Language)
	var feedAuthors Entry
	feedAuthors.jsonPeople(feed.Authors, feed.Author)
	doc.Entries = make([]Entry, 0, len(feed.Items))
	for _, item := range feed.Items {
		if item == nil {
			continue
		}
		e := jsonEntry(item, base)
		e.Language, e.Damaged = cmp.Or(item.Language, feed.Language), doc.Damaged != ""
		if len(e.Authors) == 0 {
			e.Authors = feedAuthors.Authors
		}
		doc.Entries = append(doc.Entries, e)
	}
}

// jsonEntry completes one item.
func jsonEntry(item *json.Item, base *url.URL) Entry {
	e := Entry{
		GUID:      item.ID,
		URL:       resolve(base, cmp.Or(item.URL, item.ExternalURL)),
		Title:     escapeText(item.Title),
		Summary:   lines(item.Summary),
		Content:   cmp.Or(item.ContentHTML, lines(item.ContentText)),
		Image:     resolve(base, cmp.Or(item.Image, item.BannerImage)),
		Published: firstDate(item.DatePublished),
		Updated:   firstDate(item.DateModified),
		base:      base,
	}
	e.URL = cmp.Or(e.URL, permalink(base, item.ID))
	e.jsonPeople(item.Authors, item.Author)
	for _, tag := range item.Tags {
		e.category(escapeText(tag))
	}
	if item.Attachments != nil {
		for _, a := range *item.Attachments {
			e.enclosure(base, a.URL, a.MimeType, strconv.FormatInt(a.SizeInBytes, 10))
		}
	}
	return e
}

func (e *Entry) jsonPeople(authors []*json.Author, author *json.Author) {
	for _, a := range append(authors, author) {
		if a != nil {
			e.author(escapeText(cmp.Or(a.Name, a.URL)))
		}
	}
}

// lines makes HTML of plain text that is set in lines.
func lines(text string) string {
	return strings.ReplaceAll(escapeText(text), "\n", "<br>\n")
}
