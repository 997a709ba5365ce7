package aggregator_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator"
	"wireroom/aggregator/fetch"
	"wireroom/news"
)

// memoryStore is a store of one Source, enough for Polls.
type memoryStore struct {
	source news.Source
	state  news.SourceState
	items  map[int64]news.Item
	keys   map[news.Key]int64
	titles map[int64][]string
	polls  []news.Poll
	marks  []news.Mark
	passed string
}

func (m *memoryStore) Claim(_ context.Context, req news.ClaimRequest) ([]news.Claim, time.Duration, error) {
	if m.passed == req.Pass {
		return nil, 0, nil
	}
	m.passed = req.Pass
	return []news.Claim{{Source: m.source, State: m.state, Lease: news.Lease{Owner: req.Pass, Host: "127.0.0.1"}}}, 0, nil
}

func (m *memoryStore) Postpone(_ context.Context, _ string, _ news.Lease, until time.Time, reason string) error {
	m.state.NextPoll, m.state.Reason = until, reason
	return nil
}

func (m *memoryStore) Release(context.Context, string, news.Lease, time.Duration) error { return nil }

func (m *memoryStore) ClaimPages(context.Context, news.PageRequest) ([]news.PageClaim, time.Duration, error) {
	return nil, 0, nil
}

func (m *memoryStore) SavePage(context.Context, news.PageVisit) error { return nil }

func (m *memoryStore) ReleasePage(context.Context, news.PageClaim) error { return nil }

func (m *memoryStore) Known(_ context.Context, _ string, keys []news.Key) (map[news.Key]news.Known, error) {
	known := make(map[news.Key]news.Known)
	for _, k := range keys {
		if ref, ok := m.keys[k]; ok {
			it := m.items[ref]
			known[k] = news.Known{Ref: ref, ID: it.ID, Version: it.Version, Fingerprint: it.Fingerprint}
		}
	}
	return known, nil
}

func (m *memoryStore) Marks(context.Context, string) ([]news.Mark, error) { return m.marks, nil }

func (m *memoryStore) Item(_ context.Context, ref int64) (news.Item, error) { return m.items[ref], nil }

func (m *memoryStore) Titles(_ context.Context, ref int64) ([]string, error) {
	return m.titles[ref], nil
}

func (m *memoryStore) SavePolls(_ context.Context, polls []news.Poll) ([]error, error) {
	for _, p := range polls {
		m.polls, m.state = append(m.polls, p), p.State
		if p.Marks != nil {
			m.marks = p.Marks
		}
		for _, it := range p.New {
			m.put(int64(len(m.items)+1), it)
		}
		for _, it := range p.Changed {
			for ref, old := range m.items {
				if old.ID == it.ID {
					m.put(ref, it)
				}
			}
		}
		for ref, refresh := range p.Refreshed {
			it := m.items[ref]
			it.Fingerprint, it.Keys = refresh.Fingerprint, refresh.Keys
			m.put(ref, it)
		}
	}
	return make([]error, len(polls)), nil
}

func (m *memoryStore) put(ref int64, it news.Item) {
	m.items[ref] = it
	m.titles[ref] = append(m.titles[ref], it.Title)
	for _, k := range it.Keys {
		m.keys[k] = ref
	}
}

// A visitor polls a Source whose answers the test writes.
type visitor struct {
	*testing.T
	store  *memoryStore
	answer http.HandlerFunc
	asked  []http.Header
	now    time.Time
	puller *aggregator.Puller
}

func newVisitor(t *testing.T) *visitor {
	v := &visitor{T: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.asked = append(v.asked, r.Header.Clone())
		v.answer(w, r)
	}))
	t.Cleanup(server.Close)
	client, err := fetch.New(fetch.Config{UserAgent: "test", Allow: []string{"127.0.0.0/8", "::1"}, MaxBody: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	v.store = &memoryStore{
		source: news.Source{ID: "s", URL: server.URL + "/feed?key=${SECRET}", Name: "S"},
		items:  make(map[int64]news.Item), keys: make(map[news.Key]int64), titles: make(map[int64][]string),
	}
	v.puller = aggregator.NewPuller(aggregator.Puller{
		Store: v.store, Client: client, PerHost: 1, Lease: time.Minute, Workers: 4, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return v.now },
		Secrets: func(s news.Source) (news.Source, error) {
			s.URL = strings.ReplaceAll(s.URL, "${SECRET}", "hidden")
			return s, nil
		},
	}, 2, 2)
	return v
}

// visit makes one Poll, an hour after the one before.
func (v *visitor) visit(answer http.HandlerFunc) news.Poll {
	v.Helper()
	v.answer, v.now = answer, v.now.Add(time.Hour)
	before := len(v.store.polls)
	if err := v.puller.Pass(v.Context(), news.DueForced, ""); err != nil {
		v.Fatal(err)
	}
	if len(v.store.polls) != before+1 {
		v.Fatalf("got %d polls saved, want 1", len(v.store.polls)-before)
	}
	return v.store.polls[before]
}

// rss writes a feed of items, given as guid, link and title.
func rss(headers map[string]string, items ...[3]string) http.HandlerFunc {
	var body strings.Builder
	body.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://s.example/</link>`)
	for _, it := range items {
		fmt.Fprintf(&body, `<item><guid isPermaLink="false">%s</guid><link>%s</link><title>%s</title></item>`, it[0], it[1], it[2])
	}
	body.WriteString(`</channel></rss>`)
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		fmt.Fprint(w, body.String())
	}
}

func status(code int, headers map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
	}
}

func (v *visitor) want(p news.Poll, outcome news.Outcome, fresh, changed, unchanged int) {
	v.Helper()
	if p.Outcome != outcome || len(p.New) != fresh || len(p.Changed) != changed || p.Unchanged != unchanged {
		v.Errorf("got %s with %d new, %d changed, %d unchanged (%s); want %s with %d, %d, %d",
			p.Outcome, len(p.New), len(p.Changed), p.Unchanged, p.State.Error, outcome, fresh, changed, unchanged)
	}
}

var (
	one = [3]string{"1", "https://s.example/1", "One"}
	two = [3]string{"2", "https://s.example/2", "Two"}
)

func TestValidatorsAreThoseOfTheLastGoodAnswer(t *testing.T) {
	v := newVisitor(t)
	v.want(v.visit(rss(map[string]string{"ETag": `W/"a"`, "Last-Modified": "yesterday"}, one)), news.OutcomeChanged, 1, 0, 0)
	v.want(v.visit(status(http.StatusNotModified, map[string]string{"ETag": `"b"`})), news.OutcomeNotModified, 0, 0, 0)
	v.want(v.visit(rss(map[string]string{"ETag": `"c"`}, one)), news.OutcomeSameBytes, 0, 0, 0)
	v.want(v.visit(status(http.StatusInternalServerError, map[string]string{"ETag": `"error"`})), news.OutcomeHTTPError, 0, 0, 0)
	v.want(v.visit(rss(nil, one, two)), news.OutcomeChanged, 1, 0, 1)
	v.want(v.visit(rss(nil, one, two)), news.OutcomeSameBytes, 0, 0, 0)
	for i, want := range [][2]string{{"", ""}, {`W/"a"`, "yesterday"}, {`"b"`, "yesterday"}, {`"c"`, ""}, {`"c"`, ""}, {"", ""}} {
		got := [2]string{v.asked[i].Get("If-None-Match"), v.asked[i].Get("If-Modified-Since")}
		if got != want {
			t.Errorf("request %d: got validators %q, want %q", i+1, got, want)
		}
	}
}

func TestTroubleKeepsItemsAndValidators(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   news.Outcome
		says   string
	}{
		"html at 200":     {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><title>Hi</title><p>x") }, news.OutcomeNotAFeed, "HTML"},
		"nothing at 200":  {status(http.StatusOK, nil), news.OutcomeNotAFeed, "empty"},
		"no items":        {rss(nil), news.OutcomeNotAFeed, "no items"},
		"too large":       {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("<x>", 1<<20)) }, news.OutcomeFailed, "fetch.max_body"},
		"gone":            {status(http.StatusGone, nil), news.OutcomeHTTPError, "410"},
		"not found":       {status(http.StatusNotFound, nil), news.OutcomeHTTPError, "404"},
		"a redirect loop": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, news.OutcomeFailed, "redirect"},
		"the line is cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, news.OutcomeFailed, ""},
		"cut before anything": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `<?xml version="1.0"?>`)
		}, news.OutcomeFailed, "broke off after 21 bytes"},
		"cut before an item": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>`)
		}, news.OutcomeFailed, "broke off after 65 bytes"},
		"a private target": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		}, news.OutcomeFailed, "fetch.allow"},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVisitor(t)
			v.visit(rss(map[string]string{"ETag": `"a"`}, one))
			p := v.visit(test.answer)
			v.want(p, test.want, 0, 0, 0)
			if !strings.Contains(p.State.Error, test.says) || p.State.Failures != 1 {
				t.Errorf("got error %q after %d failures, want one that says %q, and 1", p.State.Error, p.State.Failures, test.says)
			}
			if p.State.ETag != `"a"` || p.State.Items != 1 || len(v.store.items) != 1 {
				t.Errorf("got etag %s and %d items, want those of the last good answer", p.State.ETag, len(v.store.items))
			}
		})
	}
}

// Who is refused for the sake of validators would be refused for ever.
func TestRefusedValidatorsAreForgotten(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusPreconditionFailed: "", http.StatusRequestHeaderFieldsTooLarge: "", http.StatusBadRequest: `"a"`, http.StatusInternalServerError: `"a"`,
	} {
		v := newVisitor(t)
		v.visit(rss(map[string]string{"ETag": `"a"`}, one))
		p := v.visit(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		v.want(p, news.OutcomeHTTPError, 0, 0, 0)
		v.want(v.visit(rss(map[string]string{"ETag": `"a"`}, one)), news.OutcomeSameBytes, 0, 0, 0)
		if got := v.asked[2].Get("If-None-Match"); got != want {
			t.Errorf("after %d: got validator %q, want %q", status, got, want)
		}
	}
}

func TestACutDocumentKeepsItsWholeItemsAndTheOldValidators(t *testing.T) {
	v := newVisitor(t)
	v.visit(rss(map[string]string{"ETag": `"a"`}, one))
	p := v.visit(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"b"`)
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>`+
			`<item><guid>2</guid><link>https://s.example/2</link><title>Two</title></item><item><guid>3</guid><title>Thr`)
	})
	if p.Outcome != news.OutcomeDamaged || len(p.New) == 0 || p.State.ETag != `"a"` || p.State.Error == "" {
		t.Errorf("got %s with %d new, etag %s, error %q; want damaged, with items, etag \"a\" and a reason", p.Outcome, len(p.New), p.State.ETag, p.State.Error)
	}
}

func TestRecognition(t *testing.T) {
	for name, test := range map[string]struct {
		then                    [][3]string
		fresh, changed, no, out int // new, changed, unchanged, skipped
	}{
		"the same items, reordered":          {[][3]string{two, one}, 0, 0, 2, 0},
		"an edited title":                    {[][3]string{{"1", one[1], "One, edited"}, two}, 0, 1, 1, 0},
		"another guid, the same url":         {[][3]string{{"1#1", one[1], "One"}, two}, 0, 0, 2, 0},
		"the same guid, another url":         {[][3]string{{"1", "https://s.example/moved", "One"}, two}, 0, 1, 1, 0},
		"tracking parameters come and go":    {[][3]string{{"1", one[1] + "?utm_source=x", "One"}, two}, 0, 0, 2, 0},
		"the same guid twice":                {[][3]string{one, one, two}, 0, 0, 2, 1},
		"a new item under a known one's url": {[][3]string{one, {"3", one[1], "Three"}, two}, 1, 0, 2, 0},
		"two new items that share a url":     {[][3]string{{"3", "https://s.example/live", "Three"}, {"4", "https://s.example/live", "Four"}}, 2, 0, 0, 0},
	} {
		for _, marked := range []bool{true, false} { // what is remembered of the last document changes no outcome
			t.Run(fmt.Sprintf("%s, marked %t", name, marked), func(t *testing.T) {
				v := newVisitor(t)
				v.visit(rss(nil, one, two))
				if len(v.store.marks) != 2 {
					t.Fatalf("got %d marks, want 2", len(v.store.marks))
				}
				if !marked {
					v.store.marks = nil
				}
				p := v.visit(rss(nil, test.then...))
				got := [4]int{len(p.New), len(p.Changed), p.Unchanged, len(p.Skipped)}
				if want := [4]int{test.fresh, test.changed, test.no, test.out}; got != want {
					t.Errorf("got %v new, changed, unchanged, skipped (%v); want %v", got, p.Skipped, want)
				}
			})
		}
	}
}

// A GUID is given out twice only where nothing of the first text is left.
func TestAReusedGuidIsAnotherItem(t *testing.T) {
	const (
		storm  = "Storm floods the old harbour of Lisbon while ferries stay in port, trains stop at noon and schools send all pupils home before dusk"
		court  = "Judges in Ottawa hear nine farmers against a mine whose owner wants more water from two rivers than anybody ever took there"
		edited = "Judges in Ottawa said: ferries stay in port until further notice, which nobody could have foreseen when they left for work last Monday morning"
	)
	first := [3]string{"1", "https://s.example/1", storm}
	for name, test := range map[string]struct {
		then           [3]string
		fresh, changed int
	}{
		"another text on another page":     {[3]string{"1", "https://s.example/9", court}, 1, 0},
		"another text on the same page":    {[3]string{"1", first[1], court}, 0, 1},
		"three words in a row are left":    {[3]string{"1", "https://s.example/9", edited}, 0, 1},
		"one name is left in the title":    {[3]string{"1", "https://s.example/9", court + " near Lisbon"}, 0, 1},
		"too short to tell":                {[3]string{"1", "https://s.example/9", "Judges hear nine farmers"}, 0, 1},
		"another text without a page":      {[3]string{"1", "", court}, 0, 1},
		"another guid, nothing else":       {[3]string{"1#1", first[1], storm}, 0, 0},
		"another guid and a moved page":    {[3]string{"1#1", "https://s.example/9", storm}, 1, 0},
		"another guid, text on the page":   {[3]string{"1#1", first[1], court}, 0, 1},
		"the same text, on a page that is": {[3]string{"1", "https://s.example/9", storm}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVisitor(t)
			before := v.visit(rss(nil, first)).New[0]
			p := v.visit(rss(nil, test.then))
			if len(p.New) != test.fresh || len(p.Changed) != test.changed {
				t.Fatalf("got %d new, %d changed; want %d, %d", len(p.New), len(p.Changed), test.fresh, test.changed)
			}
			if test.fresh == 1 && p.New[0].ID == before.ID {
				t.Errorf("got the id %s again", before.ID)
			}
		})
	}
}

func TestAReusedGuidIsFollowed(t *testing.T) {
	const (
		storm = "Storm floods the old harbour of Lisbon while ferries stay in port, trains stop at noon and schools send all pupils home before dusk"
		court = "Judges in Ottawa hear nine farmers against a mine whose owner wants more water from two rivers than anybody ever took there"
		bread = "Bakers across Vienna bake smaller loaves: flour costs twice what people paid last winter, unions say, although harvests were rich everywhere"
	)
	v := newVisitor(t)
	visit := func(url, title string) news.Poll {
		v.store.marks = nil // so that every item is read
		return v.visit(rss(nil, [3]string{"1", url, title}, [3]string{"2", "https://s.example/" + fmt.Sprint(len(v.store.polls)), "Other"}))
	}
	ids := map[string]bool{visit("https://s.example/a", storm).New[0].ID: true}
	second := visit("https://s.example/b", court).New[0]
	ids[second.ID] = true
	if p := visit("https://s.example/b", court); len(p.New) != 0 || p.Unchanged != 1 {
		t.Errorf("got %d new, %d unchanged of what came before, want none and 1", len(p.New), p.Unchanged)
	}
	p := visit("https://s.example/b", court+", and again")
	if i := slices.IndexFunc(p.Changed, func(it news.Item) bool { return it.ID == second.ID }); len(p.New) != 0 || i < 0 {
		t.Errorf("got %d new and %v changed, want an edit of the second item", len(p.New), p.Changed)
	}
	for _, it := range visit("https://s.example/c", bread).New {
		ids[it.ID] = true
	}
	if len(ids) != 3 {
		t.Errorf("got %d ids of three items under one guid", len(ids))
	}
}

// A GUID that a whole document has names none of its items, each of which is still found by its page.
func TestAGuidOfManyNamesNone(t *testing.T) {
	item := func(n int, title string) [3]string {
		return [3]string{"feed", fmt.Sprintf("https://s.example/%d", n), title}
	}
	first := [][3]string{item(1, "Grain ships leave port"), item(2, "Pension bill rejected"), item(3, "Volcano closes airports")}
	v := newVisitor(t)
	v.want(v.visit(rss(nil, first...)), news.OutcomeChanged, 3, 0, 0)
	v.want(v.visit(rss(nil, append(first, item(4, "Bank holds rates"))...)), news.OutcomeChanged, 1, 0, 3)
	first[1][2] = "Pension bill rejected, again"
	v.want(v.visit(rss(nil, append(first, item(4, "Bank holds rates"))...)), news.OutcomeChanged, 0, 1, 3)
	front := [3]string{"feed", "https://s.example/", "Fishermen protest"} // whose page names nothing either
	v.want(v.visit(rss(nil, append(first, front, [3]string{"feed", "https://s.example/", "Orchestra returns"})...)), news.OutcomeChanged, 2, 0, 3)
	two := [][3]string{item(8, "Ferry runs late"), item(9, "Ferry runs on time")}
	two[0][0], two[1][0] = "f", "f"
	v.want(v.visit(rss(nil, two...)), news.OutcomeChanged, 1, 0, 0) // an edit of its own, as likely
}

func TestANewGuidIsRememberedWithoutAVersion(t *testing.T) {
	v := newVisitor(t)
	v.visit(rss(nil, one))
	v.want(v.visit(rss(nil, [3]string{"1#1", one[1], "One"})), news.OutcomeUnchanged, 0, 0, 1)
	v.want(v.visit(rss(nil, [3]string{"1#1", "https://s.example/moved", "One"})), news.OutcomeChanged, 0, 1, 0)
	if len(v.store.items) != 1 {
		t.Errorf("got %d items, want 1 still", len(v.store.items))
	}
}

func TestAnEditKeepsIdAndDate(t *testing.T) {
	v := newVisitor(t)
	before := v.visit(rss(nil, one)).New[0]
	after := v.visit(rss(nil, [3]string{"1", one[1], "Edited"})).Changed[0]
	if after.ID != before.ID || after.Version != 2 || after.Title != "Edited" {
		t.Errorf("got id %s, version %d, title %q; want %s, 2, Edited", after.ID, after.Version, after.Title, before.ID)
	}
	v.want(v.visit(rss(map[string]string{"X": "y"}, [3]string{"1", one[1], "Edited"})), news.OutcomeSameBytes, 0, 0, 0)
}

func TestAPermanentRedirectIsAdoptedOnceItHeld(t *testing.T) {
	v := newVisitor(t)
	v.store.source.URL = strings.TrimSuffix(v.store.source.URL, "?key=${SECRET}")
	moved := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/new" {
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
			return
		}
		rss(nil, one)(w, r)
	}
	for range 3 {
		if p := v.visit(moved); p.State.URL != "" {
			t.Fatalf("adopted %s after %v", p.State.URL, v.now)
		}
	}
	v.now = v.now.Add(48 * time.Hour)
	if p := v.visit(moved); !strings.HasSuffix(p.State.URL, "/new") || p.NextHost == "" {
		t.Errorf("got address %q, host %q; want the new ones", p.State.URL, p.NextHost)
	}
	asked := len(v.asked)
	v.visit(moved)
	if n := len(v.asked) - asked; n != 1 {
		t.Errorf("got %d requests after the move, want 1", n)
	}
}

// A store that fails stops the pass, and says so.
type failingStore struct{ *memoryStore }

var errDisk = errors.New("disk full")

func (failingStore) SavePolls(context.Context, []news.Poll) ([]error, error) { return nil, errDisk }

func TestAFailedSaveEndsThePass(t *testing.T) {
	v := newVisitor(t)
	v.answer = rss(nil, one)
	v.puller.Store = failingStore{v.store}
	if err := v.puller.Pass(t.Context(), news.DueForced, ""); !errors.Is(err, errDisk) {
		t.Errorf("got error %v, want %v", err, errDisk)
	}
}
