package config_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wireroom/config"
	"wireroom/news"
)

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return texts
}

// the default configuration, which the program is shipped with
func shipped(t *testing.T) *config.Config {
	t.Helper()
	c, err := config.Load("../config.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedTopics(t *testing.T) {
	type name struct{ Slug, Title string }
	want := []name{
		{"ukraine-war", "Russia-Ukraine war"},
		{"russia", "Russia (domestic and foreign policy)"},
		{"nato", "NATO and European defence"},
		{"us-eu", "US-European relations (transatlantic)"},
		{"middle-east", "Middle East"},
		{"china-taiwan", "China and Taiwan"},
		{"korea", "Korean peninsula"},
		{"sanctions-trade", "Sanctions and trade"},
		{"nuclear", "Nuclear weapons, non-proliferation and nuclear safety"},
		{"africa-sahel", "Sahel and African conflicts"},
		{"venezuela-latam", "Venezuela and Latin America"},
		{"everything", "Everything"},
	}
	var got []name
	for _, topic := range shipped(t).Topics {
		got = append(got, name{topic.Slug, topic.Title})
		if topic.Rule.All != (topic.Slug == "everything") {
			t.Errorf("topic %s: all = %v", topic.Slug, topic.Rule.All)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the eleven topics and everything (-want +got):\n%s", diff)
	}
}

func TestShippedSources(t *testing.T) {
	const enough = 60 // what a front page with eleven topics needs to look alive
	sources := shipped(t).Sources
	if len(sources) < enough {
		t.Errorf("%d sources, want at least %d", len(sources), enough)
	}
	urls := map[string]string{}
	kinds := map[news.Kind]int{}
	for _, s := range sources {
		if other, twice := urls[s.URL]; twice {
			t.Errorf("sources %s and %s have the same URL", s.ID, other)
		}
		urls[s.URL] = s.ID
		kinds[s.Kind]++
		if s.Language == "" || s.Country == "" || s.Name == s.ID {
			t.Errorf("source %s lacks a language, a country or a name: %+v", s.ID, s)
		}
		if s.Republish == news.RightsFull && s.Rights == "" {
			t.Errorf("source %s is republished in full without a line on its rights", s.ID)
		}
	}
	for _, kind := range news.Kinds {
		if kinds[kind] == 0 {
			t.Errorf("no source of kind %s", kind)
		}
	}
}

// TestShippedIsDefault holds the values that config.yaml shows against those that hold without them.
func TestShippedIsDefault(t *testing.T) {
	got, want := shipped(t), wanted()
	got.Sources, got.Lines, got.Topics, got.Exclude, got.Fetch.Allow = want.Sources, want.Lines, want.Topics, want.Exclude, want.Fetch.Allow
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config.yaml shows other values than the defaults (-default +shown):\n%s", diff)
	}
}
