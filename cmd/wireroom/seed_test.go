package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
)

// sharedData is where the data sets lie that are no part of the program.
const sharedData = "../../../shared/data"

// sharedFile returns the path of a file among them, and skips the test in a clone that has none.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(sharedData, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the data set is not here: %v", err)
	}
	return path
}

// An essay is a long entry with all that a publisher's feed says about it.
type essay struct {
	title, author, summary string
	paragraphs, tags       []string
}

const essayAuthor = "Nadia Example 🇧🇩"

// ownEssay is of the same kind as what this program was conceived from: several theatres in one text, quotes, an author
// with a flag.
var ownEssay = essay{
	title:   "Transatlantic talks in Paris weigh Ukraine, the Middle East and what allies owe each other",
	author:  essayAuthor,
	summary: "American and European envoys spend a day on the war in Ukraine, on Iran, and on trust.",
	paragraphs: []string{
		"The American secretary of state and his European colleagues met in Paris on Monday. A delegation from Kyiv came too.",
		"“Europe must carry more,” one of them said — and nobody in the room disagreed. Ukraine’s officials asked for air defence.",
		"The afternoon went to the Middle East: Israel, Iran and the groups between them. No text was agreed.",
		"What follows for the United States and its allies is open; Trump's envoys fly home on Tuesday.",
	},
	tags: []string{"diplomacy", "interview"},
}

// An item of that kind goes all the way: into the topics that it is about and no others, with its paragraphs and its
// author as they were written.
func TestEssayGoesAllTheWay(t *testing.T) {
	testEssay(t, ownEssay, []string{"ukraine-war", "us-eu", "middle-east", "everything"})
}

func TestSeedArticleGoesAllTheWay(t *testing.T) {
	testEssay(t, readSeed(t), []string{"ukraine-war", "us-eu", "middle-east", "everything"})
}

// readSeed takes the article out of the page that it was copied from: its paragraphs are the long lines before the part
// about its author.
func readSeed(t *testing.T) essay {
	t.Helper()
	text, err := os.ReadFile(sharedFile(t, "seed/article.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var e essay
	for block := range strings.SplitSeq(string(text), "\n\n") {
		block = strings.TrimSpace(block)
		switch {
		case strings.HasPrefix(block, "About the Creator"):
			e.tags = []string{"humanity", "social media", "interview"}
			return e
		case strings.HasPrefix(block, "By "):
			e.author, _, _ = strings.Cut(strings.TrimPrefix(block, "By "), "Published")
		case len(block) > 300:
			e.paragraphs = append(e.paragraphs, block)
		case len(block) > 60 && e.title == "":
			e.title = block
		case len(block) > 60 && e.summary == "":
			e.summary = block
		}
	}
	t.Fatal("the article does not look as expected")
	return e
}

func testEssay(t *testing.T, e essay, want []string) {
	if e.title == "" || e.author == "" || e.summary == "" || len(e.paragraphs) < 4 {
		t.Fatalf("incomplete: %+v", e)
	}
	o := newOrigin(t)
	o.publish("/essays", e.rss())
	h := newHouse(t, sourceEntry{ID: "essays", URL: o.URL + "/essays", Republish: "full"})
	h.useDefaultTopics()
	h.must("poll", "--at", after(0))

	var in []string
	for _, topic := range h.config.Topics {
		if len(h.items("--topic", topic.Slug)) > 0 {
			in = append(in, topic.Slug)
		}
	}
	if diff := cmp.Diff(want, in, sortedStrings); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
	feeds := h.feeds()
	for _, slug := range want {
		checkEssay(t, e, "/topics/"+slug+".atom", atomEssay(t, feeds["/topics/"+slug+".atom"].Body))
		checkEssay(t, e, "/topics/"+slug+".rss", rssEssay(t, feeds["/topics/"+slug+".rss"].Body))
		checkEssay(t, e, "/topics/"+slug+".json", jsonEssay(t, feeds["/topics/"+slug+".json"].Body))
	}
}

var sortedStrings = cmp.Transformer("sorted", func(in []string) []string { return slices.Sorted(slices.Values(in)) })

// rss writes the essay as its publisher would.
func (e essay) rss() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Essays</title><link>https://essays.example/</link><description>Invented</description>
<item><title>%s</title><link>https://essays.example/talks</link><guid>https://essays.example/talks</guid>
<dc:creator>%s</dc:creator><pubDate>%s</pubDate><description>%s</description>
`, html.EscapeString(e.title), html.EscapeString(e.author), noon.Add(-time.Hour).Format(time.RFC1123Z), html.EscapeString(e.summary))
	for _, tag := range e.tags {
		fmt.Fprintf(&b, "<category>%s</category>\n", html.EscapeString(tag))
	}
	b.WriteString("<content:encoded><![CDATA[")
	for _, p := range e.paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(p))
	}
	b.WriteString("]]></content:encoded></item></channel></rss>\n")
	return b.String()
}

// useDefaultTopics takes the topics, and the terms for all of them, of the configuration that comes with the program.
func (h *house) useDefaultTopics() {
	h.t.Helper()
	c, err := config.Load("../../config.yaml", os.LookupEnv)
	if err != nil {
		h.t.Fatal(err)
	}
	h.config.Topics = nil
	for _, topic := range c.Topics {
		h.config.Topics = append(h.config.Topics, entryOf(topic))
	}
	h.config.Exclude = c.Exclude
	h.save()
}

// A reading is what a reader finds of the only entry of a feed.
type reading struct {
	entries                int
	title, author, content string
	tags                   []string
}

func checkEssay(t *testing.T, e essay, feed string, got reading) {
	t.Helper()
	if got.entries != 1 {
		t.Errorf("%s: %d entries, want 1", feed, got.entries)
		return
	}
	if got.title != e.title || got.author != e.author {
		t.Errorf("%s: %q by %q, want %q by %q", feed, got.title, got.author, e.title, e.author)
	}
	for _, tag := range e.tags {
		if !slices.Contains(got.tags, tag) {
			t.Errorf("%s: tags %q lack %q", feed, got.tags, tag)
		}
	}
	if diff := cmp.Diff(e.paragraphs, paragraphsOf(got.content)); diff != "" {
		t.Errorf("%s: paragraphs (-want +got):\n%s", feed, diff)
	}
}

// paragraphsOf returns the texts of the p elements of a piece of HTML.
func paragraphsOf(content string) (all []string) {
	for part := range strings.SplitSeq(content, "<p>") {
		if text, _, ok := strings.Cut(part, "</p>"); ok {
			all = append(all, html.UnescapeString(text))
		}
	}
	return all
}

func atomEssay(t *testing.T, document string) (r reading) {
	t.Helper()
	var feed struct {
		Entries []struct {
			Title      string `xml:"title"`
			Author     string `xml:"author>name"`
			Content    string `xml:"content"`
			Categories []struct {
				Term string `xml:"term,attr"`
			} `xml:"category"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	r.entries = len(feed.Entries)
	for _, e := range feed.Entries {
		r.title, r.author, r.content = plainTitle(e.Title), e.Author, e.Content
		for _, c := range e.Categories {
			r.tags = append(r.tags, c.Term)
		}
	}
	return r
}

func rssEssay(t *testing.T, document string) (r reading) {
	t.Helper()
	var feed struct {
		Items []struct {
			Title      string   `xml:"title"`
			Creator    string   `xml:"http://purl.org/dc/elements/1.1/ creator"`
			Content    string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Categories []string `xml:"category"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	r.entries = len(feed.Items)
	for _, e := range feed.Items {
		r.title, r.author, r.content, r.tags = plainTitle(e.Title), e.Creator, e.Content, e.Categories
	}
	return r
}

func jsonEssay(t *testing.T, document string) (r reading) {
	t.Helper()
	var feed struct {
		Items []struct {
			Title   string
			Content string `json:"content_html"`
			Authors []struct{ Name string }
			Tags    []string
		}
	}
	if err := json.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	r.entries = len(feed.Items)
	for _, e := range feed.Items {
		r.title, r.content, r.tags = e.Title, e.Content, e.Tags
		if len(e.Authors) > 0 {
			r.author = e.Authors[0].Name
		}
	}
	return r
}

// plainTitle is what a reader shows of a title that may be HTML.
func plainTitle(s string) string { return html.UnescapeString(s) }
