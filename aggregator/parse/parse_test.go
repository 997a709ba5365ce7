package parse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

const documentURL = "https://gazette.example/dir/feed.xml"

// rssDocument puts items into an RSS document.
func rssDocument(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Harbour Gazette</title>
<link>https://gazette.example/</link>` + strings.Join(items, "\n") + `</channel></rss>`
}

func atomDocument(attrs string, entries ...string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom" ` + attrs + `><title>Harbour Gazette</title>` +
		strings.Join(entries, "\n") + `</feed>`
}

func parseOne(t *testing.T, document string) parse.Entry {
	t.Helper()
	doc, err := parse.Parse([]byte(document), "", documentURL)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Entries) != 1 {
		t.Fatalf("%d entries, want 1", len(doc.Entries))
	}
	return doc.Entries[0]
}

func TestNotAFeed(t *testing.T) {
	tests := []struct{ name, document, want string }{
		{"empty", "", "an empty document"},
		{"blank", " \n", "an empty document"},
		{"page", "<!DOCTYPE html><html><head><title>Access &amp; denied</title></head></html>", `an HTML page titled "Access & denied"`},
		{"page without title", "<html><body>no</body></html>", "an HTML page"},
		{"page with the licence's RDF", "<html><body><rdf:RDF></rdf:RDF></body></html>", "an HTML page"},
		{"text", "Service unavailable", `text that begins with "Service unavailable"`},
		{"sitemap", `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>`, "a sitemap"},
		{"OPML", `<opml version="2.0"></opml>`, "an OPML list of feeds"},
		{"other XML", `<error code="5"/>`, "an XML document <error>"},
		{"JSON object", `{"error":"quota"}`, "JSON without items"},
		{"JSON list", `[1,2]`, "damaged JSON"},
		{"damaged JSON", `{"a":`, "damaged JSON"},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00", "text that begins with"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := parse.Parse([]byte(tt.document), "", documentURL)
			var not *parse.NotAFeedError
			if !errors.As(err, &not) {
				t.Fatalf("Parse = %v, %v, want a NotAFeedError", doc, err)
			}
			if !strings.Contains(not.What, tt.want) {
				t.Errorf("What = %q, want %q", not.What, tt.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	tests := []struct{ name, document, want string }{
		{"absolute", rssDocument(`<item><link>https://a.example/1?b=1&amp;c=2</link></item>`), "https://a.example/1?b=1&c=2"},
		{"relative", rssDocument(`<item><link>../1</link></item>`), "https://gazette.example/1"},
		{"without scheme", rssDocument(`<item><link>//a.example/1</link></item>`), "https://a.example/1"},
		{"blanks and line ends", rssDocument("<item><link>\n https://a.example/\n1 </link></item>"), "https://a.example/1"},
		{"xml:base is no folder", rssDocument(`<item xml:base="https://a.example/b/c.html"><link>d</link></item>`), "https://a.example/b/d"},
		{"guid", rssDocument(`<item><guid>https://a.example/1</guid></item>`), "https://a.example/1"},
		{"guid that is none", rssDocument(`<item><guid isPermaLink="false">7f3a</guid></item>`), ""},
		{"guid that is a tag", rssDocument(`<item><guid>tag:a.example,2026:1</guid></item>`), ""},
		{"Atom link in RSS", rssDocument(`<item><atom:link rel="alternate" href="/1"/></item>`), "https://gazette.example/1"},
		{"enclosure is no page", rssDocument(`<item><enclosure url="https://a.example/1.mp3"/></item>`), ""},
		{"Atom", atomDocument("", `<entry><link rel="self" href="/x"/><link href="/1"/></entry>`), "https://gazette.example/1"},
		{"Atom, page before other media", atomDocument("", `<entry><link type="application/json" href="/j"/><link type="text/html" href="/1"/></entry>`), "https://gazette.example/1"},
		{"Atom with bases", atomDocument(`xml:base="https://a.example/b/"`, `<entry xml:base="c/"><link href="1"/></entry>`), "https://a.example/b/c/1"},
		{"Atom id", atomDocument("", `<entry><id>https://a.example/1</id></entry>`), "https://a.example/1"},
		{"JSON", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/1"}]}`, "https://gazette.example/1"},
		{"JSON, linked", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","external_url":"https://a.example/1"}]}`, "https://a.example/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parseOne(t, tt.document).URL; got != tt.want {
				t.Errorf("URL = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTexts(t *testing.T) {
	at := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
	tests := []struct{ name, document, title, summary, content string }{
		{"escaped twice", rssDocument(`<item><title>AT&amp;amp;T &amp;#8217;s</title><description>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</description></item>`),
			"AT&T ’s", "<p>a &amp; b</p>", ""},
		{"CDATA", rssDocument(`<item><title><![CDATA[AT&amp;T <b>wins</b>]]></title><description><![CDATA[<p>a</p>]]></description></item>`),
			"AT&T wins", "<p>a</p>", ""},
		{"signs in a title", rssDocument(`<item><title>List&lt;String&gt; &lt; 3</title></item>`), "List<String> < 3", "", ""},
		{"inline markup", rssDocument(`<item><description><p>a &lt;b&gt; <i>c</i></p></description></item>`), "", "<p>a &lt;b&gt; <i>c</i></p>", ""},
		{"both texts", rssDocument(`<item><description>a</description><content:encoded><![CDATA[<p>b</p>]]></content:encoded></item>`), "", "a", "<p>b</p>"},
		{"Media RSS", rssDocument(`<item><media:group><media:description>a</media:description></media:group></item>`), "", "a", ""},
		{"Atom text is literal", atomDocument("", `<entry><title type="text">AT&amp;amp;T &lt;b&gt;</title></entry>`), "AT&amp;T <b>", "", ""},
		{"Atom HTML", atomDocument("", `<entry><title type="html">AT&amp;amp;T &lt;b&gt;x&lt;/b&gt;</title></entry>`), "AT&T x", "", ""},
		{"Atom XHTML", atomDocument("", `<entry><title>a</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>b &lt;c&gt;</p></div></content></entry>`),
			"a", "", "<div><p>b &lt;c&gt;</p></div>"},
		{"Atom text that is HTML", atomDocument("", `<entry><title>a</title><summary>&lt;p&gt;b&lt;/p&gt;</summary></entry>`), "a", "<p>b</p>", ""},
		{"JSON", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a < b","content_text":"c\n<d>"}]}`, "a < b", "", "c<br>\n&lt;d&gt;"},
		{"white space and controls", rssDocument("<item><title>\n a \t&#160; b&#x200B;\u202E c</title></item>"), "a b\u200B\u202E c\u202C", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			it := parseOne(t, tt.document).Item("gazette", at)
			got := []string{it.Title, it.Summary, it.Content}
			if diff := cmp.Diff([]string{tt.title, tt.summary, tt.content}, got); diff != "" {
				t.Errorf("title, summary, content: -want +got:\n%s", diff)
			}
		})
	}
}

func TestDatesOfEntries(t *testing.T) {
	tests := []struct{ name, document, published, updated string }{
		{"pubDate", rssDocument(`<item><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item>`), "2026-11-02T08:00:00Z", ""},
		{"dc:date", rssDocument(`<item><dc:date>2026-11-02T08:00:00Z</dc:date></item>`), "2026-11-02T08:00:00Z", ""},
		{"dcterms", rssDocument(`<item><dcterms:issued>2026-11-02</dcterms:issued><dcterms:modified>2026-11-03</dcterms:modified></item>`), "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"},
		{"bad one passed over", rssDocument(`<item><pubDate>soon</pubDate><dc:date>2026-11-02</dc:date></item>`), "2026-11-02T00:00:00Z", ""},
		{"none", rssDocument(`<item><title>a</title></item>`), "", ""},
		{"nonsense", rssDocument(`<item><pubDate>soon</pubDate></item>`), "", ""},
		{"Atom", atomDocument("", `<entry><published>2026-11-02T08:00:00Z</published><updated>2026-11-03T08:00:00Z</updated></entry>`), "2026-11-02T08:00:00Z", "2026-11-03T08:00:00Z"},
		{"Atom updated alone", atomDocument("", `<entry><updated>2026-11-03T08:00:00Z</updated></entry>`), "", "2026-11-03T08:00:00Z"},
		{"JSON", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","date_published":"2026-11-02T08:00:00+01:00"}]}`, "2026-11-02T07:00:00Z", ""},
	}
	format := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format(time.RFC3339)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := parseOne(t, tt.document)
			if format(e.Published) != tt.published || format(e.Updated) != tt.updated {
				t.Errorf("published %q, updated %q, want %q, %q", format(e.Published), format(e.Updated), tt.published, tt.updated)
			}
		})
	}
}

func TestItem(t *testing.T) {
	at := time.Date(2026, 11, 3, 0, 0, 0, 0, time.FixedZone("", 3600))
	e := parseOne(t, rssDocument(`<item>
<title>Port reopens</title><link>/1?utm_source=rss</link><guid isPermaLink="false">g1</guid>
<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate>
<dc:creator>A. Writer</dc:creator><dc:creator>B. Writer</dc:creator><category>Ports</category><category>Ports</category>
<enclosure url="/a.mp3" type="audio/mpeg" length="12"/><media:thumbnail url="/t.jpg"/>
<description>Ships sail.</description></item>`))
	got := e.Item("gazette", at)
	want := news.Item{
		Source: "gazette", Version: 1, GUID: "g1", URL: "https://gazette.example/1?utm_source=rss", Title: "Port reopens",
		Summary: "Ships sail.", Authors: []string{"A. Writer", "B. Writer"}, Categories: []string{"Ports"},
		Enclosures: []news.Enclosure{{URL: "https://gazette.example/a.mp3", Type: "audio/mpeg", Length: 12}},
		Image:      "https://gazette.example/t.jpg",
		Stated:     time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), Published: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC),
		FirstSeen: at.UTC(), Seen: at.UTC(),
		Keys:        []news.Key{news.KeyOf("guid", "g1"), news.KeyOf("url", "https://gazette.example/1")},
		Fingerprint: e.Fingerprint(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestItemLeavesOutWhatIsNotOfTheWeb(t *testing.T) {
	it := parseOne(t, rssDocument(`<item><link>javascript:alert(1)</link><enclosure url="data:text/html,x" type="audio/mpeg"/>
<enclosure url="/a b.mp3" type="audio/mpeg"/><media:thumbnail url="javascript:alert(2)"/><description>&lt;img src="/p.jpg"&gt;</description></item>`)).
		Item("gazette", time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC))
	got := []string{it.URL, it.Image}
	for _, f := range it.Enclosures {
		got = append(got, f.URL)
	}
	if diff := cmp.Diff([]string{"", "https://gazette.example/p.jpg", "https://gazette.example/a%20b.mp3"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLanguageOfItem(t *testing.T) {
	for text, want := range map[string]string{"en_GB": "en-GB", " ru ": "ru", "zh-Hant-TW": "zh-Hant-TW", "x\"><script>": "", "e": ""} {
		e := parseOne(t, rssDocument("<language>"+strings.NewReplacer("<", "&lt;").Replace(text)+"</language><item/>"))
		if got := e.Item("gazette", time.Time{}).Language; got != want {
			t.Errorf("language %q gives %q, want %q", text, got, want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	item := func(title, more string) news.Fingerprint {
		return parseOne(t, rssDocument(`<item><title>`+title+`</title><guid>1</guid>`+more+`</item>`)).Fingerprint()
	}
	first := item("a", `<pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate><enclosure url="/a.mp3?token=1"/>`)
	if first != item("a", `<pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate><enclosure url="/a.mp3?token=2"/>`) {
		t.Error("a renewed date and a renewed token change the fingerprint")
	}
	for _, other := range []news.Fingerprint{item("b", `<enclosure url="/a.mp3"/>`), item("a", ""), item("a", `<description>c</description><enclosure url="/a.mp3"/>`)} {
		if other == first {
			t.Error("a changed title, file or text leaves the fingerprint as it was")
		}
	}
}

func TestKeysWithoutIDAndLink(t *testing.T) {
	a := parseOne(t, rssDocument(`<item><title>a</title></item>`)).Keys()
	b := parseOne(t, rssDocument(`<item><title>b</title></item>`)).Keys()
	if len(a) != 1 || len(b) != 1 || a[0] == b[0] {
		t.Errorf("keys %v and %v, want one each, and different", a, b)
	}
}

func TestFeedFacts(t *testing.T) {
	doc, err := parse.Parse([]byte(`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel xml:lang="x"><title>Harbour &amp;amp; Gazette</title><link>/</link><description>News</description><language>en-gb</language>
<atom:link rel="self" href="feed.xml"/><atom:link rel="hub" href="https://hub.example/"/><ttl>90</ttl>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<skipHours><hour>24</hour><hour>3</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day><day>monday</day></skipDays>
<image><url>/logo.png</url></image></channel></rss>`), "", documentURL)
	if err != nil {
		t.Fatal(err)
	}
	want := &parse.Document{
		Title: "Harbour & Gazette", Description: "News", Link: "https://gazette.example/", Language: "en-gb",
		Icon: "https://gazette.example/logo.png", Self: documentURL, Hubs: []string{"https://hub.example/"},
		Hints:   news.Hints{TTL: 90 * time.Minute, Period: 30 * time.Minute, SkipHours: []int{0, 3}, SkipDays: []int{0, 1}},
		Entries: []parse.Entry{},
	}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWishesInOddNumbers(t *testing.T) {
	for name, test := range map[string]struct {
		channel string
		want    news.Hints
	}{
		"a fraction":        {"<ttl> 90.0 </ttl><skipHours><hour>3.0</hour></skipHours>", news.Hints{TTL: 90 * time.Minute, SkipHours: []int{3}}},
		"less than one":     {"<ttl>0.5</ttl>", news.Hints{}},
		"none":              {"<ttl>-5</ttl>", news.Hints{}},
		"words":             {"<ttl>2 hours</ttl><skipHours><hour>noon</hour></skipHours>", news.Hints{}},
		"more than a month": {"<ttl>99999999999</ttl>", news.Hints{TTL: 30 * 24 * time.Hour}},
	} {
		doc, err := parse.Parse([]byte(`<rss version="2.0"><channel><title>T</title>`+test.channel+`</channel></rss>`), "", documentURL)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, doc.Hints); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func TestJSONHubs(t *testing.T) {
	doc, err := parse.Parse([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[],"hubs":[{"type":"WebSub","url":"https://hub.example/"},{"type":"rssCloud","url":"x"}]}`), "", documentURL)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"https://hub.example/"}, doc.Hubs); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestCharsetOfHeader(t *testing.T) {
	document := []byte("<rss><channel><title>\xcf\xee\xf0\xf2</title></channel></rss>")
	for _, contentType := range []string{"text/xml; charset=windows-1251", `application/rss+xml; charset="CP1251"`} {
		doc, err := parse.Parse(document, contentType, documentURL)
		if err != nil || doc.Title != "Порт" {
			t.Errorf("with %q: title %q, %v, want Порт", contentType, doc.Title, err)
		}
	}
}

func TestCharsetOfDeclaration(t *testing.T) {
	document := []byte("<?xml version='1.0' encoding='windows-1251'?><rss><channel><title>\xcf\xee\xf0\xf2</title></channel></rss>")
	for _, contentType := range []string{"", "text/xml", "text/xml; charset=utf-8", "nonsense;;"} {
		doc, err := parse.Parse(document, contentType, documentURL)
		if err != nil || doc.Title != "Порт" {
			t.Errorf("with %q: title %q, %v, want Порт", contentType, doc.Title, err)
		}
	}
}

func TestLimits(t *testing.T) {
	const day = 24 * time.Hour
	newest := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		date  func(i int) string
		first string
	}{
		{"no dates", func(int) string { return "" }, "0"},
		{"newest first", func(i int) string { return newest.Add(-time.Duration(i) * day).Format(time.RFC1123) }, "0"},
		{"oldest first", func(i int) string { return newest.Add(time.Duration(i-1500) * day).Format(time.RFC1123) }, "500"},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			end := []string{"</item>", "", "</item>"}[i%3] // a lost end tag goes with its item
			var items []string
			for i := range 1500 {
				items = append(items, fmt.Sprintf("<item><guid>%d</guid><pubDate>%s</pubDate>%s", i, tt.date(i), end))
			}
			doc, err := parse.Parse([]byte(rssDocument(items...)), "", documentURL)
			if err != nil {
				t.Fatal(err)
			}
			if len(doc.Entries) != 1000 || doc.Entries[0].GUID != tt.first || len(doc.Skipped) != 1 || doc.Damaged != "" {
				t.Errorf("%d entries from %s, skipped %v, damaged %q, want 1000 from %s", len(doc.Entries), doc.Entries[0].GUID,
					doc.Skipped, doc.Damaged, tt.first)
			}
		})
	}
}

// TestBadItem holds that an item beyond repair, with more references to forbidden characters than are taken out, costs
// no other item and not the feed's title.
func TestBadItem(t *testing.T) {
	good, bad := "<item><title>a</title></item>", "<item><title>"+strings.Repeat("&#0;", 400_000)+"</title></item>"
	for _, document := range []string{
		rssDocument(good, bad, good),
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>Harbour Gazette</title></channel>` + good + bad + good + `</rdf:RDF>`,
		atomDocument("", strings.NewReplacer("<item>", "<entry>", "</item>", "</entry>").Replace(good+bad+good)),
	} {
		doc, err := parse.Parse([]byte(document), "", documentURL)
		if err != nil {
			t.Errorf("Parse(%.60s…): %v", document, err)
			continue
		}
		if len(doc.Entries) != 2 || doc.Entries[1].Title != "a" || len(doc.Skipped) != 1 || doc.Title != "Harbour Gazette" {
			t.Errorf("%.60s…: title %q, %d entries, skipped %v", document, doc.Title, len(doc.Entries), doc.Skipped)
		}
	}
}
