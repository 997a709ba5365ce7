package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"os/exec"
	"strings"
	"time"
)

// fidelity counts the items that came out of the program otherwise than they went in.
type fidelity struct {
	links, titles, dates int
}

// A listed item is one of `wireroom items --format json`.
type listed struct {
	Source    string    `json:"source"`
	Published time.Time `json:"published"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
}

// items lists all that the program has stored.
func (p program) items(ctx context.Context) ([]listed, error) {
	cmd := exec.CommandContext(ctx, p.path, "--config", p.config, "items", "--limit", "0", "--format", "json")
	cmd.Env = environment()
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list items: %w\n%s", err, trouble.Bytes())
	}
	var all []listed
	if err := json.Unmarshal(out, &all); err != nil {
		return nil, fmt.Errorf("list items: %w", err)
	}
	return all, nil
}

// compare counts what differs: a link that is not stored for its source, and of the others a title, as plain text, or a
// date, to the second as RSS has it.
func compare(feeds []feed, stored []listed) fidelity {
	byLink := make(map[string]listed, len(stored))
	for _, s := range stored {
		byLink[s.Source+" "+s.URL] = s
	}
	var f fidelity
	for _, source := range feeds {
		for _, it := range source.items {
			s, ok := byLink[source.id+" "+it.Link]
			if !ok {
				f.links++
				continue
			}
			if s.Title != plainTitle(it.Title) {
				f.titles++
			}
			if !s.Published.Equal(it.Published.Truncate(time.Second)) {
				f.dates++
			}
		}
	}
	return f
}

// plainTitle is a title without entities and with single blanks; markup in it stays, and so counts as different.
func plainTitle(title string) string {
	return strings.Join(strings.Fields(html.UnescapeString(title)), " ")
}
