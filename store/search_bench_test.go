package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/store"
)

// BenchmarkSearch searches 50,000 Stories in SQLite: "talks" stands in each, "harbour" in a hundredth, "zebra" in three.
func BenchmarkSearch(b *testing.B) {
	db, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "search.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	fillForSearch(b, db, 50_000)
	for _, text := range []string{"talks", "talks delegates", "harbour", `"zebra harbour"`, "zebra", "harb*", "talks -delegates", "nothing"} {
		query, err := news.ParseQuery(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			found := 0
			for b.Loop() {
				stories, _, err := db.Search(b.Context(), query, 0, 30)
				if err != nil {
					b.Fatal(err)
				}
				found = len(stories)
			}
			b.ReportMetric(float64(found), "found")
		})
	}
}

// fillForSearch stores and files n Items of one Source, a thousand at a time, and returns the Sorter's seat.
func fillForSearch(b *testing.B, db *store.DB, n int) news.Seat {
	b.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	source := news.Source{ID: "s", URL: "http://s.example/feed", Name: "S"}
	take := func() news.Seat {
		seat, _, err := db.TakeSeat(b.Context(), "sorter", time.Hour)
		must(err)
		return seat
	}
	seat := take()
	_, err := db.Apply(b.Context(), seat, news.Configuration{Sources: []news.Source{source},
		Topics: []news.Topic{{Slug: "all", Title: "All", Rule: news.Rule{All: true}}}}, now, func(string) (string, error) { return "s.example:80", nil })
	must(err)
	for done := 0; done < n; done += 1000 {
		claims, _, err := db.Claim(b.Context(), news.ClaimRequest{At: now, Limit: 1, PerHost: 1, Lease: time.Hour, Due: news.DueForced})
		must(err)
		poll := news.Poll{Source: "s", Lease: claims[0].Lease, At: now, Outcome: news.OutcomeChanged, State: claims[0].State}
		for i := range 1000 {
			poll.New = append(poll.New, searchable(done+i, now))
		}
		each, err := db.SavePolls(b.Context(), []news.Poll{poll})
		must(err)
		must(each[0])
		sortForSearch(b, db, seat)
	}
	_, err = db.File(b.Context(), seat, now)
	must(err)
	return seat
}

// searchable is an Item of some 60 words.
func searchable(n int, at time.Time) news.Item {
	words := "Talks went on"
	if n%100 == 0 {
		words += " in the harbour"
	}
	if n%20_000 == 0 {
		words += " where a zebra harbour stood"
	}
	if n%2 == 0 {
		words += " between delegates"
	}
	key := news.KeyOf("guid", fmt.Sprint(n))
	return news.Item{
		ID: news.ItemID("s", key, 0), Source: "s", Version: 1, Place: n, Title: fmt.Sprintf("Round %d: %s", n, words),
		Summary:   fmt.Sprintf("What was said in session %d on point %d of list %d stays open until the clerks of office %d have read it out to those who were not there.", n, n%977, n%613, n%419),
		Published: at.Add(time.Duration(n-50_000) * time.Second), FirstSeen: at, Seen: at, Keys: []news.Key{key},
	}
}

func sortForSearch(b *testing.B, db *store.DB, seat news.Seat) {
	b.Helper()
	waiting, err := db.Waiting(b.Context(), 1000)
	if err != nil {
		b.Fatal(err)
	}
	var refs []int64
	for _, w := range waiting {
		refs = append(refs, w.Ref)
	}
	unsorted, err := db.Unsorted(b.Context(), refs)
	if err != nil {
		b.Fatal(err)
	}
	var sorted []news.Sorted
	for _, u := range unsorted {
		sorted = append(sorted, news.Sorted{Ref: u.Ref, Version: 1, StoryID: news.StoryID(u.Item.ID, 0), Title: u.Item.Title, Text: u.Item.Text(),
			Published: u.Item.Published, Decisions: []news.Decision{{Topic: "all", In: true, Verdict: news.VerdictAll}}})
	}
	if err := db.SaveSorted(b.Context(), seat, sorted); err != nil {
		b.Fatal(err)
	}
}
