package parse_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wireroom/aggregator/parse"
)

var base = &url.URL{Scheme: "https", Host: "gazette.example", Path: "/dir/feed.xml"}

// An htmlTest is a fragment and what HTML makes of it.
type htmlTest struct{ name, fragment, want string }

// htmlAttacks are fragments by category of attack. TestBrowser shows them to a browser too.
func htmlAttacks() []htmlTest {
	return []htmlTest{
		{"script", `a<script>alert(1)</script>b`, `ab`},
		{"script in pieces", `<scr<script>ipt>alert(1)</scr</script>ipt>`, `ipt&gt;alert(1)ipt&gt;`},
		{"script never closed", `a<script>alert(1)`, `a`},
		{"script with a NUL", "a<scr\x00ipt>alert(1)</scr\x00ipt>", `aalert(1)`},
		{"handler", `<p onclick="alert(1)" ONLOAD=alert(2)>a</p>`, `<p>a</p>`},
		{"handler on a picture", `<img src=x onerror=alert(1)>`, `<img src="https://gazette.example/dir/x" alt="" loading="lazy" referrerpolicy="no-referrer">`},
		{"handler behind a slash", `<img/src="x"/onerror=alert(1)>`, `<img src="https://gazette.example/dir/x" alt="" loading="lazy" referrerpolicy="no-referrer">`},
		{"javascript link", `<a href="javascript:alert(1)">a</a>`, `a`},
		{"javascript in other letters", `<a href=" JaVaScRiPt:alert(1)">a</a>`, `a`},
		{"javascript with entities", `<a href="&#106;avascript&colon;alert(1)">a</a>`, `a`},
		{"javascript over lines", "<a href=\"java\nscript:alert(1)\">a</a>", `a`},
		{"javascript behind a control", "<a href=\"\x01javascript:alert(1)\">a</a>", `a`},
		{"javascript for a host", `<a href="//javascript:alert(1)">a</a><img src="//javascript:alert(1)">`, `a`},
		{"vbscript", `<a href="vbscript:msgbox(1)">a</a>`, `a`},
		{"data link", `<a href="data:text/html,<script>alert(1)</script>">a</a>`, `a`},
		{"data picture", `<img src="data:image/svg+xml;base64,PHN2Zz4=">`, ``},
		{"blob and file", `<a href="blob:x">a</a><a href="file:///etc/passwd">b</a>`, `ab`},
		{"frame", `a<iframe src="https://evil.example"></iframe>b`, `ab`},
		{"frameset", `<frameset><frame src="x"></frameset>a`, `a`},
		{"object and embed", `<object data="x">a</object><embed src="x">b`, `b`},
		{"form", `<form action="/x"><input name=a><button>Send</button>text</form>`, `text`},
		{"style element", `<style>p{background:url(x)}</style>a`, `a`},
		{"style attribute", `<p style="background:url(javascript:alert(1))">a</p>`, `<p>a</p>`},
		{"class and id", `<p class="x" id="location">a</p>`, `<p>a</p>`},
		{"svg", `<svg><script>alert(1)</script><animate onbegin=alert(1)></svg>a`, `a`},
		{"math", `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>a`, `a`},
		{"mutation by noscript", `<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>a`, `<img src="https://gazette.example/dir/x" alt="" loading="lazy" referrerpolicy="no-referrer">&#34;&gt;a`},
		{"template", `<template><script>alert(1)</script></template>a`, `a`},
		{"meta and base", `<meta http-equiv=refresh content="0;url=x"><base href="https://evil.example">a`, `a`},
		{"comment", `a<!-- b --><!--[if IE]><script>alert(1)</script><![endif]-->c`, `ac`},
		{"doctype", `<!DOCTYPE html><p>a</p>`, `<p>a</p>`},
		{"text as markup", `&lt;script&gt;alert(1)&lt;/script&gt;`, `&lt;script&gt;alert(1)&lt;/script&gt;`},
		{"quote in an address", `<a href='https://a.example/"onmouseover="alert(1)'>a</a>`, `<a href="https://a.example/%22onmouseover=%22alert%281%29" rel="noopener noreferrer nofollow">a</a>`},
		{"quote in a description", `<img src="/a.png" alt='"><script>alert(1)</script>'>`, `<img src="https://gazette.example/a.png" alt="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" loading="lazy" referrerpolicy="no-referrer">`},
		{"tracking pixel", `a<img src="https://t.example/p.gif" width="1" height="1">`, `a`},
		{"tracking pixel by style", `a<img src="https://t.example/p.gif" style="width: 1px">`, `a`},
		{"hidden picture", `a<img src="https://t.example/p.gif" style="display:none">`, `a`},
		{"beacon", `a<img src="https://pixel.wp.com/b.gif?x=1">`, `a`},
		{"override of direction", "a\u202Eb", "a\u202Eb\u202C"},
		{"plaintext", `a<plaintext>b</p>`, `a`},
	}
}

// TestHTMLAttacks holds, by category of attack, that nothing is left that runs, frames, submits, styles or counts.
func TestHTMLAttacks(t *testing.T) {
	for _, tt := range htmlAttacks() {
		t.Run(tt.name, func(t *testing.T) {
			got := parse.HTML(tt.fragment, base)
			if got != tt.want {
				t.Errorf("HTML(%q)\n got %s\nwant %s", tt.fragment, got, tt.want)
			}
			checkSafe(t, got)
		})
	}
}

func TestHTMLKeeps(t *testing.T) {
	tests := []struct{ name, fragment, want string }{
		{"text", `No markup, "quotes" and it's fine`, `No markup, "quotes" and it's fine`},
		{"entities once", `AT&amp;T &amp;amp; caf&eacute;`, `AT&amp;T &amp;amp; café`},
		{"bare ampersand", `AT&T`, `AT&amp;T`},
		{"structure", `<h2>a</h2><p>b <em>c</em></p><ul><li>d</li></ul><blockquote>e</blockquote><pre><code>f</code></pre>`, ``},
		{"table", `<table><thead><tr><th colspan="2">a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr></tbody></table>`, ``},
		{"figure", `<figure><img src="https://a.example/a.png" alt="b" width="640" height="480" loading="lazy" referrerpolicy="no-referrer"><figcaption>c</figcaption></figure>`, ``},
		{"link made absolute", `<a href="../a?b=1&amp;c=2#d">e</a>`, `<a href="https://gazette.example/a?b=1&amp;c=2#d" rel="noopener noreferrer nofollow">e</a>`},
		{"link without scheme", `<a href="//a.example/b">c</a>`, `<a href="https://a.example/b" rel="noopener noreferrer nofollow">c</a>`},
		{"link without scheme, with a percent", `<a href="//a.example/100%">c</a>`, `<a href="https://a.example/100%25" rel="noopener noreferrer nofollow">c</a>`},
		{"mail", `<a href="mailto:desk@gazette.example">a</a>`, `<a href="mailto:desk@gazette.example" rel="noopener noreferrer nofollow">a</a>`},
		{"blank in an address", `<img src="/a b.png">`, `<img src="https://gazette.example/a%20b.png" alt="" loading="lazy" referrerpolicy="no-referrer">`},
		{"percent in an address", `<a href="/100%">a</a>`, `<a href="https://gazette.example/100%25" rel="noopener noreferrer nofollow">a</a>`},
		{"lazy picture", `<img src="data:image/gif;base64,R0" data-src="/a.png">`, `<img src="https://gazette.example/a.png" alt="" loading="lazy" referrerpolicy="no-referrer">`},
		{"unclosed", `<p>a<p>b<b>c`, `<p>a</p><p>b<b>c</b></p>`},
		{"wrongly nested", `<b>a<i>b</b>c</i>`, `<b>a<i>b</i></b>c`},
		{"list without ends", `<ul><li>a<li>b<ul><li>c</ul></ul>`, `<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>`},
		{"link in a link", `<a href="/a">b<a href="/c">d</a></a>`, `<a href="https://gazette.example/a" rel="noopener noreferrer nofollow">b</a><a href="https://gazette.example/c" rel="noopener noreferrer nofollow">d</a>`},
		{"cells without a table", `<td>a</td><tr>b</tr>`, `ab`},
		{"text between cells", `<table>a<tr><td>b</td>c</tr><p>d</p></table>`, `<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr><tr><td><p>d</p></td></tr></table>`},
		{"breaks between rows", "<table><tr><td>a</td></tr><br>\n<hr><tr><td>b</td></tr></table>", "<table><tr><td>a</td></tr>\n<tr><td>b</td></tr></table>"},
		{"list in a table", `<table><tbody><li>a<li>b</table>c`, `<table><tbody><tr><td><li>a</li><li>b</li></td></tr></tbody></table>c`},
		{"heading within a heading", `<h1><h3>a</h3>b</h1>`, `<h1></h1><h3>a</h3>b`},
		{"row without a group", `<table><tr><td>a<tr><td>b</table>`, `<table><tr><td>a</td></tr><tr><td>b</td></tr></table>`},
		{"modern blocks", `<article><header>a</header></article>`, `<div><div>a</div></div>`},
		{"unknown elements", `<font color=red>a</font><o:p>b</o:p><custom-tag>c</custom-tag>`, `abc`},
		{"direction", `<p dir="RTL">a</p>`, `<p dir="rtl">a</p>`},
		{"line breaks", `a<br/>b<br>c</br>`, `a<br>b<br>c`},
		{"stray ends", `</p>a</div>`, `a`},
		{"forbidden characters", "a\x00\x0b\uFFFEb<br>", "ab<br>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = tt.fragment
			}
			if got := parse.HTML(tt.fragment, base); got != want {
				t.Errorf("HTML(%q)\n got %s\nwant %s", tt.fragment, got, want)
			}
		})
	}
}

func TestHTMLWithoutBase(t *testing.T) {
	got := parse.HTML(`<a href="/a">b</a><a href="https://c.example/d">e</a><img src="f.png">`, nil)
	want := `b<a href="https://c.example/d" rel="noopener noreferrer nofollow">e</a>`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHTMLIsBounded(t *testing.T) {
	const limit = 1<<20 + 4<<10
	tests := []struct{ name, fragment string }{
		{"long text", strings.Repeat("words and words ", 1<<20)},
		{"deep", strings.Repeat("<div>", 1<<18)},
		{"formatting", strings.Repeat("<b><i><u>", 1<<16) + strings.Repeat("<p></p>", 1<<17)},
		{"less-than signs", strings.Repeat("<", 1<<20)},
		{"entities", strings.Repeat("&amp;", 1<<19)},
		{"attributes", "<p " + strings.Repeat("a=b ", 1<<18) + ">"},
		{"links", strings.Repeat(`<a href="/a">`, 1<<16)},
		{"tables", strings.Repeat("<table><tr><td>", 1<<16)},
		{"comments", strings.Repeat("<!--", 1<<18)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parse.HTML(tt.fragment, base)
			if len(got) > limit {
				t.Errorf("%d bytes, want at most %d", len(got), limit)
			}
			if depth := nesting(got); depth > 32 {
				t.Errorf("nested %d deep, want at most 32", depth)
			}
		})
	}
}

func nesting(fragment string) int {
	depth, deepest := 0, 0
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return deepest
		case html.StartTagToken:
			name, _ := z.TagName()
			if n := string(name); n != "br" && n != "img" && n != "hr" && n != "wbr" {
				depth++
				deepest = max(deepest, depth)
			}
		case html.EndTagToken:
			depth--
		}
	}
}

// checkSafe fails the test if a fragment has an element or attribute that it must not, an address that is none of the
// web, or elements that are not closed.
func checkSafe(t *testing.T, fragment string) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("%q leaves %v open", fragment, open)
			}
			return
		case html.CommentToken, html.DoctypeToken, html.SelfClosingTagToken:
			t.Errorf("%q has %s", fragment, z.Raw())
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Errorf("%q closes %s in %v", fragment, name, open)
				return
			}
			open = open[:len(open)-1]
		case html.StartTagToken:
			token := z.Token()
			checkElement(t, token)
			if n := token.Data; n != "br" && n != "img" && n != "hr" && n != "wbr" {
				open = append(open, n)
			}
		}
	}
}

// shownElements are the elements that a text may have, between blanks.
const shownElements = " p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre figure figcaption table thead tbody tfoot" +
	" tr caption td th a b strong i em u s del ins small sub sup code kbd samp var abbr cite q mark ruby rt rp br hr img wbr "

func checkElement(t *testing.T, token html.Token) {
	t.Helper()
	if !strings.Contains(shownElements, " "+token.Data+" ") {
		t.Errorf("element %s", token)
	}
	for _, a := range token.Attr {
		switch a.Key {
		case "href", "src":
			u, err := url.Parse(a.Val)
			if err != nil || u.Scheme != "https" && u.Scheme != "http" && (u.Scheme != "mailto" || a.Key == "src") {
				t.Errorf("address %q", a.Val)
			}
		case "rel", "alt", "width", "height", "loading", "referrerpolicy", "colspan", "rowspan", "dir":
		default:
			t.Errorf("attribute %s of %s", a.Key, token)
		}
	}
}

// FuzzHTML holds that the result is safe, closed, and its own result.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		`<p>a<b>b</p>c`, `<table><tr><td>x<table><td>`, `<a href="//x/%">`, "\u202e<li>\u2069", `&#39;<img src='a"b' alt=&quot;>`,
		`<ul><li><p>a<li>b</ul>`, "<pre>\n\na</pre>", `<dl><dt>a<dd>b<dl><dt>c`, `<!--a--!>b`, `<q>&lt;`, `<A HREF=x:y>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		once := parse.HTML(fragment, base)
		checkSafe(t, once)
		if twice := parse.HTML(once, base); twice != once {
			t.Errorf("HTML(%q) = %q, and of that %q", fragment, once, twice)
		}
	})
}
