package parse_test

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// A vector is an attack to be shown to a browser. In its fragment RUN stands for a script that tells the page, LOAD for
// an address that nothing may ask for, PIC for that of a picture that may be shown, and B64 for an HTML page in base64
// that loads from LOAD.
type vector struct{ name, fragment string }

// arm returns the fragment for exhibit n of a gallery at origin.
func (v vector) arm(origin string, n int) string {
	load := fmt.Sprintf("%s/load/%d", origin, n)
	page := base64.StdEncoding.EncodeToString([]byte(`<img src="` + load + `">`))
	return strings.NewReplacer("RUN", fmt.Sprintf("top.hit(%d)", n), "LOAD", load, "PIC", origin+"/dir/pic.png", "B64", page,
		// The older table's own spellings; its hosts must not be looked up.
		"alert(1)", fmt.Sprintf("top.hit(%d)", n), "alert(2)", fmt.Sprintf("top.hit(%d)", n),
		"https://evil.example", load, "https://t.example", load).Replace(v.fragment)
}

// vectors are those below and the fragments of htmlAttacks.
func vectors() []vector {
	all := append(handlerVectors(), addressVectors()...)
	all = append(all, structureVectors()...)
	all = append(all, mutationVectors()...)
	all = append(all, encodingVectors()...)
	for _, a := range htmlAttacks() {
		all = append(all, vector{a.name + " (table)", a.fragment})
	}
	return all
}

// handlerVectors run by themselves or when something is done to them.
func handlerVectors() []vector {
	return []vector{
		{"error of a picture", `<img src=x onerror=RUN>`},
		{"error without quotes or blanks", `<img/src/onerror=RUN>`},
		{"load of a picture set", `<img srcset="LOAD 1x, LOAD 2x" onerror="RUN">`},
		{"start of an SVG", `<svg onload=RUN></svg>`},
		{"start of an SVG, slashes", `<svg/onload=RUN//`},
		{"focus by itself", `<input autofocus onfocus=RUN>`},
		{"focus of anything", `<p tabindex=1 autofocus onfocus=RUN>a</p>`},
		{"details that open", `<details open ontoggle=RUN><summary>a</summary>b</details>`},
		{"video without a source", `<video><source onerror=RUN src=/load/v></video>`},
		{"audio", `<audio src=/load/a onerror=RUN></audio>`},
		{"marquee", `<marquee onstart=RUN>a</marquee>`},
		{"pointer", `<b onpointerover="RUN">a</b>`},
		{"animation of a style", `<style>@keyframes k{}</style><b style="animation:k 1s" onanimationstart="RUN">a</b>`},
		{"transition end", `<b ontransitionend=RUN>a</b>`},
		{"body", `<body onload=RUN onpageshow=RUN>a`},
		{"handler in other letters", `<b OnClIcK="RUN">a</b>`},
		{"handler after a line end", "<b\nonclick\n=\nRUN>a</b>"},
		{"handler after a form feed", "<b\fonclick=RUN>a</b>"},
		{"handler after a quote", `<b title="x"onclick=RUN>a</b>`},
		{"handler after a broken attribute", `<b "" '' = onclick=RUN>a</b>`},
		{"handler in an end tag", `<b>a</b onclick=RUN>`},
		{"unknown element", `<x-y onclick=RUN>a</x-y>`},
		{"invisible content", `<p hidden=until-found onbeforematch=RUN>a</p>`},
		{"popover", `<button popovertarget=pp>a</button><div popover id=pp onbeforetoggle=RUN>b</div>`},
		{"attribute that looks like data", `<p data-onclick="RUN" data-x='"onclick=RUN'>a</p>`},
	}
}

// addressVectors run or load by an address.
func addressVectors() []vector {
	return []vector{
		{"link with a script", `<a href="javascript:RUN">a</a>`},
		{"link, tab by reference", `<a href="jav&#x09;ascript:RUN">a</a>`},
		{"link, line end by reference", `<a href="java&NewLine;script&colon;RUN">a</a>`},
		{"link, references without semicolons", `<a href="&#106&#97&#118&#97&#115&#99&#114&#105&#112&#116&#58RUN">a</a>`},
		{"link, padded references", `<a href="&#0000106avascript&#x0000003A;RUN">a</a>`},
		{"link behind controls", "<a href=\"\x02\x1fjavascript:RUN\">a</a>"},
		{"link with a comment as its host", `<a href="javascript://gazette.example/%0ARUN">a</a>`},
		{"link without quotes", "<a href=javascript:RUN>a</a>"},
		{"link in backquotes", "<a href=`javascript:RUN`>a</a>"},
		{"link with a page in it", `<iframe src="data:text/html;base64,B64"></iframe>`},
		{"data address of SVG", `<embed src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='RUN'/>">`},
		{"object with data", `<object data="data:text/html;base64,B64"></object>`},
		{"frame with a script", `<iframe src="javascript:RUN"></iframe>`},
		{"frame with a document", `<iframe srcdoc="&lt;script&gt;RUN&lt;/script&gt;"></iframe>`},
		{"frame, document in references", `<iframe srcdoc="&#60img src=1 onerror=RUN&#62"></iframe>`},
		{"link of SVG", `<svg><a xlink:href="javascript:RUN"><text x=20 y=20>a</text></a></svg>`},
		{"link of SVG, animated", `<svg><a><animate attributeName=href values="javascript:RUN"/><text x=9 y=9>a</text></a></svg>`},
		{"use of SVG", `<svg><use href="LOAD#x"/><image href="LOAD"/></svg>`},
		{"link of MathML", `<math href="javascript:RUN">a</math>`},
		{"action of a form", `<form action="javascript:RUN"><input type=submit value=a></form>`},
		{"action of a button", `<form><button formaction="javascript:RUN">a</button></form>`},
		{"button of a form elsewhere", `<form id=ff></form><button form=ff formaction="javascript:RUN">a</button>`},
		{"area of a map", `<map name=mm><area href="javascript:RUN" shape=default></map><img usemap=#mm src=PIC>`},
		{"old pictures", `<img src="javascript:RUN"><img dynsrc="javascript:RUN"><img lowsrc="javascript:RUN">`},
		{"background", `<table background="LOAD"><tr><td background="LOAD">a</td></tr></table>`},
		{"background of the page", `<body background="LOAD">a`},
		{"cite and longdesc", `<blockquote cite="javascript:RUN">a</blockquote><img src=PIC longdesc="javascript:RUN">`},
		{"late source with a script", `<img data-src="javascript:RUN" data-original="javascript:RUN" src=x>`},
		{"poster", `<video poster="LOAD"></video>`},
		{"sources of a picture", `<picture><source srcset="LOAD"><img src="PIC"></picture>`},
		{"track and ping", `<a href="PIC" ping="LOAD">a</a><video><track default src="LOAD"></video>`},
		{"portal and fenced frame", `<portal src="LOAD"></portal><fencedframe src="LOAD"></fencedframe>`},
	}
}

// structureVectors change the page around them, or fetch.
func structureVectors() []vector {
	return []vector{
		{"script with a source", `<script src="LOAD"></script>`},
		{"script, slash for a blank", `<script/src="LOAD"></script>`},
		{"script of a module", `<script type=module>import('LOAD')</script>`},
		{"script, end tag with attributes", `<script>RUN</script foo="x">`},
		{"script without an end's bracket", `<script>RUN</script `},
		{"script in SVG by CDATA", `<svg><script><![CDATA[RUN]]></script></svg>`},
		{"script in SVG by references", `<svg><script>&#116;op.hit&lpar;0&rpar;</script></svg>`},
		{"meta refresh", `<meta http-equiv="refresh" content="0;url=LOAD">`},
		{"meta refresh with a script", `<meta http-equiv="refresh" content="0;url=javascript:RUN">`},
		{"meta of cookies", `<meta http-equiv="Set-Cookie" content="a=b">`},
		{"base", `<base href="LOAD/"><img src=y.png>`},
		{"link of a style", `<link rel=stylesheet href="LOAD">`},
		{"link of an import", `<link rel=prefetch href="LOAD"><link rel=preload as=image href="LOAD">`},
		{"style with an import", `<style>@import "LOAD";</style>`},
		{"style with a picture", `<style>section{background:url(LOAD)}</style>`},
		{"style with an expression", `<p style="width:expression(RUN)">a</p>`},
		{"style attribute with a picture", `<p style="background-image:url('LOAD')">a</p>`},
		{"style attribute, escaped", `<p style="background-image:\75rl(LOAD)">a</p>`},
		{"style with a binding", `<p style="-moz-binding:url(LOAD#x);behavior:url(LOAD)">a</p>`},
		{"style that covers the page", `<p style="position:fixed;inset:0;z-index:9">a</p>`},
		{"frame", `<iframe src="LOAD"></iframe>`},
		{"frames", `<frameset><frame src="LOAD"></frameset>`},
		{"object and applet", `<object data="LOAD"></object><applet code="LOAD"></applet>`},
		{"embed", `<embed src="LOAD">`},
		{"picture in an input", `<input type=image src="LOAD">`},
		{"clobbering by id", `<a id=hit href=PIC>a</a><form id=getElementById><input name=attributes></form>`},
		{"clobbering by name", `<img name=body src=PIC><img name=cookie src=PIC><form name=forms>a</form>`},
		{"dialog", `<dialog open><form method=dialog action="LOAD"><button>a</button></form></dialog>`},
		{"shadow by declaration", `<div><template shadowrootmode=open><script>RUN</script></template>a</div>`},
		{"slots and parts", `<slot name=s onslotchange=RUN></slot><p part=x slot=s>a</p>`},
		{"end of the exhibit", `</div></section></body></html><script>RUN</script>`},
		{"end of the exhibit, many", strings.Repeat("</div>", 40) + `<b onclick=RUN>a</b>`},
	}
}

// mutationVectors are harmless until a browser has parsed, written and parsed them again.
func mutationVectors() []vector {
	return []vector{
		{"noscript in an attribute", `<noscript><p title="</noscript><img src=x onerror=RUN>">`},
		{"style in math", `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN&gt;">`},
		{"style in SVG", `<svg></p><style><a id="</style><img src=1 onerror=RUN>">`},
		{"SVG title", `<svg><title><style></title></style><img src=1 onerror=RUN>`},
		{"form in a form", `<form><math><mtext></form><form><mglyph><style></math><img src onerror=RUN>`},
		{"annotation of math", `<math><annotation-xml encoding="text/html"><style><img src=1 onerror=RUN></style></annotation-xml></math>`},
		{"foreign object", `<svg><foreignObject><iframe srcdoc="<img src=1 onerror=RUN>"></iframe></foreignObject></svg>`},
		{"desc of SVG", `<svg><desc><noembed></desc></noembed><img src=1 onerror=RUN>`},
		{"select", `<select><option><style></option></select><img src=1 onerror=RUN></style>`},
		{"table foster parent", `<table><tr><script>RUN</script><img src=1 onerror=RUN></table>`},
		{"nested tables", `<table><caption><table><svg><caption><img src=1 onerror=RUN></table>`},
		{"textarea", `<textarea></textarea><img src=1 onerror=RUN></textarea>`},
		{"title", `<title><a title="</title><img src=1 onerror=RUN>">`},
		{"xmp", `<xmp><p title="</xmp><img src=1 onerror=RUN>">`},
		{"noembed and noframes", `<noembed><b title="</noembed><img src=1 onerror=RUN>"></noembed><noframes><b title="</noframes><svg onload=RUN>">`},
		{"template", `<template><b title="</template><img src=1 onerror=RUN>"></template>`},
		{"plaintext in SVG", `<svg><plaintext><img src=1 onerror=RUN>`},
		{"comment that ends early", `<!--><img src=1 onerror=RUN>-->`},
		{"comment that ends early, dash", `<!---><img src=1 onerror=RUN>-->`},
		{"comment that ends oddly", `<!-- a --!><img src=1 onerror=RUN> -->`},
		{"comment of another kind", `<! a="><img src=1 onerror=RUN>">`},
		{"comment by a question mark", `<?a b="><img src=1 onerror=RUN>"?>`},
		{"comment by an end tag", `</ a="><img src=1 onerror=RUN>">`},
		{"section in HTML", `<![CDATA[><img src=1 onerror=RUN>]]>`},
		{"section in SVG", `<svg><![CDATA[><img src=1 onerror=RUN>]]></svg>`},
		{"conditional comment", `<!--[if gte IE 4]><script>RUN</script><![endif]--><![if !IE]><script>RUN</script><![endif]>`},
		{"nested deeper than a browser nests", strings.Repeat("<div>", 600) + `<table><svg><style><img src=1 onerror=RUN>`},
		{"formatting that is rebuilt", `<a href=PIC><b><i><p></a><a href="javascript:RUN">x</a></p></i></b>`},
		{"ruby and frames", `<ruby><rt><rp><iframe><img src=1 onerror=RUN></iframe><img src=1 onerror=RUN>`},
		{"references that become markup", `&lt;img src=1 onerror=RUN&gt; &amp;lt;img src=1 onerror=RUN&amp;gt;`},
		{"references in a description", `<img src="PIC" alt="&quot;&gt;&lt;img src=1 onerror=RUN&gt;" title='"><b onclick=RUN>'>`},
		{"backquotes in a description", "<img src=\"PIC\" alt=\"``onerror=RUN\">"},
	}
}

// encodingVectors hide what they are.
func encodingVectors() []vector {
	return []vector{
		{"tag split by a tag", `<<script>script>RUN</script>`},
		{"tag split by a NUL", "<scr\x00ipt>RUN</scr\x00ipt><im\x00g src=1 onerror=RUN>"},
		{"NUL before a handler", "<b\x00onclick=RUN \x00onclick=RUN>a</b>"},
		{"other controls as blanks", "<img\x0bsrc=1\x0bonerror=RUN><b\x1fonclick=RUN>a</b>"},
		{"UTF-7", `+ADw-script+AD4-RUN+ADw-/script+AD4-`},
		{"overlong UTF-8", "\xc0\xbcscript>RUN\xc0\xbc/script>"},
		{"half a character before a quote", "<img src=PIC alt=\"\xf0\"><b title=\"onclick=RUN \xe3\">a</b>"},
		{"wide letters", `＜script＞RUN＜/script＞<a href="ｊavascript:RUN">a</a>`},
		{"letters that fold", "<\u017fcript>RUN</\u017fcript><a href=\"java\u017fcript:RUN\">a</a>"},
		{"line separators", "<a href=\"java\u2028script:RUN\">a</a><b\u2029onclick=RUN>b</b>"},
		{"blanks of other kinds", "<img\u00a0src=1\u3000onerror=RUN><b\ufeffonclick=RUN>a</b>"},
		{"direction turned", "<a href=\"PIC?\u202egnp.exe\">\u202ea</a>"},
		{"escaped by a backslash", `<b title="\"onclick=RUN//">a</b>`},
		{"escaped in JavaScript", `<a href="javascript:\u0074op.hit(0)">a</a>`},
		{"percent in the scheme", `<a href="java%73cript:RUN">a</a><a href="%6Aavascript:RUN">b</a>`},
		{"quotes in an attribute", `<a href='PIC?"onclick="RUN' title="'>">a</a>`},
		{"backquotes", "<img src=`PIC`onerror=`RUN`><b title=`a onclick=RUN`>a</b>"},
		{"doubled attribute", `<a href="PIC" href="javascript:RUN" onclick="" onclick=RUN>a</a>`},
		{"stray less-than signs", `<<<b<<onclick=RUN>a</b><img src="PIC" <onerror=RUN>`},
		{"no end of a tag", `<img src="PIC" onerror="RUN"`},
		{"no end of a quote", `<img src="PIC" alt="><script>RUN</script>`},
		{"address with credentials", `<a href="https://gazette.example@127.0.0.1/load/x">a</a>`},
		{"address with backslashes", `<a href="\\127.0.0.1\load">a</a><a href="https:\\127.0.0.1/x">b</a>`},
		{"very long attribute", `<a href="javascript:RUN//` + strings.Repeat("a", 70000) + `">a</a>`},
	}
}
