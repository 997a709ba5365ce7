package publish_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wireroom/news"
	"wireroom/publish"
)

func editionOf(entries ...news.Entry) news.Edition {
	e := richEdition()
	e.Entries = entries
	return e
}

func TestAnIDComesOnceInADocument(t *testing.T) {
	r := report(fulls, "i", "https://institute.example/1", "Once")
	e := editionOf(entryOf(2, r), entryOf(1, r))
	e.Entries[1].Story.ID = e.Entries[0].Story.ID
	for _, f := range publish.Formats {
		if n := strings.Count(string(render(t, e, f)), `urn:uuid:`+uuidOf(2)); n != 1 {
			t.Errorf("%s: the id comes %d times", f, n)
		}
	}
}

func TestHostileTextsStayTextInFeeds(t *testing.T) {
	e := hostileStore().editions["strait"][0]
	lead := &e.Entries[0].Story.Lead
	lead.Source.Republish = news.RightsSummary // the full text is HTML that was made safe before it was stored
	lead.Item.Summary = strings.ReplaceAll(hostile, "<", "&lt;")
	var feed struct {
		Items []struct {
			HTML string `json:"content_html"`
		}
	}
	mustJSON(t, render(t, e, publish.JSONFeed), &feed)
	doc, err := html.Parse(strings.NewReader(feed.Items[0].HTML))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if isCode(n) || n.Data == "img" || attr(n, "onload") != "" || attr(n, "onclick") != "" {
			t.Errorf("an element %s, attributes %v", n.Data, n.Attr)
		}
		if n.Data == "a" {
			links++
		}
	}
	if links != 2 {
		t.Errorf("%d links, want one to the report and one to the other: %s", links, feed.Items[0].HTML)
	}
}

func TestForbiddenCharactersGoFromEveryField(t *testing.T) {
	const bad = "a\x00b\x0bc\x1bd\u0080e\u0099f\ufffeg\ufdd0h\xffi\U0001ffffj\x7fk"
	src := fulls
	src.Name, src.Rights, src.ID = bad, bad, "src"
	r := report(src, "i", "https://institute.example/"+bad, bad)
	r.Item.Summary, r.Item.Content, r.Item.Authors, r.Item.Categories = bad, bad, []string{bad}, []string{bad}
	also := r
	also.Item.URL = "https://institute.example/also"
	e := editionOf(entryOf(1, r, also))
	e.Topic.Title = bad
	e.Siblings = map[string][]news.TopicName{uuidOf(1): {{Slug: "s", Title: bad}}}
	for _, f := range publish.Formats {
		doc := render(t, e, f)
		noForbiddenCharacters(t, doc)
		if n := strings.Count(string(doc), "abcdefghijk"); n < 5 {
			t.Errorf("%s: what is allowed of the text comes %d times only", f, n)
		}
		if f != publish.JSONFeed {
			parseXML(t, doc)
		}
	}
}

func TestLinksAreWebURIs(t *testing.T) {
	story := baseURL + "/stories/" + uuidOf(1)
	for raw, want := range map[string]string{
		"https://a.example/x":                      "https://a.example/x",
		" https://a.example/x ":                    "https://a.example/x",
		"HTTPS://a.example/x":                      "https://a.example/x",
		"https://user:pw@a.example/x":              "https://a.example/x",
		"https://bücher.example/ü?q=ä|b c":         "https://xn--bcher-kva.example/%C3%BC?q=%C3%A4%7Cb%20c",
		"https://a.example/100%/x?y=50%":           "https://a.example/100%25/x?y=50%25",
		"https://a b.example/":                     story,
		"https://a.example/x?y=50%&z=%2F":          "https://a.example/x?y=50%25&z=%2F",
		"https://a.example/%D0%9F/a+b;c,d@e:f'(g)": "https://a.example/%D0%9F/a+b;c,d@e:f'(g)",
		"https://a.example/#frag":                  "https://a.example/#frag",
		"https://a.example:8443/x":                 "https://a.example:8443/x",
		"https://a.example/x[1]?a[]=2":             "https://a.example/x%5B1%5D?a%5B%5D=2",
		"http://[2001:db8::1]:81/x[1]":             "http://[2001:db8::1]:81/x%5B1%5D",
		"//a.example/x":                            story,
		"/x":                                       story,
		"":                                         story,
		"javascript:alert(1)":                      story,
		"mailto:a@b.example":                       story,
		"https:///x":                               story,
	} {
		var feed struct{ Items []struct{ URL string } }
		mustJSON(t, render(t, editionOf(entryOf(1, report(fulls, "i", raw, "T"))), publish.JSONFeed), &feed)
		if got := feed.Items[0].URL; got != want {
			t.Errorf("%q: link %q, want %q", raw, got, want)
		}
	}
}

func TestSourceIsDatedByWhatIsBelieved(t *testing.T) {
	r := report(fulls, "i", "https://institute.example/1", "T")
	for name, tc := range map[string]struct{ updated, want string }{
		"changed before it was seen": {"2026-01-05T08:20:00Z", "2026-01-05T08:20:00.000Z"},
		"changed in the future":      {"2029-01-05T08:20:00Z", "2026-01-05T08:00:00.000Z"},
		"changed before published":   {"2025-01-05T08:20:00Z", "2026-01-05T08:00:00.000Z"},
	} {
		r.Item.Updated = at(tc.updated)
		entry := parseXML(t, render(t, editionOf(entryOf(1, r)), publish.Atom)).one(t, "atom:entry")
		if got := entry.one(t, "atom:source").one(t, "atom:updated").text; got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestManyReportsAreCountedAndCopiesAlwaysListed(t *testing.T) {
	var also []news.Report
	for i := range 50 {
		r := report(headlines, fmt.Sprint(i), fmt.Sprintf("https://north.example/%d", i), fmt.Sprintf("Report %d", i))
		if i%2 == 1 {
			r.DuplicateOf = "i"
		}
		also = append(also, r)
	}
	e := editionOf(entryOf(1, report(fulls, "i", "https://institute.example/1", "T"), also...))
	doc := string(render(t, e, publish.Atom))
	if copies, others := strings.Count(doc, `title="North Post`), strings.Count(doc, "All reports of this story"); copies != 25+20 || others != 1 {
		t.Errorf("%d links to other reports, want 25 copies and 20 others; %d links to the rest, want 1", copies, others)
	}
}

func TestReportsThatComeLaterHaveLaterDates(t *testing.T) {
	doc := parseXML(t, render(t, richEdition(), publish.Atom))
	last := "9"
	for _, e := range doc.all("atom:entry") {
		got := e.one(t, "atom:updated").text
		if got >= last {
			t.Errorf("%s is not before %s: the order of the entry log is lost", got, last)
		}
		last = got
	}
}

func TestAnUnknownPageAsksNothingOfTheStore(t *testing.T) {
	h, store, _ := serving(t)
	get(h, "/topics/strait.atom")
	before := store.calls()
	for n := 3; n < 50; n++ {
		wantStatus(t, get(h, fmt.Sprintf("/topics/strait/archive/%d.atom", n)), 404)
	}
	if n := store.calls() - before; n != 0 {
		t.Errorf("pages that cannot be asked the store %d times", n)
	}
}

func TestSealedPagesAreRememberedInBounds(t *testing.T) {
	const pages = 70
	head := richEdition()
	head.Pages = pages
	inner := newFakeStore(head)
	for n := 1; n <= pages; n++ {
		e := sealedEdition()
		e.Page, e.Previous = n, n-1
		inner.put(e)
	}
	store := &halfStore{fakeStore: inner}
	s, _ := newServer(t, store)
	h := s.Handler()
	ask := func(n int) { wantStatus(t, get(h, fmt.Sprintf("/topics/strait/archive/%d.atom", n)), 200) }
	for n := 1; n <= pages; n++ {
		ask(n)
	}
	for name, tc := range map[string]struct{ page, want int }{"the last is remembered": {pages, 0}, "the first is forgotten": {1, 1}} {
		before := store.tried
		ask(tc.page)
		if got := store.tried - before; got != tc.want {
			t.Errorf("%s: the store was asked %d times, want %d", name, got, tc.want)
		}
	}
}

func TestARemovedTopicIsForgotten(t *testing.T) {
	inner := newFakeStore(richEdition())
	store := &halfStore{fakeStore: inner}
	s, c := newServer(t, store)
	h := s.Handler()
	for _, step := range []struct {
		removed      bool
		status, read int
	}{{false, 200, 1}, {true, 410, 1}, {false, 200, 2}} {
		inner.topics[0].Removed = step.removed
		c.pass(time.Second)
		if w := get(h, "/topics/strait.atom"); w.Code != step.status || store.tried != step.read {
			t.Errorf("removed %v: status %d, read %d times; want %d, %d", step.removed, w.Code, store.tried, step.status, step.read)
		}
	}
}

func TestBytesAndCadenceBelongToOneRevision(t *testing.T) {
	store := &racingStore{fakeStore: newFakeStore(richEdition())}
	s, _ := newServer(t, store)
	doc := parseXML(t, get(s.Handler(), "/topics/strait.rss").Body.Bytes())
	if got := doc.one(t, "channel").one(t, "ttl").text; got != "15" {
		t.Errorf("ttl %s, want 15: the cadence of the newer revision, which the entries are of", got)
	}
}

// racingStore raises the revision between the reading of the list and of the Edition.
type racingStore struct{ *fakeStore }

func (s *racingStore) Edition(ctx context.Context, slug string, page int) (news.Edition, error) {
	e := richEdition()
	e.Revision = 8
	s.put(e)
	s.mu.Lock()
	s.topics[0].Interval = time.Minute
	s.mu.Unlock()
	return s.fakeStore.Edition(ctx, slug, page)
}

func TestTooManyAtOnceAreTurnedAwayWithRetryAfter(t *testing.T) {
	store := &slowStore{fakeStore: newFakeStore(richEdition()), entered: make(chan struct{}), leave: make(chan struct{})}
	s, _ := newServer(t, store)
	h := s.Handler()
	done := make(chan struct{})
	const inside = 16
	for range inside {
		go func() { get(h, "/stories/"+uuidOf(1)); done <- struct{}{} }()
		<-store.entered
	}
	r := httptest.NewRequest("GET", "/stories/"+uuidOf(1), nil)
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Millisecond)
	defer cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(ctx))
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	wantStatus(t, get(h, "/topics/strait.atom"), 200) // feeds do not wait for them
	close(store.leave)
	for range inside {
		<-done
	}
	go func() { <-store.entered }()
	wantStatus(t, get(h, "/stories/"+uuidOf(1)), 404)
}

type slowStore struct {
	*fakeStore
	entered, leave chan struct{}
}

func (s *slowStore) Story(ctx context.Context, id string) (news.StoryRecord, error) {
	s.entered <- struct{}{}
	<-s.leave
	return s.fakeStore.Story(ctx, id)
}

func TestSourceIsIdentifiedByACanonicalURI(t *testing.T) {
	for raw, want := range map[string]string{
		"https://Feeds.Example":                        "https://feeds.example/",
		"http://feeds.example:80/a/../b/%7euser?q=%d0": "http://feeds.example/b/~user?q=%D0",
		"https://feeds.example:8443/rss/":              "https://feeds.example:8443/rss/",
		"https://feeds.example/${TOKEN}/rss":           "https://feeds.example/$%7BTOKEN%7D/rss",
		"not a URL":                                    baseURL + "/sources#institute",
	} {
		src := fulls
		src.URL = raw
		entry := parseXML(t, render(t, editionOf(entryOf(1, report(src, "i", "https://institute.example/1", "T"))), publish.Atom)).one(t, "atom:entry")
		if got := entry.one(t, "atom:source").one(t, "atom:id").text; got != want {
			t.Errorf("%q: id %q, want %q", raw, got, want)
		}
	}
}

func TestAuthorsComeWithoutMailAddresses(t *testing.T) {
	for author, want := range map[string]string{
		"desk@institute.example (Ana Lima)": "Ana Lima",
		"Ana Lima <ana@institute.example>":  "Ana Lima",
		"ana@institute.example":             fulls.Name,
		"Ana Lima":                          "Ana Lima",
		"Ana (Lima)":                        "Ana (Lima)",
		"@handle":                           fulls.Name,
	} {
		r := report(fulls, "i", "https://institute.example/1", "T")
		r.Item.Authors = []string{author}
		entry := parseXML(t, render(t, editionOf(entryOf(1, r)), publish.Atom)).one(t, "atom:entry")
		if got := entry.one(t, "atom:author").one(t, "atom:name").text; got != want {
			t.Errorf("%q: author %q, want %q", author, got, want)
		}
	}
}

func TestEveryEntryHasABodyOfSomeKind(t *testing.T) {
	for name, e := range editions() {
		for _, entry := range parseXML(t, render(t, e, publish.Atom)).all("atom:entry") {
			if len(entry.all("atom:summary"))+len(entry.all("atom:content")) != 1 {
				t.Errorf("%s: an entry without text, or with two", name)
			}
		}
		for _, it := range parseXML(t, render(t, e, publish.RSS)).one(t, "channel").all("item") {
			if it.one(t, "description").text == "" {
				t.Errorf("%s: an item without description", name)
			}
		}
	}
}

func TestDatesAreBelievable(t *testing.T) {
	for name, e := range editions() {
		for _, m := range regexp.MustCompile(`<updated>(\d{4})`).FindAllStringSubmatch(string(render(t, e, publish.Atom)), -1) {
			if m[1] < "1990" {
				t.Errorf("%s: updated in %s", name, m[1])
			}
		}
	}
}

func TestASourceCannotFloodAnEntryWithCategories(t *testing.T) {
	r := report(fulls, "i", "https://institute.example/1", "T")
	for i := range 100_000 {
		r.Item.Categories = append(r.Item.Categories, fmt.Sprint("category ", i))
	}
	entry := parseXML(t, render(t, editionOf(entryOf(1, r)), publish.Atom)).one(t, "atom:entry")
	if n := len(entry.all("atom:category")); n != 1+32 {
		t.Errorf("%d categories, want the topic and 32 of the source", n)
	}
}
