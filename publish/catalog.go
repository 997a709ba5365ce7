package publish

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"wireroom/news"
)

// catalogAge is for how long the list of Topics is believed: so long may a change be invisible, and no oftener is the
// store asked, however many readers come.
const catalogAge = time.Second

// storeTimeout bounds one visit to the store.
const storeTimeout = 5 * time.Second

// patience is for how long a reader waits for something newer where there is something to serve: many times what a
// reading and rendering takes, and less than what makes people and programs give up.
const patience = time.Second

// catalog knows the Topics and their revisions. It is safe for concurrent use.
type catalog struct {
	states func(context.Context) ([]news.TopicState, error) // of the store
	now    func() time.Time
	log    *slog.Logger
	news   func(*topicList) // told of every list that differs from the one before; must not ask back

	flight singleflight.Group
	mu     sync.Mutex
	list   *topicList // nil before the first success
	asked  time.Time  // of the last visit to the store, good or bad
	err    error      // of the last visit
}

// topics returns the list of Topics, at most a second old, or the last good one where the store fails or hesitates. It
// fails only where there never was one.
func (c *catalog) topics(ctx context.Context) (*topicList, error) {
	list, err, fresh := c.known()
	if fresh {
		return list, err
	}
	asking := c.flight.DoChan("", func() (any, error) { // the outcome is read from c
		if _, _, fresh := c.known(); !fresh {
			c.ask(ctx)
		}
		return nil, nil
	})
	wait(asking, list != nil)
	list, err, _ = c.known()
	return list, err
}

// expire makes the next reader ask the store, whatever the age of the list.
func (c *catalog) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = time.Time{}
}

// wait returns the outcome, or ok false where it takes too long and there is something else to serve.
func wait(outcome <-chan singleflight.Result, otherwise bool) (r singleflight.Result, ok bool) {
	if !otherwise {
		return <-outcome, true
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case r = <-outcome:
		return r, true
	case <-timer.C:
		return r, false
	}
}

// fresh returns the list of Topics if it is not older than a second, else nil.
func (c *catalog) fresh() *topicList {
	list, _, fresh := c.known()
	if !fresh {
		return nil
	}
	return list
}

// refresh asks the store now, whatever the age of the list.
func (c *catalog) refresh(ctx context.Context) (*topicList, error) {
	_, _, _ = c.flight.Do("", func() (any, error) { c.ask(ctx); return nil, nil })
	list, err, _ := c.known()
	return list, err
}

// known returns what is remembered. The error is nil where there is a list.
func (c *catalog) known() (list *topicList, err error, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	age := c.now().Sub(c.asked)
	fresh = !c.asked.IsZero() && age >= 0 && age < catalogAge
	if c.list != nil {
		return c.list, nil, fresh
	}
	return nil, c.err, fresh
}

// ask outlives the request that happens to cause it: others wait for the same answer.
func (c *catalog) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	states, err := c.read(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil && c.err == nil:
		c.log.Error("topics cannot be read; serving what is known", slog.Any("err", err))
	case err == nil && c.err != nil:
		c.log.Info("topics can be read again")
	}
	c.asked, c.err = c.now(), err
	if err == nil && (c.list == nil || c.list.stamp != stampOf(states)) {
		c.list = newTopicList(states)
		c.news(c.list)
	}
}

// listed is a Topic with the name of its present version, as far as its documents show it.
type listed struct {
	news.TopicState
	version string
	edits   string // name of the present version of its corrections
}

// versionOf returns the name of the version of what a document shows.
func (l listed) versionOf(k key) string {
	if k.view == viewCorrections {
		return l.edits
	}
	return l.version
}

func (c *catalog) read(ctx context.Context) (states []news.TopicState, err error) {
	defer caught(&err)
	return c.states(ctx)
}

// caught turns a panic into an error. What runs on behalf of many readers runs outside their requests, where a panic
// would end the process; a fault in one document must not take the others away.
func caught(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
	}
}

// topicList is one reading of the store's Topics. But for what it remembers it never changes.
type topicList struct {
	documents sync.Map // path → *document, of the versions in the list: what was served already
	states    []listed
	bySlug    map[string]int
	aliases   map[string]string // old slug → present one
	stamp     string            // changes with anything in states
}

func newTopicList(states []news.TopicState) *topicList {
	l := &topicList{
		states: make([]listed, len(states)), bySlug: make(map[string]int, len(states)), aliases: make(map[string]string), stamp: stampOf(states),
	}
	for i, s := range states {
		l.states[i] = listed{TopicState: s, version: stampOf([]news.TopicState{withoutEdits(s)}), edits: stampOf(states[i : i+1])}
		if at, ok := l.bySlug[s.Slug]; !ok || l.states[at].Removed {
			l.bySlug[s.Slug] = i
		}
		for _, old := range s.Aliases {
			if _, taken := l.aliases[old]; !taken || !s.Removed {
				l.aliases[old] = s.Slug
			}
		}
	}
	return l
}

// find returns the Topic of a slug. For a former slug, renamed is the present one. It fails with news.ErrGone for a
// removed Topic and with news.ErrNotFound for an unknown one.
func (l *topicList) find(slug string) (state listed, renamed string, err error) {
	i, ok := l.bySlug[slug]
	if ok && !l.states[i].Removed {
		return l.states[i], "", nil
	}
	now, alias := l.aliases[slug]
	if at, known := l.bySlug[now]; alias && known && !l.states[at].Removed {
		return listed{}, now, nil
	}
	if ok || alias {
		return listed{}, "", fmt.Errorf("topic %s: %w", slug, news.ErrGone)
	}
	return listed{}, "", fmt.Errorf("topic %s: %w", slug, news.ErrNotFound)
}

// title returns the title of the Topic that has or had the slug, removed ones included; of an unknown one the slug.
func (l *topicList) title(slug string) string {
	at, ok := l.bySlug[slug]
	if now, alias := l.aliases[slug]; alias && (!ok || l.states[at].Removed) {
		at, ok = l.bySlug[now]
	}
	if !ok {
		return slug
	}
	return firstOf(line(l.states[at].Title), slug)
}

// live returns the Topics that are configured, in order.
func (l *topicList) live() []listed {
	var out []listed
	for _, s := range l.states {
		if !s.Removed {
			out = append(out, s)
		}
	}
	return out
}

// topics returns the Topics as the store gave them.
func (l *topicList) topics() []news.TopicState {
	out := make([]news.TopicState, len(l.states))
	for i, s := range l.states {
		out[i] = s.TopicState
	}
	return out
}

// newest returns when any Topic last changed.
func (l *topicList) newest() time.Time {
	var t time.Time
	for _, s := range l.states { // removed ones included: their removal is a change, and dates never go back
		t = latest(t, s.Updated)
	}
	return t.UTC()
}

func withoutEdits(s news.TopicState) news.TopicState {
	s.Edits = 0
	return s
}

func stampOf(states []news.TopicState) string {
	h := sha256.New()
	var n [32]byte
	for _, s := range states {
		binary.BigEndian.PutUint64(n[:], uint64(s.Revision))
		binary.BigEndian.PutUint64(n[8:], uint64(s.Interval))
		binary.BigEndian.PutUint64(n[16:], uint64(s.Updated.UnixMilli()))
		binary.BigEndian.PutUint64(n[24:], uint64(s.Edits))
		fmt.Fprintf(h, "%s\x00%q\x00%q\x00%q\x00%t\x00%d\n", n[:], s.Slug, s.Title, s.Aliases, s.Removed, s.Pages)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}
