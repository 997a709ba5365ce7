package publish

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// askedFor returns a parameter of the query, and whether it is there at all.
func askedFor(r *http.Request, name string) (value string, ok bool) {
	if !strings.Contains(r.URL.RawQuery, name) {
		return "", false
	}
	values, ok := r.URL.Query()[name]
	if !ok {
		return "", false
	}
	return values[0], true
}

// parseAsOf reads a time of the past: RFC 3339, or a day, which means its beginning in UTC.
func parseAsOf(text string, now time.Time) (time.Time, error) {
	text = strings.ReplaceAll(text, " ", "+") // a plus that was not escaped
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t, err = time.Parse(time.DateOnly, text)
	}
	switch {
	case err != nil || t.Year() < 1:
		return t, &refusal{status: http.StatusBadRequest, text: "asof is no time: write it like 2026-01-31 or 2026-01-31T12:00:00Z."}
	case t.After(now):
		return t, &refusal{status: http.StatusBadRequest, text: "asof lies in the future: ask for a time that has passed."}
	}
	return t, nil
}

// serveAsOf answers with the head of a Topic as it was at a time. All times under one revision give the same bytes, whose
// own address names when the revision began.
func (s *Server) serveAsOf(w http.ResponseWriter, r *http.Request, slug string, format Format, asof string) error {
	at, err := parseAsOf(asof, s.now())
	if err != nil {
		return err
	}
	state, renamed, err := s.topicState(r.Context(), slug)
	if err != nil {
		return err
	}
	k := key{slug: slug, view: viewPast, format: format}
	if renamed != "" {
		k.slug = renamed
		s.redirect(w, r, k.path())
		return nil
	}
	address := feedPath(slug, 0, format) + "?asof=" + stamp(at)
	return s.serveSeen(w, r, address, state.versionOf(k), costPast, func() (*document, error) {
		if k.page, err = s.store.RevisionAt(r.Context(), slug, at); err != nil {
			return nil, storeError(err)
		}
		return s.topicDocument(r.Context(), state, k)
	})
}

func (s *Server) renderPast(ctx context.Context, k key) (*document, error) {
	edition, err := s.store.EditionAsOf(ctx, k.slug, k.page)
	if err != nil {
		return nil, fmt.Errorf("edition %s, revision %d: %w", k.slug, k.page, err)
	}
	if edition.AsOf.IsZero() { // nothing was published yet, nor will it have been
		edition.AsOf = neverUpdated
	}
	feed := Feed{Site: s.site, Edition: edition, Interval: edition.Interval}
	doc, err := feed.sheet().document(k.format, feed.caching())
	if err == nil {
		doc.location = feed.self(k.format)
		doc.updated = time.Time{} // what is withdrawn goes from it later, under the same date: the ETag alone tells
	}
	return doc, err
}
