package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// An invented entry of which everything can be left out.
type entry struct {
	guid, link, title, text string
	hour                    int // of its date after noon; -1: none
}

// bare writes an RSS document whose entries have only what they are given. front is the page that the feed belongs to.
func bare(front string, entries ...entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><rss version="2.0"><channel><title>a</title><link>%s</link><description>Invented</description>`, front)
	for _, e := range entries {
		b.WriteString("<item><title>" + e.title + "</title>")
		if e.guid != "" {
			b.WriteString(`<guid isPermaLink="false">` + e.guid + "</guid>")
		}
		if e.link != "" {
			b.WriteString("<link>" + e.link + "</link>")
		}
		if e.hour >= 0 {
			b.WriteString("<pubDate>" + noon.Add(time.Duration(e.hour-48)*time.Hour).Format(time.RFC1123Z) + "</pubDate>")
		}
		b.WriteString("<description>" + e.text + "</description></item>")
	}
	return b.String() + "</channel></rss>\n"
}

// tell polls documents one after the other, an hour apart, and returns how many items there are after each. Nothing may be
// lost from one to the next.
func (h *house) tell(o *origin, documents ...string) (counts []int) {
	h.t.Helper()
	var before []string
	for i, document := range documents {
		o.publish("/a", document)
		if out := h.run("poll", "--force", "--at", after(time.Duration(i)*time.Hour)); out.code != exitDone || strings.Contains(out.stderr, "level=ERROR") {
			h.t.Fatalf("poll %d: exit code %d\n%s", i+1, out.code, out.stderr)
		}
		ids := column(h.items(), "id")
		for _, id := range before {
			if !slices.Contains(ids, id) {
				h.t.Errorf("poll %d: item %s is gone", i+1, id)
			}
		}
		before, counts = ids, append(counts, len(ids))
	}
	return counts
}

const (
	frontPage = "https://a.example/news"
	livePage  = "https://a.example/live"
	greeting  = "Good morning. Here is what you need to know today, from our desk, in five minutes and without a word too many."
)

// each makes n documents, the i-th of what make says of i, from 0.
func each(n int, make func(int) []entry) (documents []string) {
	for i := range n {
		documents = append(documents, bare(frontPage, make(i)...))
	}
	return documents
}

func TestWhatIsOneItem(t *testing.T) {
	once := func(e entry) []entry { return []entry{e} }
	guid := func(i int) string { return fmt.Sprintf("id-%d", i) }
	own := func(i int) string { return fmt.Sprintf("https://a.example/%d", i) }
	for name, test := range map[string]struct {
		documents []string
		want      []int
	}{
		"every item links to the front page": {each(5, func(i int) []entry {
			return once(entry{guid(i), frontPage, fmt.Sprintf("Talks in the delta, day %d", i), ownWords("day", i), i})
		}), []int{1, 2, 3, 4, 5}},
		"to the front page, without GUIDs": {each(5, func(i int) []entry {
			return once(entry{"", frontPage, fmt.Sprintf("Talks in the delta, day %d", i), ownWords("day", i), i})
		}), []int{1, 2, 3, 4, 5}},
		"to the front page, with neither GUIDs nor dates": {each(5, func(i int) []entry {
			return once(entry{"", frontPage, fmt.Sprintf("Talks in the delta, day %d", i), greeting, -1})
		}), []int{1, 2, 3, 4, 5}},
		"to the front page, two at a time": {each(5, func(i int) []entry {
			return []entry{{guid(i + 1), frontPage, fmt.Sprintf("Talks, day %d", i+1), greeting, i + 1}, {guid(i), frontPage, fmt.Sprintf("Talks, day %d", i), greeting, i}}
		}), []int{2, 3, 4, 5, 6}},
		"to the site": {each(4, func(i int) []entry {
			return once(entry{guid(i), "https://a.example/", fmt.Sprintf("Talks in the delta, day %d", i), greeting, i})
		}), []int{1, 2, 3, 4}},
		"to one live page": {each(6, func(i int) []entry {
			return once(entry{guid(i), livePage, fmt.Sprintf("Update %d from the delta", i), greeting, i})
		}), []int{1, 2, 3, 4, 5, 6}},
		"to one live page, without GUIDs, other texts": {each(5, func(i int) []entry {
			return once(entry{"", livePage, ownTitle(i), ownWords("text", i), i})
		}), []int{1, 2, 3, 4, 5}},
		"to one live page, without dates: after three titles it is no key": {each(6, func(i int) []entry {
			return once(entry{guid(i), livePage, fmt.Sprintf("Update %d from the delta", i), greeting, -1})
		}), []int{1, 1, 1, 2, 3, 4}},
		"one title again and again on pages of their own": {each(5, func(i int) []entry {
			return once(entry{guid(i), own(i), "Morning briefing", greeting, i})
		}), []int{1, 2, 3, 4, 5}},
		"one title on pages of their own, without GUIDs": {each(5, func(i int) []entry {
			return once(entry{"", own(i), "Morning briefing", greeting, i})
		}), []int{1, 2, 3, 4, 5}},
		"one title on one page, under GUIDs and dates": {each(4, func(i int) []entry {
			return once(entry{guid(i), frontPage, "Morning briefing", greeting, i})
		}), []int{1, 2, 3, 4}},
		"GUIDs made up at every visit": {each(4, func(i int) []entry {
			return []entry{{guid(10 * i), own(1), ownTitle(1), ownWords("a", 1), 1}, {guid(10*i + 1), own(2), ownTitle(2), ownWords("a", 2), 2}}
		}), []int{2, 2, 2, 2}},
		"GUIDs made up at every visit, on the front page": {each(4, func(i int) []entry {
			return []entry{{guid(10 * i), frontPage, ownTitle(1), ownWords("a", 1), 1}, {guid(10*i + 1), frontPage, ownTitle(2), ownWords("a", 2), 2}}
		}), []int{2, 2, 2, 2}},
		"GUIDs made up, and a title edited": {each(4, func(i int) []entry {
			all := []entry{{guid(10 * i), own(1), fmt.Sprint(ownTitle(1), " edited ", i), ownWords("a", 1), 1}}
			for n := 2; n < 5; n++ {
				all = append(all, entry{guid(10*i + n), own(n), ownTitle(n), ownWords("a", n), n})
			}
			return all
		}), []int{4, 4, 4, 4}},
		"a title edited at every visit": {each(6, func(i int) []entry {
			return once(entry{"", own(1), fmt.Sprint(ownTitle(1), " edited ", i), ownWords("a", 1), i})
		}), []int{1, 1, 1, 1, 1, 1}},
		"a text edited on the front page": {each(3, func(i int) []entry {
			return once(entry{"", frontPage, ownTitle(1), ownWords("a", 1) + fmt.Sprint(" edited ", i), 1})
		}), []int{1, 1, 1}},
		"edits are counted in the GUID": {each(5, func(i int) []entry {
			return once(entry{fmt.Sprintf("%s#%d", own(1), i), own(1), ownTitle(i), ownWords("edit", i), i})
		}), []int{1, 1, 1, 1, 1}},
		"spellings of a URL as GUIDs, a title edited": {each(3, func(i int) []entry {
			spellings := []string{own(1), own(1) + "/#tag", own(1) + "/?utm_source=x"}
			return once(entry{spellings[i], spellings[i], fmt.Sprint(ownTitle(1), " edited ", i), ownWords("a", 1), i})
		}), []int{1, 1, 1}},
		"a GUID given out anew": {each(4, func(i int) []entry {
			return once(entry{"bulletin", own(i), ownTitle(i), ownWords("bulletin", i), i})
		}), []int{1, 2, 3, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t)
			h := newHouse(t, o.sources("a")...)
			if got := h.tell(o, test.documents...); !slices.Equal(got, test.want) {
				t.Errorf("got %v items, want %v", got, test.want)
			}
		})
	}
}

// ownTitle is a headline that shares no word with that of another number.
func ownTitle(n int) string { return strings.Join(strings.Fields(ownWords("title", n))[:3], " ") }

// A publisher's habits are what its entries are known by. Under each of them somebody could tell its items apart.
type habits struct {
	name                     string
	guids, churning          bool
	link                     string // of all entries; empty: each has its own
	dated, recurring, edited bool
}

// entry is what the n-th item looks like at a visit.
func (b habits) entry(n, visit int, edited bool) entry {
	e := entry{link: b.link, title: "Report of " + ownTitle(n), text: greeting + " " + ownWords("report", n), hour: -1}
	if b.recurring {
		e.title = "Morning briefing"
	}
	if b.link == "" {
		e.link = fmt.Sprintf("https://a.example/%d", n)
	}
	if b.dated {
		e.hour = n
	}
	if b.guids {
		e.guid = fmt.Sprintf("id-%d", n)
	}
	if b.churning {
		e.guid = fmt.Sprintf("id-%d-%d", n, visit)
	}
	if b.edited && edited {
		e.text += fmt.Sprint(" As of visit ", visit)
	}
	return e
}

// Whatever an entry is recognised by, no item is lost or told twice: each of a publisher's items is one item here, however
// the document moves on over them and whatever is edited meanwhile.
func TestNoItemIsLostOrToldTwice(t *testing.T) {
	for _, b := range []habits{
		{name: "as it should be", guids: true, dated: true, edited: true},
		{name: "GUIDs on the front page", guids: true, link: frontPage, edited: true},
		{name: "GUIDs on the front page, one title", guids: true, link: frontPage, recurring: true, edited: true},
		{name: "GUIDs on one live page", guids: true, link: livePage, dated: true, edited: true},
		{name: "GUIDs without links", guids: true, link: " ", dated: true, edited: true},
		{name: "pages", edited: true},
		{name: "pages, one title", recurring: true, edited: true},
		{name: "titles on the front page", link: frontPage, dated: true, edited: true},
		{name: "titles without links", link: " ", dated: true},
		{name: "dates on the front page", link: frontPage, dated: true, recurring: true},
		{name: "pages, and GUIDs made up", churning: true, dated: true, edited: true},
		{name: "pages, one title, and GUIDs made up", churning: true, dated: true, recurring: true, edited: true},
		{name: "titles on the front page, and GUIDs made up", churning: true, link: frontPage, dated: true},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(5, uint64(len(b.name))))
			o := newOrigin(t)
			h := newHouse(t, o.sources("a")...)
			last, window := 0, 5
			var documents []string
			var want []int
			for visit := range 5 {
				last += 2 + random.IntN(3)
				var all []entry
				for n := last; n > max(0, last-window); n-- {
					all = append(all, b.entry(n, visit, random.IntN(3) == 0))
				}
				documents = append(documents, bare(frontPage, all...))
				want = append(want, last)
			}
			if got := h.tell(o, documents...); !slices.Equal(got, want) {
				t.Errorf("got %v items, want %v", got, want)
			}
		})
	}
}

func TestExplainNamesTheKeys(t *testing.T) {
	o := newOrigin(t)
	h := newHouse(t, o.sources("a")...)
	h.tell(o, bare(frontPage, entry{"x", frontPage, "On the front page", greeting, 1}, entry{"y", "https://a.example/1", "On a page", greeting, 1},
		entry{"", "https://a.example/2", "On a page, without a GUID", greeting, 1}, entry{"", "", "Without a page", greeting, 1}))
	for title, want := range map[string]string{
		"On the front page":         "its GUID, its title and text; not by its URL, which other items",
		"On a page":                 "its GUID, its URL\n",
		"On a page, without a GUID": "its URL\n",
		"Without a page":            "its title and text\n",
	} {
		for _, it := range h.items() {
			if text := h.must("explain", it["id"]); it["title"] == title && !strings.Contains(text, "known by   "+want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
}
