package publish

import (
	"container/list"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"wireroom/news"
)

// sealedKept is how many sealed pages and heads of countries are remembered, and sealedBytes how much of them. Sealed pages
// are asked for once by a new reader, seldom again; 4 MiB are the pages of two dozen readers who come at the same time.
const (
	sealedKept  = 64
	sealedBytes = 4 << 20
)

// key names a document of a Topic. Format is "html" for a page.
type key struct {
	slug   string
	view   view
	page   int64 // of viewFeed 0 for the head, else a sealed page; of viewPast a revision; of viewDay a day as in 20060102
	format Format
}

// view is which side of a Topic a document shows.
type view string

// The views: its Feed with the archive, its head as it was, a day of it, the edits of what it has published.
const (
	viewFeed        view = ""
	viewPast        view = "past"
	viewDay         view = "day"
	viewCorrections view = "corrections"
)

// current reports whether the document is one of those that a Topic has a few of, and that go on being changed. Countries
// are too many to be remembered for ever.
func (k key) current() bool {
	return !news.IsCountry(k.slug) && (k.view == viewCorrections || k.head())
}

// head reports whether the document is the head of a Topic, what readers ask for every few minutes.
func (k key) head() bool { return k.view == viewFeed && k.page == 0 }

// cached is a document with the version of the Topic that it was made from.
type cached struct {
	key     key
	version string
	doc     *document
	made    time.Time
	retry   time.Time // after a failure to make a newer one; not before this is it tried again
}

// cache remembers the head of every Topic, as the last good bytes for the time of a failure, and the sealed pages asked
// for last. It is safe for concurrent use.
type cache struct {
	mu     sync.Mutex
	heads  map[key]*cached
	sealed map[key]*list.Element // of *cached
	recent *list.List            // most recently asked for first
	bytes  int                   // of the sealed pages, uncoded
	husks  *lru.Cache[key, *cached]
}

// husksKept is of how many sealed pages it is known that a reader has them, when their bodies are forgotten: twice as many as
// one reader may fetch without a pause, of some 2 KB each.
const husksKept = 2 * budgetBurst

func newCache() (*cache, error) {
	husks, err := lru.New[key, *cached](husksKept)
	if err != nil {
		return nil, err
	}
	return &cache{heads: make(map[key]*cached), sealed: make(map[key]*list.Element), recent: list.New(), husks: husks}, nil
}

// husk returns what is known of a sealed page, of any version, perhaps without its bodies; nil if nothing is.
func (c *cache) husk(k key) *cached {
	if known := c.get(k); known != nil {
		return known
	}
	known, _ := c.husks.Get(k)
	return known
}

// get returns what is remembered under k, of any version; nil if nothing is.
func (c *cache) get(k key) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.current() {
		return c.heads[k]
	}
	e, ok := c.sealed[k]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cached)
}

// of returns what is remembered under k if it is of a version; else nil.
func (c *cache) of(k key, version string) *cached {
	if known := c.get(k); known != nil && known.version == version {
		return known
	}
	return nil
}

func (c *cache) put(e *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.key.current() {
		c.heads[e.key] = e
		return
	}
	if old, ok := c.sealed[e.key]; ok {
		c.forget(old)
	}
	c.sealed[e.key] = c.recent.PushFront(e)
	c.bytes += len(e.doc.plain.body)
	for c.recent.Len() > 1 && (c.recent.Len() > sealedKept || c.bytes > sealedBytes) {
		c.forget(c.recent.Back())
	}
}

func (c *cache) forget(e *list.Element) {
	old := c.recent.Remove(e).(*cached)
	delete(c.sealed, old.key)
	c.husks.Add(old.key, &cached{key: old.key, version: old.version, doc: old.doc.husk()})
	c.bytes -= len(old.doc.plain.body)
}

// keep forgets the heads of Topics that are not in the list any more.
func (c *cache) keep(list *topicList) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k := range c.heads {
		if _, _, err := list.find(k.slug); err != nil {
			delete(c.heads, k)
		}
	}
}
