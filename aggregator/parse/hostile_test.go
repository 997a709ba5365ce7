package parse_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/parse"
)

// hostileDocuments are made to cost a parser time or memory out of proportion, each of about n bytes.
func hostileDocuments(n int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	manyNamespaces := func(k int) string {
		var s strings.Builder
		for i := range k {
			fmt.Fprintf(&s, ` xmlns:n%d="u:%d"`, i, i)
		}
		return s.String()
	}
	in := func(s string) string { return rssDocument("<item><title>a</title>" + s + "</item>") }
	return map[string]string{
		"nested":               rssDocument(fill("<a>")),
		"nested in an item":    in(fill("<a>")),
		"elements":             rssDocument(fill("<a/>")),
		"elements in an item":  in(fill("<b:a/>")),
		"items":                rssDocument(fill("<item/>")),
		"items never closed":   rssDocument(fill("<item>")),
		"stray ends":           in(fill("</b>")),
		"ends of an outer":     in(fill("<p><b></p>")),
		"less-than signs":      in(fill("<")),
		"quotes":               in(fill(`<a b="`)),
		"mixed quotes":         in(fill(`<a b='"`)),
		"unclosed comments":    in(fill("<!--")),
		"unclosed CDATA":       in(fill("<![CDATA[")),
		"unclosed directives":  fill("<!["),
		"unclosed PIs":         in(fill("<?")),
		"CDATA ends":           in(fill("]]>")),
		"namespaces":           "<rss" + manyNamespaces(n/40) + "><channel>" + fill("<item/>")[:n/2] + "</channel></rss>",
		"pieces of text":       in("<x:y>" + fill("<![CDATA[a]]>") + "</x:y>"),
		"pieces by elements":   in("<x:y>" + fill("a<b/>") + "</x:y>"),
		"entities":             `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", 4000) + `">]>` + in("<description>"+fill("&a;")+"</description>"),
		"nested entities":      `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>` + in("<description>"+fill("&b;")+"</description>"),
		"ampersands":           in("<description>" + fill("&") + "</description>"),
		"references":           in("<description>" + fill("&#0;") + "</description>"),
		"control characters":   in("<description>" + fill("\x01") + "</description>"),
		"one text":             in("<description>" + fill("words ") + "</description>"),
		"HTML that is rebuilt": atomDocument("", `<entry><content type="html">`+strings.Repeat("&lt;font size=1&gt;&lt;b&gt;", 500)+fill("&lt;p&gt;")+"</content></entry>"),
		"attributes":           in("<a " + fill(`b="c" `) + "/>"),
		"bad attributes":       in("<a " + fill(`b=c `) + "/>"),
		"dates":                in("<pubDate>" + fill("1 ") + "</pubDate>"),
		"categories":           in(fill("<category>" + "abc" + "</category>")),
		"JSON lists":           `{"items":[` + fill("[") + "]}",
		"JSON items":           `{"version":"https://jsonfeed.org/version/1","items":[` + strings.TrimSuffix(fill(`{"id":1},`), ",") + "]}",
		"JSON of wrong types":  `{"items":[` + strings.TrimSuffix(fill(`{"tags":1},`), ",") + "]}",
		"not UTF-8":            in("<description>" + fill("\xff\xfe\x80") + "</description>"),
		"gibberish":            fill("<rss a='\xc3<item></"),
	}
}

// TestHostileDocuments holds that no document of 2 MiB takes two seconds, ten times what a pass over it takes, or
// allocates 400 MB in all. A panic would be an error that says so. The best of three tries counts, as the machine may be
// busy otherwise.
func TestHostileDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	for name, document := range hostileDocuments(2 << 20 / raceFactor) {
		t.Run(name, func(t *testing.T) {
			var took time.Duration
			var allocated uint64
			for range 3 {
				runtime.GC()
				if took, allocated = cost(t, []byte(document)); took < 2*time.Second {
					break
				}
			}
			t.Logf("%v, %d MB allocated in all", took.Round(time.Millisecond), allocated/1e6)
			if took > 2*time.Second || allocated > 400e6 {
				t.Errorf("took %v and allocated %d MB", took, allocated/1e6)
			}
		})
	}
}

// cost parses a document and makes its items.
func cost(t *testing.T, data []byte) (took time.Duration, allocated uint64) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	doc, err := parse.Parse(data, "", documentURL)
	if err != nil && strings.Contains(err.Error(), "failed on this document") {
		t.Error(err)
	}
	if doc != nil {
		for _, e := range doc.Entries {
			_ = e.Item("gazette", time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC))
		}
	}
	took = time.Since(begin)
	runtime.ReadMemStats(&after)
	return took, after.TotalAlloc - before.TotalAlloc
}

// FuzzParse holds that Parse and Item neither panic nor contradict themselves.
func FuzzParse(f *testing.F) {
	f.Add([]byte(rssDocument(`<item><title>a<br></title><link>/1</link></item>`)))
	f.Add([]byte(atomDocument(`xml:base="/b"`, `<entry><id>1</id><content type="xhtml"><div/></content></entry>`)))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":1}]}`))
	f.Add([]byte(`<rdf:RDF><channel/><item rdf:about="a"><title>b</title></item>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><entry><title>&a;</title></entry>`))
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00"))
	at := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := string(data)
		doc, err := parse.Parse(data, "", documentURL)
		if string(data) != before {
			t.Fatal("Parse changed its input")
		}
		if err != nil {
			if strings.Contains(err.Error(), "failed on this document") {
				t.Error(err)
			}
			return
		}
		for _, e := range doc.Entries {
			it := e.Item("gazette", at)
			if strings.ContainsAny(it.Title, "\n\x00") || len(it.Keys) == 0 || it.Published.IsZero() {
				t.Errorf("item %+v", it)
			}
			checkSafe(t, it.Summary)
			checkSafe(t, it.Content)
		}
	})
}
