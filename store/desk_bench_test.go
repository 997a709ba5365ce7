package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"wireroom/news"
	"wireroom/store"
)

// BenchmarkWithdraw withdraws a Source with all its Items in SQLite, nearly all of them on sealed pages, and undoes that. What
// it costs an Item does not grow with the store.
func BenchmarkWithdraw(b *testing.B) {
	for _, n := range []int{5_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			db, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "desk.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			seat := fillForSearch(b, db, n)
			at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
			for b.Loop() {
				at = at.Add(time.Second)
				act := news.Act{Kind: news.ActWithdraw, Source: "s", By: "desk", Why: "asked to", At: at}
				done, err := db.Act(b.Context(), seat, act)
				if err == nil {
					_, err = db.Act(b.Context(), seat, news.Act{Kind: news.ActUndo, Undoes: done.Act.ID, By: "desk", Why: "in error", At: at})
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/item")
		})
	}
}
