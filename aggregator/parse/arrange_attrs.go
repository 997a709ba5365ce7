package parse

import (
	"html"
	"net/url"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
)

// attributes returns the attributes that an element keeps, ready to write. A link without an address and a picture that
// is none to look at get "".
func (a *arranger) attributes(name string, z *nethtml.Tokenizer, more bool) string {
	if !more {
		return ""
	}
	got := map[string]string{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if k := string(key); wantedAttributes[k] && len(value) <= maxAddress && got[k] == "" {
			got[k] = string(value)
		}
	}
	dir := attributeText("dir", oneOf(strings.ToLower(got["dir"]), "ltr", "rtl", "auto"))
	switch name {
	case "a":
		if href := a.address(got["href"], true); href != "" {
			return attributeText("href", href) + attributeText("rel", linkRel) + dir
		}
		return ""
	case "img":
		return a.picture(got)
	case "td", "th":
		return attributeText("colspan", span(got["colspan"])) + attributeText("rowspan", span(got["rowspan"])) + dir
	}
	return dir
}

// wantedAttributes are those that attributes looks at. Those of the form data-* hold a picture's address where a script
// would load it late.
var wantedAttributes = map[string]bool{
	"href": true, "src": true, "alt": true, "width": true, "height": true, "style": true, "hidden": true, "dir": true,
	"colspan": true, "rowspan": true, "data-src": true, "data-lazy-src": true, "data-original": true,
}

// maxAddress bounds an attribute, in bytes: the longest URL that browsers take.
const maxAddress = 2048

// attributeText returns an attribute ready to write, or "" where it has no value.
func attributeText(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + `="` + html.EscapeString(value) + `"`
}

func oneOf(value string, allowed ...string) string {
	for _, v := range allowed {
		if v == value {
			return v
		}
	}
	return ""
}

// span returns the number of cells that a cell spans, or "" for one and for what is no number to 99.
func span(value string) string {
	if n, err := strconv.Atoi(value); err == nil && n > 1 && n < 100 {
		return strconv.Itoa(n)
	}
	return ""
}

// address returns an absolute URL of the web, or of mail where that is allowed, or "".
func (a *arranger) address(ref string, mail bool) string {
	ref = cleanRef(ref)
	if ref == "" {
		return ""
	}
	if a.base == nil && strings.HasPrefix(ref, "//") {
		ref = "https:" + ref
	}
	u, err := url.Parse(encodeBare(resolve(a.base, ref)))
	switch {
	case err != nil:
		return ""
	case u.Scheme == "mailto" && mail && u.Opaque != "":
		return u.String()
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return ""
	}
	return u.String()
}

// encodeBare encodes what a URL cannot hold as it is: blanks, and a percent sign that encodes nothing.
func encodeBare(ref string) string {
	ref = strings.ReplaceAll(ref, " ", "%20")
	if !strings.Contains(ref, "%") {
		return ref
	}
	var out strings.Builder
	for i := 0; i < len(ref); i++ {
		out.WriteByte(ref[i])
		if ref[i] == '%' && (i+2 >= len(ref) || !isHex(ref[i+1]) || !isHex(ref[i+2])) {
			out.WriteString("25")
		}
	}
	return out.String()
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// picture returns the attributes of an img, or "" if it has no address of the web or serves to count its readers.
func (a *arranger) picture(got map[string]string) string {
	src := ""
	for _, name := range [...]string{"data-src", "data-lazy-src", "data-original", "src"} {
		if src == "" {
			src = a.address(got[name], false)
		}
	}
	if src == "" || isPixel(got) || isBeacon(src) {
		return ""
	}
	return attributeText("src", src) + ` alt="` + html.EscapeString(cleanText(got["alt"])) + `"` + // empty: read out as nothing, not as its address
		attributeText("width", pixels(got["width"])) + attributeText("height", pixels(got["height"])) +
		` loading="lazy" referrerpolicy="no-referrer"`
}

// pixels returns a length in pixels, or "" for what is none of 2 to 9999.
func pixels(value string) string {
	if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), "px")); err == nil && n > 1 && n < 10000 {
		return strconv.Itoa(n)
	}
	return ""
}

// isPixel reports whether a picture is made not to be seen: at most one pixel wide or high, or hidden.
func isPixel(got map[string]string) bool {
	for _, name := range [...]string{"width", "height"} {
		switch strings.TrimSuffix(strings.TrimSpace(got[name]), "px") {
		case "0", "1":
			return true
		}
	}
	style := strings.ReplaceAll(strings.ToLower(got["style"]), " ", "")
	for _, mark := range [...]string{"display:none", "visibility:hidden", "width:1px", "height:1px", "width:0", "height:0"} {
		if strings.Contains(";"+style, ";"+mark) {
			return true
		}
	}
	_, hidden := got["hidden"]
	return hidden
}

// isBeacon reports whether an address is that of a service whose pictures count readers. The list is of those met in
// feeds; a picture of at most one pixel is known without it.
func isBeacon(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, beacon := range [...]string{
		"feedburner.com", "feedsportal.com", "doubleclick.net", "google-analytics.com", "googlesyndication.com",
		"quantserve.com", "scorecardresearch.com", "pixel.wp.com", "stats.wordpress.com", "stats.wp.com", "pheedo.com",
		"mediafed.com", "statcounter.com", "chartbeat.net", "chartbeat.com", "hits.theguardian.com", "imrworldwide.com",
		"adnxs.com", "parsely.com", "xiti.com", "ivwbox.de", "ioam.de", "mc.yandex.ru", "counter.yadro.ru",
		"bat.bing.com", "simplereach.com", "omnystat.com", "2o7.net", "awstrack.me", "list-manage.com",
	} {
		if host == beacon || strings.HasSuffix(host, "."+beacon) {
			return true
		}
	}
	return false
}
