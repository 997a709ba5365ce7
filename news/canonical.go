package news

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// CanonicalURL returns the form of an item's URL by which two spellings of one page are recognised: scheme and host in
// lower case (http written as https, a leading "www." and the default port dropped, international names in ASCII),
// dot segments resolved, no fragment, no parameters of tracking or sessions, the others in order of name, no final slash.
//
// It returns "" for what names no page of its own: another scheme than http and https, no host, or a site's front page
// without parameters. It is idempotent. The result serves as a key, never as a link.
func CanonicalURL(rawURL string) string {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	host := canonicalHost(u)
	if host == "" {
		return ""
	}
	path := withoutSession(u.JoinPath().EscapedPath())
	query := canonicalQuery(u.RawQuery)
	if path == "" && query == "" {
		return ""
	}
	if query != "" {
		query = "?" + query
	}
	return "https://" + host + path + query
}

// withoutSession drops final slashes, and what Java's servers put behind a path for who sends no cookies: anew at each visit.
func withoutSession(path string) string {
	for {
		path = strings.TrimRight(path, "/")
		at := strings.LastIndexByte(path, ';')
		if at < 0 || strings.Contains(path[at:], "/") || !strings.HasPrefix(strings.ToLower(path[at:]), ";jsessionid=") {
			return path
		}
		path = path[:at]
	}
}

func canonicalHost(u *url.URL) string {
	name := strings.ToLower(strings.Trim(u.Hostname(), "."))
	if ascii, err := idna.Lookup.ToASCII(name); err == nil {
		name = ascii
	}
	for {
		site, ok := strings.CutPrefix(name, "www.")
		if site = strings.Trim(site, "."); !ok || !strings.Contains(site, ".") {
			break
		}
		name = site
	}
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		name += ":" + port
	}
	return name
}

// canonicalQuery keeps the escaping that the publisher chose: decoding and encoding again would join what a server
// may tell apart.
func canonicalQuery(raw string) string {
	raw = strings.Join(strings.Fields(raw), "%20")
	if raw == "" {
		return ""
	}
	pairs := strings.Split(raw, "&")
	pairs = slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return pair == "" || isTracking(strings.ToLower(name))
	})
	slices.SortStableFunc(pairs, func(a, b string) int {
		a, _, _ = strings.Cut(a, "=")
		b, _, _ = strings.Cut(b, "=")
		return strings.Compare(a, b)
	})
	return strings.Join(pairs, "&")
}

// isTracking reports whether a query parameter says where a click came from, or whose visit it is, and not which page is meant.
// The names are those that publishers' feeds, mailing tools, ad networks and servers document.
func isTracking(name string) bool {
	for _, prefix := range [...]string{"utm_", "at_", "mc_", "pk_", "piwik_", "mtm_", "hsa_", "oly_", "vero_", "wt.", "ns_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "fbclid", "gclid", "dclid", "msclkid", "yclid", "twclid", "igshid", "gbraid", "wbraid", "_ga", "_gl", "ocid",
		"cmpid", "cmp", "ncid", "ito", "smid", "sr_share", "ref_src", "traffic_source", "feedtype", "rssid", "mkt_tok",
		"spm", "xtor", "s_cid", "icid", "cid_source", "taid", "maca", "partner_rss", "ftag", "_hsenc", "_hsmi", "rss",
		"phpsessid", "jsessionid": // not session_id: parliaments have sessions
		return true
	}
	return false
}
