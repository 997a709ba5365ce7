package publish_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/publish"
)

const baseURL = "https://wire.example.org"

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err) // a typing error in a test
	}
	return t
}

// The sources of the fixtures, one for each kind of rights.
var (
	headlines = news.Source{
		ID: "north-post", URL: "https://user:secret@north.example/rss?k=${KEY}", Name: "North Post & Co", Language: "en", Country: "GB",
		Kind: news.KindNews, Republish: news.RightsHeadline,
	}
	summaries = news.Source{
		ID: "vestnik", URL: "https://vestnik.example/feed.xml", Name: "Вестник", Language: "ru", Country: "RU",
		Kind: news.KindStateMedia, Republish: news.RightsSummary, Rights: "© Вестник",
	}
	fulls = news.Source{
		ID: "institute", URL: "https://institute.example/atom", Name: "Institute <of> Peace", Language: "fr", Country: "FR",
		Kind: news.KindThinkTank, Republish: news.RightsFull, Rights: "CC BY 4.0",
	}
)

func report(src news.Source, id, url, title string) news.Report {
	return news.Report{Source: src, Item: news.Item{
		ID: id, Source: src.ID, Version: 1, URL: url, Title: title,
		Published: at("2026-01-05T08:00:00Z"), Seen: at("2026-01-05T08:30:00Z"), FirstSeen: at("2026-01-05T08:30:00Z"),
	}}
}

func uuidOf(n int) string {
	const digits = "0123456789abcdef"
	return "00000000-0000-5000-8000-0000000000" + string(digits[n/16]) + string(digits[n%16])
}

func entryOf(n int, lead news.Report, also ...news.Report) news.Entry {
	return news.Entry{
		Number: int64(n), Published: lead.Item.Published, Updated: at("2026-01-05T09:00:00Z").Add(time.Duration(n) * time.Millisecond),
		Story: news.Story{ID: uuidOf(n), Founder: lead.Item.ID, Lead: lead, Also: also},
	}
}

const longText = "<p>The first sentence of the report says what happened in the strait. The second says who was there, and it is a good deal longer than the first one, because it names them all.</p>" +
	"<p>The third gives the view of the ministry: nothing has been decided. The fourth gives that of the opposition &amp; its allies, who disagree with every word of it. The fifth is the one about the price of oil, which rose. " +
	"The sixth is beyond what an extract may show, and so must be missing from it, whatever the format may be, and for ever. The seventh is, too.</p><img src=\"https://vestnik.example/pixel.gif\">"

// richEdition has what formats get wrong: odd characters, several authors, copies, files, languages, rights, no link.
func richEdition() news.Edition {
	full := report(fulls, "i-full", "https://institute.example/paper?a=1&b=2", "Deux <b>rapports</b> & une carte")
	full.Item.Content = `<p>Texte <em>entier</em> ]]&gt; &amp; plus.</p><p><a href="https://institute.example/x?y=1&amp;z=2">lien</a></p>` + "\x00\x0b\ufffe"
	full.Item.Summary = "<p>Résumé.</p>"
	full.Item.Authors = []string{"Ana\u0007 Lima", "Bo & Co", "Ana Lima"}
	full.Item.Categories = []string{"Sécurité", "a <tag>", "Sécurité"}
	full.Item.Countries = []string{"UA", "XK"}
	full.Item.Image = "https://institute.example/map.png"
	full.Item.Updated = at("2026-01-05T08:20:00Z")
	full.Item.Enclosures = []news.Enclosure{
		{URL: "https://institute.example/talk.mp3", Type: "audio/mpeg", Length: 123456},
		{URL: "https://institute.example/paper.pdf", Type: "application/pdf"},
		{URL: "/relative.mp3", Type: "audio/mpeg"},
		{URL: "https://institute.example/no-type"},
	}

	summary := report(summaries, "i-summary", "https://vestnik.example/новости/1 2", "Пролив: переговоры \u202b— «итоги»")
	summary.Item.Summary = longText
	summary.Item.Enclosures = []news.Enclosure{{URL: "https://vestnik.example/photo.jpg", Type: "image/jpeg", Length: 9}}
	copied := report(headlines, "i-copy", "https://north.example/copy?x=1&y=2", "The same <text>")
	copied.DuplicateOf, copied.Why = "i-summary", "text"
	other := report(fulls, "i-other", "https://institute.example/other", "Autre rapport")

	headline := report(headlines, "i-headline", "https://north.example/a", "Talks & \"tea\" at 5 < 6 o'clock 😀")
	headline.Item.Summary, headline.Item.Content = "<p>must not appear</p>", "<p>must not appear either</p>"
	headline.Item.Image = "https://north.example/secret.png"
	headline.Item.Enclosures = []news.Enclosure{{URL: "https://north.example/hidden.mp3", Type: "audio/mpeg", Length: 1}}

	bare := report(summaries, "i-bare", "", "")
	bare.Item.Summary = "no title, and no link"
	bare.Item.Language = "no such language"
	script := report(fulls, "i-script", "javascript:alert(1)", "A link that is none")

	return news.Edition{
		Topic: news.Topic{Slug: "strait", Title: "The Strait & its <shores>"}, TopicID: uuidOf(255), Revision: 7,
		Updated: at("2026-01-05T09:00:00.005Z"), Pages: 2,
		Entries: []news.Entry{
			entryOf(5, full), entryOf(4, summary, copied, other), entryOf(3, headline), entryOf(2, bare), entryOf(1, script),
		},
		Siblings: map[string][]news.TopicName{uuidOf(5): {{Slug: "oil", Title: "Oil & gas"}}},
	}
}

func sealedEdition() news.Edition {
	e := richEdition()
	e.Page, e.Previous = 2, 1
	e.Entries = e.Entries[2:]
	return e
}

func emptyEdition() news.Edition {
	return news.Edition{Topic: news.Topic{Slug: "quiet", Title: "Quiet"}, TopicID: uuidOf(254)}
}

// fakeStore is a Store in memory. Its fields may be changed between requests; mu guards them.
type fakeStore struct {
	mu       sync.Mutex
	topics   []news.TopicState
	editions map[string]map[int]news.Edition
	stories  map[string]news.StoryRecord
	sources  []news.SourceStatus
	past     map[int64]news.Edition // by revision
	edits    []news.Correction
	err      error // of every method
	asked    int   // how often any method was called
}

func newFakeStore(editions ...news.Edition) *fakeStore {
	s := &fakeStore{editions: make(map[string]map[int]news.Edition), stories: make(map[string]news.StoryRecord)}
	for _, e := range editions {
		s.put(e)
	}
	return s
}

// put adds a page, and for a head what is said of its Topic.
func (s *fakeStore) put(e news.Edition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.editions[e.Topic.Slug] == nil {
		s.editions[e.Topic.Slug] = make(map[int]news.Edition)
	}
	s.editions[e.Topic.Slug][e.Page] = e
	if e.Page > 0 {
		return
	}
	state := news.TopicState{
		Topic: e.Topic, ID: e.TopicID, Revision: e.Revision, Updated: e.Updated, Entries: len(e.Entries), Pages: e.Pages,
		Interval: 3 * time.Hour,
	}
	for i := range s.topics {
		if s.topics[i].Slug == e.Topic.Slug {
			s.topics[i] = state
			return
		}
	}
	s.topics = append(s.topics, state)
}

func (s *fakeStore) ask() error { s.asked++; return s.err }

func (s *fakeStore) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *fakeStore) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *fakeStore) Topics(context.Context) ([]news.TopicState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return nil, err
	}
	return s.states(false), nil
}

func (s *fakeStore) Countries(context.Context) ([]news.TopicState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return nil, err
	}
	return s.states(true), nil
}

// states are the Topics of countries, or the others.
func (s *fakeStore) states(countries bool) (out []news.TopicState) {
	for _, t := range s.topics {
		if news.IsCountry(t.Slug) == countries {
			out = append(out, t)
		}
	}
	return out
}

func (s *fakeStore) Edition(_ context.Context, slug string, page int) (news.Edition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return news.Edition{}, err
	}
	e, ok := s.editions[slug][page]
	if !ok {
		return news.Edition{}, news.ErrNotFound
	}
	return e, nil
}

func (s *fakeStore) RevisionAt(_ context.Context, slug string, at time.Time) (revision int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return 0, err
	}
	for n, e := range s.past {
		if e.Topic.Slug == slug && !e.AsOf.After(at) {
			revision = max(revision, n)
		}
	}
	return revision, nil
}

func (s *fakeStore) EditionAsOf(_ context.Context, slug string, revision int64) (news.Edition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return news.Edition{}, err
	}
	if e, ok := s.past[revision]; ok {
		return e, nil
	}
	head := s.editions[slug][0]
	return news.Edition{Topic: head.Topic, TopicID: head.TopicID, Revision: revision}, nil
}

func (s *fakeStore) Day(_ context.Context, slug string, from, until time.Time, limit int) (news.Edition, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return news.Edition{}, 0, err
	}
	e := s.editions[slug][0]
	day := e
	day.Entries = nil
	for _, entry := range e.Entries {
		if !entry.Published.Before(from) && entry.Published.Before(until) {
			day.Entries = append(day.Entries, entry)
		}
	}
	all := len(day.Entries)
	day.Entries = day.Entries[:min(all, limit)]
	return day, all, nil
}

func (s *fakeStore) DaysBeside(_ context.Context, _ string, from, until time.Time) (before, after time.Time, err error) {
	return from.Add(-36 * time.Hour), until, nil
}

func (s *fakeStore) Corrections(_ context.Context, _ string, limit int) ([]news.Correction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return nil, err
	}
	return s.edits[:min(len(s.edits), limit)], nil
}

func (s *fakeStore) Story(_ context.Context, id string) (news.StoryRecord, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return news.StoryRecord{}, err
	}
	rec, ok := s.stories[id]
	if !ok {
		return news.StoryRecord{}, news.ErrNotFound
	}
	return rec, nil
}

func (s *fakeStore) Sources(context.Context) ([]news.SourceStatus, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return nil, err
	}
	return s.sources, nil
}

func (s *fakeStore) Ready(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ask()
}

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newServer(tb testing.TB, store publish.Store) (*publish.Server, *clock) {
	tb.Helper()
	c := &clock{now: at("2026-01-06T00:00:00Z")}
	s, err := publish.New(publish.Config{
		Store: store, BaseURL: baseURL, Contact: "desk@wire.example.org", Version: "1.2.3", Now: c.Now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s, c
}

// polled are sources in every state that the list of them shows.
func polled() []news.SourceStatus {
	moved := news.SourceStatus{Source: headlines, Count: 12, State: news.SourceState{
		LastPoll: at("2026-01-05T08:00:00Z"), NextPoll: at("2026-01-05T09:00:00Z"), Reason: "cadence: every 60 minutes",
		Outcome: news.OutcomeNotModified, HTTPStatus: 304, Health: news.Health{State: news.HealthFine},
	}}
	sick := news.SourceStatus{Source: summaries, State: news.SourceState{
		LastPoll: at("2026-01-05T08:00:00Z"), Outcome: news.OutcomeHTTPError, HTTPStatus: 502, Failures: 3, Error: "502 <Bad> Gateway",
		Health: news.Health{State: news.HealthFailing, Why: "502 <Bad> Gateway"},
	}}
	site := news.SourceStatus{Source: news.Source{ID: "page", URL: "https://page.example/list", Name: "Page", Format: news.FormatHTML}}
	return []news.SourceStatus{moved, sick, {Source: fulls}, site}
}

// Brought is what the first entry's Story would be listed as.
func (s *fakeStore) Brought(_ context.Context, source string, limit int) (all []news.Brought, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return nil, err
	}
	for _, found := range s.all() {
		if lead := found.Entry.Story.Lead; lead.Item.Source == source {
			all = append(all, news.Brought{Title: lead.Item.Title, URL: lead.Item.URL, Published: lead.Item.Published, Story: found.Entry.Story.ID})
		}
	}
	return all[:min(len(all), limit)], nil
}

// Search finds the Stories whose lead has the query's words in its title.
func (s *fakeStore) Search(_ context.Context, query news.Query, skip, limit int) (found []news.Found, more bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ask(); err != nil {
		return nil, false, err
	}
	for _, f := range s.all() {
		if len(query.Marks(f.Entry.Story.Lead.Item.Title)) > 0 {
			found = append(found, f)
		}
	}
	found = found[min(skip, len(found)):]
	more = len(found) > limit
	return found[:min(limit, len(found))], more, nil
}

// all lists the Stories of all heads, each under its first Topic.
func (s *fakeStore) all() (all []news.Found) {
	seen := make(map[string]bool)
	for _, t := range s.topics {
		e := s.editions[t.Slug][0]
		for _, entry := range e.Entries {
			if !seen[entry.Story.ID] {
				seen[entry.Story.ID] = true
				all = append(all, news.Found{Entry: entry, Topics: append([]news.TopicName{{Slug: t.Slug, Title: t.Title}}, e.Siblings[entry.Story.ID]...)})
			}
		}
	}
	return all
}
