//go:build unix

package cluster_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

// zipf draws words as they are distributed in news: the nth most common of 300,000 is n times rarer than the first.
func zipf(r *rand.Rand, n int) string {
	var out strings.Builder
	for range n {
		fmt.Fprintf(&out, "w%d ", int(math.Exp(r.Float64()*math.Log(300_000))))
	}
	return out.String()
}

// crowd makes report number i of n over two weeks: a title of 9 words and a summary of 36, which is what feeds carry (median
// of 22,620 items), of an event that three outlets in a row tell.
func crowd(r *rand.Rand, i, n int) cluster.Report {
	event := rand.New(rand.NewPCG(uint64(i/3), 1))
	at := noon.Add(time.Duration(i) * (cluster.Window / time.Duration(n)))
	return cluster.Report{Ref: int64(i + 1), Story: int64(i + 1), Source: fmt.Sprint("s", i%900), Title: zipf(event, 5) + zipf(r, 4),
		Text: zipf(event, 12) + zipf(r, 24), Published: at, Seen: at}
}

// BenchmarkPlace places an Item among so many.
func BenchmarkPlace(b *testing.B) {
	for _, n := range []int{20_000, 300_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e, r := cluster.New(cluster.Join), rand.New(rand.NewPCG(1, 1))
			for i := range n {
				e.Place(crowd(r, i, n))
			}
			var memory runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&memory)
			more := make([]cluster.Report, 2000)
			for i := range more {
				more[i] = crowd(r, n+i, n)
			}
			before := processorTime(b)
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				e.Place(more[i%len(more)])
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
			b.ReportMetric(float64(memory.HeapAlloc)/float64(n), "bytes/stored")
		})
	}
}

// processorTime is what the process has used: the wall says little on a busy machine.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkRestore takes 14 days of 50,000 items into memory as a start does, or a seventh of them.
func BenchmarkRestore(b *testing.B) {
	for _, n := range []int{100_000, 700_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			filed, r := make([]news.Filed, n), rand.New(rand.NewPCG(1, 1))
			var placing *cluster.Engine
			for i := range filed {
				if i%1000 == 0 { // what is measured is the taking in, so the Stories may end where another engine begins
					placing = cluster.New(cluster.Join)
				}
				c := crowd(r, i, n)
				p := placing.Place(c)
				filed[i] = news.Filed{Ref: c.Ref, Story: p.Story, Source: c.Source, Published: c.Published, Clock: p.Clock, Form: p.Form}
			}
			next := crowd(r, n, n)
			before := processorTime(b)
			b.ResetTimer()
			for b.Loop() {
				e := cluster.New(cluster.Join)
				for _, f := range filed {
					if err := e.Restore(f); err != nil {
						b.Fatal(err)
					}
				}
				e.Place(next) // makes the indexes
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(b.N*n), "cpu-µs/item")
		})
	}
}
