package curate_test

import (
	"fmt"
	"testing"

	"wireroom/curate"
	"wireroom/news"
)

// BenchmarkThousandTopics decides items by 1,000 topics of 20 terms, filters and, every tenth, an expression. One operation
// is one item.
func BenchmarkThousandTopics(b *testing.B) {
	items := benchmarkItems(b)
	terms := manyTerms(items, 20_000)
	var topics []news.Topic
	for _, t := range terms { // of 100 terms each
		for i := range 5 {
			rule := news.Rule{Weak: t.Rule.Weak[20*i : 20*i+16], Strong: t.Rule.Weak[20*i+16 : 20*i+20], MinScore: 5}
			rule.Except.Kinds = []news.Kind{news.KindStateMedia}
			if len(topics)%10 == 0 {
				rule.Where = `item.words > 5 && source.tier < 3`
			}
			topics = append(topics, news.Topic{Slug: fmt.Sprint("topic-", len(topics)), Rule: rule})
		}
	}
	rules := compile(b, topics, nil)
	source := news.Source{ID: "any", Kind: news.KindNews, Tier: 1}
	decisions := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		it := items[i%len(items)]
		decisions += len(rules.Decide(curate.Subject{Item: news.Item{Title: it.Title}, Source: source, Text: it.Text}))
	}
	b.ReportMetric(float64(len(topics)), "topics")
	b.ReportMetric(float64(decisions)/float64(b.N), "decisions/op")
}
