package publish

import (
	"container/list"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"wireroom/news"
)

// searchStories is how many Stories a page of a search shows, and its Feed carries; searchPages how many pages there are.
// Who has not found it among the newest 300 narrows the search.
const (
	searchStories = 30
	searchPages   = 10
)

// searchCaching is how long caches may keep what a search finds.
const searchCaching = 5 * time.Minute

// searchView is the page of a search.
type searchView struct {
	Asked   string // as the reader typed it
	Query   string // its canonical spelling; empty where nothing was searched
	Fault   string // why nothing was searched, in words
	Stories []storyView
	Page    int
	Newer   string // path of the page before; empty for none
	Older   string
	Feeds   []feedLink
}

// found remembers what was searched for last, as documents of one state of all Topics. It is safe for concurrent use.
type found struct {
	mu     sync.Mutex
	stamp  string                   // of the list of Topics
	docs   map[string]*list.Element // of *foundDoc, by address
	recent *list.List               // most recently asked for first
}

type foundDoc struct {
	address string
	doc     *document
}

// foundKept is how many documents of searches are remembered: those that many readers poll, and the pages that one leafs
// through. A page has some 20 KB.
const foundKept = 128

func newFound() *found { return &found{docs: make(map[string]*list.Element), recent: list.New()} }

// get returns the document under an address, if it was made of that state.
func (f *found) get(stamp, address string) *document {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, ok := f.docs[address]
	if !ok || f.stamp != stamp {
		return nil
	}
	f.recent.MoveToFront(e)
	return e.Value.(*foundDoc).doc
}

func (f *found) put(stamp, address string, doc *document) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stamp != stamp {
		f.stamp = stamp
		f.recent.Init()
		clear(f.docs)
	}
	if old, ok := f.docs[address]; ok {
		f.recent.Remove(old)
	}
	f.docs[address] = f.recent.PushFront(&foundDoc{address, doc})
	for f.recent.Len() > foundKept {
		delete(f.docs, f.recent.Remove(f.recent.Back()).(*foundDoc).address)
	}
}

// searchPath is the address of a search's page or Feed.
func searchPath(query string, f Format) string {
	suffix := "." + string(f)
	if f == pageFormat {
		suffix = ""
	}
	return "/search" + suffix + "?q=" + url.QueryEscape(query)
}

// searchPage answers /search?q=. What cannot be searched for is no error of the reader's: the page says what to type.
func (s *Server) searchPage(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query().Get("q")
	query, err := news.ParseQuery(asked)
	if err != nil {
		v := searchView{Asked: clean(strings.ToValidUTF8(asked, ""))}
		if strings.TrimSpace(asked) != "" {
			v.Fault = err.Error()
		}
		return s.page(w, r, "search", pageView{Title: "Search · Wireroom", Description: "Search the reports of all topics.",
			Path: "/search", Private: asked != "", Query: v.Asked, Main: v})
	}
	page := searchPageNumber(r)
	address := searchPath(asked, pageFormat) + "&page=" + strconv.Itoa(page)
	return s.searched(w, r, address, func(ctx context.Context, _ *topicList) (*document, error) {
		stories, more, err := s.store.Search(ctx, query, (page-1)*searchStories, searchStories)
		if err != nil {
			return nil, err
		}
		return s.pages.search(asked, query, page, more, s.searchFeed(query, stories).entries)
	})
}

// searchPageNumber is which page is asked for; what is no such number is the first.
func searchPageNumber(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 || n > searchPages {
		return 1
	}
	return n
}

// searchFile answers /search.atom?q= and its like. A query in another than its canonical spelling is sent there, so that
// one search is one Feed.
func (s *Server) searchFile(format Format) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		asked := r.URL.Query().Get("q")
		query, err := news.ParseQuery(asked)
		if err != nil {
			return &refusal{status: http.StatusBadRequest, text: "Not searched: " + err.Error() + ", as in " + searchPath(`"two words" begin* -without`, format)}
		}
		address := searchPath(query.String(), format)
		if asked != query.String() {
			moved := *r
			moved.URL = &url.URL{RawQuery: "q=" + url.QueryEscape(query.String())}
			s.redirect(w, &moved, "/search."+string(format))
			return nil
		}
		return s.searched(w, r, address, func(ctx context.Context, all *topicList) (*document, error) {
			stories, _, err := s.store.Search(ctx, query, 0, searchStories)
			if err != nil {
				return nil, err
			}
			return s.searchFeed(query, stories).document(format, cacheControl(searchCaching))
		})
	}
}

// searched answers with a document of a search, made once for each state of the Topics.
func (s *Server) searched(w http.ResponseWriter, r *http.Request, address string, build func(context.Context, *topicList) (*document, error)) error {
	topics, err := s.catalog.topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	if doc := s.found.get(topics.stamp, address); doc != nil {
		return s.send(w, r, doc)
	}
	if err := s.budgets.spend(s.clients.of(r), costSearch); err != nil {
		return err
	}
	made, err, _ := s.flight.Do("search "+address, func() (any, error) { // for all who ask the same at a time
		giveBack, err := s.place(r.Context())
		if err != nil {
			return nil, err
		}
		defer giveBack()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), storeTimeout)
		defer cancel()
		return build(ctx, topics)
	})
	if err != nil {
		return storeError(err)
	}
	doc := made.(*document)
	s.found.put(topics.stamp, address, doc)
	return s.send(w, r, doc)
}

// searchSpace is the UUID namespace of searches.
var searchSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("wireroom:search"))

// searchFeed is what a search finds as a Feed: a function of the Stories alone.
func (s *Server) searchFeed(query news.Query, stories []news.Found) sheet {
	text := query.String()
	out := sheet{
		site: s.site, id: "urn:uuid:" + uuid.NewSHA1(searchSpace, []byte(text)).String(),
		title: "Search: " + text, description: "Stories in which this is found: " + text + ". The newest first.",
		home: s.site.BaseURL + searchPath(text, pageFormat),
		self: func(f Format) string { return s.site.BaseURL + searchPath(text, f) }, current: nowhere, older: nowhere,
	}
	for _, f := range stories {
		out.entries = append(out.entries, foundEntry(s.site, f))
	}
	keepShort(out.entries)
	setApart(out.entries)
	for _, e := range out.entries {
		out.updated = latest(out.updated, e.updated)
	}
	return out
}

// foundEntry is a Story as an entry, under the Topics that it is in.
func foundEntry(site Site, f news.Found) entry {
	var own news.TopicName
	siblings := make(map[string][]news.TopicName)
	if len(f.Topics) > 0 {
		own, siblings[f.Entry.Story.ID] = f.Topics[0], f.Topics[1:]
	}
	feed := Feed{Site: site, Edition: news.Edition{Topic: news.Topic{Slug: own.Slug, Title: own.Title}, Siblings: siblings}}
	e := feed.entry(f.Entry)
	if own.Slug == "" { // a country's alone
		e.topics = nil
	}
	return e
}

// setApart moves the dates of entries that two Topics happen to have given the same a millisecond apart: entries of one
// Feed have dates of their own.
func setApart(entries []entry) {
	taken := make(map[time.Time]bool, len(entries))
	for i := range entries {
		for taken[entries[i].updated] {
			entries[i].updated = entries[i].updated.Add(time.Millisecond)
		}
		taken[entries[i].updated] = true
	}
}

// search renders a page of what was found.
func (p *pages) search(asked string, query news.Query, page int, more bool, entries []entry) (*document, error) {
	text := query.String()
	v := searchView{Asked: asked, Query: text, Page: page}
	for _, f := range Formats {
		v.Feeds = append(v.Feeds, feedLink{Path: searchPath(text, f), Type: f.MediaType(), Title: "Search: " + text + " (" + f.Label() + ")", Label: f.Label()})
	}
	for _, e := range entries {
		story := storyViewOf(e)
		story.Topics = e.topics
		story.Marked = markedByQuery(story.Title, query)
		story.MarkedText = markedByQuery(story.Summary, query)
		v.Stories = append(v.Stories, story)
	}
	address := func(n int) string { return searchPath(asked, pageFormat) + "&page=" + strconv.Itoa(n) }
	if page > 1 {
		v.Newer = address(page - 1)
	}
	if more && page < searchPages {
		v.Older = address(page + 1)
	}
	return p.document("search", pageView{
		Title: fmt.Sprintf("Search: %s · Wireroom", text), Description: "Stories in which this is found: " + text,
		Path: searchPath(text, pageFormat), Feeds: v.Feeds, Private: true, Query: asked, Main: v,
	}, time.Minute, time.Time{})
}

func markedByQuery(text string, query news.Query) (out []segment) {
	at := 0
	for _, m := range query.Marks(text) {
		if m[0] > at {
			out = append(out, segment{Text: text[at:m[0]]})
		}
		out = append(out, segment{Text: text[m[0]:m[1]], Mark: true})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, segment{Text: text[at:]})
	}
	return out
}
