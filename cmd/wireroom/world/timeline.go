package world

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// headLength is how many reports a feed carries: more than any outlet has in its scripts, so that only an endless cycle
// pushes old ones out. Their pages stay.
const headLength = 40

// A report is one that has appeared, in its version of the moment.
type report struct {
	Slug       string
	GUID       string // a tag URI, the same at every address the World is served at
	Link       string // path and query
	Title      string
	Paragraphs []string // each HTML
	Published  time.Time
	Updated    time.Time // of the last edit; Published if there was none
	Authors    []string
	Categories []string
	Picture    string
	Audio      string
	Reading    string
}

// published returns all that o has published when elapsed has passed since start, newest first.
func (o outlet) published(start time.Time, elapsed time.Duration) []report {
	var out []report
	for _, s := range o.Reports {
		if s.At <= elapsed {
			out = append(out, o.report(s, start, elapsed))
		}
	}
	for _, s := range o.Cycle.appeared(elapsed) {
		out = append(out, o.report(s, start, elapsed))
	}
	slices.SortStableFunc(out, func(a, b report) int { return b.Published.Compare(a.Published) })
	return out
}

// head returns the reports of o that its feed and its front page carry at that time, newest first.
func (o outlet) head(start time.Time, elapsed time.Duration) []report {
	all := o.published(start, elapsed)
	return all[:min(len(all), headLength)]
}

// appeared returns the scripts of a cycle that have appeared, in order.
func (c cycle) appeared(elapsed time.Duration) []script {
	if c.Every <= 0 || len(c.Texts) == 0 || elapsed < c.From {
		return nil
	}
	var out []script
	for n := range int((elapsed-c.From)/c.Every) + 1 {
		s := c.Texts[n%len(c.Texts)]
		s.Slug = fmt.Sprintf("%s-%d", s.Slug, n+1)
		s.Title = fmt.Sprintf("%s %d: %s", c.Name, n+1, s.Title)
		s.At = c.From + time.Duration(n)*c.Every
		out = append(out, s)
	}
	return out
}

// report returns s as it stands after elapsed.
func (o outlet) report(s script, start time.Time, elapsed time.Duration) report {
	title, text, changed := s.Title, s.Text, s.At
	for _, e := range s.Edits {
		if s.At+e.After > elapsed {
			break
		}
		title, text, changed = cmp.Or(e.Title, title), cmp.Or(e.Text, text), s.At+e.After
	}
	return report{
		Slug:       s.Slug,
		GUID:       "tag:" + o.ID + ".example,2026:" + s.Slug,
		Link:       cmp.Or(s.Link, "/"+o.ID+"/"+s.Slug),
		Title:      title,
		Paragraphs: paragraphs(text),
		Published:  start.Add(s.At).Truncate(time.Second),
		Updated:    start.Add(changed).Truncate(time.Second),
		Authors:    s.Authors,
		Categories: s.Categories,
		Picture:    s.Picture,
		Audio:      s.Audio,
		Reading:    s.Reading,
	}
}

// paragraphs splits a script's text and escapes what is not HTML already.
func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		p = strings.Join(strings.Fields(p), " ")
		if !strings.HasPrefix(p, "<") {
			p = "<p>" + html.EscapeString(p) + "</p>"
		}
		out = append(out, p)
	}
	return out
}

// lastChange returns when reports last changed, by which a feed is dated; start if there are none.
func lastChange(reports []report, start time.Time) time.Time {
	last := time.Time{}
	for _, r := range reports {
		if r.Updated.After(last) {
			last = r.Updated
		}
	}
	if last.IsZero() {
		return start
	}
	return last
}
