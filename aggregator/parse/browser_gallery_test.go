//go:build unix

package parse_test

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

// A wall is the exhibits of one page.
type wall struct {
	html  strings.Builder
	names []string // by number
}

// next is the number of the next exhibit.
func (w *wall) next() int { return len(w.names) }

func (w *wall) hang(name, fragment string) {
	w.html.WriteString(exhibit(w.next(), fragment))
	w.names = append(w.names, name)
}

func (w *wall) name(n string) string {
	if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(w.names) {
		return w.names[i]
	}
	return n
}

// hangItems shows all that a document's items have to show, as a page would: plain text and addresses escaped once,
// texts as they are. A document that cannot be read shows nothing.
func (w *wall) hangItems(name string, document, documentURL string) {
	doc, err := parse.Parse([]byte(document), "", documentURL)
	if err != nil {
		return
	}
	shown := plain(doc.Title, doc.Description, doc.Language) + address(doc.Link) + address(doc.Self) + picture(doc.Icon, "")
	for _, hub := range doc.Hubs {
		shown += address(hub)
	}
	for _, e := range doc.Entries {
		shown += show(e.Item("gazette", time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)))
	}
	w.hang(name, shown)
}

func show(it news.Item) string {
	shown := plain(it.Title, it.GUID, it.Language) + plain(it.Authors...) + plain(it.Categories...) +
		address(it.URL) + picture(it.Image, it.Title)
	for _, f := range it.Enclosures {
		shown += address(f.URL) + plain(f.Type)
	}
	return shown + "<div>" + it.Summary + "</div><div>" + it.Content + "</div>"
}

func plain(texts ...string) string {
	return "<p>" + html.EscapeString(strings.Join(texts, " ")) + "</p>"
}

func address(ref string) string {
	if ref == "" {
		return ""
	}
	return `<a href="` + html.EscapeString(ref) + `">a</a>`
}

func picture(ref, alt string) string {
	if ref == "" {
		return ""
	}
	return `<img src="` + html.EscapeString(ref) + `" alt="` + html.EscapeString(alt) + `">`
}

// A framing puts a fragment into a document of a format.
type framing struct {
	name string
	in   func(fragment string) string
}

// framings are the ways in which a document brings a text: escaped, in a CDATA section, and as elements.
func framings() []framing {
	return []framing{
		{"RSS, escaped", func(s string) string {
			s = html.EscapeString(s)
			return rssDocument("<item><title>" + s + "</title><description>" + s + "</description><author>" + s +
				"</author><category>" + s + "</category></item>")
		}},
		{"RSS, CDATA", func(s string) string {
			s = "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
			return rssDocument("<item><title>" + s + "</title><content:encoded>" + s + "</content:encoded><media:title>" + s +
				"</media:title><dc:creator>" + s + "</dc:creator></item>")
		}},
		{"Atom, html", func(s string) string {
			s = html.EscapeString(s)
			return atomDocument("", `<entry><title type="html">`+s+`</title><summary type="html">`+s+`</summary><content type="html">`+
				s+`</content><author><name>`+s+`</name></author></entry>`)
		}},
		{"Atom, text", func(s string) string {
			s = html.EscapeString(s)
			return atomDocument("", `<entry><title>`+s+`</title><summary>`+s+`</summary><content type="text">`+s+`</content></entry>`)
		}},
		{"Atom, xhtml", func(s string) string {
			s = `<div xmlns="http://www.w3.org/1999/xhtml">` + s + `</div>`
			return atomDocument("", `<entry><title type="xhtml">`+s+`</title><content type="xhtml">`+s+`</content></entry>`)
		}},
	}
}

// addressFramings are the places where a document has addresses.
func addressFramings() []framing {
	return []framing{
		{"RSS", func(s string) string {
			return rssDocument("<link>"+s+"</link><image><url>"+s+"</url></image><atom:link rel='hub' href='"+s+"'/>",
				"<item><title>a</title><link>"+s+"</link><comments>"+s+"</comments><enclosure url='"+s+"' type='image/png' length='1'/>"+
					"<media:thumbnail url='"+s+"'/><media:content url='"+s+"' medium='image'/><itunes:image href='"+s+"'/></item>",
				"<item><title>a</title><guid isPermaLink='true'>"+s+"</guid><atom:link href='"+s+"'/></item>")
		}},
		{"Atom", func(s string) string {
			return atomDocument("", "<link href='"+s+"'/><link rel='self' href='"+s+"'/><icon>"+s+"</icon><logo>"+s+"</logo>",
				"<entry><title>a</title><id>"+s+"</id><link href='"+s+"'/><link rel='enclosure' href='"+s+"'/><content src='"+s+"'/></entry>")
		}},
		{"Atom, base", func(s string) string {
			return atomDocument("xml:base='"+s+"'", "<entry><title>a</title><link href='x'/><content type='html' xml:base='"+s+
				"'>&lt;a href='x'>a&lt;/a>&lt;img src='x'></content></entry>")
		}},
	}
}

// scriptAddresses are spellings of addresses that run, or bring what runs.
func scriptAddresses() []string {
	return []string{
		"javascript:RUN", " JaVaScRiPt:RUN", "java\tscript:RUN", "java\nscript:RUN", "\u00a0javascript:RUN", "javascript://gazette.example/%0ARUN",
		"view-source:javascript:RUN", "feed:javascript:RUN", "vbscript:RUN", "data:text/html;base64,B64",
		"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='RUN'/>", `https://gazette.example/"onmouseover="RUN`,
		"https://gazette.example/'onmouseover='RUN", "https://gazette.example/><script>RUN</script>", "blob:LOAD", "//javascript:RUN",
	}
}

// picturesAllowed are the paths of pictures that the exhibits have, and what browsers ask for by themselves.
var picturesAllowed = []string{"/favicon.ico", "/dir/x", "/dir/1", "/dir/pic.png", "/dir/y.png", "/a.png"}

// TestBrowser holds that a browser runs nothing of what is left of an attack, asks for nothing but pictures, and sees
// only the elements and attributes that a text may have, and the same again when it has written them out and read them.
// The page has no Content-Security-Policy to help.
func TestBrowser(t *testing.T) {
	browser(t)
	g := newGallery(t)
	w := &wall{}
	for _, v := range vectors() {
		w.hang(v.name+": HTML", parse.HTML(v.arm(g.URL, w.next()), g.base()))
		for _, f := range framings() {
			w.hangItems(v.name+": "+f.name, f.in(v.arm(g.URL, w.next())), g.base().String())
		}
	}
	for _, s := range scriptAddresses() {
		for _, f := range addressFramings() {
			v := vector{fragment: s}
			w.hangItems(s+": "+f.name, f.in(html.EscapeString(v.arm(g.URL, w.next()))), g.base().String())
		}
	}
	g.show("/", w.html.String())
	report, asked := g.visit(t)
	t.Logf("%d exhibits of %d vectors and %d addresses", len(w.names), len(vectors()), len(scriptAddresses()))
	if report.Sections != len(w.names) {
		t.Errorf("%d sections, want %d", report.Sections, len(w.names))
	}
	for _, n := range report.Ran {
		t.Errorf("%s: ran", w.name(strconv.Itoa(n)))
	}
	for n, faults := range report.Faults {
		t.Errorf("%s: %q", w.name(n), faults)
	}
	for _, path := range asked {
		if !slices.Contains(picturesAllowed, path) {
			t.Errorf("the browser asked for %s (%s)", path, w.name(numberIn(path)))
		}
	}
}

// TestBrowserControl holds that the gallery notices attacks: each is shown as it is, in a frame of its own. In Chromium
// 156 six in ten run or load something, three in ten show in what the browser finds in the exhibit, and the rest is
// harmless in that browser.
func TestBrowserControl(t *testing.T) {
	browser(t)
	g := newGallery(t)
	attacks, frames := vectors(), ""
	for n, v := range attacks {
		path := fmt.Sprintf("/raw/%d", n)
		g.show(path, exhibit(n, v.arm(g.URL, n)))
		frames += fmt.Sprintf("<iframe src=%q></iframe>\n", path)
	}
	g.show("/", frames)
	report, asked := g.visit(t)
	acted := actedOf(report, asked)
	seen, missed := 0, []string{}
	for n, v := range attacks {
		number := strconv.Itoa(n)
		switch {
		case acted[number]:
		case len(report.Framed[number]) > 0:
			seen++
		default:
			missed = append(missed, v.name)
		}
		if mustAct[v.name] && !acted[number] {
			t.Errorf("%s: not noticed", v.name)
		}
	}
	t.Logf("of %d attacks %d act, %d more are seen; harmless here: %q", len(attacks), len(acted), seen, missed)
	if len(acted)*3 < len(attacks) || len(missed)*4 > len(attacks) {
		t.Errorf("of %d attacks %d act and %d are not noticed", len(attacks), len(acted), len(missed))
	}
}

// mustAct are attacks that act in every browser, one of each kind.
var mustAct = map[string]bool{
	"error of a picture": true, "start of an SVG": true, "handler in other letters": true, "link with a script": true,
	"frame with a document": true, "action of a form": true, "script with a source": true, "meta refresh": true,
	"style with an import": true, "comment that ends oddly": true, "script (table)": true, "tracking pixel (table)": true,
}

// actedOf returns the numbers of the attacks that ran or loaded something.
func actedOf(report browserReport, asked []string) map[string]bool {
	acted := map[string]bool{}
	for _, n := range report.Ran {
		acted[strconv.Itoa(n)] = true
	}
	for _, path := range asked {
		if strings.HasPrefix(path, "/load/") {
			acted[numberIn(path)] = true
		}
	}
	return acted
}

// numberIn returns the number of the attack in a path of the form /load/N or /load/N/more, as vector.arm writes it.
func numberIn(path string) string {
	number, _, _ := strings.Cut(strings.TrimPrefix(path, "/load/"), "/")
	return number
}
