package publish

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"wireroom/news"
)

// frontStories is how many Stories of each Topic the front page shows, and frontSpare how many more are at hand where some
// lead another Topic above already.
const (
	frontStories = 5
	frontSpare   = 5
)

// topicDigest is a Topic on the front page.
type topicDigest struct {
	Slug, Title string
	Updated     time.Time
	Stories     []storyView
}

// front remembers the front page and what it is made of, so that a change of one Topic reads one Edition. It is safe for
// concurrent use.
type front struct {
	mu      sync.Mutex
	stamp   string // of the list of Topics that doc was made from
	doc     *document
	digests map[string]digestOf // by slug
}

type digestOf struct {
	version string
	digest  topicDigest
}

func newFront() *front { return &front{digests: make(map[string]digestOf)} }

func (s *Server) frontPage(w http.ResponseWriter, r *http.Request) error {
	list, err := s.catalog.topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	doc, err := s.frontDocument(r.Context(), list)
	if err != nil {
		return unavailable(err)
	}
	return s.send(w, r, doc)
}

// frontDocument returns the front page of the list; the last good one where the store fails.
func (s *Server) frontDocument(ctx context.Context, list *topicList) (*document, error) {
	s.front.mu.Lock()
	defer s.front.mu.Unlock()
	if s.front.doc != nil && s.front.stamp == list.stamp {
		return s.front.doc, nil
	}
	doc, err := s.makeFront(context.WithoutCancel(ctx), list)
	if err != nil {
		if s.front.doc != nil {
			return s.front.doc, nil
		}
		return nil, err
	}
	s.front.doc, s.front.stamp = doc, list.stamp
	return doc, nil
}

func (s *Server) makeFront(ctx context.Context, list *topicList) (*document, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	digests := make(map[string]digestOf)
	var shown []topicDigest
	for _, state := range list.live() {
		d := s.front.digests[state.Slug]
		if d.version != state.version {
			edition, err := s.store.Edition(ctx, state.Slug, 0)
			if err != nil {
				return nil, err
			}
			d = digestOf{version: state.version, digest: s.digest(state.TopicState, edition)}
		}
		digests[state.Slug] = d
		shown = append(shown, d.digest)
	}
	s.front.digests = digests
	shown = ledOnce(shown)
	var feeds []feedLink
	for _, d := range shown {
		feeds = append(feeds, feedLinks(d.Slug, d.Title)[0])
	}
	return s.pages.document("front", pageView{
		Feeds: feeds,
		Title: "Wireroom: geopolitics from many sources, by topic", Path: "/",
		Description: "Reports on geopolitics from many sources, filed under topics, free to subscribe to. Copies of one report stand behind its original.",
		Data:        s.site.listOf("Wireroom", "/", newestOf(shown)),
		Main:        shown,
	}, time.Minute, list.newest())
}

func (s *Server) digest(state news.TopicState, e news.Edition) topicDigest {
	e.Entries = e.Entries[:min(len(e.Entries), frontStories+frontSpare)]
	f := Feed{Site: s.site, Edition: e}
	d := topicDigest{Slug: state.Slug, Title: f.title(), Updated: state.Updated}
	for _, e := range f.entries() {
		d.Stories = append(d.Stories, storyViewOf(e))
	}
	return d
}

// newestOf returns the first Story of each Topic, each once.
func newestOf(topics []topicDigest) (first []storyView) {
	seen := make(map[string]bool)
	for _, t := range topics {
		if len(t.Stories) > 0 && !seen[t.Stories[0].ID] {
			seen[t.Stories[0].ID] = true
			first = append(first, t.Stories[0])
		}
	}
	return first
}

// ledOnce leaves out of each Topic the Stories that lead one above it, if it has others, and what is beyond frontStories.
func ledOnce(topics []topicDigest) []topicDigest {
	led := make(map[string]bool)
	out := make([]topicDigest, len(topics))
	for i, t := range topics {
		others := slices.DeleteFunc(slices.Clone(t.Stories), func(v storyView) bool { return led[v.ID] })
		if len(others) > 0 {
			t.Stories = others
			led[others[0].ID] = true
		}
		t.Stories = t.Stories[:min(len(t.Stories), frontStories)]
		out[i] = t
	}
	return out
}
