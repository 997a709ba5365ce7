package config_test

import (
	"fmt"
	"strings"
	"testing"

	"wireroom/config"
)

// many returns a configuration of n sources, most keys of each given.
func many(n int) []byte {
	var b strings.Builder
	b.WriteString("topics: [{slug: all, all: true}]\nsources:\n")
	for i := range n {
		fmt.Fprintf(&b, `  - id: source-%d
    was: [old-%d]
    url: https://user:${PASSWORD}@host-%d.example/world/news/feed.xml?format=rss
    name: The Daily Number %d
    language: en
    country: GB
    kind: think-tank
    owner: foundation
    tier: 1
    republish: headline
    rights: shown with credit and a link to where it stands
    format: feed
    fulltext: true
    headers: {X-Key: "${PASSWORD}"}
    interval: 1h
`, i, i, i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	lookup := environment(map[string]string{"PASSWORD": "p"})
	for _, n := range []int{100, 2000} {
		data := many(n)
		b.Run(fmt.Sprintf("%d sources", n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := config.Parse("config.yaml", data, lookup); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
