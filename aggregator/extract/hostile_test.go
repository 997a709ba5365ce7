package extract_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/extract"
)

// A hostile page is made to cost time and memory, as large as it may be.
type hostile struct {
	name  string
	page  string
	large bool // it is refused, and not read
}

func hostilePages() []hostile {
	const n = 19_000 // below the limit of elements
	const p = "Some words, of a paragraph, that is long enough to be counted as one."
	repeat := strings.Repeat
	half, third := n/2, n/3
	return []hostile{
		{name: "flat paragraphs", page: repeat("<p>"+p+"</p>", n)},
		{name: "paragraphs in divs", page: repeat("<div><p>"+p+"</p></div>", half)},
		{name: "links", page: repeat("<a href=/x>words of a link</a> ", n)},
		{name: "links in paragraphs", page: repeat("<p><a href=/x>"+p+"</a></p>", half)},
		{name: "links with long addresses", page: repeat("<a href=/"+repeat("x", 90)+">y</a>", n)},
		{name: "line breaks", page: repeat("word<br>", n)},
		{name: "pairs of line breaks", page: repeat("word<br><br>", half)},
		{name: "list items", page: "<ul>" + repeat("<li>"+p, n) + "</ul>"},
		{name: "table of one column", page: "<table>" + repeat("<tr><td>"+p+"</td></tr>", half) + "</table>"},
		{name: "nested tables", page: repeat(repeat("<table><tr><td>", 100)+p+repeat("</td></tr></table>", 100), 15)},
		{name: "text out of a table", page: "<table>" + repeat("<a>x", n)},
		{name: "nested divs", page: repeat(repeat("<div>", 480)+"text"+repeat("</div>", 480), 12)},
		{name: "nested divs named aside", page: repeat(repeat("<div class=promo>", 480)+repeat(p, 20)+repeat("</div>", 480), 12)},
		{name: "deeper than a tree may be", page: repeat("<div>", n), large: true},
		{name: "formatting left open", page: repeat("<b>x", n), large: true},
		{name: "fonts left open in paragraphs", page: repeat("<p><font color=red>"+p+"</p>", half)},
		{name: "attributes", page: "<div " + repeat("a=b ", 990) + ">" + p + "</div>"},
		{name: "attributes everywhere", page: repeat("<p "+numbered(" a%d=x", 9)+">x</p>", n)},
		{name: "too many attributes", page: "<div " + numbered(" a%d", 2_000) + ">", large: true},
		{name: "class of many names", page: "<article><div class='" + repeat("a-b ", 250_000) + "'><p>" + p + "</div>"},
		{name: "too many elements", page: repeat("<i>x</i>", 30_000), large: true},
		{name: "one long paragraph", page: "<p>" + repeat("a, ", 600_000)},
		{name: "one long word", page: "<p>" + repeat("a", 2_000_000)},
		{name: "entities", page: "<p>" + repeat("&amp;", 400_000)},
		{name: "ampersands", page: "<p>" + repeat("&", 2_000_000)},
		{name: "angle brackets", page: "<p>" + repeat("<", 2_000_000)},
		{name: "long title", page: "<title>" + repeat("a | ", 500_000) + "</title><p>" + p},
		{name: "titles", page: repeat("<title>a | b</title>", n)},
		{name: "headings", page: repeat("<h1>Head line</h1>", n)},
		{name: "metadata", page: repeat("<meta property='og:title' content='a b'>", n)},
		{name: "long metadata", page: "<meta name=author content='" + repeat("a, ", 600_000) + "'><p>" + p},
		{name: "deep linked data", page: `<script type="application/ld+json">` + repeat(`{"@graph":[`, 20_000) + "</script><p>" + p},
		{name: "many linked data", page: repeat(`<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle"}</script>`, n)},
		{name: "comments", page: repeat("<!-- x -->", 700_000) + "<p>" + p},
		{name: "comment left open", page: "<p>" + p + "<!--" + repeat("-", 7_000_000)},
		{name: "comments left open", page: repeat("<!--", 2_000_000)},
		{name: "script left open", page: "<p>" + p + "<script>" + repeat("<!--<script>", 500_000)},
		{name: "hidden", page: repeat("<p style='display:none'>x</p>", n)},
		{name: "images", page: repeat("<img src=a.png>", n)},
		{name: "images without scripts", page: repeat("<img src=a.png><noscript><img src=b.png></noscript>", third)},
		{name: "forms", page: repeat("<form><input></form>", half)},
		{name: "frames", page: repeat("<iframe src=x></iframe>", n)},
		{name: "selects", page: repeat("<select><option>x</select>", half)},
		{name: "drawings", page: "<svg>" + repeat("<g>x</g>", n)},
		{name: "spans", page: "<p>" + repeat("<span>w, </span>", n)},
		{name: "sections", page: repeat("<section><h2>Head</h2><p>"+p+"</p></section>", third)},
		{name: "deep, then wide", page: repeat("<div>", 480) + repeat("<p>"+p+"</p>", 280)},
		{name: "deep, then too wide", page: repeat("<div>", 480) + repeat("<p>"+p+"</p>", n-1_000), large: true},
		{name: "deep, then one long paragraph", page: repeat("<div>", 480) + "<p>" + repeat("abcdefghi. ", 1_850)},
		{name: "deep, then too long a paragraph", page: repeat("<div>", 480) + "<p>" + repeat("a, ", 600_000), large: true},
		{name: "deep, then many short", page: repeat("<div>", 75) + repeat("<p>a, b</p>", n-1_000)},
		{name: "every level a paragraph", page: repeat("<div><p>"+p+"</p>", 480)},
		{name: "every level wide", page: repeat("<div><p>"+p+p+"</p>"+repeat("<p>"+p+"</p>", 6), 150)},
		{name: "every level too wide", page: repeat("<div>"+repeat("<p>"+p+"</p>", 39), 470), large: true},
		{name: "every level a list", page: repeat("<ul><li>"+repeat("<p>"+p+"</p>", 2), 230)},
		{name: "every level links", page: repeat("<div>"+repeat("<a href=x>x</a> ", 12), 470)},
		{name: "every level too many links", page: repeat("<div>"+repeat("<a href=x>x</a> ", 38), 470), large: true},
		{name: "too many bytes", page: repeat("a, ", 3_000_000), large: true},
		{name: "too many bytes of text", page: "<p>" + repeat("a, ", 1_000_000), large: true},
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// No hostile page may take much memory; how long each takes, BenchmarkHostile says. The time here only tells an
// extraction that ends from one that does not.
func TestHostilePagesEnd(t *testing.T) {
	if underRace {
		t.Skip("one goroutine cannot race with itself, and the detector allocates for its own")
	}
	const memory = 100 << 20 // bytes allocated from beginning to end, whether they are freed or not
	for _, h := range hostilePages() {
		t.Run(h.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			_, err := extract.Text([]byte(h.page), "text/html", "https://paper.example/a")
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			switch {
			case h.large && !errors.Is(err, extract.ErrTooLarge):
				t.Errorf("error = %v, want ErrTooLarge", err)
			case !h.large && err != nil && !errors.Is(err, extract.ErrNoArticle):
				t.Errorf("error = %v, want none or ErrNoArticle", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > memory {
				t.Errorf("allocated %d MB, want at most %d", used>>20, memory>>20)
			}
			if took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			t.Logf("%v, %d MB, error %v", took, (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, h := range hostilePages() {
		b.Run(h.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				extract.Text([]byte(h.page), "text/html", "https://paper.example/a") // an error is as good
			}
		})
	}
}
