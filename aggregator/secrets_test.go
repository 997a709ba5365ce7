package aggregator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"wireroom/news"
)

func TestNoSecretIsSaved(t *testing.T) {
	v := newVisitor(t)
	p := v.visit(rss(map[string]string{"ETag": `"a"`}, one))
	if text := fmt.Sprintf("%+v", p); strings.Contains(text, "hidden") {
		t.Errorf("the poll holds a secret: %s", text)
	}
	v.visit(status(http.StatusNotModified, nil))
	if got := v.asked[1].Get("If-None-Match"); got != `"a"` {
		t.Errorf("got validator %q on the second request, want %q", got, `"a"`)
	}
}

// A secret in a path stands in errors and behind redirects, which are stored, logged and shown.
func TestNoSecretOfAPathIsSaved(t *testing.T) {
	redirected := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hidden/feed" {
			http.Redirect(w, r, "/hidden/moved", http.StatusFound)
			return
		}
		rss(map[string]string{"ETag": `"a"`}, one)(w, r)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a redirect":      redirected,
		"a circle":        func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
		"no feed":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><title>Hi</title><p>x") },
		"no answer":       func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"gone behind one": func(w http.ResponseWriter, r *http.Request) { goneBehind(w, r, "/hidden/feed", "/hidden/gone") },
	} {
		v := newVisitor(t)
		v.store.source.URL = strings.Replace(v.store.source.URL, "/feed?key=${SECRET}", "/${SECRET}/feed", 1)
		if text := fmt.Sprintf("%+v", v.visit(answer)); strings.Contains(text, "hidden") {
			t.Errorf("%s: the poll holds a secret: %s", name, text)
		}
	}
	v := newVisitor(t)
	v.store.source.URL = strings.Replace(v.store.source.URL, "/feed?key=${SECRET}", "/${SECRET}/feed", 1)
	v.visit(redirected)
	v.visit(redirected)
	if got := v.asked[3].Get("If-None-Match"); got != `"a"` {
		t.Errorf("got validator %q behind the redirect, want that which came from there", got)
	}
}

// Publishers repeat tokens in links, and relative links are read against the address that has them.
func TestNoTokenOfADocumentIsSaved(t *testing.T) {
	const token = "b7f3c9d1e5a8"
	v := newVisitor(t)
	v.store.source.URL = strings.Replace(v.store.source.URL, "/feed?key=${SECRET}", "/${SECRET}/feed", 1)
	v.puller.Secrets = func(s news.Source) (news.Source, error) {
		s.URL = strings.ReplaceAll(s.URL, "${SECRET}", token)
		return s, nil
	}
	p := v.visit(rss(nil, [3]string{"1", "story1", "Relative"}, [3]string{token + "-2", "https://s.example/2?auth=" + token, "Repeated"}))
	v.want(p, news.OutcomeChanged, 2, 0, 0)
	if text := fmt.Sprintf("%+v", p); strings.Contains(text, token) || !strings.Contains(text, "auth=${SECRET}") {
		t.Errorf("the poll holds a token, or nothing in its place: %s", text)
	}
}

func goneBehind(w http.ResponseWriter, r *http.Request, from, to string) {
	if r.URL.Path == from {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	w.WriteHeader(http.StatusGone)
}
