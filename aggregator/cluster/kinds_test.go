package cluster_test

import (
	"fmt"
	"testing"
	"time"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

// preview is what is written before a match: all words but the two names are those of every other preview.
func preview(ref int64, source, home, guest string) cluster.Report {
	at := noon.Add(time.Duration(ref) * 20 * time.Minute)
	return cluster.Report{Ref: ref, Story: ref, Source: source, Published: at, Seen: at,
		Title: fmt.Sprintf("%s against %s: kickoff, lineups and where the broadcast is shown tonight", home, guest),
		Text:  fmt.Sprintf("%s receives %s in the floodlit stadium; the broadcast begins with lineups before kickoff.", home, guest)}
}

// TestAKindIsNoEvent: texts that sound alike since all of their kind do are no Story, once a few of the kind stand by
// themselves; two on the same event still are.
func TestAKindIsNoEvent(t *testing.T) {
	clubs := []string{"Portmarrow", "Eastvale", "Thornwick", "Gullhaven", "Oxmere", "Pellbrook", "Ravensholt", "Silverton"}
	for name, test := range map[string]struct {
		home, guest string
		joins       bool
	}{
		"another match":  {"Dunmoor", "Ashcombe", false},
		"the same match": {"Ravensholt", "Silverton", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := cluster.New(cluster.Join)
			ref := int64(0)
			for i, home := range clubs {
				for _, guest := range clubs[i+1:] {
					ref++
					r := preview(ref, fmt.Sprint("s", ref), home, guest)
					p := cluster.New(cluster.Join).Place(r)
					err := e.Restore(news.Filed{Ref: ref, Story: ref, Source: r.Source, Published: r.Published, Clock: p.Clock, Form: p.Form})
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			got := e.Place(preview(ref+1, "another", test.home, test.guest))
			if got.Founded() == test.joins {
				t.Errorf("got story %d by %s at %d of %d, want it to join: %v", got.Story, got.Method, got.Score, got.Need, test.joins)
			}
		})
	}
}
