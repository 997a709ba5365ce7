package publish

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// canonical lets through GET and HEAD of canonical addresses, and POST to the hub's. Another spelling (capitals, a final
// slash, empty or dotted segments, escapes that nothing needs) is sent to the canonical one for ever.
func (s *Server) canonical(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			preflight(w)
			return
		}
		want := s.inner(path.Clean("/" + strings.ToLower(r.URL.Path)))
		if r.Method != http.MethodGet && r.Method != http.MethodHead && want != hubPath {
			s.fail(w, r, &refusal{status: http.StatusMethodNotAllowed, text: "Only GET and HEAD are answered here."})
			return
		}
		if !s.spells(r.URL, want) {
			s.redirect(w, r, want)
			return
		}
		inner := r
		if r.URL.Path != want {
			inner = withPath(r, want)
		}
		next.ServeHTTP(w, inner)
		r.Pattern = inner.Pattern // for counting
	})
}

// inner takes off the path in front of all others, which the base URL may have, where a proxy has left it.
func (s *Server) inner(asked string) string {
	rest, ok := strings.CutPrefix(asked, strings.ToLower(s.prefix))
	if !ok || (rest != "" && rest[0] != '/') {
		return asked
	}
	return "/" + strings.TrimPrefix(rest, "/")
}

// spells reports whether u is spelled as the path is, with or without the one in front of all others.
func (s *Server) spells(u *url.URL, path string) bool {
	if u.RawPath != "" { // another spelling than net/url's own
		return false
	}
	return u.Path == path || u.Path == s.prefix+path || (u.Path == s.prefix && path == "/")
}

func withPath(r *http.Request, p string) *http.Request {
	out := new(http.Request)
	*out = *r
	out.URL = new(url.URL)
	*out.URL = *r.URL
	out.URL.Path, out.URL.RawPath = p, ""
	return out
}

// redirect sends the reader to a path of this site, for ever and with the same method. The address is relative to the
// host that was asked, so that it holds behind any proxy.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request, to string) {
	s.redirectFor(w, r, to, "public, max-age=86400")
}

// redirectFor is redirect with a Cache-Control of its own.
func (s *Server) redirectFor(w http.ResponseWriter, r *http.Request, to, caching string) {
	target := url.URL{Path: to, RawQuery: r.URL.RawQuery}
	h := w.Header()
	commonHeaders(h)
	h.Set("Location", s.site.prefix()+target.EscapedPath()+queryOf(target))
	h.Set("Cache-Control", caching)
	if r.URL.Query().Has("token") {
		h.Set("Cache-Control", "no-store") // the new address repeats a secret
	}
	write(w, r, http.StatusPermanentRedirect, "text/plain", []byte("Moved for ever to "+s.site.BaseURL+target.EscapedPath()+"\n"))
}

func queryOf(u url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}
