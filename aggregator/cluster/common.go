package cluster

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// commonEN lists the stems that are common in English news, in lines of a share, in ten-thousandths of all items, and the
// stems that have it. It was counted over ten days of 162 feeds (22,620 items, January 2026; title and first 60 words),
// and is the second lowest of the daily shares, so that the events of those days weigh little.
//
//go:embed common_en.txt
var commonEN string

var commonEnglish = sync.OnceValue(func() map[term]float64 { return readCommon(commonEN) })

func readCommon(text string) map[term]float64 {
	shares := make(map[term]float64)
	for line := range strings.Lines(text) {
		stems := strings.Fields(line)
		share, err := strconv.ParseFloat(stems[0], 64)
		if err != nil {
			panic("common_en.txt: " + err.Error())
		}
		for _, stem := range stems[1:] {
			shares[termOf(stem)] = share / 10_000
		}
	}
	return shares
}
