package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wireroom/news"
)

// tell saves and sorts an Item of the first source for each text, given as title and text with a line between.
func (b *bench) tell(from int, texts ...string) {
	b.Helper()
	claims := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
	var items []news.Item
	for i, text := range texts {
		it := b.item(claims[0].Source, from+i, b.now.Add(time.Duration(i)*time.Second))
		it.Title, it.Summary, _ = strings.Cut(text, "|")
		items = append(items, it)
	}
	b.save(claims[0], items...)
	b.sort()
}

func (b *bench) search(text string) []string {
	b.Helper()
	q, err := news.ParseQuery(text)
	b.must(err)
	found, _, err := b.db.Search(b.ctx, q, 0, 100)
	b.must(err)
	var guids []string
	for _, f := range found {
		guids = append(guids, f.Entry.Story.Lead.Item.GUID)
	}
	return guids
}

func searchFinds(b *bench) {
	b.sources(1)
	b.tell(0, "Oil flows again|Tankers pass the Strait of Hormuz after talks in São Tomé.", "Straits and talks|Of Hormuz nobody spoke; the oil price fell.",
		"Чиновники говорят|Пролив Ормуз открыт, ёлки зелёные", "北京会谈|代表在北京见面", "U.S.-led mission (N.A.T.O.)|It's 10,000 strong; 'quoted' \"twice\"",
		"नई दिल्ली में बैठक|बैठक हुई", "Последний|Нефть: oil")
	for query, want := range map[string]string{
		"oil":                          "6 1 0",
		"OIL hormuz":                   "1 0",
		`"strait of hormuz"`:           "0",
		"strait*":                      "1 0",
		"strait* -price":               "0",
		"-price strait* -tankers":      "",
		"title:talks":                  "1",
		"title:oil":                    "0",
		"oil -title:oil":               "6 1",
		"Sao Tome":                     "0",
		"ормуз елки":                   "2",
		"北京":                           "3",
		"京北":                           "",
		"京":                            "3",
		`"u.s. led"`:                   "4",
		"10,000":                       "4",
		"दिल्ली":                       "5",
		"nothing":                      "",
		"again tankers":                "0",
		`"again tankers"`:              "", // a title and its text are two
		`"strait of hor"*`:             "0",
		`title:"straits and ta"*`:      "1",
		`oil AND NOT ( "" NEAR ' ; --`: "",
	} {
		if got := strings.Join(b.search(query), " "); got != want {
			b.Errorf("search for %s: got %q, want %q", query, got, want)
		}
	}
}

// A Story is found once, by any of its reports, and only where some Topic has it; pages of results do not overlap.
func searchFindsPublished(b *bench) {
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{everything(), {Slug: "other", Title: "Other", Rule: news.Rule{All: true}}}})
	var texts []string
	for i := range 250 {
		texts = append(texts, fmt.Sprintf("Envoy %d|words", i))
	}
	b.tell(0, texts...)
	q, err := news.ParseQuery("envoy")
	b.must(err)
	var all []string
	for skip := 0; ; skip += 60 {
		found, more, err := b.db.Search(b.ctx, q, skip, 60)
		b.must(err)
		for _, f := range found {
			all = append(all, f.Entry.Story.Lead.Item.GUID)
			b.same("topics", f.Topics, []news.TopicName{{Slug: "all", Title: "All"}})
		}
		if !more {
			break
		}
	}
	for i := range 250 {
		if all[i] != fmt.Sprint(249-i) {
			b.Fatalf("found %v at place %d, want the newest first", all[i], i)
		}
	}
	b.apply(news.Configuration{Sources: []news.Source{source(0)}, Topics: []news.Topic{{Slug: "other", Title: "Other", Rule: news.Rule{All: true}}}})
	b.same("what no topic has any more", len(b.search("envoy")), 0)
}

func searchFollows(b *bench) {
	b.sources(1)
	b.tell(0, "Envoys meet|about fish", "Envoys part|about bread")
	claims := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
	edited := b.item(claims[0].Source, 0, b.now)
	edited.Version, edited.Title, edited.Summary, edited.Keys = 2, "Envoys meet again", "about wine", nil
	b.must(b.trySave(news.Poll{Source: "s00", Lease: claims[0].Lease, At: b.now, Outcome: news.OutcomeChanged,
		State: b.polled(claims[0].State), Changed: []news.Item{edited}}))
	b.sort()
	b.same("the old words", b.search("fish"), []string(nil))
	b.same("the new words", b.search("wine again"), []string{"0"})
	b.same("what was not edited", b.search("bread"), []string{"1"})

	// One that no topic takes loses its text; a rule that takes it later does not bring it back to search.
	claims = b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
	plain := b.item(claims[0].Source, 7, b.now)
	plain.Title = "Harvest"
	b.save(claims[0], plain)
	seat, sorted := b.seat(), b.sorted()
	sorted[0].Decisions = nil
	b.must(b.db.SaveSorted(b.ctx, seat, sorted))
	_, err := b.db.PruneTexts(b.ctx, b.now.Add(time.Hour))
	b.must(err)
	taken := news.Sorted{Ref: sorted[0].Ref, Version: 1, Story: 3, Decisions: []news.Decision{{Topic: "all", In: true}}}
	b.must(b.db.SaveRefiled(b.ctx, seat, nil, 0, []news.Sorted{taken}))
	_, err = b.db.File(b.ctx, seat, b.now)
	b.must(err)
	b.must(b.db.LeaveSeat(b.ctx, seat))
	if n := len(b.edition(0).Entries); n != 3 {
		b.Fatalf("%d entries, want 3", n)
	}
	b.same("what has no text any more", b.search("harvest"), []string(nil))
	b.same("what is shown keeps its text", b.search("bread"), []string{"1"})
}

// A Story has the earlier versions of its lead, and a Source lists what it brought, as it is now.
func storyTellsEdits(b *bench) {
	b.sources(1)
	b.tell(0, "First words|a", "Other story|b")
	for version := 2; version <= 3; version++ {
		claims := b.claim(news.ClaimRequest{Due: news.DueForced, Source: "s00"})
		edited := b.item(claims[0].Source, 0, b.now)
		edited.Version, edited.Title, edited.Keys, edited.Seen = version, fmt.Sprintf("Words %d", version), nil, b.now.Add(time.Duration(version)*time.Minute)
		b.must(b.trySave(news.Poll{Source: "s00", Lease: claims[0].Lease, At: b.now, Outcome: news.OutcomeChanged,
			State: b.polled(claims[0].State), Changed: []news.Item{edited}}))
		b.sort()
	}
	found, _, err := b.db.Search(b.ctx, news.Query{Terms: []news.QueryTerm{{Words: []string{"words"}}}}, 0, 9)
	b.must(err)
	record, err := b.db.Story(b.ctx, found[0].Entry.Story.ID)
	b.must(err)
	titles := []string{record.Story.Lead.Item.Title}
	for _, r := range record.Earlier {
		titles = append(titles, r.Item.Title)
	}
	b.same("versions of the lead", titles, []string{"Words 3", "Words 2", "First words"})
	brought, err := b.db.Brought(b.ctx, "s00", 9)
	b.must(err)
	titles = nil
	for _, it := range brought {
		titles = append(titles, it.Title)
	}
	b.same("what the source brought", titles, []string{"Other story", "Words 3"})
}

// After an upgrade or an import nothing is lost to search.
func oldIsIndexed(b *bench) {
	b.sources(1)
	b.tell(0, "First|fish", "Second|fish")
	before := b.search("fish")
	b.must(b.db.Reindex(b.ctx))
	seat := b.seat()
	left, err := b.db.IndexOld(b.ctx, seat)
	b.must(err)
	if left || !slices.Equal(before, b.search("fish")) || len(before) != 2 {
		b.Errorf("found %v, and after it was taken in anew %v; more left: %v", before, b.search("fish"), left)
	}
}
