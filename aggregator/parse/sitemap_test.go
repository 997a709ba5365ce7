package parse_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/parse"
)

const sitemapURL = "https://harbour.example/news/sitemap.xml"

// sitemap writes a sitemap of news.
func sitemap(entries ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">` + strings.Join(entries, "\n") + "</urlset>"
}

// newsPage writes an entry of it.
func newsPage(loc, title, date string) string {
	return "<url><loc>" + loc + "</loc><news:news><news:publication><news:name>Harbour Gazette</news:name><news:language>en</news:language>" +
		"</news:publication><news:publication_date>" + date + "</news:publication_date><news:title>" + title + "</news:title></news:news></url>"
}

func TestSitemapEntry(t *testing.T) {
	doc, err := parse.ParseSitemap([]byte(sitemap(`<url>
 <loc>https://harbour.example/1?a=1&amp;b=2</loc><lastmod>2026-03-02T10:00:00Z</lastmod>
 <image:image><image:loc>/1.jpg</image:loc><image:title>Not the title</image:title></image:image>
 <n:news xmlns:n="x"><n:publication><n:name>Harbour Gazette</n:name><n:language>nl</n:language></n:publication>
 <n:publication_date>2026-03-02T09:30:00+01:00</n:publication_date><n:title><![CDATA[Ships & <quays>]]></n:title>
 <n:keywords>port, trade,, port</n:keywords></n:news></url>`)), "application/xml", sitemapURL)
	if err != nil || len(doc.Entries) != 1 {
		t.Fatalf("ParseSitemap = %+v, %v; want one entry", doc, err)
	}
	type seen struct {
		Title, URL, GUID, Language, Image, Source string
		Categories                                []string
		Stated, Updated                           time.Time
	}
	it := doc.Entries[0].Item("s", time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC))
	got := seen{it.Title, it.URL, it.GUID, it.Language, it.Image, doc.Title, it.Categories, it.Stated, it.Updated}
	want := seen{
		"Ships & <quays>", "https://harbour.example/1?a=1&b=2", "https://harbour.example/1?a=1&b=2", "nl", "https://harbour.example/1.jpg",
		"Harbour Gazette", []string{"port", "trade"},
		time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC), time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the item (-want +got):\n%s", diff)
	}
}

func TestSitemapDocuments(t *testing.T) {
	good := newsPage("https://harbour.example/1", "One", "2026-03-02")
	two := newsPage("https://harbour.example/2", "Two", "2026-03-02")
	plain := "<url><loc>https://harbour.example/about</loc><lastmod>2026-03-02</lastmod></url>"
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(sitemap(good)))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		document string
		titles   string
		skipped  string
		damaged  bool
	}{
		"news":                        {sitemap(good, two), "One,Two", "", false},
		"empty":                       {sitemap(), "", "", false},
		"empty element":               {"<urlset/>", "", "", false},
		"a page without a title":      {sitemap(good, plain), "One", "1 entry was left out: no title", false},
		"pages without a title":       {sitemap(plain, plain), "", "2 entries were left out: no title", false},
		"a title of blanks":           {sitemap(newsPage("https://harbour.example/1", " \n", "")), "", "no title", false},
		"no address":                  {sitemap(newsPage("javascript:alert(1)", "One", "")), "", "no address", false},
		"gzip within":                 {packed.String(), "One", "", false},
		"cut off":                     {strings.TrimSuffix(sitemap(good, two), "o</news:title></news:news></url></urlset>"), "One", "", true},
		"cut off in a tag":            {sitemap(good, two)[:len(sitemap(good))+60], "One", "", true},
		"comment and type before it":  {"\ufeff<!-- x --><!DOCTYPE urlset>" + sitemap(good), "One", "", false},
		"an end tag that never began": {sitemap("</x>", good), "One", "", false},
		"an element never closed":     {sitemap("<url><loc>https://harbour.example/0</loc><x></url>", good), "One", "no title", false},
		"a bare ampersand":            {sitemap(newsPage("https://harbour.example/1?a=1&b=2", "Q & A", "")), "Q & A", "", false},
		"entities":                    {sitemap(newsPage("https://harbour.example/1", "Q &amp;amp; A &#8211; B", "")), "Q & A – B", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := parse.ParseSitemap([]byte(test.document), "", sitemapURL)
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, e := range doc.Entries {
				titles = append(titles, e.Item("s", time.Time{}).Title)
			}
			if got := strings.Join(titles, ","); got != test.titles || (doc.Damaged != "") != test.damaged {
				t.Errorf("got %q, damaged %q; want %q, %v", got, doc.Damaged, test.titles, test.damaged)
			}
			if got := strings.Join(doc.Skipped, "; "); !strings.Contains(got, test.skipped) || (got == "") != (test.skipped == "") {
				t.Errorf("skipped %q, want %q", got, test.skipped)
			}
		})
	}
}

func TestNotASitemap(t *testing.T) {
	for name, test := range map[string]struct{ document, want string }{
		"feed":             {rssDocument(), "not a sitemap but a feed (format: feed reads it)"},
		"page":             {"<html><title>Hello</title></html>", `an HTML page titled "Hello"`},
		"empty":            {"", "an empty document"},
		"a page before it": {"<b>Warning</b>: x<br>" + sitemap(), "an XML document <b>"},
		"text":             {"https://harbour.example/1", "text that begins"},
	} {
		_, err := parse.ParseSitemap([]byte(test.document), "", sitemapURL)
		if not := (*parse.NotAFeedError)(nil); !errors.As(err, &not) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want a NotAFeedError that says %q", name, err, test.want)
		}
	}
}

func TestSitemapKeepsTheNewest(t *testing.T) {
	var pages []string
	for i := range 2500 { // the newest in the middle
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration((i-1250)*(i-1250)) * time.Second)
		pages = append(pages, newsPage(fmt.Sprintf("https://harbour.example/%d", i), fmt.Sprint(i), day.Format(time.RFC3339)))
	}
	doc, err := parse.ParseSitemap([]byte(sitemap(pages...)), "", sitemapURL)
	if err != nil {
		t.Fatal(err)
	}
	n := len(doc.Entries)
	if n != 1000 || doc.Entries[0].Title != "751" && doc.Entries[0].Title != "750" || doc.Entries[999].URL == doc.Entries[0].URL {
		t.Errorf("got %d entries from %s, want 1000 around the middle", n, doc.Entries[0].Title)
	}
	for i := 1; i < n; i++ {
		if a, b := len(doc.Entries[i-1].Title), len(doc.Entries[i].Title); a > b || a == b && doc.Entries[i-1].Title >= doc.Entries[i].Title {
			t.Fatalf("%s stands before %s: not the order of the document", doc.Entries[i-1].Title, doc.Entries[i].Title)
		}
	}
	if got := strings.Join(doc.Skipped, "; "); got != "only the newest 1000 of 2500 entries were read" {
		t.Errorf("skipped %q", got)
	}
}

func TestSitemapIndex(t *testing.T) {
	one := func(loc, mod string) string {
		return "<sitemap><loc>" + loc + "</loc><lastmod>" + mod + "</lastmod></sitemap>"
	}
	for name, test := range map[string]struct {
		sitemaps []string
		want     string
	}{
		"by date":                   {[]string{one("/a", "2026-01-01"), one("/b", "2026-03-01"), one("/c", "2026-02-01"), one("/d", "2025-01-01")}, "b c a"},
		"without dates, the last":   {[]string{one("/a", ""), one("/b", ""), one("/c", ""), one("/d", "")}, "d c b"},
		"those with a date first":   {[]string{one("/a", "2020-01-01"), one("/b", ""), one("/c", "")}, "a c b"},
		"fewer":                     {[]string{one("/a", "")}, "a"},
		"none":                      {nil, ""},
		"an address of no web page": {[]string{one("ftp://harbour.example/a", ""), one("/b", "")}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := parse.ParseSitemap([]byte(`<sitemapindex xmlns="x">`+strings.Join(test.sitemaps, "")+"</sitemapindex>"), "", sitemapURL)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range doc.NewestSitemaps(3) {
				got = append(got, strings.TrimPrefix(s.URL, "https://harbour.example/"))
			}
			if strings.Join(got, " ") != test.want || len(doc.Entries) != 0 {
				t.Errorf("got %q and %d entries, want %q and none", got, len(doc.Entries), test.want)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	read := func(pages ...string) *parse.Document {
		doc, err := parse.ParseSitemap([]byte(sitemap(pages...)), "", sitemapURL)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	doc := new(parse.Document)
	doc.Join(read(newsPage("https://harbour.example/1", "One", ""), newsPage("https://harbour.example/2", "Two", "")))
	doc.Join(read(newsPage("https://harbour.example/2", "Two", ""), newsPage("https://harbour.example/3", "Three", ""), "<url/>"))
	if len(doc.Entries) != 3 || doc.Title != "Harbour Gazette" {
		t.Errorf("got %d entries of %q, want 3 of the Harbour Gazette", len(doc.Entries), doc.Title)
	}
}

func FuzzParseSitemap(f *testing.F) {
	f.Add([]byte(sitemap(newsPage("https://harbour.example/1", "One", "2026-03-02"), "<url><loc>x</loc></url>")))
	f.Add([]byte("<sitemapindex><sitemap><loc>/a</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"))
	f.Add([]byte("<urlset><url><a:news><title><![CDATA[x]]></a:news></title><loc>&#0;&amp;</loc>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := parse.ParseSitemap(data, "", sitemapURL)
		if err != nil {
			if strings.Contains(err.Error(), "failed on this document") {
				t.Error(err)
			}
			return
		}
		checkEntries(t, doc)
	})
}

// checkEntries holds what is true of every entry of a sitemap or page.
func checkEntries(t *testing.T, doc *parse.Document) {
	t.Helper()
	if len(doc.Entries) > 1000 {
		t.Errorf("%d entries", len(doc.Entries))
	}
	for _, e := range doc.Entries {
		it := e.Item("s", time.Time{})
		if it.Title == "" || !strings.HasPrefix(it.URL, "http") || len(e.Keys()) == 0 {
			t.Errorf("an entry without a title or an address of the web: %+v", e)
		}
	}
}
