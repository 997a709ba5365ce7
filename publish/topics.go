package publish

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"wireroom/news"
)

// pageFormat is the Format of a Topic's page, beside the Feeds.
const pageFormat Format = "html"

// topic answers /topics/{slug} and its three Feeds, each also as it was: ?asof=TIME.
func (s *Server) topic(w http.ResponseWriter, r *http.Request) error {
	slug, format := splitFormat(r.PathValue("file"))
	slug = configured(slug)
	if asof, ok := askedFor(r, "asof"); ok && format != pageFormat {
		return s.serveAsOf(w, r, slug, format, asof)
	}
	return s.serveTopic(w, r, key{slug: slug, format: format})
}

// archive answers /topics/{slug}/archive/{n}.atom and its like.
func (s *Server) archive(w http.ResponseWriter, r *http.Request) error {
	number, format := splitFormat(r.PathValue("file"))
	page, err := strconv.Atoi(number)
	if err != nil || page < 1 || strconv.Itoa(page) != number || format == pageFormat {
		return news.ErrNotFound
	}
	return s.serveTopic(w, r, key{slug: slugOf(r), page: int64(page), format: format})
}

// topicFile answers /topics/{slug}/corrections.atom and its like, and a day's page, /topics/{slug}/2006-01-02.
func (s *Server) topicFile(w http.ResponseWriter, r *http.Request) error {
	name, format := splitFormat(r.PathValue("file"))
	k := key{slug: slugOf(r), format: format}
	if name == string(viewCorrections) && format != pageFormat {
		k.view = viewCorrections
		return s.serveTopic(w, r, k)
	}
	day, err := dayOf(name)
	if err != nil || format != pageFormat {
		return news.ErrNotFound
	}
	k.view, k.page = viewDay, day
	return s.serveTopic(w, r, k)
}

// slugOf returns the slug of the Topic, or of the country's, that a path is under. A country is not among the topics.
func slugOf(r *http.Request) string {
	if code := r.PathValue("country"); code != "" {
		return news.CountrySlug(code)
	}
	return configured(r.PathValue("slug"))
}

// configured returns a slug from an address, or "" for one that no configuration can have given.
func configured(slug string) string {
	if news.IsCountry(slug) {
		return ""
	}
	return slug
}

// splitFormat takes a Format's suffix off a file's name. A name without suffix is a page. A suffix that is no Format
// stays, and no slug has a dot.
func splitFormat(file string) (string, Format) {
	if name, suffix, ok := strings.Cut(file, "."); ok && slices.Contains(Formats, Format(suffix)) {
		return name, Format(suffix)
	}
	return file, pageFormat
}

func (s *Server) serveTopic(w http.ResponseWriter, r *http.Request, k key) error {
	list, err := s.catalogOf(k.slug).topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	state, renamed, err := list.find(k.slug)
	if err != nil {
		return err
	}
	if renamed != "" {
		k.slug = renamed
		s.redirect(w, r, k.path())
		return nil
	}
	if k.view == viewFeed && k.page > int64(state.Pages) {
		return news.ErrNotFound
	}
	if !k.current() && s.remembered(k, state.versionOf(k)) == nil {
		giveBack, done, err := s.visitStore(w, r, s.cache.husk(k), state.versionOf(k), costPage)
		if old := s.cache.get(k); errors.Is(err, errBusy) && old != nil {
			return s.send(w, r, old.doc)
		}
		if done || err != nil {
			return err
		}
		defer giveBack()
	}
	doc, err := s.topicDocument(r.Context(), state, k)
	if err != nil {
		return err
	}
	if k.current() && k.head() && s.cache.of(k, state.versionOf(k)) != nil {
		list.documents.Store(k.path(), doc)
	}
	return s.send(w, r, doc)
}

// sendKnown answers with what was served already under the address asked for, if the list of Topics that it belongs to
// still holds; false if it did nothing. It goes no other way, so that most requests cost little more than their bytes.
func (s *Server) sendKnown(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.RawPath != "" || strings.Contains(r.URL.RawQuery, "asof") {
		return false
	}
	list := s.catalog.fresh()
	if list == nil {
		return false
	}
	doc, ok := list.documents.Load(strings.TrimPrefix(r.URL.Path, s.prefix))
	return ok && s.send(w, r, doc.(*document)) == nil
}

// catalogOf returns the catalog that has the Topic of a slug.
func (s *Server) catalogOf(slug string) *catalog {
	if news.IsCountry(slug) {
		return s.countries
	}
	return s.catalog
}

// topicState finds a Topic in the catalog, as topicList.find does.
func (s *Server) topicState(ctx context.Context, slug string) (state listed, renamed string, err error) {
	list, err := s.catalogOf(slug).topics(ctx)
	if err != nil {
		return state, "", unavailable(err)
	}
	return list.find(slug)
}

// path is the canonical path of the document.
func (k key) path() string {
	switch {
	case k.view == viewCorrections:
		return correctionsPath(k.slug, k.format)
	case k.view == viewDay:
		return dayPath(k.slug, k.page)
	case k.format == pageFormat:
		return topicPath(k.slug)
	}
	return feedPath(k.slug, int(k.page), k.format)
}

// topicDocument returns a document of the Topic's present version; the last good one where a newer cannot be made. It
// fails with what the store says of a page that is gone or never was.
func (s *Server) topicDocument(ctx context.Context, state listed, k key) (*document, error) {
	if doc := s.remembered(k, state.versionOf(k)); doc != nil {
		return doc, nil
	}
	making := s.flight.DoChan(fmt.Sprint(k), func() (any, error) {
		if doc := s.remembered(k, state.versionOf(k)); doc != nil {
			return doc, nil
		}
		return s.makeTopicDocument(context.WithoutCancel(ctx), k, state)
	})
	old := s.cache.get(k)
	made, ok := wait(making, old != nil)
	if !ok {
		return old.doc, nil
	}
	if made.Err != nil {
		return nil, made.Err
	}
	return made.Val.(*document), nil
}

// remembered returns the document of that version, or any version shortly after a failure; else nil.
func (s *Server) remembered(k key, version string) *document {
	c := s.cache.get(k)
	if c == nil || (c.version != version && !s.now().Before(c.retry)) {
		return nil
	}
	return c.doc
}

func (s *Server) makeTopicDocument(ctx context.Context, k key, state listed) (*document, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	doc, state, err := s.renderTopic(ctx, k, state)
	if err == nil {
		s.cache.put(&cached{key: k, version: state.versionOf(k), doc: doc, made: s.now()})
		return doc, nil
	}
	if errors.Is(err, news.ErrNotFound) || errors.Is(err, news.ErrGone) {
		return nil, err
	}
	old := s.cache.get(k)
	if old == nil {
		return nil, unavailable(err)
	}
	s.log.Error("feed cannot be made; serving the last good one", slog.String("topic", k.slug), slog.Any("err", err))
	s.cache.put(&cached{key: k, version: old.version, doc: old.doc, retry: s.now().Add(catalogAge)})
	return old.doc, nil
}

func (s *Server) renderTopic(ctx context.Context, k key, state listed) (_ *document, _ listed, err error) {
	defer caught(&err)
	defer s.count.rendering(k.format)()
	var doc *document
	switch k.view {
	case viewCorrections:
		doc, err = s.renderCorrections(ctx, k, state)
	case viewPast:
		doc, err = s.renderPast(ctx, k)
	case viewDay:
		doc, err = s.renderDay(ctx, k, state)
	default:
		return s.renderFeed(ctx, k, state)
	}
	return doc, state, err
}

// renderFeed makes a document of the Edition that the store has now. If that is newer than the list of Topics, the list
// is read again, so that bytes and cadence belong to one revision.
func (s *Server) renderFeed(ctx context.Context, k key, state listed) (*document, listed, error) {
	edition, err := s.store.Edition(ctx, k.slug, int(k.page))
	if err != nil {
		return nil, state, fmt.Errorf("edition %s, page %d: %w", k.slug, k.page, err)
	}
	if edition.Revision > state.Revision {
		if list, err := s.catalogOf(k.slug).refresh(ctx); err == nil {
			if newer, _, err := list.find(k.slug); err == nil && newer.Slug != "" {
				state = newer
			}
		}
	}
	feed := Feed{Site: s.site, Edition: edition, Interval: state.Interval}
	if k.format == pageFormat {
		doc, err := s.pages.topic(feed)
		return doc, state, err
	}
	doc, err := feed.sheet().document(k.format, feed.caching())
	return doc, state, err
}

// caching lets caches keep a head for its cadence and a sealed page for a day; both for a day longer when this server is
// in trouble.
func (f Feed) caching() string {
	if f.fixed() {
		return "public, max-age=86400, stale-if-error=86400"
	}
	return cacheControl(maxAge(f.Interval))
}

func cacheControl(age time.Duration) string {
	n := strconv.Itoa(int(age / time.Second))
	return "public, max-age=" + n + ", stale-while-revalidate=" + n + ", stale-if-error=86400"
}
