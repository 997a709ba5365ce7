package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// An item is one line of a file of items.
type item struct {
	Title       string    `json:"title"`
	Description string    `json:"description"` // HTML or plain text, as the feed had it; cut at 1,000 characters
	Link        string    `json:"link"`
	Published   time.Time `json:"date_published"`
	Author      string    `json:"author"` // empty or null: not known
	Feed        string    `json:"feed"`   // what names the feed
}

// A feed is what one source serves: all items of a feed, or, of a feed with more than [mostItems], a part.
type feed struct {
	id    string // of the source; parts of one feed share what stands before the point
	name  string
	items []item // newest first
}

// mostItems is how many items of one document the program reads (aggregator/parse). Larger feeds are dealt out to
// several sources, an item to each in turn, so that every part spans the whole time.
const mostItems = 1000

// longestLine bounds one line of a file of items, in bytes.
const longestLine = 1 << 20

// readFeeds reads gzipped JSON lines and returns the feeds in the order in which the files name them first.
func readFeeds(paths []string) ([]feed, error) {
	var names []string
	items := make(map[string][]item)
	for _, path := range paths {
		err := readItems(path, func(it item) {
			if _, known := items[it.Feed]; !known {
				names = append(names, it.Feed)
			}
			items[it.Feed] = append(items[it.Feed], it)
		})
		if err != nil {
			return nil, fmt.Errorf("read items %s: %w", path, err)
		}
	}
	if len(names) == 0 {
		return nil, errors.New("there is no item in these files")
	}
	var feeds []feed
	for n, name := range names {
		feeds = append(feeds, deal(fmt.Sprintf("feed%03d", n+1), name, items[name])...)
	}
	return feeds, nil
}

// deal makes the sources of one feed.
func deal(id, name string, items []item) []feed {
	slices.SortStableFunc(items, func(a, b item) int { return b.Published.Compare(a.Published) })
	parts := make([]feed, (len(items)+mostItems-1)/mostItems)
	for n := range parts {
		parts[n] = feed{id: id, name: name}
		if n > 0 {
			parts[n].id = fmt.Sprintf("%s-%d", id, n+1)
		}
	}
	for i, it := range items {
		part := &parts[i%len(parts)]
		part.items = append(part.items, it)
	}
	return parts
}

func readItems(path string, each func(item)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() // only read from: nothing can be lost
	plain, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return fmt.Errorf("want gzipped JSON lines: %w", err)
	}
	return scanItems(plain, each)
}

// scanItems calls each with every line. An item without a link, a date or a feed's name cannot be served and is an error.
func scanItems(r io.Reader, each func(item)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	for n := 1; lines.Scan(); n++ {
		var it item
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if it.Link == "" || it.Feed == "" || it.Published.IsZero() {
			return fmt.Errorf("line %d: want link, feed and date_published", n)
		}
		each(it)
	}
	return lines.Err()
}

// firstDate is the date of the oldest item of all, in UTC.
func firstDate(feeds []feed) time.Time {
	oldest := slices.MinFunc(feeds, func(a, b feed) int { return a.oldest().Compare(b.oldest()) })
	return oldest.oldest()
}

func (f feed) oldest() time.Time { return f.items[len(f.items)-1].Published.UTC() }

// countItems is how many items there are in all feeds.
func countItems(feeds []feed) (n int) {
	for _, f := range feeds {
		n += len(f.items)
	}
	return n
}

// countNames is how many feeds there are, parts taken together.
func countNames(feeds []feed) int {
	names := make(map[string]bool)
	for _, f := range feeds {
		names[f.name] = true
	}
	return len(names)
}
