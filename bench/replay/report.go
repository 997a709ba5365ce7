package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// onceReport prints the tables of a replay in one poll.
func onceReport(out io.Writer, feeds []feed, used cost, differ fidelity, f figures) error {
	var b strings.Builder
	row(&b, "what", "figure")
	row(&b, "---", "---:")
	row(&b, "items given, feeds, sources", fmt.Sprintf("%d, %d, %d", countItems(feeds), countNames(feeds), f.sources))
	row(&b, "items stored", fmt.Sprint(f.items))
	row(&b, "items skipped, sources in trouble", fmt.Sprintf("%d, %d", f.skipped, f.sick))
	row(&b, "links, titles, dates that came out otherwise", fmt.Sprintf("%d, %d, %d", differ.links, differ.titles, differ.dates))
	for _, d := range f.duplicates {
		row(&b, "duplicates by "+d.name, fmt.Sprintf("%d (%s)", d.n, percent(d.n, f.items)))
	}
	row(&b, "duplicates between parts of one feed", fmt.Sprint(f.parted))
	row(&b, "stories", fmt.Sprint(f.stories))
	row(&b, "wall time", seconds(used.wall))
	row(&b, "processor time, user + system", seconds(used.user)+" + "+seconds(used.system))
	row(&b, "processor time per item", perItem(used, f.items))
	row(&b, "peak resident memory", megabytes(used.peak))
	row(&b, "database", fmt.Sprintf("%s, %d bytes per item", megabytes(used.database), used.database/int64(max(1, f.items))))
	b.WriteByte('\n')
	topicTable(&b, f)
	_, err := io.WriteString(out, b.String())
	return err
}

// topicTable prints what became of the items that are no duplicates. Shares are of those.
func topicTable(b *strings.Builder, f figures) {
	originals := f.items
	for _, d := range f.duplicates {
		originals -= d.n
	}
	row(b, "topic", "items in", "share", "entries", "head", "archive pages", "out: low score", "out: topic's exclude", "out: exclude of all", "out: required group")
	row(b, "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:")
	for _, t := range f.topics {
		row(b, t.slug, fmt.Sprint(t.in), percent(t.in, originals), fmt.Sprint(t.entries), fmt.Sprint(t.head), fmt.Sprint(t.pages),
			fmt.Sprint(t.low), fmt.Sprint(t.excluded), fmt.Sprint(t.global), fmt.Sprint(t.required))
	}
}

// daysReport prints the tables of a replay in days: what each poll cost, and how the entry logs grew.
func daysReport(out io.Writer, days []day) error {
	var b strings.Builder
	row(&b, "poll at the end of", "new items", "items", "edits so far", "stories", "wall", "processor", "peak memory", "database")
	row(&b, "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:")
	before := 0
	for _, d := range days {
		row(&b, dayName(d), fmt.Sprint(d.items-before), fmt.Sprint(d.items), fmt.Sprint(d.edited), fmt.Sprint(d.stories), seconds(d.used.wall),
			seconds(d.used.user+d.used.system), megabytes(d.used.peak), megabytes(d.used.database))
		before = d.items
	}
	b.WriteByte('\n')
	logTable(&b, days)
	_, err := io.WriteString(out, b.String())
	return err
}

// logTable has a row a topic and a column a day: entries in the head + archive pages.
func logTable(b *strings.Builder, days []day) {
	head, line := []string{"topic: head + pages"}, []string{"---"}
	for _, d := range days {
		head, line = append(head, dayName(d)), append(line, "---:")
	}
	row(b, head...)
	row(b, line...)
	for i, t := range days[len(days)-1].topics {
		cells := []string{t.slug}
		for _, d := range days {
			cells = append(cells, fmt.Sprintf("%d + %d", d.topics[i].head, d.topics[i].pages))
		}
		row(b, cells...)
	}
}

// dayName is the day that a poll ended.
func dayName(d day) string { return d.end.Add(-time.Second).Format("2 Jan") }

func row(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func percent(part, whole int) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(1, whole)))
}

func perItem(used cost, items int) string {
	return fmt.Sprintf("%.2f ms", float64((used.user+used.system).Microseconds())/1000/float64(max(1, items)))
}
