// Draw prints items at random, for people to judge: of those that a topic of a configuration takes, or of those that no
// topic with a rule takes. Items are gzipped lines of JSON with title, description and date_published, all in English.
//
//	go run ./bench/draw -topic russia -from 2026-01-06 -seed 7 ITEMS.jsonl.gz...
//
// The order is a function of the seed, the configuration and the items.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"wireroom/config"
	"wireroom/curate"
	"wireroom/news"
)

func main() {
	var d drawing
	path := flag.String("config", "config.yaml", "the `file` with the topics")
	flag.StringVar(&d.topic, "topic", "", "the `slug` of a topic; empty: what no topic with a rule takes")
	flag.StringVar(&d.from, "from", "", "the first `day` of the items, as in 2026-01-06; empty: any")
	flag.StringVar(&d.until, "until", "", "the `day` before which the items end; empty: any")
	flag.IntVar(&d.n, "n", 50, "how many items")
	flag.Uint64Var(&d.seed, "seed", 1, "of the draw")
	flag.Parse()
	if err := d.run(*path, flag.Args(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "draw:", err)
		os.Exit(1)
	}
}

// A drawing is what was asked for.
type drawing struct {
	topic, from, until string
	n                  int
	seed               uint64
	rules              *curate.Rules
}

// An item is one line of a file.
type item struct {
	Title       string `json:"title"`
	Description string `json:"description"` // HTML or plain text
	Published   string `json:"date_published"`
}

func (d *drawing) run(path string, files []string, out io.Writer) error {
	c, err := config.Load(path, os.LookupEnv)
	if err != nil {
		return err
	}
	if d.rules, err = curate.Compile(c.Topics, c.Exclude); err != nil {
		return err
	}
	var drawn []item
	titles := map[string]bool{} // the same report of several feeds is judged once
	for _, file := range files {
		err := readItems(file, func(it item) {
			if it.Published >= d.from && (d.until == "" || it.Published < d.until) && !titles[it.Title] && d.wants(it) {
				titles[it.Title] = true
				drawn = append(drawn, it)
			}
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
	}
	rand.New(rand.NewPCG(d.seed, d.seed)).Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	fmt.Fprintf(out, "of %d\n", len(drawn))
	for i, it := range drawn[:min(d.n, len(drawn))] {
		fmt.Fprintf(out, "%d. %s | %s\n", i+1, it.Title, news.Cut(strings.ReplaceAll(it.Description, "\n", " "), 300))
	}
	return nil
}

// wants reports whether the item is one of those to draw from.
func (d *drawing) wants(it item) bool {
	decisions := d.rules.Decide(curate.Subject{Item: news.Item{Title: it.Title, Language: "en"}, Text: it.Description})
	if d.topic != "" {
		return slices.ContainsFunc(decisions, func(v news.Decision) bool { return v.In && v.Topic == d.topic })
	}
	return !slices.ContainsFunc(decisions, func(v news.Decision) bool { return v.In && v.Verdict != news.VerdictAll })
}

// readItems calls do with each item of a file, its texts made plain.
func readItems(path string, do func(item)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var it item
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
			return err
		}
		it.Title, it.Description = news.PlainText(it.Title), news.PlainText(it.Description)
		do(it)
	}
	return lines.Err()
}
