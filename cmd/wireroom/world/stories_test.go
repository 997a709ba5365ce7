package world_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"wireroom/news"
)

// text is what an item says, whichever field its format puts it in.
func text(it *gofeed.Item) string {
	if it.Content != "" {
		return news.PlainText(it.Content)
	}
	return news.PlainText(it.Description)
}

func TestAnEditKeepsItsIdentity(t *testing.T) {
	before := item(t, 144*time.Second, "aldersound-wire", "izmail-depot")
	after := item(t, 146*time.Second, "aldersound-wire", "izmail-depot")
	if before.GUID == "" || before.GUID != after.GUID || before.Link != after.Link || before.Published != after.Published {
		t.Errorf("identity changed: %q %q %q, then %q %q %q",
			before.GUID, before.Link, before.Published, after.GUID, after.Link, after.Published)
	}
	if !strings.HasSuffix(before.Title, "four") || !strings.HasSuffix(after.Title, "seven") {
		t.Errorf("titles %q, then %q: want four, then seven", before.Title, after.Title)
	}
	if text(before) == text(after) {
		t.Errorf("the text has not changed: %q", text(after))
	}
}

func TestMirrorsRepeatTheAgency(t *testing.T) {
	const elapsed = 30 * time.Minute
	tests := []struct {
		name             string
		agency           string // part of the link
		paper, part      string
		sameCanonicalURL bool
	}{
		{"click counters", "red-sea-fourth-convoy", "lanternhook-post", "red-sea-fourth-convoy", true},
		{"click counters, past", "larnaca-lane-opens", "lanternhook-post", "larnaca-lane-opens", true},
		{"own address", "red-sea-fourth-convoy", "brigghaven-courier", "agency-red-sea", false},
		{"own address, past", "larnaca-lane-opens", "brigghaven-courier", "agency-larnaca", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			original, copied := item(t, elapsed, "aldersound-wire", test.agency), item(t, elapsed, test.paper, test.part)
			if copied.Title != original.Title || !strings.HasPrefix(text(original), strings.TrimSpace(text(copied))) {
				t.Errorf("not the same copy:\n%s\n%s\n\n%s\n%s", original.Title, text(original), copied.Title, text(copied))
			}
			if test.paper < "aldersound-wire" {
				t.Errorf("%s sorts before the agency, so that its copy would be read first", test.paper)
			}
			if copied.GUID == original.GUID || copied.Link == original.Link {
				t.Errorf("the copy shares its identity: %q %q", copied.GUID, copied.Link)
			}
			same := news.CanonicalURL(copied.Link) == news.CanonicalURL(original.Link)
			if same != test.sameCanonicalURL {
				t.Errorf("same canonical URL: %v, want %v (%s, %s)", same, test.sameCanonicalURL, copied.Link, original.Link)
			}
			if !copied.PublishedParsed.After(*original.PublishedParsed) {
				t.Errorf("the copy is dated %s, not after the original (%s)", copied.Published, original.Published)
			}
		})
	}
}

func TestPeculiarFeeds(t *testing.T) {
	t.Run("without identifiers", func(t *testing.T) {
		if it := item(t, 0, "shiome-gaishin", "donau-teisen"); it.GUID != "" {
			t.Errorf("guid %q, want none", it.GUID)
		}
	})
	t.Run("relative links", func(t *testing.T) {
		it := item(t, 0, "stepnoi-meridian", "dunai-peremirie")
		if !strings.HasPrefix(it.Link, "/") || !strings.Contains(it.Content, `href="/stepnoi-meridian/`) {
			t.Errorf("link %q and content %q are not relative", it.Link, it.Content)
		}
	})
	t.Run("windows-1251", func(t *testing.T) {
		raw := body(t, visit(t, 0, "/kraiobrii/rss.xml"))
		if !bytes.HasPrefix(raw, []byte(`<?xml version="1.0" encoding="windows-1251"?>`)) {
			t.Errorf("declaration: %q", raw[:60])
		}
		if !bytes.Contains(raw, []byte{0xD3, 0xEA, 0xF0, 0xE0, 0xBF, 0xED, 0xE0}) { // "Україна"
			t.Error("the bytes are not in windows-1251")
		}
	})
	t.Run("right to left", func(t *testing.T) {
		if page := body(t, visit(t, 0, "/marfa-sharqi/bahr-ahmar")); !bytes.Contains(page, []byte(`lang="ar" dir="rtl"`)) {
			t.Errorf("page without direction: %s", page)
		}
	})
	t.Run("several authors, sound", func(t *testing.T) {
		it := item(t, 0, "tarnbeck-institute", "podcast-quotas")
		// gofeed's own Authors hold the first dc:creator alone.
		if got := it.DublinCoreExt.Creator; len(got) != 2 || len(it.Enclosures) != 1 || it.Enclosures[0].Length != "8044" {
			t.Errorf("authors %q, enclosures %v", got, it.Enclosures)
		}
	})
	t.Run("several authors in Atom", func(t *testing.T) {
		if it := item(t, 10*time.Minute, "brigghaven-courier", "forty-observers"); len(it.Authors) != 2 {
			t.Errorf("%d authors, want 2", len(it.Authors))
		}
	})
}

func TestTheBlogPieceStandsUnderThreeTopics(t *testing.T) {
	it := item(t, 0, "third-secretary", "geneva-three-tables")
	if !strings.Contains(it.Author.Name, "🇨🇭") {
		t.Errorf("author %q has no flag", it.Author.Name)
	}
	if !strings.Contains(text(it), "3 min read") || len(it.Categories) < 3 {
		t.Errorf("no reading time, or few tags: %v", it.Categories)
	}
	var got []string
	for _, topic := range demo.Topics() {
		if !topic.Rule.All && takes(topic.Rule, it.Title, text(it)) {
			got = append(got, topic.Slug)
		}
	}
	if diff := cmp.Diff([]string{"ukraine-war", "us-eu", "middle-east"}, got); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
}

func TestExcludeKeepsOutWhatARuleWouldTake(t *testing.T) {
	w := demo
	it := item(t, 0, "lanternhook-post", "embassy-recipes")
	if len(matcher(w.Exclude()).in(it.Title)) == 0 {
		t.Errorf("%q is not excluded by %q", it.Title, w.Exclude())
	}
	for _, topic := range w.Topics() {
		if !topic.Rule.All && takes(topic.Rule, it.Title, text(it)) {
			return
		}
	}
	t.Errorf("no rule takes %q, so that the exclusion shows nothing", it.Title)
}

func TestEveryTopicHasEntries(t *testing.T) {
	w := demo
	topics := w.Topics()
	if len(topics) < 6 || len(topics) > 8 {
		t.Errorf("%d topics, want 6 to 8", len(topics))
	}
	excluded := matcher(w.Exclude())
	entries, unfiled := map[string]int{}, 0
	for _, s := range w.Sources(base) {
		for _, it := range feed(t, 0, s).Items {
			filed := false
			for _, topic := range topics {
				out := !topic.Rule.All && len(excluded.in(it.Title)) > 0
				if !out && takes(topic.Rule, it.Title, text(it)) {
					entries[topic.Slug]++
					filed = filed || !topic.Rule.All
				}
			}
			if !filed {
				unfiled++
				t.Logf("unfiled: %s: %s", s.ID, it.Title)
			}
		}
	}
	t.Logf("entries at the start: %v, unfiled %d", entries, unfiled)
	for _, topic := range topics {
		if entries[topic.Slug] < 5 {
			t.Errorf("topic %s has %d entries at the start, want 5 or more", topic.Slug, entries[topic.Slug])
		}
	}
}
