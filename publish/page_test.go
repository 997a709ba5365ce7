package publish_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"wireroom/news"
	"wireroom/publish"
)

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'--><style>*{}</style>`

// hostileStore holds texts that try to leave their place on every page.
func hostileStore() *fakeStore {
	src := news.Source{
		ID: "evil", URL: "javascript:alert(1)", Name: hostile, Language: `en" onload="x`, Country: hostile, Kind: news.KindStateMedia,
		Rights: hostile, Republish: news.RightsFull,
	}
	lead := report(src, "i-1", "javascript:alert(1)", hostile)
	lead.Item.Summary, lead.Item.Content, lead.Item.Authors = hostile, hostile, []string{hostile}
	also := report(src, "i-2", `https://evil.example/"onclick="x`, hostile)
	e := richEdition()
	e.Topic.Title = hostile
	e.Entries = []news.Entry{entryOf(1, lead, also)}
	e.Siblings = map[string][]news.TopicName{uuidOf(1): {{Slug: "oil", Title: hostile}}}
	store := newFakeStore(e)
	store.stories[uuidOf(1)] = news.StoryRecord{
		Story: e.Entries[0].Story, Topics: []news.TopicName{{Slug: "strait", Title: hostile}},
		Decisions: []news.Decision{{Topic: "strait", In: true, Detail: hostile, Spans: []news.Span{
			{Term: hostile, Role: news.RoleStrong, Place: news.PlaceTitle, Start: 2, End: 9},
			{Place: news.PlaceTitle, Start: 5, End: 5000}, {Place: news.PlaceTitle, Start: -1, End: 3}, {Place: news.PlaceTitle, Start: 9, End: 2},
		}}},
	}
	store.sources = []news.SourceStatus{{Source: src, State: news.SourceState{Error: hostile, Reason: hostile, Outcome: news.OutcomeFailed}}}
	return store
}

var pagePaths = []string{"/", "/topics/strait", "/stories/" + uuidOf(1), "/sources", "/sources/evil", "/search", "/search?q=script",
	"/search?q=" + url.QueryEscape(hostile), "/about", "/subscribe", "/nothing-here"}

func TestPagesEscapeHostileTexts(t *testing.T) {
	s, _ := newServer(t, hostileStore())
	h := s.Handler()
	for _, path := range pagePaths {
		for n := range parsePage(t, get(h, path).Body.String()).Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			foreign := n.Data == "form" && attr(n, "action") != "/search"
			if foreign || isCode(n) || slices.Contains([]string{"style", "img", "iframe", "object"}, n.Data) {
				t.Errorf("%s: an element %s", path, n.Data)
			}
			if n.Data == "script" && !json.Valid([]byte(textOf(n))) {
				t.Errorf("%s: data that is no JSON: %s", path, textOf(n))
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
					t.Errorf("%s: %s has %s=%q", path, n.Data, a.Key, a.Val)
				}
			}
		}
	}
}

// isCode reports whether an element is a script that would run: JSON-LD is data.
func isCode(n *html.Node) bool { return n.Data == "script" && attr(n, "type") != "application/ld+json" }

func parsePage(t *testing.T, body string) *html.Node {
	t.Helper()
	if !strings.HasPrefix(body, "<!DOCTYPE html>") {
		t.Fatalf("no page: %.100s", body)
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(out.String())
}

// What a person with a screen reader, a keyboard or a narrow screen needs of every page.
func TestPagesAreAccessible(t *testing.T) {
	store := newFakeStore(richEdition(), emptyEdition())
	store.stories[uuidOf(1)] = storyRecord()
	store.sources = polled()
	s, _ := newServer(t, store)
	h := s.Handler()
	for _, path := range append([]string{"/topics/quiet"}, pagePaths...) {
		t.Run(path, func(t *testing.T) {
			count := make(map[string]int)
			seen := ids{}
			for n := range parsePage(t, get(h, path).Body.String()).Descendants() {
				if n.Type == html.ElementNode {
					if n.Data != "script" || isCode(n) {
						count[n.Data]++
					}
					checkElement(t, n, seen)
				}
			}
			for name, want := range map[string]int{"main": 1, "h1": 1, "title": 1, "header": 1, "footer": 1, "script": 0, "img": 0} {
				if count[name] != want {
					t.Errorf("%d elements %s, want %d", count[name], name, want)
				}
			}
		})
	}
}

func checkElement(t *testing.T, n *html.Node, seen ids) {
	t.Helper()
	if id := attr(n, "id"); id != "" {
		seen.add(t, "id", id)
	}
	switch n.Data {
	case "html":
		if attr(n, "lang") == "" {
			t.Error("the page has no language")
		}
	case "a":
		if attr(n, "href") == "" || textOf(n) == "" && attr(n, "aria-label") == "" {
			t.Errorf("a link to %q with the text %q", attr(n, "href"), textOf(n))
		}
	case "th":
		if attr(n, "scope") == "" {
			t.Error("a heading of a table without scope")
		}
	case "time":
		if at(attr(n, "datetime")).IsZero() {
			t.Error("a time that is not set")
		}
	case "meta":
		if attr(n, "name") == "viewport" && strings.Contains(attr(n, "content"), "maximum-scale") {
			t.Error("the page forbids to enlarge it")
		}
	}
}

// On narrow screens a table's heads are out of sight and each cell is labelled instead.
func TestCellsCarryTheHeadsOfTheirColumns(t *testing.T) {
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = storyRecord()
	store.sources = polled()
	s, _ := newServer(t, store)
	for _, path := range []string{"/sources", "/stories/" + uuidOf(1)} {
		t.Run(path, func(t *testing.T) {
			var heads []string
			rows := 0
			for n := range parsePage(t, get(s.Handler(), path).Body.String()).Descendants() {
				if attr(n, "scope") == "col" {
					heads = append(heads, textOf(n))
				}
				if attr(n, "scope") == "row" {
					rows++
					if diff := cmp.Diff(heads[1:], labelsBeside(n)); diff != "" {
						t.Errorf("labels of the row %q (-heads +labels):\n%s", textOf(n), diff)
					}
				}
			}
			if rows == 0 {
				t.Error("no rows")
			}
		})
	}
}

func labelsBeside(head *html.Node) []string {
	var out []string
	for n := head.NextSibling; n != nil; n = n.NextSibling {
		if n.Data == "td" {
			out = append(out, attr(n, "data-label"))
		}
	}
	return out
}

// A separator that ends a line looks like a fault, so it is tied to what follows it.
func TestSeparatorsAreTiedToWhatFollows(t *testing.T) {
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = storyRecord()
	s, _ := newServer(t, store)
	for _, path := range []string{"/", "/topics/strait", "/stories/" + uuidOf(1)} {
		tied := 0
		for n := range parsePage(t, get(s.Handler(), path).Body.String()).Descendants() {
			if attr(n, "class") != "facts" {
				continue
			}
			tied += strings.Count(textOf(n), "·\u00a0")
			if loose := strings.Count(textOf(n), "·") - strings.Count(textOf(n), "·\u00a0"); loose > 0 {
				t.Errorf("%s: %d loose separators in %q", path, loose, textOf(n))
			}
		}
		if tied == 0 {
			t.Errorf("%s: no separator at all", path)
		}
	}
}

func TestPagesCarryAStrictPolicy(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	h := s.Handler()
	for _, path := range []string{"/", "/topics/strait", "/about", "/nothing-here"} {
		head := get(h, path).Header()
		csp := head.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; style-src 'self'; img-src 'self';") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if head.Get("Content-Type") != "text/html; charset=utf-8" || head.Get("Referrer-Policy") == "" || head.Get("Set-Cookie") != "" {
			t.Errorf("%s: headers %v", path, head)
		}
	}
}

func TestTopicPageLinksItsFeedsForDiscovery(t *testing.T) {
	s, _ := newServer(t, newFakeStore(richEdition()))
	found := make(map[string]string)
	for n := range parsePage(t, get(s.Handler(), "/topics/strait").Body.String()).Descendants() {
		if n.Type == html.ElementNode && n.Data == "link" && attr(n, "rel") == "alternate" {
			found[attr(n, "type")] = attr(n, "href")
		}
	}
	for mediaType, want := range map[string]string{
		"application/atom+xml": "/topics/strait.atom", "application/rss+xml": "/topics/strait.rss", "application/feed+json": "/topics/strait.json",
	} {
		if found[mediaType] != want {
			t.Errorf("%s: %q, want %q", mediaType, found[mediaType], want)
		}
	}
}

func storyRecord() news.StoryRecord {
	lead := report(summaries, "i-summary", "https://vestnik.example/1", "Talks in the strait")
	lead.Item.Summary = "<p>The talks about the strait &amp; oil began. They go on.</p>"
	also := report(headlines, "i-copy", "https://north.example/copy", "The strait, again")
	also.DuplicateOf, also.Why = "i-summary", "text"
	return news.StoryRecord{
		Story: news.Story{ID: uuidOf(1), Lead: lead, Also: []news.Report{also}}, FirstSeen: at("2026-01-05T08:30:00Z"),
		Topics: []news.TopicName{{Slug: "strait", Title: "The Strait"}},
		Decisions: []news.Decision{
			{Topic: "strait", In: true, Score: 10, MinScore: 5, Verdict: news.VerdictScore, Spans: []news.Span{
				{Term: "strait", Role: news.RoleStrong, Place: news.PlaceTitle, Start: 13, End: 19, Points: 6},
				{Term: "oil", Role: news.RoleStrong, Place: news.PlaceLead, Start: 29, End: 32, Points: 4},
			}},
			{Topic: "cricket", Score: 0, MinScore: 5, Verdict: news.VerdictLowScore, Spans: []news.Span{
				{Term: "talks", Role: news.RoleWeak, Place: news.PlaceTitle, Start: 0, End: 5, Points: 3},
				{Term: "oil", Role: news.RoleWeak, Place: news.PlaceBody, Start: 0, End: 3, Points: 1},
			}},
		},
	}
}

func TestStoryPageMarksWhyItIsHere(t *testing.T) {
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = storyRecord()
	s, _ := newServer(t, store)
	body := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String()
	var marks []string
	for n := range parsePage(t, body).Descendants() {
		if n.Type == html.ElementNode && n.Data == "mark" {
			marks = append(marks, textOf(n))
		}
	}
	if !slices.Equal(marks, []string{"strait", "oil"}) {
		t.Errorf("marked %q, want the spans of the decision that took it in", marks)
	}
	for _, want := range []string{"https://vestnik.example/1", "https://north.example/copy", "The Strait</a>", "10 of 5", "state media", "© Вестник"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestStoryPageNamesTopicsByTheirTitles(t *testing.T) {
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = storyRecord()
	store.topics = append(store.topics,
		news.TopicState{Topic: news.Topic{Slug: "sport", Title: "Sport & games", Aliases: []string{"cricket"}}},
		news.TopicState{Topic: news.Topic{Slug: "bare"}}, news.TopicState{Topic: news.Topic{Slug: "past", Title: "Past"}, Removed: true},
	)
	for name, c := range map[string]struct{ slug, want string }{
		"not in it":    {"sport", "Sport &amp; games"},
		"former slug":  {"cricket", "Sport &amp; games"},
		"removed":      {"past", "Past"},
		"without one":  {"bare", "bare"},
		"unknown slug": {"never", "never"},
	} {
		t.Run(name, func(t *testing.T) {
			store.stories[uuidOf(1)].Decisions[1].Topic = c.slug
			s, _ := newServer(t, store)
			if body := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String(); !strings.Contains(body, ">"+c.want+"</th>") {
				t.Errorf("topic %s: no row of the table is headed %q:\n%s", c.slug, c.want, body)
			}
		})
	}
}

func TestStoryPageOfAHeadlineSourceShowsNoText(t *testing.T) {
	rec := storyRecord()
	rec.Story.Lead.Source.Republish = news.RightsHeadline
	store := newFakeStore(richEdition())
	store.stories[uuidOf(1)] = rec
	s, _ := newServer(t, store)
	if body := get(s.Handler(), "/stories/"+uuidOf(1)).Body.String(); strings.Contains(body, "They go on") {
		t.Error("the text of a headline source is shown")
	}
}

func TestPagesAreAsRecorded(t *testing.T) {
	store := newFakeStore(richEdition(), emptyEdition())
	store.stories[uuidOf(1)] = storyRecord()
	store.sources = polled()
	s, _ := newServer(t, store)
	for file, path := range map[string]string{
		"front.html": "/", "topic.html": "/topics/strait", "story.html": "/stories/" + uuidOf(1), "sources.html": "/sources",
		"source.html": "/sources/vestnik", "search.html": "/search?q=%D0%BF%D1%80%D0%BE%D0%BB%D0%B8%D0%B2",
		"about.html": "/about", "subscribe.html": "/subscribe", "404.html": "/nothing-here", "opml.xml": "/opml.xml", "sources.opml": "/sources.opml",
	} {
		t.Run(file, func(t *testing.T) { compareGolden(t, file, get(s.Handler(), path).Body.Bytes()) })
	}
}

func TestAboutSaysWhomToWriteTo(t *testing.T) {
	const none = "has set no address to write to"
	for name, c := range map[string]struct{ contact, want string }{
		"mail URL":           {"mailto:desk@wire.example.org", `<a href="mailto:desk@wire.example.org">desk@wire.example.org</a>`},
		"mail URL, capitals": {"MAILTO:desk@wire.example.org", `<a href="MAILTO:desk@wire.example.org">desk@wire.example.org</a>`},
		"mail with subject":  {"mailto:desk@wire.example.org?subject=wire", `subject=wire">desk@wire.example.org</a>`},
		"mail address":       {"desk@wire.example.org", `<a href="mailto:desk@wire.example.org">desk@wire.example.org</a>`},
		"web page":           {"https://desk.example.org/write", `<a href="https://desk.example.org/write">https://desk.example.org/write</a>`},
		"no link":            {"javascript:a@b", `Write to javascript:a@b.`},
		"empty":              {"", none},
		"the page itself":    {baseURL + "/about", none},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := publish.New(publish.Config{Store: newFakeStore(), BaseURL: baseURL, Contact: c.contact, Now: (&clock{}).Now})
			if err != nil {
				t.Fatal(err)
			}
			body := get(s.Handler(), "/about").Body.String()
			if !strings.Contains(body, c.want) || strings.Contains(body, none) != (c.want == none) {
				t.Errorf("contact %q: the page lacks %q:\n%s", c.contact, c.want, body)
			}
		})
	}
}

func TestWithdrawnStoryIsGone(t *testing.T) {
	s, _ := newServer(t, goneStore{newFakeStore(richEdition())})
	wantStatus(t, get(s.Handler(), "/stories/"+uuidOf(1)), 410)
}

type goneStore struct{ *fakeStore }

func (goneStore) Story(context.Context, string) (news.StoryRecord, error) {
	return news.StoryRecord{}, news.ErrGone
}

// A report's text is shown by its paragraphs, and what several rules have marked in one place is one mark.
func TestAStoryShowsParagraphsAndWholeMarks(t *testing.T) {
	lead := report(summaries, "i", "https://vestnik.example/a", "US and EU settle")
	lead.Item.Summary = "<p>The first.</p><p> </p><p>The <b>second</b>.</p>"
	in := func(from, to int) news.Decision {
		return news.Decision{Topic: "s", In: true, Verdict: news.VerdictScore, Spans: []news.Span{{Place: news.PlaceTitle, Start: from, End: to}}}
	}
	e := editionOf(entryOf(1, lead))
	store := newFakeStore(e)
	store.stories[uuidOf(1)] = news.StoryRecord{Story: e.Entries[0].Story, Decisions: []news.Decision{in(0, 2), in(0, 9)}}
	srv, _ := newServer(t, store)
	page := get(srv.Handler(), "/stories/"+uuidOf(1)).Body.String()
	for _, want := range []string{"<mark>US and EU</mark> settle", "<p dir=\"auto\">The first.</p>\n<p dir=\"auto\">The second.</p>\n</div>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
}

// A large story leaves room for the next one on its topic's page: a few reports, all copies, and the number of the rest.
func TestALargeStoryIsShortOnItsTopicsPage(t *testing.T) {
	var also []news.Report
	for n := range 30 {
		r := report(headlines, fmt.Sprint("r", n), fmt.Sprintf("https://north.example/%d", n), fmt.Sprint("Report ", n))
		if n%10 == 9 {
			r.DuplicateOf = "lead"
		}
		also = append(also, r)
	}
	srv, _ := newServer(t, newFakeStore(editionOf(entryOf(1, report(summaries, "lead", "https://vestnik.example/a", "Talks"), also...))))
	page := get(srv.Handler(), "/topics/strait").Body.String()
	reported, copies := strings.Count(page, "Also reported by"), strings.Count(page, "Also at")
	if reported != 5 || copies != 3 || !strings.Contains(page, "22 more reports, and why this is here") {
		t.Errorf("%d reports, %d copies, and not the number of the rest: %s", reported, copies, page)
	}
	if front := get(srv.Handler(), "/").Body.String(); !strings.Contains(front, "30 more reports") {
		t.Errorf("the front page counts all: %s", front)
	}
}
