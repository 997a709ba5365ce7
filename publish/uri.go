package publish

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// webURL returns raw as a URI that any format may carry: http or https, with a host in ASCII and without credentials,
// whatever RFC 3986 does not allow percent-encoded. It returns "" for anything else.
func webURL(raw string) string {
	u, err := url.Parse(escapeURI(strings.TrimSpace(clean(raw))))
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	u.User = nil
	if u.Path == "" && u.RawQuery != "" {
		u.Path = "/" // else some take the query for a part of the host
	}
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && ascii != u.Hostname() {
		u.Host = strings.Replace(u.Host, u.Hostname(), ascii, 1)
	}
	return escapeBrackets(u.String())
}

// canonicalURI returns a result of webURL in the form that serves as an identifier (RFC 3986, section 6.2): host in lower
// case without default port, a path without dot segments and never empty, escapes in capitals and only where needed.
func canonicalURI(web string) string {
	u, err := url.Parse(web)
	if err != nil || web == "" {
		return web
	}
	u.Host = strings.ToLower(u.Host)
	if port := u.Port(); (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	if u = u.JoinPath(); u.Path == "" {
		u.Path = "/"
	}
	return tidyEscapes(u.String())
}

func tidyEscapes(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			out.WriteByte(s[i])
			continue
		}
		if c := unhex(s[i+1])<<4 | unhex(s[i+2]); isUnreserved(c) {
			out.WriteByte(c)
		} else {
			writeEscape(&out, c)
		}
		i += 2
	}
	return out.String()
}

// escapeURI percent-encodes the bytes that RFC 3986 allows nowhere in a URI.
func escapeURI(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		bare := c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]))
		if bare || c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			writeEscape(&out, c)
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

// escapeBrackets percent-encodes brackets behind the host, where alone RFC 3986 allows them.
func escapeBrackets(uri string) string {
	start := strings.Index(uri, "//") + 2
	end := strings.IndexAny(uri[start:], "/?#")
	if end < 0 {
		return uri
	}
	head, tail := uri[:start+end], uri[start+end:]
	return head + strings.ReplaceAll(strings.ReplaceAll(tail, "[", "%5B"), "]", "%5D")
}

func writeEscape(out *strings.Builder, c byte) {
	const hex = "0123456789ABCDEF"
	out.WriteByte('%')
	out.WriteByte(hex[c>>4])
	out.WriteByte(hex[c&15])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

func isUnreserved(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("-._~", c) >= 0
}
