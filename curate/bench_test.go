package curate_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"wireroom/curate"
	"wireroom/news"
)

// BenchmarkDecide files items under the twelve evaluation topics, or, where they are not here, under one of 100 terms.
// One operation is one item.
func BenchmarkDecide(b *testing.B) {
	items := benchmarkItems(b)
	topics, exclude := manyTerms(items, 100), []string(nil)
	if haveShared() {
		topics, exclude = sharedTopics(b)
	}
	benchmark(b, compile(b, topics, exclude), items[:2000])
}

// BenchmarkMatch2000 reads articles of 4,000 characters against 2,000 terms: half of them words of the language that
// the articles are written in, a fifth prefixes, a fifth phrases. One operation is one article.
func BenchmarkMatch2000(b *testing.B) {
	items := benchmarkItems(b)
	benchmark(b, compile(b, manyTerms(items, 2000), nil), articles(items, 4000))
}

// BenchmarkMatch20 is BenchmarkMatch2000 with a hundredth of the terms: their difference is what terms cost.
func BenchmarkMatch20(b *testing.B) {
	items := benchmarkItems(b)
	benchmark(b, compile(b, manyTerms(items, 20), nil), articles(items, 4000))
}

// benchmarkItems returns 10,000 items: real ones where they are here, else made of random syllables.
func benchmarkItems(b *testing.B) []sharedItem {
	if haveShared() {
		return sharedItems(b, "items/rss2026_en.1.jsonl.gz", 1, 10000)
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	text := func(words int) string {
		var out strings.Builder
		for range words {
			for range 1 + rnd.IntN(4) {
				out.WriteByte("bdfgklmnprst"[rnd.IntN(12)])
				out.WriteByte("aeiou"[rnd.IntN(5)])
			}
			out.WriteByte(' ')
		}
		return out.String() + "senator"
	}
	items := make([]sharedItem, 10000)
	for i := range items {
		items[i] = sharedItem{text(10), text(30)}
	}
	return items
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
		decide(rules, "any", it.Title, it.Text)
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
			if w := strings.Trim(words[rnd.IntN(len(words))], `"'‘’“”.,:;?!()|-–—…*$&+`); len(w) > 4 && strings.ContainsFunc(w, unicode.IsLetter) {
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
		rule.Weak = append(rule.Weak, strings.NewReplacer(":", " ", "*", "").Replace(strings.ToValidUTF8(strings.TrimSuffix(name, "*"), "e"))+star(name))
	}
	return topics
}

// star is the * at the end of a term, if it has one.
func star(name string) string {
	if strings.HasSuffix(name, "*") {
		return "*"
	}
	return ""
}
