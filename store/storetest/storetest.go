// Package storetest is the contract of a store: what every engine must do. An engine's own test calls [Run].
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
	"wireroom/store"
)

// Run tests a store. open opens an empty one, or, called again with the same name, the one it opened before.
func Run(t *testing.T, open func(t *testing.T, name string) *store.DB) {
	for name, test := range map[string]func(*bench){
		"a claim is exclusive":                     claimIsExclusive,
		"one host at a time":                       oneHostAtATime,
		"a pass waits for what another holds":      heldByAnother,
		"a pass claims each source once":           passClaimsOnce,
		"hold is never ignored":                    holdIsNeverIgnored,
		"a hold of another host":                   holdOfAnotherHost,
		"a hold of a domain":                       holdOfADomain,
		"alerts are logged":                        alertsAreLogged,
		"a claim is put off":                       postponed,
		"a wrong clock is put right":               wrongClockIsPutRight,
		"a released host is spaced":                releasedHostIsSpaced,
		"a poll is saved once":                     pollIsSavedOnce,
		"a poll is saved whole or not at all":      pollIsWhole,
		"marks are replaced as a whole":            marksAreReplaced,
		"addresses are counted by source":          addressesAreCounted,
		"pages name themselves":                    pagesNameThemselves,
		"odd bytes are kept":                       oddBytes,
		"what was saved is known":                  savedIsKnown,
		"an edit is a version":                     editIsVersion,
		"one sorter at a time":                     oneSorter,
		"a story enters a topic once":              storyEntersOnce,
		"the head is sealed at a hundred":          headIsSealed,
		"sealed pages never change":                sealedPagesNeverChange,
		"backfill does not flood the head":         backfillIsSealed,
		"a head is filled at first":                headIsFilledAtFirst,
		"an empty head is filled from the newest":  emptyHeadIsFilled,
		"a duplicate stands behind its original":   duplicateStandsBehind,
		"an unchanged configuration does nothing":  sameConfiguration,
		"what is live is told":                     liveIsTold,
		"consent is to one configuration":          consentIsToOne,
		"what stands is told":                      standingIsTold,
		"what an editor said stands":               standingAfterActs,
		"a changed rule refiles":                   changedRuleRefiles,
		"a renamed topic keeps its entries":        renamedTopic,
		"a renamed topic leaves its slug":          slugOfRenamedTopic,
		"a removed topic is gone":                  removedTopic,
		"a source keeps its items under a new id":  renamedSource,
		"a changed url drops validators":           changedURLDropsValidators,
		"texts are pruned, identities are not":     pruning,
		"acts are undone":                          actsAreUndone,
		"acts are undone in any order":             actsAreUndoneInAnyOrder,
		"a pin keeps a story in":                   pinKeeps,
		"a hidden story stays out of later topics": hiddenFromNewTopics,
		"hidden where it is not":                   hiddenWhereItIsNot,
		"a withdrawal is whole":                    withdrawalIsWhole,
		"a withdrawn source stays out":             withdrawnSourceStaysOut,
		"a merge is quiet":                         mergeIsQuiet,
		"what was founded goes with its undoing":   undoneFoundingIsNotShown,
		"a merged story stays":                     mergedStaysWhereItsFounderLeaves,
		"what is hidden is buried too":             hiddenIsBuriedToo,
		"what is not seen raises nothing":          unseenActsRaiseNothing,
		"a sealed entry without reports is gone":   sealedEntryWithoutReportsIsGone,
		"a withdrawn source leaves no entry":       sealedEntryOfAWithdrawnSourceStaysOut,
		"what was split off is withdrawn":          splitAndWithdrawnIsOnNoPage,
		"a withdrawal dates what changes":          withdrawalsDateWhatChanges,
		"acts date what changes":                   randomActsDateWhatChanges,
		"fewer rights date their pages":            lesserRightsDateTheirPages,
		"a head keeps its date":                    headKeepsItsDate,
		"a withdrawn source dates nothing":         withdrawnSourceDatesNothing,
		"a sealed lead is followed once":           sealedLeadIsFollowedOnce,
		"an ejection founds a story":               ejectionFoundsAStory,
		"acts are received once":                   actsAreReceivedOnce,
		"names are found":                          namesAreFound,
		"what is stored survives a reopening":      reopening,
		"an item waits for its page":               itemWaitsForPage,
		"a page that comes late is not used":       latePageIsNotUsed,
		"a page that failed is tried again":        pageIsTriedAgain,
		"a page holds its host":                    pageHoldsItsHost,
		"a newer version has its own page":         newerVersionHasItsOwnPage,
		"a story tells how its lead was edited":    storyTellsEdits,
		"a search finds what it is asked for":      searchFinds,
		"a search finds published stories once":    searchFindsPublished,
		"a search follows edits and retention":     searchFollows,
		"what was stored before is taken in":       oldIsIndexed,
		"nothing to say gives no error and no row": empty,
		"past heads are known":                     pastHeadsAreKnown,
		"facts of sealed pages stay":               sealedFactsStay,
		"neighbours are raised":                    neighboursAreRaised,
		"corrections are listed":                   correctionsAreListed,
		"acts date corrections":                    actsDateCorrections,
		"a hidden entry dates nothing":             hiddenEntryDatesNothing,
		"an edit beside a lead":                    editBesideALead,
		"corrections of a large topic are listed":  correctionsOfALargeTopicAreListed,
		"days are read":                            daysAreRead,
		"countries are topics of their own kind":   countriesAreApart,
		"a version keeps its countries":            versionKeepsCountries,
		"an item joins a story":                    itemJoinsStory,
		"what has moved is not saved":              whatMovedIsNotSaved,
		"groupings are read back":                  groupingsAreRead,
		"forms are pruned":                         formsArePruned,
		"a story is led by rule":                   storyIsLedByRule,
		"a third source moves the date once":       thirdSourceMovesTheDate,
		"a story that enters with three sources":   enteredWithThreeSources,
		"a subscriber is confirmed":                subscriberIsConfirmed,
		"a subscriber is told of news":             subscriberIsToldOfNews,
		"newcomers come first":                     newcomersComeFirst,
		"the last wish counts":                     lastWishCounts,
		"a removed topic ends subscriptions":       removedTopicEndsSubscriptions,
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{T: t, ctx: t.Context(), db: open(t, t.Name()), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
			b.reopen = func() { b.db = open(t, t.Name()) }
			b.other = func() *store.DB { return open(t, t.Name()+"/other") }
			test(b)
		})
	}
}

// A bench is a store under test with a clock of its own.
type bench struct {
	*testing.T
	ctx    context.Context
	db     *store.DB
	now    time.Time
	reopen func()
	other  func() *store.DB // opens another store
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func source(n int) news.Source {
	return news.Source{ID: fmt.Sprintf("s%02d", n), URL: fmt.Sprintf("http://host%d.example/feed", n), Name: fmt.Sprintf("Source %d", n)}
}

func everything() news.Topic {
	return news.Topic{Slug: "all", Title: "All", Rule: news.Rule{All: true}}
}

func hostOf(url string) (string, error) { return url[len("http://"):], nil }

// apply makes sources and topics the configuration.
func (b *bench) apply(c news.Configuration) int {
	b.Helper()
	seat := b.seat()
	number, err := b.db.Apply(b.ctx, seat, c, b.now, hostOf)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
	return number
}

func (b *bench) sources(n int) {
	b.Helper()
	c := news.Configuration{Topics: []news.Topic{everything()}}
	for i := range n {
		c.Sources = append(c.Sources, source(i))
	}
	b.apply(c)
}

func (b *bench) seat() news.Seat {
	b.Helper()
	seat, free, err := b.db.TakeSeat(b.ctx, "sorter", time.Minute)
	b.must(err)
	if !free {
		b.Fatal("the sorter's seat is taken")
	}
	return seat
}

func (b *bench) claim(req news.ClaimRequest) []news.Claim {
	b.Helper()
	if req.At.IsZero() {
		req.At = b.now
	}
	if req.Limit == 0 {
		req.Limit = 100
	}
	req.Lease = time.Minute
	claims, _, err := b.db.Claim(b.ctx, req)
	b.must(err)
	return claims
}

// item makes an Item of source s whose identity is its number.
func (b *bench) item(s news.Source, n int, published time.Time) news.Item {
	key := news.KeyOf("guid", fmt.Sprint(n))
	return news.Item{
		ID: news.ItemID(s.ID, key, 0), Source: s.ID, Version: 1, Place: n, GUID: fmt.Sprint(n),
		URL: fmt.Sprintf("http://%s.example/%d", s.ID, n), Title: fmt.Sprintf("Title %d <&> 🇧🇩", n),
		Summary: fmt.Sprintf("<p>Summary %d</p>", n), Authors: []string{"A", "B"}, Categories: []string{"c"},
		Published: published, Stated: published, FirstSeen: b.now, Seen: b.now, Keys: news.ItemKeys(fmt.Sprint(n), news.CanonicalURL(fmt.Sprintf("http://%s.example/%d", s.ID, n)), "", ""),
		Fingerprint: news.FingerprintOf(fmt.Sprint(n)),
	}
}

// save saves a Poll of a claim that brought items.
func (b *bench) save(c news.Claim, items ...news.Item) {
	b.Helper()
	b.must(b.trySave(news.Poll{Source: c.Source.ID, Lease: c.Lease, At: b.now, Outcome: news.OutcomeChanged, State: b.polled(c.State), New: items}))
}

func (b *bench) polled(st news.SourceState) news.SourceState {
	st.LastPoll, st.Outcome, st.NextPoll, st.Reason = b.now, news.OutcomeChanged, b.now.Add(time.Hour), "an hour"
	return st
}

func (b *bench) trySave(p news.Poll) error {
	b.Helper()
	each, err := b.db.SavePolls(b.ctx, []news.Poll{p})
	b.must(err)
	return each[0]
}

// bring polls the first source and saves n items, dated a minute apart, the newest at b.now less age.
func (b *bench) bring(from, n int, age time.Duration) {
	b.Helper()
	claims := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
	if len(claims) != 1 {
		b.Fatalf("got %d claims of s00, want 1", len(claims))
	}
	var items []news.Item
	for i := range n {
		items = append(items, b.item(claims[0].Source, from+i, b.now.Add(-age-time.Duration(n-i)*time.Minute)))
	}
	b.save(claims[0], items...)
	b.sort()
}

// sort founds a Story for each waiting Item and files it under the Topic "all".
func (b *bench) sort() {
	b.Helper()
	seat := b.seat()
	b.must(b.db.SaveSorted(b.ctx, seat, b.sorted()))
	_, err := b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
}

func (b *bench) sorted() []news.Sorted {
	b.Helper()
	var out []news.Sorted
	for _, u := range b.unsorted() {
		s := news.Sorted{Ref: u.Ref, Version: u.Item.Version, Title: u.Item.Title, Text: u.Item.Text(), Story: u.Story, Touched: u.Again, Published: u.Item.Published,
			Decisions: []news.Decision{{Topic: "all", In: true, Verdict: news.VerdictAll}}}
		if !u.Again {
			s.StoryID = news.StoryID(u.Item.ID, 0)
		}
		out = append(out, s)
	}
	return out
}

func (b *bench) unsorted() []news.Unsorted {
	b.Helper()
	waiting, err := b.db.Waiting(b.ctx, 10_000)
	b.must(err)
	var refs []int64
	for _, w := range waiting {
		refs = append(refs, w.Ref)
	}
	unsorted, err := b.db.Unsorted(b.ctx, refs)
	b.must(err)
	return unsorted
}

func (b *bench) edition(page int) news.Edition {
	b.Helper()
	e, err := b.db.Edition(b.ctx, "all", page)
	b.must(err)
	return e
}

// titles are the lead titles of an Edition, as numbers.
func guids(e news.Edition) []string {
	var all []string
	for _, entry := range e.Entries {
		all = append(all, entry.Story.Lead.Item.GUID)
	}
	return all
}

func (b *bench) topic(slug string) news.TopicState {
	b.Helper()
	all, err := b.db.Topics(b.ctx)
	b.must(err)
	for _, t := range all {
		if t.Slug == slug {
			return t
		}
	}
	b.Fatalf("no topic %s among %v", slug, all)
	return news.TopicState{}
}

func (b *bench) wantError(got, want error) {
	b.Helper()
	if !errors.Is(got, want) {
		b.Errorf("got error %v, want %v", got, want)
	}
}

func (b *bench) same(what string, got, want any) {
	b.Helper()
	if diff := cmp.Diff(got, want); diff != "" {
		b.Errorf("%s (-got +want):\n%s", what, diff)
	}
}
