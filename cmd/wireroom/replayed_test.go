package main

import (
	"bufio"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/aggregator"
	"wireroom/news"
)

// replayWhole makes the replay go over all real items, and not over one day of them.
var replayWhole = flag.Bool("replay.whole", false, "replay all items of ../shared/data/items")

// toldItems reads those that were published between two times, in order, and skips the test where there are none.
func toldItems(t *testing.T, from, to time.Time) (all []realItem) {
	t.Helper()
	files, err := filepath.Glob(sharedData + "/items/*.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Skip("no real items: ../shared/data/items is not there")
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		unpacked, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		for lines := json.NewDecoder(bufio.NewReader(unpacked)); ; {
			var it realItem
			if err := lines.Decode(&it); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if !it.Published.Before(from) && it.Published.Before(to) {
				all = append(all, it)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b realItem) int { return a.Published.Compare(b.Published) })
	return all
}

// A replay is real news as it came, in rounds: what each feed had then.
type replay struct {
	items  []realItem
	rounds []time.Time
}

// newReplay is that of one day, in three rounds, or of all days.
func newReplay(t *testing.T) replay {
	from := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	to, step := from.AddDate(0, 0, 1), 8*time.Hour
	if *replayWhole {
		from, to, step = from.AddDate(0, 0, -2), to.AddDate(0, 0, 8), 24*time.Hour
	}
	r := replay{items: toldItems(t, from, to)}
	for at := from.Add(step); !at.After(to); at = at.Add(step) {
		r.rounds = append(r.rounds, at)
	}
	return r
}

// sources are those that have anything.
func (r replay) sources(o *origin) []sourceEntry {
	feeds := make(map[string]bool)
	var ids []string
	for _, it := range r.items {
		if !feeds[it.Feed] {
			feeds[it.Feed] = true
			ids = append(ids, it.Feed)
		}
	}
	slices.Sort(ids)
	for i := range ids {
		ids[i] = sourceIDOf(ids[i])
	}
	return o.sources(slices.Compact(ids)...)
}

// sourceIDOf makes a slug of a feed's URL.
func sourceIDOf(feed string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(feed), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

// publish publishes what each feed had at a time: what is new since the round before, and at least its last fifty.
func (r replay) publish(t *testing.T, o *origin, round int) {
	t.Helper()
	before := time.Time{}
	if round > 0 {
		before = r.rounds[round-1]
	}
	type entry struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		Title     string    `json:"title"`
		Text      string    `json:"content_html"`
		Published time.Time `json:"date_published"`
	}
	fresh, documents := make(map[string]int), make(map[string][]entry)
	for _, it := range r.items {
		id := sourceIDOf(it.Feed)
		if documents[id] == nil {
			documents[id] = []entry{}
		}
		if it.Published.Before(r.rounds[round]) {
			documents[id] = append(documents[id], entry{it.Link, it.Link, it.Title, it.Description, it.Published})
			if !it.Published.Before(before) {
				fresh[id]++
			}
		}
	}
	for id, all := range documents {
		all = all[max(0, len(all)-max(50, fresh[id])):]
		slices.Reverse(all)
		text, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": id, "items": all})
		if err != nil {
			t.Fatal(err)
		}
		o.publish("/"+id, string(text))
	}
}

// A placed item is where the Sorter put it.
type placed struct {
	Story, Lead, CopyOf string
	Grouping            news.Grouping
}

// placed reads where every item is, by its id.
func (h *house) placed() map[string]placed {
	h.t.Helper()
	db := h.database()
	defer db.Close()
	rows, err := db.QueryContext(h.t.Context(), `
		select i.id, st.id, l.id, o.id, g.method, g.score, g.need, a.id, r.id, g.rival_score, g.copy_score
		from items i join stories st on st.n = i.story join items l on l.n = st.lead join groupings g on g.item = i.n
		left join items o on o.n = i.duplicate_of left join items a on a.n = g.against left join items r on r.n = g.rival`)
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	all := make(map[string]placed)
	for rows.Next() {
		var id, story, lead, original, against, rival sql.RawBytes
		var p placed
		if err := rows.Scan(&id, &story, &lead, &original, &p.Grouping.Story.Method, &p.Grouping.Story.Score, &p.Grouping.Story.Need,
			&against, &rival, &p.Grouping.Rival.Score, &p.Grouping.Copy.Score); err != nil {
			h.t.Fatal(err)
		}
		p.Story, p.Lead, p.CopyOf = fmt.Sprintf("%x", story), fmt.Sprintf("%x", lead), fmt.Sprintf("%x", original)
		p.Grouping.Story.Against, p.Grouping.Rival.Against = fmt.Sprintf("%x", against), fmt.Sprintf("%x", rival)
		all[fmt.Sprintf("%x", id)] = p
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	return all
}

// Real news gives the same stories, copies and leads in batches of any size, and after the program was killed while it sorted:
// item by item, with the scores that put it there, under the same ids.
func TestRealNewsGivesTheSameStories(t *testing.T) {
	sqliteAlone(t)
	if testing.Short() {
		t.Skip("a day of real news, three times")
	}
	r := newReplay(t)
	o := newOrigin(t)
	begin := func() *house {
		h := newHouse(t, r.sources(o)...)
		h.config.Topics = append(h.config.Topics, topicEntry{Slug: "war", Weak: []string{"war", "strike*", "minister*"}, MinScore: 1})
		h.apart = true
		h.save()
		return h
	}
	at := func(round int) string { return r.rounds[round].Format(time.RFC3339) }
	h := begin()
	for round := range r.rounds {
		r.publish(t, o, round)
		h.must("poll", "--force", "--at", at(round))
	}
	want := h.placed()
	needPlaced(t, want)
	h.checkSorted()

	t.Run("in other batches", func(t *testing.T) {
		other := begin()
		other.t = t
		for round := range r.rounds {
			r.publish(t, o, round)
			other.pollInBatches(r.rounds[round], 137)
		}
		samePlaces(t, want, other.placed())
		other.checkSorted()
	})
	t.Run("killed while it sorts", func(t *testing.T) {
		other := begin()
		other.t = t
		for round := range r.rounds {
			r.publish(t, o, round)
			if round == 1 {
				other.killSorting(at(round))
			}
			other.must("poll", "--force", "--at", at(round))
		}
		samePlaces(t, want, other.placed())
		other.checkSorted()
	})
}

// needPlaced sees to it that there is something to compare.
func needPlaced(t *testing.T, all map[string]placed) {
	t.Helper()
	copies, joined := 0, 0
	for _, p := range all {
		switch p.Grouping.Story.Method {
		case news.MethodCopy:
			copies++
		case news.MethodJoined:
			joined++
		}
	}
	if t.Logf("%d items, %d copies, %d joined a story", len(all), copies, joined); copies < 20 || joined < 200 {
		t.Fatal("too little of something to tell anything")
	}
}

// samePlaces compares two placings, and prints few of many differences.
func samePlaces(t *testing.T, want, got map[string]placed) {
	t.Helper()
	differing := 0
	for id, p := range want {
		if diff := cmp.Diff(p, got[id]); diff != "" {
			if differing++; differing <= 3 {
				t.Errorf("item %s (-want +got):\n%s", id, diff)
			}
		}
	}
	if len(got) != len(want) || differing > 0 {
		t.Errorf("%d items, %d of them placed otherwise; want %d, all the same", len(got), differing, len(want))
	}
}

// pollInBatches polls everything, and sorts so many items at a time, within this process.
func (h *house) pollInBatches(at time.Time, chunk int) {
	h.t.Helper()
	_, e, done := h.engine(func() time.Time { return at })
	defer done()
	if err := e.apply(h.t.Context(), at); err != nil {
		h.t.Fatal(err)
	}
	if err := e.puller.Pass(h.t.Context(), news.DueForced, ""); err != nil {
		h.t.Fatal(err)
	}
	s := aggregator.Sorter{Store: e.store, Log: slog.New(slog.DiscardHandler), Chunk: chunk}
	if _, err := s.Run(h.t.Context(), at); err != nil {
		h.t.Fatal(err)
	}
}

// killSorting polls with a process that is killed once it has sorted some of what came, and not all: a source that does not
// answer keeps it from its end, and it sorts meanwhile.
func (h *house) killSorting(at string) {
	h.t.Helper()
	db := h.database()
	defer db.Close()
	count := func(query string) (n int) {
		if err := db.QueryRowContext(h.t.Context(), query).Scan(&n); err != nil {
			h.t.Fatal(err)
		}
		return n
	}
	const sorted = `select count(*) from items where seq is not null`
	before := count(sorted)
	p := h.start("poll", "--force", "--at", at)
	for limit := time.After(patience); count(sorted) == before; {
		select {
		case <-p.ended:
			h.t.Fatalf("the poll ended before it was killed\n%s", p.stderr)
		case <-limit:
			h.t.Fatal("nothing was sorted")
		default:
		}
	}
	p.signal(syscall.SIGKILL)
	done, left := count(sorted)-before, count(`select count(*) from items where unsorted = 1`)
	h.t.Logf("killed when %d items were sorted; %d waited", done, left)
}
