package parse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

const pageURL = "https://ministry.example/press/index.html?lang=en"

// page writes a page around a list of items.
func page(items ...string) string {
	return `<!DOCTYPE html><html lang="en-GB"><head><title>Press &amp; media</title></head><body><nav><a href="/">Home</a></nav>` +
		strings.Join(items, "\n") + "</body></html>"
}

// whole are selectors that use every field.
var whole = news.Selectors{Item: "article", Link: "h2 a", Title: "h2", Date: "time", Summary: "p"}

func TestPageEntry(t *testing.T) {
	doc, err := parse.ParsePage([]byte(page(`<article><a href="/tag">Tag</a>
 <h2><span>New</span> <a href="../note/7?id=7#top">Note &amp; <em>verbale</em></a><script>x()</script></h2>
 <time datetime="2026-03-02T10:00:00+02:00">today</time><p>First <b>line</b>.<br>Second.</p><p>Other</p></article>`)), "", pageURL, whole)
	if err != nil || len(doc.Entries) != 1 {
		t.Fatalf("ParsePage = %+v, %v; want one entry", doc, err)
	}
	it := doc.Entries[0].Item("s", time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC))
	got := []string{it.Title, it.URL, it.Summary, it.Language, it.Stated.Format(time.RFC3339), doc.Title}
	want := []string{"New Note & verbale", "https://ministry.example/note/7?id=7#top", "First line.<br>\nSecond.", "en-GB", "2026-03-02T08:00:00Z", "Press & media"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the item (-want +got):\n%s", diff)
	}
}

func TestPageSelectors(t *testing.T) {
	type found struct{ Title, URL, Date string }
	one := `<article><h2><a href="/1">One</a></h2><time>2 March 2026</time></article>`
	for name, test := range map[string]struct {
		page      string
		selectors news.Selectors
		want      []found
		skipped   string
	}{
		"link and title by default":   {page(one), news.Selectors{Item: "article"}, []found{{"One", "/1", ""}}, ""},
		"the item is the link":        {page(`<ul><li><a class=n href="/1">One</a><li><a class=n href="/2">Two</a></ul>`), news.Selectors{Item: "a.n"}, []found{{"One", "/1", ""}, {"Two", "/2", ""}}, ""},
		"the link is around the item": {page(`<div class=i><h3><a href=/1>One</a></h3></div>`), news.Selectors{Item: ".i", Link: "h3"}, []found{{"One", "/1", ""}}, ""},
		"date as text":                {page(one), news.Selectors{Item: "article", Date: "time"}, []found{{"One", "/1", "2026-03-02"}}, ""},
		"date in content":             {page(`<article><a href=/1>One</a><meta itemprop=datePublished content="2026-03-02"></article>`), news.Selectors{Item: "article", Date: "[itemprop=datePublished]"}, []found{{"One", "/1", "2026-03-02"}}, ""},
		"no date":                     {page(`<article><a href=/1>One</a><time>soon</time></article>`), news.Selectors{Item: "article", Date: "time"}, []found{{"One", "/1", ""}}, ""},
		"one address twice":           {page(one, one), news.Selectors{Item: "article"}, []found{{"One", "/1", ""}}, ""},
		"several selectors":           {page(`<article><h3>One</h3><a href=/1>more</a></article>`), news.Selectors{Item: "li, article", Title: "h2, h3"}, []found{{"One", "/1", ""}}, ""},
		"no link":                     {page(one, "<article>No link</article>", "<article><a href=' '>x</a></article>"), news.Selectors{Item: "article"}, []found{{"One", "/1", ""}}, "2 entries were left out: no link"},
		"a script's link":             {page(one, "<article><a href='javascript:void(0)'>x</a></article>"), news.Selectors{Item: "article"}, []found{{"One", "/1", ""}}, "no link"},
		"no title":                    {page(one, "<article><a href=/2><img src=x></a></article>"), news.Selectors{Item: "article"}, []found{{"One", "/1", ""}}, "no title"},
		"base":                        {`<base href="/deep/">` + page(`<article><a href="1">One</a></article>`), news.Selectors{Item: "article"}, []found{{"One", "/deep/1", ""}}, ""},
		"charset of the page":         {"<meta charset=windows-1251>" + page("<article><a href=/1>\xcf\xee\xf0\xf2</a></article>"), news.Selectors{Item: "article"}, []found{{"Порт", "/1", ""}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := parse.ParsePage([]byte(test.page), "text/html", pageURL, test.selectors)
			if err != nil {
				t.Fatal(err)
			}
			var got []found
			for _, e := range doc.Entries {
				it := e.Item("s", time.Time{})
				f := found{Title: it.Title, URL: strings.TrimPrefix(it.URL, "https://ministry.example")}
				if !it.Stated.IsZero() {
					f.Date = it.Stated.Format(time.DateOnly)
				}
				got = append(got, f)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if s := strings.Join(doc.Skipped, "; "); !strings.Contains(s, test.skipped) || (s == "") != (test.skipped == "") {
				t.Errorf("skipped %q, want %q", s, test.skipped)
			}
		})
	}
}

func TestPageThatCannotBeRead(t *testing.T) {
	for name, test := range map[string]struct {
		page      string
		selectors news.Selectors
		want      string
	}{
		"no item selector":  {page(), news.Selectors{Link: "a"}, "no selector of items"},
		"bad item":          {page(), news.Selectors{Item: "a["}, `selector of item "a["`},
		"bad date":          {page(), news.Selectors{Item: "a", Date: ">"}, `selector of date ">"`},
		"nothing found":     {page("<p>x</p>"), news.Selectors{Item: "article.news"}, `"article.news" finds nothing on the page titled "Press & media"`},
		"an empty document": {"", news.Selectors{Item: "article"}, "finds nothing"},
		"too many elements": {page(strings.Repeat("<i>", 200_001)), news.Selectors{Item: "i"}, "over 200000 elements"},
		"nested too deep":   {page(strings.Repeat("<div>", 2000)), news.Selectors{Item: "i"}, "html"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := parse.ParsePage([]byte(test.page), "", pageURL, test.selectors)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ParsePage = %+v, %v; want an error that says %q", doc, err, test.want)
			}
		})
	}
}

func TestPageKeepsAThousand(t *testing.T) {
	var items []string
	for i := range 1500 {
		items = append(items, fmt.Sprintf("<article><a href=/%d>%d</a></article>", i, i))
	}
	doc, err := parse.ParsePage([]byte(page(items...)), "", pageURL, news.Selectors{Item: "article"})
	if err != nil || len(doc.Entries) != 1000 || doc.Entries[999].Title != "999" {
		t.Errorf("ParsePage: %v; want the first 1000 items", err)
	}
}

// What is in an item is looked through for each item around it, so that nesting is bounded.
func TestNestedItemsAreBounded(t *testing.T) {
	var items string
	for i := range 10 {
		items += fmt.Sprintf("<article><a href=/%d>%d</a>", i, i)
	}
	doc, err := parse.ParsePage([]byte(page(items)), "", pageURL, news.Selectors{Item: "article"})
	if err != nil || len(doc.Entries) != 5 || doc.Entries[4].Title != "4" {
		t.Errorf("ParsePage = %+v, %v; want the five outermost items", doc, err)
	}
}

func FuzzParsePage(f *testing.F) {
	f.Add([]byte(page(`<article><h2><a href="/1">One</a></h2><time datetime="2026-03-02">x</time><p>y</p></article>`)), "article", "h2 a", "time")
	f.Add([]byte("<table><article><a href=//x><select><template>"), "article, a", "a[href^='/']", ":not(p)")
	f.Add([]byte("<meta charset=utf-16><base href=':'><a href='%zz'>x"), "a", "", "")
	f.Fuzz(func(t *testing.T, data []byte, item, link, date string) {
		doc, err := parse.ParsePage(data, "", pageURL, news.Selectors{Item: item, Link: link, Date: date, Title: link, Summary: date})
		if err != nil {
			if strings.Contains(err.Error(), "failed on this document") {
				t.Error(err)
			}
			return
		}
		checkEntries(t, doc)
	})
}
