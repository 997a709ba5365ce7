package publish

import (
	"container/list"
	"sync"
	"time"
)

// sealedKept is how many sealed pages are remembered. They are asked for once by a new reader, seldom again.
const sealedKept = 64

// key names a document. Format is "html" for a page.
type key struct {
	slug   string
	page   int
	format Format
}

// cached is a document with the version of the Topic that it was made from.
type cached struct {
	key     key
	version string
	doc     *document
	retry   time.Time // after a failure to make a newer one; not before this is it tried again
}

// cache remembers the head of every Topic, as the last good bytes for the time of a failure, and the sealed pages asked
// for last. It is safe for concurrent use.
type cache struct {
	mu     sync.Mutex
	heads  map[key]*cached
	sealed map[key]*list.Element // of *cached
	recent *list.List            // most recently asked for first
}

func newCache() *cache {
	return &cache{heads: make(map[key]*cached), sealed: make(map[key]*list.Element), recent: list.New()}
}

// get returns what is remembered under k, of any version; nil if nothing is.
func (c *cache) get(k key) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.page == 0 {
		return c.heads[k]
	}
	e, ok := c.sealed[k]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cached)
}

func (c *cache) put(e *cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.key.page == 0 {
		c.heads[e.key] = e
		return
	}
	if old, ok := c.sealed[e.key]; ok {
		old.Value = e
		c.recent.MoveToFront(old)
		return
	}
	c.sealed[e.key] = c.recent.PushFront(e)
	if c.recent.Len() > sealedKept {
		last := c.recent.Back()
		delete(c.sealed, last.Value.(*cached).key)
		c.recent.Remove(last)
	}
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
