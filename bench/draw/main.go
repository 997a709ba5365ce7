// Draw prints items at random, for people to judge: of those that a topic of a configuration takes, or of those that no
// topic with a rule takes. Items are gzipped lines of JSON with title, description, date_published and, if there is one,
// link, all in English.
// With what people judged, it counts how much of what the topics take is right.
//
//	go run ./bench/draw -topic russia -near 15 -from 2026-01-06 -seed 7 ITEMS.jsonl.gz...
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
	flag.IntVar(&d.near, "near", 0, "how many to mix in of those that the topic leaves, though they have points")
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
	n, near            int
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
	var taken, left []item
	err := d.each(files, func(it item) {
		switch in, near := d.wants(it); {
		case in:
			taken = append(taken, it)
		case near:
			left = append(left, it)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "of %d\n", len(taken))
	drawn := append(d.some(taken, d.n), d.some(left, d.near)...)
	for _, it := range d.some(drawn, len(drawn)) {
		fmt.Fprintf(out, "%s %s | %s\n", it.key(), it.Title, news.Cut(strings.ReplaceAll(it.Description, "\n", " "), 300))
	}
	return nil
}

// some returns up to n of the items at random.
func (d *drawing) some(items []item, n int) []item {
	rand.New(rand.NewPCG(d.seed, d.seed)).Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return slices.Clip(items[:min(n, len(items))])
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

// nearly is the score from which an item that a topic leaves is near: one weak term in the title.
const nearly = 3

// wants reports whether the item is one of those to draw from, and if not, whether it is near.
func (d *drawing) wants(it item) (in, near bool) {
	in = d.topic == ""
	for _, v := range d.decide(it) {
		switch {
		case d.topic == "":
			in = in && !v.In
		case v.Topic == d.topic:
			return v.In, v.Score >= nearly
		}
	}
	return in, false
}

// topicsOf returns the slugs of the topics with a rule that take the item.
func (d *drawing) topicsOf(it item) (slugs []string) {
	for _, v := range d.decide(it) {
		if v.In {
			slugs = append(slugs, v.Topic)
		}
	}
	return slugs
}

// decide returns what the topics with a rule decide about the item.
func (d *drawing) decide(it item) []news.Decision {
	all := d.rules.Decide(curate.Subject{Item: news.Item{Title: it.Title, URL: it.Link, Language: "en"}, Text: it.Description})
	return slices.DeleteFunc(all, func(v news.Decision) bool { return v.Verdict == news.VerdictAll })
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
