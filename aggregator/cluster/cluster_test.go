package cluster_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

var long = strings.Repeat("The ministers met again in the harbour town and signed nothing at all. ", 8)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// report makes a Report that is its own number as a Story.
func report(ref int64, source, title, text string) cluster.Report {
	return cluster.Report{Ref: ref, Story: ref, Source: source, Title: title, Text: text, Published: noon, Seen: noon}
}

func TestCopies(t *testing.T) {
	first := cluster.NewCandidate(report(1, "a", "Ministers meet", long), "https://a.example/1")
	for name, test := range map[string]struct {
		source, url, title, text string
		why                      news.Method // "" means an original
	}{
		"same page elsewhere":            {"b", "http://www.a.example/1/?utm_source=rss", "Another title", "", news.MethodURL},
		"same text elsewhere":            {"b", "https://b.example/9", "Ministers meet", long, news.MethodText},
		"same text, another end":         {"b", "https://b.example/9", "Ministers meet", long + "Read on at b.", news.MethodText},
		"same text, other marks":         {"b", "https://b.example/9", "MINISTERS, meet!", strings.ReplaceAll(long, " ", "  "), news.MethodText},
		"same page in the same source":   {"a", "https://a.example/1", "Another title", "", ""},
		"same text in the same source":   {"a", "https://a.example/2", "Ministers meet", long, ""},
		"same title, other text":         {"b", "https://b.example/9", "Ministers meet", "Nothing of the kind.", ""},
		"short text that could be any":   {"b", "https://b.example/9", "Ministers meet", "Live.", ""},
		"no url and another text at all": {"b", "", "Storm over the bay", "Boats were brought in.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e, originals := cluster.New(cluster.Join), make(map[news.Key]news.Original)
			if one := e.Sort(first, originals); one.DuplicateOf != 0 || one.Story != 1 || !one.Founded() {
				t.Fatalf("first item: got %+v, want a story of its own", one)
			}
			got := e.Sort(cluster.NewCandidate(report(2, test.source, test.title, test.text), test.url), originals)
			if got.Why != test.why || (got.DuplicateOf == 1) != (test.why != "") {
				t.Errorf("got %+v, want why %q", got, test.why)
			}
		})
	}
}

func TestCopiesAreNeverChained(t *testing.T) {
	e, originals := cluster.New(cluster.Join), make(map[news.Key]news.Original)
	e.Sort(cluster.NewCandidate(report(1, "a", "Ministers meet", long), "https://a.example/1"), originals)
	e.Sort(cluster.NewCandidate(report(2, "b", "Storm over the bay", long), "https://a.example/1"), originals)
	third := e.Sort(cluster.NewCandidate(report(3, "c", "Storm over the bay", long), "https://c.example/1"), originals)
	if third.DuplicateOf == 2 {
		t.Error("an item was made the duplicate of a duplicate")
	}
}

// What a source says under one headline every day makes no copy of what another source says under it.
func TestARecurringHeadlineMakesNoCopy(t *testing.T) {
	const greeting = "Good morning. Here is what you need to know today, from our desk, in five minutes and without a word too many for a busy day. "
	own := func(name string) string {
		return strings.Repeat(name+"x "+name+"y "+name+"z ", 3) + strings.Join(numberedWords(name), " ")
	}
	for name, test := range map[string]struct {
		a    []string // what source a has said under the headline, a day each
		b    string   // what b says on the last of these days
		want bool
	}{
		"the greeting alone":                 {[]string{greeting, greeting}, greeting, false},
		"the greeting before another text":   {[]string{greeting + own("one"), greeting + own("two")}, greeting + own("three"), false},
		"the greeting before its text today": {[]string{greeting + own("one"), greeting + own("two")}, greeting + own("two"), true},
		"its text, for the first time":       {[]string{greeting + own("two")}, greeting + own("two"), true},
	} {
		t.Run(name, func(t *testing.T) {
			e, originals := cluster.New(cluster.Join), make(map[news.Key]news.Original)
			at := func(ref int64, source, text string, day int) cluster.Candidate {
				r := report(ref, source, "Your morning briefing", text)
				r.Published = r.Published.AddDate(0, 0, day)
				r.Seen = r.Published
				return cluster.NewCandidate(r, "")
			}
			for day, text := range test.a {
				e.Sort(at(int64(day+1), "a", text, day), originals)
			}
			last := len(test.a)
			got := e.Sort(at(9, "b", test.b, last-1), originals)
			if got.DuplicateOf != 0 != test.want || test.want && got.DuplicateOf != int64(last) {
				t.Errorf("got a copy of %d by %q, want a copy of the last: %v", got.DuplicateOf, got.Why, test.want)
			}
		})
	}
}

func numberedWords(name string) (words []string) {
	for i := range 60 {
		words = append(words, fmt.Sprintf("%s%dq", name, i))
	}
	return words
}
