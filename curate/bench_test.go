package curate_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"wireroom/curate"
	"wireroom/news"
)

// BenchmarkDecide files real items under the twelve evaluation topics. One operation is one item.
func BenchmarkDecide(b *testing.B) {
	topics, exclude := sharedTopics(b)
	items := sharedItems(b, "items/rss2026_en.1.jsonl.gz", 5, 2000)
	rules := compile(b, topics, exclude)
	benchmark(b, rules, items)
}

// BenchmarkMatch2000 reads articles of 4,000 characters against 2,000 terms: half of them words of the language that
// the articles are written in, a fifth prefixes, a quarter phrases. One operation is one article.
func BenchmarkMatch2000(b *testing.B) {
	items := sharedItems(b, "items/rss2026_en.1.jsonl.gz", 1, 11000)
	benchmark(b, compile(b, manyTerms(items, 2000), nil), articles(items, 4000))
}

// BenchmarkMatch20 is BenchmarkMatch2000 with a hundredth of the terms: their difference is what terms cost.
func BenchmarkMatch20(b *testing.B) {
	items := sharedItems(b, "items/rss2026_en.1.jsonl.gz", 1, 11000)
	benchmark(b, compile(b, manyTerms(items, 20), nil), articles(items, 4000))
}

func benchmark(b *testing.B, rules *curate.Rules, items []sharedItem) {
	total := 0
	for _, it := range items {
		total += len(it.Title) + len(it.Text)
	}
	b.SetBytes(int64(total / len(items)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		it := items[i%len(items)]
		rules.Decide("any", it.Title, it.Text)
	}
}

// articles joins items into texts of at least the given length.
func articles(items []sharedItem, length int) []sharedItem {
	var out []sharedItem
	var text strings.Builder
	for _, it := range items {
		text.WriteString(it.Title + ". " + it.Text + "\n")
		if text.Len() >= length {
			out = append(out, sharedItem{it.Title, text.String()})
			text.Reset()
		}
	}
	return out
}

// manyTerms draws n terms from the words of items and from letters at random, for topics of 100 terms.
func manyTerms(items []sharedItem, n int) []news.Topic {
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		for {
			words := strings.Fields(items[rnd.IntN(len(items))].Title)
			if w := strings.Trim(words[rnd.IntN(len(words))], `"'‘’“”.,:;?!()|-–—…*$&+`); len(w) > 4 {
				return w
			}
		}
	}
	var topics []news.Topic
	for i := range n {
		if i%100 == 0 {
			topics = append(topics, news.Topic{Slug: fmt.Sprint("topic-", len(topics)), Rule: news.Rule{MinScore: 40}})
		}
		name := word()
		if i%2 == 0 {
			name = fmt.Sprintf("%s%03x", name[:3], rnd.IntN(1<<12))
		}
		switch {
		case i%5 == 0:
			name += "*"
		case i%4 == 0:
			name += " " + word()
		}
		rule := &topics[len(topics)-1].Rule
		rule.Weak = append(rule.Weak, strings.ToValidUTF8(name, "e"))
	}
	return topics
}
