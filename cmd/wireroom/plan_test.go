package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wireroom/aggregator"
	"wireroom/news"
	"wireroom/store"
)

// must fails a test, or a rapid check, at once.
func must(t interface{ Fatal(...any) }, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// planWords are what the rules and the items of the plan's tests are made of.
var planWords = []string{"kyiv", "odesa", "europe", "european", "union", "talks", "grain", "ships", "红海", "nato"}

var planSources = []news.Source{
	{ID: "quay", URL: "http://quay.example/feed", Name: "Quay", Language: "en", Country: "GB", Kind: news.KindNews, Tier: 1},
	{ID: "pier", URL: "http://pier.example/feed", Name: "Pier", Language: "de", Country: "DE", Kind: news.KindStateMedia, Tier: 3},
}

// An applying applies configurations to a store and sorts, as the worker does.
type applying struct {
	db     *store.DB
	sorter *aggregator.Sorter
	at     time.Time
}

func newApplying(t interface{ Fatal(...any) }, ctx context.Context, path string) *applying {
	db, err := store.Open(ctx, "sqlite:"+path)
	must(t, err)
	return &applying{db: db, sorter: &aggregator.Sorter{Store: db, Log: slog.New(slog.DiscardHandler)}, at: noon}
}

// apply applies a configuration and sorts all that follows from it.
func (a *applying) apply(t interface{ Fatal(...any) }, ctx context.Context, c news.Configuration) {
	seat, free, err := a.db.TakeSeat(ctx, aggregator.SorterSeat, time.Minute)
	must(t, err)
	if !free {
		t.Fatal("the seat is taken")
	}
	_, err = a.db.Apply(ctx, seat, c, a.at, func(raw string) (string, error) {
		u, err := url.Parse(raw)
		return u.Host, err
	})
	must(t, err)
	must(t, a.db.LeaveSeat(ctx, seat))
	a.at = a.at.Add(time.Minute)
	_, err = a.sorter.Run(ctx, a.at)
	must(t, err)
}

// act does an Act and what follows from it, and reports whether the store took it.
func (a *applying) act(t interface{ Fatal(...any) }, ctx context.Context, act news.Act) bool {
	seat, free, err := a.db.TakeSeat(ctx, aggregator.SorterSeat, time.Minute)
	must(t, err)
	if !free {
		t.Fatal("the seat is taken")
	}
	_, refused := a.db.Act(ctx, seat, act)
	must(t, a.db.LeaveSeat(ctx, seat))
	a.at = a.at.Add(time.Minute)
	_, err = a.sorter.Run(ctx, a.at)
	must(t, err)
	return refused == nil
}

// bring saves items that each source's poll would bring: dated over ten days, of words that the rules know.
func (a *applying) bring(t interface{ Fatal(...any) }, ctx context.Context, each int) {
	claims, _, err := a.db.Claim(ctx, news.ClaimRequest{At: a.at, Limit: 10, PerHost: 1, Lease: time.Minute, Due: news.DueForced})
	must(t, err)
	for _, c := range claims {
		var items []news.Item
		for i := range each {
			guid := fmt.Sprint(c.Source.ID, i)
			word := func(n int) string { return planWords[(i*n+len(c.Source.ID)+i/7)%len(planWords)] }
			published := noon.Add(-time.Duration(i) * 240 * time.Hour / time.Duration(each))
			items = append(items, news.Item{
				ID: news.ItemID(c.Source.ID, news.KeyOf("guid", guid), 0), Source: c.Source.ID, Version: 1, Place: i, GUID: guid,
				URL: "http://" + c.Source.ID + ".example/" + guid, Title: fmt.Sprint(word(1), " ", word(3), " ", guid),
				Summary: fmt.Sprint("<p>", word(7), " and ", word(9), "</p>"), Published: published, FirstSeen: noon, Seen: noon,
				Keys: news.ItemKeys(guid, "", "", ""), Fingerprint: news.FingerprintOf(guid),
			})
		}
		st := c.State
		st.LastPoll, st.Outcome, st.NextPoll = a.at, news.OutcomeChanged, a.at.Add(time.Hour)
		errs, err := a.db.SavePolls(ctx, []news.Poll{{Source: c.Source.ID, Lease: c.Lease, At: a.at, Outcome: news.OutcomeChanged, State: st, New: items}})
		must(t, err)
		must(t, errs[0])
	}
}

// shown returns the Stories that each Topic shows.
func (a *applying) shown(t interface{ Fatal(...any) }, ctx context.Context) map[string][]int64 {
	standing, err := a.db.Standing(ctx, "")
	must(t, err)
	shown := map[string][]int64{}
	for _, h := range standing.Holdings {
		if h.Shown {
			shown[h.Topic] = append(shown[h.Topic], h.Story)
		}
	}
	return shown
}

// planned is what a plan promises that each Topic shows, given what it shows now.
func planned(change change, now map[string][]int64, was map[string]string) map[string][]int64 {
	want := map[string][]int64{}
	for _, t := range change.plan.Topics {
		stories := slices.DeleteFunc(slices.Clone(now[was[t.Slug]]), func(n int64) bool { return slices.Contains(t.Leave, n) })
		stories = append(stories, t.Enter...)
		if len(stories) > 0 {
			want[t.Slug] = inOrder(stories)
		}
	}
	return want
}

// inOrder returns each Story once: after a merge, one may stand in the head and on a sealed page.
func inOrder(stories []int64) []int64 {
	slices.Sort(stories)
	return slices.Compact(stories)
}

func drawPlanTopic(t *rapid.T, slug string) news.Topic {
	terms := func(name string, least, most int) []string {
		term := rapid.Custom(func(t *rapid.T) string {
			mark := rapid.SampledFrom([]string{"", "", "", "title:", "lead:", "de:"}).Draw(t, "mark")
			return mark + rapid.SampledFrom(planWords).Draw(t, "word") + rapid.SampledFrom([]string{"", "*"}).Draw(t, "ending")
		})
		return rapid.SliceOfN(term, least, most).Draw(t, slug+" "+name)
	}
	topic := news.Topic{Slug: slug, Title: slug}
	if rapid.IntRange(0, 6).Draw(t, "all") == 0 {
		topic.Rule.All = true
	} else {
		topic.Rule = news.Rule{
			Strong: terms("strong", 1, 3), Weak: terms("weak", 0, 3), Exclude: terms("exclude", 0, 1),
			MinScore: rapid.IntRange(1, 8).Draw(t, "min_score"),
		}
	}
	topic.Rule.Kinds = rapid.SliceOfN(rapid.SampledFrom([]news.Kind{news.KindNews, news.KindStateMedia}), 0, 1).Draw(t, "kinds")
	topic.Rule.Where = rapid.SampledFrom([]string{"", "", "", `source.tier < 3`, `item.words > 2 && item.title contains "a"`}).Draw(t, "where")
	return topic
}

// drawPlanConfiguration edits c: topics are changed, added, removed, reordered or renamed, and so are facts of sources.
func drawPlanConfiguration(t *rapid.T, c news.Configuration) news.Configuration {
	next := news.Configuration{Sources: slices.Clone(c.Sources)}
	if len(c.Topics) == 0 {
		next.Sources = slices.Clone(planSources)
	}
	next.Sources[0].Tier = rapid.IntRange(1, 3).Draw(t, "tier")
	next.Exclude = rapid.SliceOfN(rapid.SampledFrom(planWords), 0, 1).Draw(t, "exclude")
	for i, slug := range []string{"a", "b", "c", "d"} {
		if !rapid.Bool().Draw(t, "has "+slug) && i > 0 {
			continue
		}
		was := slices.IndexFunc(c.Topics, func(t news.Topic) bool { return t.Slug == slug })
		if was >= 0 && rapid.Bool().Draw(t, "keep "+slug) {
			next.Topics = append(next.Topics, c.Topics[was])
		} else {
			next.Topics = append(next.Topics, drawPlanTopic(t, slug))
		}
	}
	rename(t, next.Topics, c.Topics)
	next.Topics = rapid.Permutation(next.Topics).Draw(t, "order")
	return next
}

// rename gives some topics another slug, under which their old one is an alias; the others keep the aliases that they had.
func rename(t *rapid.T, topics, before []news.Topic) {
	for i := range topics {
		topic := &topics[i]
		if was := slices.IndexFunc(before, func(b news.Topic) bool { return b.Slug == topic.Slug }); was >= 0 {
			topic.Aliases = before[was].Aliases
		}
		if rapid.IntRange(0, 3).Draw(t, "rename "+topic.Slug) > 0 {
			continue
		}
		topic.Aliases = append(slices.Clone(topic.Aliases), topic.Slug)
		topic.Slug += "x"
	}
}

// An editing does random acts in the place of editors.
type editing struct{ pins, hides, merges int }

// act does one act, or none; what the store refuses, as a second pin of one Story, is no act.
func (e *editing) act(t *rapid.T, ctx context.Context, a *applying) {
	standing, err := a.db.Standing(ctx, "")
	must(t, err)
	if len(standing.Holdings) < 2 || len(standing.Configuration.Topics) == 0 {
		return
	}
	story := func(name string) string {
		n := rapid.SampledFrom(standing.Holdings).Draw(t, name).Story
		names, err := a.db.StoryNames(ctx, []int64{n})
		must(t, err)
		return names[n].ID
	}
	kind := rapid.SampledFrom([]news.ActKind{"", news.ActPin, news.ActHide, news.ActMerge}).Draw(t, "act")
	act := news.Act{Kind: kind, At: a.at, By: "desk", Why: "a reason"}
	topic := rapid.SampledFrom(standing.Configuration.Topics).Draw(t, "topic").Slug
	switch kind {
	case "":
		return
	case news.ActPin:
		act.Story, act.Topic = story("pinned"), topic
	case news.ActHide:
		act.Story, act.Topic = story("hidden"), rapid.SampledFrom([]string{"", topic}).Draw(t, "where")
	case news.ActMerge:
		act.Story, act.Other = story("kept"), story("merged")
	}
	if a.act(t, ctx, act) {
		e.count(kind)
	}
}

func (e *editing) count(kind news.ActKind) {
	switch kind {
	case news.ActPin:
		e.pins++
	case news.ActHide:
		e.hides++
	case news.ActMerge:
		e.merges++
	}
}

// TestPlanIsWhatApplyingDoes edits the rules at random, several times in a row, with acts of editors in between, and holds
// what each Topic shows after the configuration was applied against what the plan said before.
func TestPlanIsWhatApplyingDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred configurations")
	}
	ctx := t.Context()
	empty := filepath.Join(t.TempDir(), "empty.db")
	a := newApplying(t, ctx, empty)
	a.apply(t, ctx, news.Configuration{Sources: planSources, Topics: []news.Topic{{Slug: "start", Title: "start", Rule: news.Rule{Strong: []string{"kyiv"}}}}})
	a.bring(t, ctx, 40)
	_, err := a.sorter.Run(ctx, a.at)
	must(t, err)
	must(t, a.db.Close())
	made, err := os.ReadFile(empty)
	must(t, err)
	moves, edits := 0, editing{}
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "plan.db")
		must(rt, os.WriteFile(path, made, 0o600))
		a := newApplying(rt, ctx, path)
		defer func() { must(rt, a.db.Close()) }()
		var c news.Configuration
		for range 4 {
			c = drawPlanConfiguration(rt, c)
			moves += checkPlan(rt, ctx, a, c)
			edits.act(rt, ctx, a)
		}
	})
	if moves == 0 || edits.pins == 0 || edits.hides == 0 || edits.merges == 0 {
		t.Errorf("%d stories moved, and acts were %+v: the property says nothing without some of each", moves, edits)
	}
}

// slugsBefore returns under which slug the store has each topic of a configuration: its own or one of its aliases.
func slugsBefore(t *rapid.T, ctx context.Context, a *applying, c news.Configuration) map[string]string {
	standing, err := a.db.Standing(ctx, "")
	must(t, err)
	was := map[string]string{}
	for _, topic := range c.Topics {
		was[topic.Slug] = ""
		if i := news.TopicBefore(standing.Topics, topic); i >= 0 {
			was[topic.Slug] = standing.Topics[i]
		}
	}
	return was
}

// checkPlan plans and applies c, and returns how many Stories moved.
func checkPlan(t *rapid.T, ctx context.Context, a *applying, c news.Configuration) (moves int) {
	change, err := planChange(ctx, a.db, c, 0)
	must(t, err)
	before := a.shown(t, ctx)
	was := slugsBefore(t, ctx, a, c)
	want := planned(change, before, was)
	a.apply(t, ctx, c)
	got := map[string][]int64{}
	for slug, stories := range a.shown(t, ctx) {
		if _, configured := was[slug]; configured {
			got[slug] = inOrder(stories)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("shown after applying (-planned +applied):\n%s", diff)
	}
	for _, topic := range change.plan.Topics {
		moves += len(topic.Enter) + len(topic.Leave)
	}
	return moves
}

// TestTooMuchAtOnceNeedsConsent: a rule that lets in more than plan.limit is not applied until someone has agreed; what
// stands stays, and a first start and a new topic are asked nothing.
func TestTooMuchAtOnceNeedsConsent(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", rss("a", numbered(30)...))
	h := newHouse(t, o.sources("a")...)
	h.config.Topics = []topicEntry{{Slug: "one", Strong: []string{"round 7"}}}
	h.config.Plan = map[string]any{"limit": 5}
	h.save()
	h.must("poll", "--at", after(0))
	h.config.Topics[0].Strong = []string{"envoys"}
	h.config.Topics = append(h.config.Topics, topicEntry{Slug: "all", All: true})
	h.save()
	plan := h.rows("plan")
	if got := plan[0]; got["topic"] != "one" || got["enter"] != "29" || got["stay"] != "1" || got["note"] != "changed" {
		t.Errorf("plan of the changed topic: %v, want 29 to enter and 1 to stay", got)
	}
	if got := plan[1]; got["enter"] != "30" || got["note"] != "new" {
		t.Errorf("plan of the new topic: %v, want 30 to enter", got)
	}
	refused := h.run("poll", "--at", after(time.Hour))
	if refused.code != exitUsage || !strings.Contains(refused.stderr, "plan --yes") {
		t.Errorf("poll = %d, %s, want it refused with the command that agrees", refused.code, refused.stderr)
	}
	if got := len(h.rows("items", "--topic", "one")); got != 1 {
		t.Errorf("%d items in the topic after a refusal, want 1", got)
	}
	h.must("plan", "--yes")
	h.must("poll", "--at", after(time.Hour))
	if got := len(h.rows("items", "--topic", "one")); got != 30 {
		t.Errorf("%d items in the topic after consent, want 30", got)
	}
}
