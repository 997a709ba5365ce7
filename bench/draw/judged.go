package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// A judgement is what one reader said of one item in one topic.
type judgement struct{ key, topic string }

// A tally counts what is judged of one topic.
type tally struct {
	taken                 int // by the topic, judged or not
	right, unclear, wrong int // of what is taken
	left                  int // judged right, and not taken
}

// count prints, for each topic and over all, how much of what it takes was judged right. Unclear counts as wrong.
func (d *drawing) count(path, judged string, files []string, out io.Writer) error {
	if err := d.load(path); err != nil {
		return err
	}
	verdicts, slugs, err := readJudged(judged)
	if err != nil {
		return fmt.Errorf("read %s: %w", judged, err)
	}
	tallies := map[string]*tally{}
	for _, slug := range slugs {
		tallies[slug] = &tally{}
	}
	err = d.each(files, func(it item) {
		in := map[string]bool{}
		for _, slug := range d.topicsOf(it) {
			in[slug] = true
		}
		for _, slug := range slugs {
			tallies[slug].add(in[slug], verdicts[judgement{it.key(), slug}])
		}
	})
	if err != nil {
		return err
	}
	var all tally
	fmt.Fprintf(out, "%-16s %6s %6s %6s %7s %6s %6s %6s\n", "topic", "taken", "judged", "right", "unclear", "wrong", "share", "left")
	for _, slug := range slugs {
		t := tallies[slug]
		t.print(out, slug)
		all = tally{all.taken + t.taken, all.right + t.right, all.unclear + t.unclear, all.wrong + t.wrong, all.left + t.left}
	}
	all.print(out, "all")
	return nil
}

// add counts an item that the topic takes or leaves, with its verdict; empty: it is not judged.
func (t *tally) add(in bool, verdict string) {
	if !in {
		if verdict == "right" {
			t.left++
		}
		return
	}
	t.taken++
	switch verdict {
	case "right":
		t.right++
	case "unclear":
		t.unclear++
	case "wrong":
		t.wrong++
	}
}

func (t tally) print(out io.Writer, name string) {
	judged := t.right + t.unclear + t.wrong
	fmt.Fprintf(out, "%-16s %6d %6d %6d %7d %6d %6.3f %6d\n", name, t.taken, judged, t.right, t.unclear, t.wrong,
		float64(t.right)/float64(max(judged, 1)), t.left)
}

// readJudged returns the verdicts of a file, and its topics in the order in which they first come.
func readJudged(path string) (verdicts map[judgement]string, slugs []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	verdicts = map[judgement]string{}
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 || fields[2] != "right" && fields[2] != "unclear" && fields[2] != "wrong" {
			return nil, nil, fmt.Errorf("line %d: want key, topic and right, unclear or wrong between tabs", n)
		}
		verdicts[judgement{fields[0], fields[1]}] = fields[2]
		if !seen[fields[1]] {
			seen[fields[1]] = true
			slugs = append(slugs, fields[1])
		}
	}
	return verdicts, slugs, lines.Err()
}
