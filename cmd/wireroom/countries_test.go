package main

import (
	"encoding/json"
	"slices"
	"testing"
)

// A report about countries is in their feeds, and says so in those of its topics.
func TestCountriesGoAllTheWay(t *testing.T) {
	o := newOrigin(t)
	o.publish("/a", essay{
		title: "Zelensky and Macron meet in Rome", author: "Desk", summary: "Ukraine and France sign a treaty.",
		paragraphs: []string{"It was signed in the morning."},
	}.rss())
	h := newHouse(t, sourceEntry{ID: "a", URL: o.URL + "/a"})
	h.must("poll", "--at", after(0))
	if n := len(h.items("--topic", "country:ua")); n != 1 {
		t.Errorf("items --topic country:ua lists %d, want 1", n)
	}
	s := h.serve("serve")
	for path, want := range map[string]int{
		"/countries/ua.json": 1, "/countries/fr.json": 1, "/countries/it.json": 0, "/topics/everything.json": 1,
	} {
		var feed struct {
			Items []struct {
				Wireroom struct{ Countries []string } `json:"_wireroom"`
			}
		}
		if err := json.Unmarshal([]byte(s.get(path).body), &feed); err != nil || len(feed.Items) != want {
			t.Errorf("%s: %d entries, %v; want %d", path, len(feed.Items), err, want)
			continue
		}
		for _, it := range feed.Items {
			if !slices.Equal(it.Wireroom.Countries, []string{"FR", "UA"}) {
				t.Errorf("%s: countries %v, want FR and UA", path, it.Wireroom.Countries)
			}
		}
	}
}
