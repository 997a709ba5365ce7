package news_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/news"
)

func TestSections(t *testing.T) {
	for _, tt := range []struct {
		name string
		item news.Item
		want []string
	}{
		{"nothing", news.Item{}, nil},
		{"a front page", news.Item{URL: "https://daily.example/"}, nil},
		{"an item at the top", news.Item{URL: "https://daily.example/cup-final"}, nil},
		{"folders without dates", news.Item{URL: "https://daily.example/sport/2026/01/02/football/cup-final?page=1"}, []string{"sport", "football"}},
		{"a folder as the item", news.Item{URL: "https://daily.example/life%20and%20style/tea/"}, []string{"life and style"}},
		{"categories", news.Item{URL: "https://daily.example/world/talks", Categories: []string{"Diplomacy"}}, []string{"world", "Diplomacy"}},
		{"what is no URL", news.Item{URL: "http://[::1", Categories: []string{"Diplomacy"}}, []string{"Diplomacy"}},
	} {
		if diff := cmp.Diff(tt.want, tt.item.Sections()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
