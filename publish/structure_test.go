package publish_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"wireroom/publish"
)

// node is an element of a parsed document.
type node struct {
	name  string // prefix by well-known namespace, as in "atom:link"; bare for none
	attrs map[string]string
	text  string
	kids  []*node
}

var prefixes = map[string]string{
	"http://www.w3.org/2005/Atom": "atom", "http://purl.org/syndication/history/1.0": "fh",
	"http://purl.org/rss/1.0/modules/syndication/": "sy", "http://search.yahoo.com/mrss/": "media",
	"http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/rss/1.0/modules/content/": "content",
	"http://www.georss.org/georss":         "georss",
	"http://www.w3.org/XML/1998/namespace": "xml", "xmlns": "xmlns", "": "",
}

func nameOf(t *testing.T, n xml.Name) string {
	prefix, ok := prefixes[n.Space]
	if !ok {
		t.Errorf("unknown namespace %q of %s", n.Space, n.Local)
	}
	return strings.TrimPrefix(prefix+":"+n.Local, ":")
}

func parseXML(t *testing.T, doc []byte) *node {
	t.Helper()
	root := &node{}
	stack := []*node{root}
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: nameOf(t, tok.Name), attrs: make(map[string]string)}
			for _, a := range tok.Attr {
				n.attrs[nameOf(t, a.Name)] = a.Value
			}
			top.kids = append(top.kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(tok)
		}
	}
	return root.kids[0]
}

func (n *node) all(name string) (out []*node) {
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// one returns the only child of that name, and complains of none or several.
func (n *node) one(t *testing.T, name string) *node {
	t.Helper()
	all := n.all(name)
	if len(all) != 1 {
		t.Errorf("%s has %d of %s, want 1", n.name, len(all), name)
		return &node{}
	}
	return all[0]
}

// atMostOne complains of a repetition of any name but those given.
func (n *node) atMostOne(t *testing.T, repeatable ...string) {
	t.Helper()
	for _, k := range n.kids {
		if len(n.all(k.name)) > 1 && !slices.Contains(repeatable, k.name) {
			t.Errorf("%s has several of %s", n.name, k.name)
		}
	}
}

func wantAbsolute(t *testing.T, what, s string) {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.ContainsAny(s, " <>\"{}|\\^`") || !isASCII(s) {
		t.Errorf("%s: %q is no absolute web URI", what, s)
	}
	if u != nil && u.User != nil {
		t.Errorf("%s: %q carries credentials", what, s)
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7e || r < 0x21 }) < 0
}

var uuidURN = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// ids collects what must be unique.
type ids map[string]bool

func (seen ids) add(t *testing.T, what, id string) {
	t.Helper()
	if seen[id] {
		t.Errorf("%s %q comes twice", what, id)
	}
	seen[id] = true
}

func eachEdition(t *testing.T, format publish.Format, check func(t *testing.T, name string, doc []byte)) {
	for name, doc := range documents(t, format) {
		t.Run(name, func(t *testing.T) {
			noForbiddenCharacters(t, doc)
			check(t, name, doc)
		})
	}
}

func noForbiddenCharacters(t *testing.T, doc []byte) {
	t.Helper()
	if !utf8.Valid(doc) {
		t.Error("not UTF-8")
	}
	for i, r := range string(doc) {
		if (r < 0x20 && r != '\n' && r != '\t' && r != '\r') || (r >= 0x7f && r < 0xa0) || r == 0xfffe || r == 0xffff || r == utf8.RuneError {
			t.Errorf("character %U at %d", r, i)
		}
	}
}

// RFC 4287, sections 4.1 and 4.2, and RFC 5005, section 4.
func TestAtomHasWhatItsRFCsWant(t *testing.T) {
	eachEdition(t, publish.Atom, func(t *testing.T, name string, doc []byte) {
		feed := parseXML(t, doc)
		if feed.name != "atom:feed" {
			t.Fatalf("root is %s", feed.name)
		}
		feed.atMostOne(t, "atom:entry", "atom:link", "atom:author", "atom:category")
		checkAtomHead(t, feed)
		rels := checkAtomLinks(t, feed)
		wantRels := map[string]string{"rich": "alternate prev-archive self", "sealed": "alternate current prev-archive self", "empty": "alternate self", "corrections": "alternate self"}[name]
		if rels != wantRels {
			t.Errorf("links of the feed: %s, want %s", rels, wantRels)
		}
		if got := len(feed.all("fh:archive")) == 1; got != (name == "sealed") {
			t.Errorf("archive marker: %v", got)
		}
		if got := len(feed.all("sy:updatePeriod")) == 1; got == (name == "sealed") {
			t.Errorf("cadence hint: %v: a sealed page must not change with the cadence", got)
		}
		seen, dates := ids{}, ids{}
		for _, e := range feed.all("atom:entry") {
			checkAtomEntry(t, e)
			seen.add(t, "id", e.one(t, "atom:id").text)
			dates.add(t, "updated", e.one(t, "atom:updated").text)
		}
	})
}

func checkAtomHead(t *testing.T, n *node) {
	t.Helper()
	if id := n.one(t, "atom:id").text; !uuidURN.MatchString(id) {
		t.Errorf("id %q", id)
	}
	if n.one(t, "atom:title").text == "" {
		t.Error("an empty title")
	}
	wantStamp(t, n.one(t, "atom:updated").text)
}

func wantStamp(t *testing.T, s string) {
	t.Helper()
	if t1, err := time.Parse(time.RFC3339, s); err != nil || t1.Location() != time.UTC || !strings.Contains(s, ".") {
		t.Errorf("date %q: %v; want UTC with a fraction", s, err)
	}
}

// checkAtomLinks returns the relations in order of name.
func checkAtomLinks(t *testing.T, n *node) string {
	t.Helper()
	var rels []string
	alternates := ids{}
	for _, l := range n.all("atom:link") {
		rels = append(rels, l.attrs["rel"])
		wantAbsolute(t, "link "+l.attrs["rel"], l.attrs["href"])
		if l.attrs["rel"] == "alternate" {
			alternates.add(t, "alternate of type and language", l.attrs["type"]+" "+l.attrs["hreflang"])
		}
		if length, ok := l.attrs["length"]; ok {
			if n, err := strconv.Atoi(length); err != nil || n <= 0 {
				t.Errorf("length %q", length)
			}
		}
	}
	slices.Sort(rels)
	return strings.Join(rels, " ")
}

func checkAtomEntry(t *testing.T, e *node) {
	t.Helper()
	e.atMostOne(t, "atom:link", "atom:author", "atom:category")
	checkAtomHead(t, e)
	wantStamp(t, e.one(t, "atom:published").text)
	if !strings.Contains(checkAtomLinks(t, e), "alternate") {
		t.Error("an entry without alternate link")
	}
	for _, a := range e.all("atom:author") {
		if a.one(t, "atom:name").text == "" {
			t.Error("an author without name")
		}
	}
	if len(e.all("atom:author")) == 0 {
		t.Error("an entry without author")
	}
	for _, c := range e.all("atom:category") {
		if c.attrs["term"] == "" {
			t.Error("a category without term")
		}
	}
	for _, body := range append(e.all("atom:content"), e.all("atom:summary")...) {
		if body.attrs["type"] != "html" || strings.TrimSpace(body.text) == "" {
			t.Errorf("%s of type %q: %q", body.name, body.attrs["type"], body.text)
		}
	}
	src := e.one(t, "atom:source")
	wantAbsolute(t, "source id", src.one(t, "atom:id").text)
	wantStamp(t, src.one(t, "atom:updated").text)
	if src.one(t, "atom:title").text == "" {
		t.Error("a source without title")
	}
	checkAtomLinks(t, src)
}

// RSS 2.0 and the RSS Advisory Board's profile.
func TestRSSHasWhatItsSpecificationsWant(t *testing.T) {
	eachEdition(t, publish.RSS, func(t *testing.T, name string, doc []byte) {
		root := parseXML(t, doc)
		if root.name != "rss" || root.attrs["version"] != "2.0" {
			t.Fatalf("root %s, version %q", root.name, root.attrs["version"])
		}
		ch := root.one(t, "channel")
		ch.atMostOne(t, "item", "atom:link")
		for _, required := range []string{"title", "link", "description"} {
			if ch.one(t, required).text == "" {
				t.Errorf("channel without %s", required)
			}
		}
		wantAbsolute(t, "channel link", ch.one(t, "link").text)
		for _, d := range ch.all("lastBuildDate") {
			wantRFC822(t, d.text)
		}
		checkAtomLinks(t, ch)
		if got := len(ch.all("fh:archive")) == 1; got != (name == "sealed") {
			t.Errorf("archive marker: %v", got)
		}
		if ttl := ch.all("ttl"); name != "sealed" && (len(ttl) != 1 || ttl[0].text != "120") {
			t.Errorf("ttl: %v, want 120 minutes for a cadence of three hours", ttl)
		}
		seen := ids{}
		for _, it := range ch.all("item") {
			checkRSSItem(t, it)
			seen.add(t, "guid", it.one(t, "guid").text)
		}
	})
}

func checkRSSItem(t *testing.T, it *node) {
	t.Helper()
	it.atMostOne(t, "category", "dc:creator", "media:content", "atom:link")
	checkAtomLinks(t, it)
	guid := it.one(t, "guid")
	if guid.attrs["isPermaLink"] != "false" || !uuidURN.MatchString(guid.text) {
		t.Errorf("guid %q, isPermaLink %q", guid.text, guid.attrs["isPermaLink"])
	}
	if it.one(t, "title").text == "" || len(it.all("dc:creator")) == 0 || len(it.all("author")) > 0 {
		t.Error("an item needs a title and dc:creator; author is for e-mail addresses")
	}
	wantAbsolute(t, "item link", it.one(t, "link").text)
	wantAbsolute(t, "item source", it.one(t, "source").attrs["url"])
	wantRFC822(t, it.one(t, "pubDate").text)
	for _, e := range it.all("enclosure") {
		wantAbsolute(t, "enclosure", e.attrs["url"])
		if _, err := strconv.ParseUint(e.attrs["length"], 10, 63); err != nil || !strings.Contains(e.attrs["type"], "/") {
			t.Errorf("enclosure of length %q, type %q", e.attrs["length"], e.attrs["type"])
		}
	}
	order := ""
	for _, k := range it.kids {
		order += k.name + " "
	}
	if i := strings.Index(order, "content:encoded"); i >= 0 && !strings.Contains(order[:i], "description") {
		t.Error("content:encoded without a description before it")
	}
}

func wantRFC822(t *testing.T, s string) {
	t.Helper()
	if _, err := mail.ParseDate(s); err != nil || !strings.HasSuffix(s, " GMT") {
		t.Errorf("date %q: %v", s, err)
	}
}

// The raw bytes of a title: readers that decode once and readers that decode twice must both see plain text.
func TestRSSTitlesUseHexadecimalReferences(t *testing.T) {
	doc := string(render(t, richEdition(), publish.RSS))
	for _, m := range regexp.MustCompile(`<title>(.*)</title>`).FindAllStringSubmatch(doc, -1) {
		if strings.Contains(m[1], "&amp;") || strings.Contains(m[1], "&lt;") {
			t.Errorf("title %q", m[1])
		}
	}
	if !strings.Contains(doc, "<title>Talks &#x26; \"tea\" at 5 &#x3C; 6 o'clock 😀</title>") {
		t.Error("the title with a < in it is not as expected")
	}
}

// JSON Feed 1.1.
func TestJSONFeedHasWhatItsSpecificationWants(t *testing.T) {
	eachEdition(t, publish.JSONFeed, func(t *testing.T, _ string, doc []byte) {
		var feed struct {
			Version, Title             string
			Home                       string `json:"home_page_url"`
			Feed                       string `json:"feed_url"`
			Next                       string `json:"next_url"`
			Items                      *[]map[string]any
			Author, Authors, Extension any
		}
		if err := json.Unmarshal(doc, &feed); err != nil {
			t.Fatal(err)
		}
		if feed.Version != "https://jsonfeed.org/version/1.1" || feed.Title == "" || feed.Items == nil {
			t.Fatalf("version %q, title %q, items there: %v", feed.Version, feed.Title, feed.Items != nil)
		}
		wantAbsolute(t, "home_page_url", feed.Home)
		wantAbsolute(t, "feed_url", feed.Feed)
		if feed.Next != "" {
			wantAbsolute(t, "next_url", feed.Next)
		}
		seen := ids{}
		for _, it := range *feed.Items {
			checkJSONItem(t, it)
			seen.add(t, "id", fmt.Sprint(it["id"]))
		}
	})
}

var jsonItemKeys = []string{"id", "url", "title", "content_html", "content_text", "summary", "image", "date_published",
	"date_modified", "authors", "tags", "language", "attachments"}

func checkJSONItem(t *testing.T, it map[string]any) {
	t.Helper()
	id, _ := it["id"].(string)
	if !uuidURN.MatchString(id) {
		t.Errorf("id %v", it["id"])
	}
	if it["content_html"] == nil && it["content_text"] == nil {
		t.Errorf("%s has neither content_html nor content_text", id)
	}
	for key, v := range it {
		if !slices.Contains(jsonItemKeys, key) && !strings.HasPrefix(key, "_") {
			t.Errorf("%s: key %q is not of the format", id, key)
		}
		if v == nil {
			t.Errorf("%s: %s is null", id, key)
		}
	}
	for _, key := range []string{"date_published", "date_modified"} {
		s, _ := it[key].(string)
		wantStamp(t, s)
	}
	u, _ := it["url"].(string)
	wantAbsolute(t, "url", u)
	attachments, _ := it["attachments"].([]any)
	for _, a := range attachments {
		m, _ := a.(map[string]any)
		if m["mime_type"] == "" || m["mime_type"] == nil {
			t.Errorf("%s: attachment without mime_type", id)
		}
		u, _ := m["url"].(string)
		wantAbsolute(t, "attachment", u)
	}
}
