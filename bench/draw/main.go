// Draw prints items at random, for people to judge: of those that a topic of a configuration takes, or of those that no
// topic with a rule takes. Items are gzipped lines of JSON with title, description, date_published and, if there is one,
// link, all in English.
// With what people judged, it counts how much of what the topics take is right.
//
//	go run ./bench/draw -topic russia -from 2026-01-06 -seed 7 ITEMS.jsonl.gz...
//	go run ./bench/draw -judged judged.tsv ITEMS.jsonl.gz...
//
// The order is a function of the seed, the configuration and the items.
package main

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
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
	judged := flag.String("judged", "", "a `file` of judgements: a line each of key, topic, and right, unclear or wrong, between tabs")
	flag.StringVar(&d.topic, "topic", "", "the `slug` of a topic; empty: what no topic with a rule takes")
	flag.StringVar(&d.from, "from", "", "the first `day` of the items, as in 2026-01-06; empty: any")
	flag.StringVar(&d.until, "until", "", "the `day` before which the items end; empty: any")
	flag.IntVar(&d.n, "n", 50, "how many items")
	flag.Uint64Var(&d.seed, "seed", 1, "of the draw")
	flag.Parse()
	run := func() error { return d.run(*path, flag.Args(), os.Stdout) }
	if *judged != "" {
		run = func() error { return d.count(*path, *judged, flag.Args(), os.Stdout) }
	}
	if err := run(); err != nil {
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
	Link        string `json:"link"` // may be empty
}

func (d *drawing) run(path string, files []string, out io.Writer) error {
	if err := d.load(path); err != nil {
		return err
	}
	var drawn []item
	err := d.each(files, func(it item) {
		if d.wants(it) {
			drawn = append(drawn, it)
		}
	})
	if err != nil {
		return err
	}
	rand.New(rand.NewPCG(d.seed, d.seed)).Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	fmt.Fprintf(out, "of %d\n", len(drawn))
	for _, it := range drawn[:min(d.n, len(drawn))] {
		fmt.Fprintf(out, "%s %s | %s\n", it.key(), it.Title, news.Cut(strings.ReplaceAll(it.Description, "\n", " "), 300))
	}
	return nil
}

// load reads the topics of the configuration at path.
func (d *drawing) load(path string) error {
	c, err := config.Load(path, os.LookupEnv)
	if err != nil {
		return err
	}
	d.rules, err = curate.Compile(c.Topics, c.Exclude)
	return err
}

// each calls do with the items of the days; the same report of several feeds comes once.
func (d *drawing) each(files []string, do func(item)) error {
	titles := map[string]bool{}
	for _, file := range files {
		err := readItems(file, func(it item) {
			if it.Published >= d.from && (d.until == "" || it.Published < d.until) && !titles[it.Title] {
				titles[it.Title] = true
				do(it)
			}
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
	}
	return nil
}

// key names an item by its title, so that a judgement can be kept without the text.
func (it item) key() string {
	sum := sha256.Sum256([]byte(it.Title))
	return hex.EncodeToString(sum[:6])
}

// wants reports whether the item is one of those to draw from.
func (d *drawing) wants(it item) bool {
	topics := d.topicsOf(it)
	if d.topic != "" {
		return slices.Contains(topics, d.topic)
	}
	return len(topics) == 0
}

// topicsOf returns the slugs of the topics with a rule that take the item.
func (d *drawing) topicsOf(it item) (slugs []string) {
	for _, v := range d.rules.Decide(curate.Subject{Item: news.Item{Title: it.Title, URL: it.Link, Language: "en"}, Text: it.Description}) {
		if v.In && v.Verdict != news.VerdictAll {
			slugs = append(slugs, v.Topic)
		}
	}
	return slugs
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
