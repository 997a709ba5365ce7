package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

type evalCommand struct {
	Stories    evalStories    `cmd:"" help:"Group a labelled set with the server's own engine, and compare."`
	Duplicates evalDuplicates `cmd:"" help:"Make edited copies of texts, and see which of them are recognised."`
}

// A labelled is one line of a labelled set. What is not named here is ignored.
type labelled struct {
	Title   string          `json:"title"`
	Body    string          `json:"body"`
	Sents   []string        `json:"sents"`
	URL     string          `json:"url"`
	Cluster json.RawMessage `json:"cluster"` // the gold event; read only after the last item is placed
	TS      *float64        `json:"ts"`      // Unix seconds
	Date    string          `json:"date"`
	Seq     *float64        `json:"seq"`

	at time.Time // as --time says; zero: no time
}

// text is the body, or the sentences of a set that has those instead, without the URLs that some begin with.
func (l *labelled) text() string {
	if l.Body != "" {
		return l.Body
	}
	var kept []string
	for _, s := range l.Sents {
		if !strings.HasPrefix(s, "http") {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " ")
}

func (l *labelled) event() string { return string(l.Cluster) }

// longestLabelled bounds a line of a labelled set.
const longestLabelled = 16 << 20

// readLabelled reads a file of JSON lines.
func readLabelled(path string) ([]labelled, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError{fmt.Errorf("eval: %w", err)}
	}
	defer f.Close()
	all, err := labelledLines(f)
	if err != nil {
		return nil, fmt.Errorf("eval %s: %w", path, err)
	}
	return all, nil
}

func labelledLines(r io.Reader) ([]labelled, error) {
	var all []labelled
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLabelled)
	for n := 1; lines.Scan(); n++ {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var l labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, l)
	}
	return all, lines.Err()
}

// seqSpan is the time that a set spans whose lines have an order and no dates: 72 hours are 9 % of it.
const seqSpan = 800 * time.Hour

// setTimes dates the lines by ts, date, seq or none; "auto" is the first of these that a line has. A line without takes
// the time of the one before.
func setTimes(lines []labelled, by string) error {
	if by == "auto" {
		by = knownTime(lines)
	}
	var last time.Time
	for i := range lines {
		l := &lines[i]
		switch {
		case by == "none":
			continue
		case by == "ts" && l.TS != nil:
			last = time.UnixMilli(int64(*l.TS * 1000)).UTC()
		case by == "date" && l.Date != "":
			day, err := time.Parse(time.DateOnly, l.Date[:min(len(l.Date), len(time.DateOnly))])
			if err != nil {
				return fmt.Errorf("line %d: date %q: want YYYY-MM-DD", i+1, l.Date)
			}
			last = day
		case by == "seq":
			last = time.Unix(0, 0).UTC().Add(seqSpan / time.Duration(len(lines)) * time.Duration(i))
		}
		l.at = last
	}
	return nil
}

func knownTime(lines []labelled) string {
	by := "none"
	for i := range lines {
		switch l := &lines[i]; {
		case l.TS != nil:
			return "ts"
		case l.Date != "":
			by = "date"
		case l.Seq != nil && by == "none":
			by = "seq"
		}
	}
	return by
}

// split keeps the lines of one part of the events: "1/2" is one half, "2/2" the other. Which part an event belongs to
// is a hash of its name. An empty part keeps all.
func split(lines []labelled, part string) ([]labelled, error) {
	if part == "" {
		return lines, nil
	}
	first, second, _ := strings.Cut(part, "/")
	k, errK := strconv.Atoi(first)
	n, errN := strconv.Atoi(second)
	if errK != nil || errN != nil || k < 1 || k > n {
		return nil, usageError{fmt.Errorf("--split %q: want K/N, such as 1/2 for the first half of the events", part)}
	}
	var kept []labelled
	for _, l := range lines {
		if eventPart(l.event(), n) == k-1 {
			kept = append(kept, l)
		}
	}
	return kept, nil
}
