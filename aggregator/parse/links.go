package parse

import (
	"net/url"
	"strings"
)

// resolve returns ref as an absolute URL. A ref that is no URL, or a relative one without a base to stand on, is
// returned as it is, without blanks around it and line ends in it.
func resolve(base *url.URL, ref string) string {
	ref = cleanRef(ref)
	if ref == "" || base == nil || hasWebScheme(ref) {
		return ref
	}
	u, err := url.Parse(ref)
	if err != nil {
		return resolveOdd(base, ref)
	}
	if u.IsAbs() {
		return ref
	}
	return base.ResolveReference(u).String()
}

// resolveOdd resolves what url.Parse refuses, such as a colon in the first segment or a lone percent sign.
func resolveOdd(base *url.URL, ref string) string {
	if strings.HasPrefix(ref, "//") && base.IsAbs() {
		return base.Scheme + ":" + ref
	}
	path, query, hasQuery := strings.Cut(ref, "?")
	u, err := url.Parse("./" + strings.TrimLeft(strings.ReplaceAll(path, "%", "%25"), "/"))
	if err != nil || strings.Contains(path, "://") {
		return ref
	}
	if strings.HasPrefix(path, "/") {
		u.Path = "/" + strings.TrimPrefix(u.Path, "./")
	}
	if hasQuery {
		u.RawQuery = query
	}
	return base.ResolveReference(u).String()
}

func hasWebScheme(ref string) bool {
	return len(ref) > 8 && (strings.EqualFold(ref[:8], "https://") || strings.EqualFold(ref[:7], "http://"))
}

// cleanRef drops the blanks around a reference and, as browsers do, tabs and line ends within it.
func cleanRef(ref string) string {
	ref = strings.TrimSpace(ref)
	if strings.ContainsAny(ref, "\t\r\n") {
		ref = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(ref)
	}
	return ref
}

// isWebURL reports whether ref is an absolute URL of a page.
func isWebURL(ref string) bool {
	if !hasWebScheme(ref) || strings.ContainsAny(ref, " \t\r\n") {
		return false
	}
	u, err := url.Parse(ref)
	return err == nil && u.Host != ""
}

// webURL returns an absolute URL of the web, with its blanks encoded, or "" for anything else, such as a script's.
func webURL(ref string) string {
	ref = encodeBare(cleanRef(ref))
	if !isWebURL(ref) {
		return ""
	}
	return ref
}

// permalink returns the page that an id names: the id itself where it is a URL of the web, or a path against the base;
// "" for another id.
func permalink(base *url.URL, id string) string {
	id = cleanRef(id)
	if !hasWebScheme(id) && (strings.ContainsAny(id, ": \t\n") || !strings.Contains(id, "/")) {
		return ""
	}
	if ref := resolve(base, id); isWebURL(ref) {
		return ref
	}
	return ""
}

func withoutQuery(ref string) string {
	before, _, _ := strings.Cut(ref, "?")
	return before
}
