package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// largeFeeds publishes n sources of size stories each, every source with one that it shares with its neighbour, and
// returns a house for them.
func largeFeeds(t *testing.T, o *origin, n, size int) *house {
	t.Helper()
	var ids []string
	for i := range n {
		id := fmt.Sprintf("s%02d", i)
		ids = append(ids, id)
		stories := numbered(size)
		stories[0].link = fmt.Sprintf("https://agency.example/%d", i/2)
		o.publish("/"+id, rss(id, stories...))
	}
	h := newHouse(t, o.sources(ids...)...)
	h.config.Topics = append(h.config.Topics, topicEntry{Slug: "strait", Strong: []string{"strait"}})
	h.apart = true
	h.save()
	return h
}

// kept is what a crash may not change: the items with their ids and stories, and what each topic has.
type kept struct {
	Items  map[string]map[string]string
	Topics map[string]map[string]bool // slug → ids of the entries
}

func (h *house) kept() kept {
	h.t.Helper()
	k := kept{outline(h.items()), make(map[string]map[string]bool)}
	for _, topic := range h.config.Topics {
		k.Topics[topic.Slug] = make(map[string]bool)
		for _, it := range h.items("--topic", topic.Slug) {
			k.Topics[topic.Slug][it["story"]] = true
		}
	}
	return k
}

// checkOnce fails if a story stands twice in the log of a topic, an item has a second version, or something is unsorted.
func (h *house) checkOnce() {
	h.t.Helper()
	h.checkSorted()
	h.checkNone("items with a second version", `select count(*) from versions where version > 1`)
}

// checkSorted fails if something waits, is missing, or stands twice.
func (h *house) checkSorted() {
	h.t.Helper()
	h.checkNone("entries of one story in one topic",
		`select count(*) from (select 1 from entries group by topic, story having count(*) > 1) as twice`)
	h.checkNone("items that wait for the sorter", `select count(*) from items where unsorted = 1`)
	h.checkNone("stories that wait to be filed", `select count(*) from pending`)
	h.checkNone("items without a version", `select count(*) from items where n not in (select item from versions)`)
	h.checkNone("originals in no topic", `select count(*) from items where duplicate_of is null and story not in (select story from entries)`)
	if h.onPostgres() {
		return
	}
	h.checkNone("faults of the file", `select count(*) from pragma_integrity_check where integrity_check <> 'ok'`)
}

// checkNone fails unless a query on the store counts nothing.
func (h *house) checkNone(what, query string) {
	h.t.Helper()
	db := h.database()
	defer db.Close()
	var n int
	if err := db.QueryRowContext(h.t.Context(), query).Scan(&n); err != nil || n != 0 {
		h.t.Errorf("%s: %d, want none (%v)", what, n, err)
	}
}

// database opens the store behind the program's back.
func (h *house) database() *sql.DB {
	h.t.Helper()
	if h.onPostgres() {
		return openDatabase(h.t, "pgx", h.config.Store)
	}
	return openDatabase(h.t, "sqlite", strings.TrimPrefix(h.config.Store, "sqlite:")+"?_pragma=busy_timeout(10000)")
}

func (h *house) onPostgres() bool { return strings.HasPrefix(h.config.Store, "postgres:") }

func openDatabase(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// A first pass that is killed in its middle and started again, at once, ends with what an undisturbed one has.
func TestKillWhilePolling(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("processes of their own")
	}
	t.Parallel()
	const sources, size = 24, 20
	o := newOrigin(t)
	h := largeFeeds(t, o, sources, size)
	h.must("poll", "--at", after(0))
	want := h.kept()
	if len(want.Items) != sources*size {
		t.Fatalf("undisturbed: %d items, want %d", len(want.Items), sources*size)
	}
	for _, answers := range []int64{1, 9, sources - 1} {
		t.Run(fmt.Sprintf("after %d answers", answers), func(t *testing.T) {
			twin := h.twin()
			twin.t = t
			killAfter(t, twin, o, answers)
			if n := len(twin.items()); n >= sources*size {
				t.Fatalf("%d items are stored already: nothing was interrupted", n)
			}
			twin.must("poll", "--at", after(0))
			if diff := cmp.Diff(want, twin.kept()); diff != "" {
				t.Errorf("undisturbed and after the crash (-want +got):\n%s", diff)
			}
			twin.checkOnce()
		})
	}
}

// killAfter polls with a process that is killed when the origin has given so many answers and keeps it waiting for the
// next.
func killAfter(t *testing.T, h *house, o *origin, answers int64) {
	t.Helper()
	var n atomic.Int64
	reached, release := make(chan struct{}), make(chan struct{})
	o.hold(func(*http.Request) {
		if n.Add(1) == answers+1 {
			close(reached)
			<-release
		}
	})
	p := h.start("poll", "--at", after(0))
	select {
	case <-reached:
	case <-p.ended:
		t.Fatalf("the poll ended with %d of %d answers\n%s", n.Load(), answers, p.stderr)
	case <-time.After(patience):
		t.Fatalf("the origin gave %d answers, want %d", n.Load(), answers)
	}
	p.signal(syscall.SIGKILL)
	close(release)
	o.hold(nil)
}

// Killed while it sorts, the program goes on where it was, at once: nothing is filed twice, and nothing is left out.
func TestKillWhileSorting(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("processes of their own")
	}
	const sources, size = 30, 100
	o := newOrigin(t)
	h := largeFeeds(t, o, sources, size)
	h.must("poll", "--at", after(0))
	want := h.kept()
	for _, sorted := range []int{0, 2000} {
		t.Run(fmt.Sprintf("when more than %d items are sorted", sorted), func(t *testing.T) {
			twin := h.twin()
			twin.t = t
			killWhen(t, twin, sorted)
			twin.must("poll", "--at", after(0))
			if diff := cmp.Diff(want, twin.kept()); diff != "" {
				t.Errorf("undisturbed and after the crash (-want +got):\n%s", diff)
			}
			twin.checkOnce()
		})
	}
}

// killWhen polls with a process that is killed as soon as so many items are sorted.
func killWhen(t *testing.T, h *house, sorted int) {
	t.Helper()
	h.must("sources") // makes the store, which is looked at from outside below
	db := h.database()
	defer db.Close()
	p := h.start("poll", "--at", after(0))
	n, limit := 0, time.After(patience)
	for n <= sorted {
		if err := db.QueryRowContext(t.Context(), `select count(*) from items where seq is not null`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		select {
		case <-p.ended:
			t.Logf("the poll was faster than the look at it: nothing was interrupted")
			return
		case <-limit:
			t.Fatalf("%d items were sorted, want more than %d", n, sorted)
		default:
		}
	}
	p.signal(syscall.SIGKILL)
	t.Logf("killed when %d items were sorted", n)
}

// sorted lists the items that are in a story.
func (h *house) sorted() []map[string]string {
	h.t.Helper()
	return slices.DeleteFunc(h.items(), func(it map[string]string) bool { return it["story"] == "" })
}

// A running program that is killed comes back by itself: what it had is served as it was, and what it was about to ask
// is asked.
func TestKilledRunComesBack(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("processes of their own")
	}
	t.Parallel()
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(5)...))
	slow := newOriginAt(t, "127.0.0.2")
	slow.publish("/slow", rss("slow", numbered(3)...))
	reached, release := make(chan struct{}, 1), make(chan struct{})
	slow.hold(func(*http.Request) {
		reached <- struct{}{}
		<-release
	})
	h := newHouse(t, append(o.sources("a"), slow.sources("slow")...)...)
	p := h.start("run")
	s := p.service()
	<-reached
	s.awaitEntries("everything", 5)
	before := s.get("/topics/everything.atom")
	p.signal(syscall.SIGKILL)
	still := h.serve("serve")
	if now := still.get("/topics/everything.atom"); now.body != before.body || now.header.Get("ETag") != before.header.Get("ETag") {
		t.Error("the feed is another after the crash")
	}
	still.end()

	close(release)
	slow.hold(nil)
	again := h.start("run")
	for limit := time.After(patience); len(h.sorted()) < 8 || len(h.items("--topic", "everything")) < 8; {
		pause(t, limit, again.ended)
	}
	again.terminate(exitDone)
	if n := len(o.requests()); n != 1 {
		t.Errorf("the source that had answered was asked %d times, want once", n)
	}
	h.checkOnce()
}
