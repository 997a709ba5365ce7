package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"wireroom/news"
)

// An explanation is what explain prints for people.
type explanation struct {
	explained
	record news.ItemRecord
	mark   func(string) string
	out    strings.Builder
}

// markBrackets and markUnderline mark what matched: for files and pipes, and on terminals.
func markBrackets(text string) string { return "[[" + text + "]]" }

func markUnderline(text string) string { return "\x1b[4m" + text + "\x1b[24m" }

func (e *explanation) text() string {
	title, body := news.SpansOf(e.Text, e.shownDecisions())
	e.linef("%s", e.marked(e.Item.Title, title))
	e.fact("item", e.Item.ID)
	e.fact("link", e.Item.URL)
	e.arrival()
	e.place()
	e.topics()
	e.acts()
	if e.Text != "" {
		e.linef("\nText, as it was matched:\n%s", e.marked(e.Text, body))
	}
	return e.out.String()
}

func (e *explanation) linef(format string, args ...any) { fmt.Fprintf(&e.out, format+"\n", args...) }

// fact prints a fact with its name before it, unless there is nothing to say.
func (e *explanation) fact(name, text string) {
	if text != "" {
		e.linef("  %-10s %s", name, text)
	}
}

// shownDecisions are those whose spans lie in the Item's own text: none where its original decides for it.
func (e *explanation) shownDecisions() []news.Decision {
	if e.isCopy() {
		return nil
	}
	return e.record.Decisions
}

func (e *explanation) isCopy() bool { return e.record.Grouping.Copy.Against != "" }

// marked is a text with what matched in it marked, and nothing in it that a terminal would obey.
func (e *explanation) marked(text string, spans []news.Span) string {
	var out strings.Builder
	for _, p := range news.Marks(text, spans) {
		p.Text = printable(p.Text)
		if p.Marked {
			p.Text = e.mark(p.Text)
		}
		out.WriteString(p.Text)
	}
	return out.String()
}

// printable drops control characters but line ends and tabs.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}

// arrival says where the Item came from, and what was made of it.
func (e *explanation) arrival() {
	s := e.Source
	facts := []string{s.ID, s.Name}
	for _, fact := range []string{s.Country, string(s.Kind), tierWord(s.Tier), e.Item.Language} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	e.fact("source", strings.Join(facts, ", "))
	poll := "by a poll of that time, which is not kept any more"
	if e.Poll != nil {
		poll = fmt.Sprintf("by poll %d at %s, which brought %s", e.Poll.Number, e.Poll.At, counted(e.Poll.New, "new item"))
	}
	e.fact("brought", poll)
	e.fact("known by", keyWords(e.KnownBy)+e.sharedWord())
	e.fact("page is", e.Canonical)
	e.fact("dated", fmt.Sprintf("%s, first seen %s", stamp(e.Item.Published), stamp(e.Item.FirstSeen)))
	e.fact("version", fmt.Sprintf("%d of %d, seen %s", e.Item.Version, e.Versions, stamp(e.Item.Seen)))
	e.fact("matched", e.textWord())
	e.fact("withdrawn", e.Withdrawn)
	if e.Unsorted {
		e.fact("waits", "for the worker, which has not sorted this version yet")
	}
}

func tierWord(tier int) string {
	if tier == 0 {
		return ""
	}
	return fmt.Sprintf("tier %d", tier)
}

var keyKinds = map[string]string{"guid": "its GUID", "url": "its URL", "text": "its title and text", "earlier": "a key it had before"}

// sharedWord says why an Item is not known by its URL.
func (e *explanation) sharedWord() string {
	if !e.Item.SharedURL {
		return ""
	}
	return "; not by its URL, which other items of the source have, or which is the feed's own page"
}

func keyWords(kinds []string) string {
	var words []string
	for _, kind := range kinds {
		words = append(words, cmp.Or(keyKinds[kind], kind))
	}
	return strings.Join(words, ", ")
}

// textWord says how much text was matched, and where it is from.
func (e *explanation) textWord() string {
	words := counted(len(strings.Fields(e.Text)), "word")
	switch {
	case e.Item.FullText != "":
		return "title and " + words + " of its page"
	case e.Page != "":
		return "title and " + words + " of the feed; its page: " + e.Page
	case e.Text == "":
		return "title alone: the feed gives no text, or its time is over"
	}
	return "title and " + words + " of the feed"
}

// place says which Story the Item is in, and why.
func (e *explanation) place() {
	if e.Story == nil {
		return
	}
	g := e.Story.Grouping
	if e.isCopy() {
		e.fact("copy of", fmt.Sprintf("%s%s", e.named(g.Copy.Against), likenessWord(g.Copy)))
	}
	role := "one of"
	if e.Story.Lead {
		role = "leads"
	}
	e.fact("story", fmt.Sprintf("%s, %s %s", e.Story.ID, role, counted(e.Story.Reports, "report")))
	e.fact("why there", e.named(g.Story.Against)+likenessWord(g.Story))
	if g.Rival.Against != "" {
		e.fact("rather than", e.named(g.Rival.Against)+likenessWord(g.Rival))
	}
	if e.Story.Placed != "" {
		e.fact("before", e.Story.Placed+", until an editor moved it")
	}
}

// named is an Item's id with its title; empty for no id.
func (e *explanation) named(id string) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf("%s %q: ", id, printable(shorten(e.Story.Titles[id])))
}

var methods = map[news.Method]string{
	news.MethodURL: "the same page", news.MethodCanonical: "the same page, by the address that it gives itself",
	news.MethodText: "the same title and first words", news.MethodWords: "most of the same words",
	news.MethodFounder: "near nothing: it founded the story", news.MethodJoined: "near enough", news.MethodCopy: "with its original",
	news.MethodLate: "too old on arrival to be compared", news.MethodEditor: "an editor put it there",
}

// likenessWord is what a decision of grouping rests on.
func likenessWord(l news.Likeness) string {
	word := cmp.Or(methods[l.Method], string(l.Method))
	if l.Need > 0 {
		return fmt.Sprintf("%s, %d of %d", word, l.Score, l.Need)
	}
	if l.Score > 0 {
		return fmt.Sprintf("%s, %d of 1000", word, l.Score)
	}
	return word
}

// topics says which topics took the Item, or nearly did, and where its Story stands there.
func (e *explanation) topics() {
	e.linef("\nTopics")
	if e.isCopy() {
		e.linef("  Its original decides for it: wireroom explain %s shows the words.", e.record.Grouping.Copy.Against)
	}
	for _, d := range e.Decisions {
		if d.Never && len(e.Decisions) > 1 && !e.standsIn(d.Topic) {
			continue
		}
		e.linef("  %s: %s%s", d.Topic, decisionWord(d), d.at(d.Line))
		for i, s := range d.Spans {
			e.linef("    %-32s %s in the %s%s%s", s.Term, roleWord(s), s.Place, pointsWord(s.Points), d.at(d.Lines[i]))
		}
		e.entries(d.Topic)
	}
}

func (e *explanation) standsIn(topic string) bool {
	for _, entry := range e.Entries {
		if entry.Topic == topic {
			return true
		}
	}
	return false
}

func (e *explanation) entries(topic string) {
	for _, entry := range e.Entries {
		if entry.Topic != topic {
			continue
		}
		where := "in the head"
		if entry.Page > 0 {
			where = fmt.Sprintf("on sealed page %d", entry.Page)
		}
		if !entry.Shown {
			where = "not shown now"
		}
		if entry.Story != e.Story.ID {
			where += ", under the id of story " + entry.Story
		}
		e.linef("    entry %d, %s; filed or changed %s", entry.Number, where, entry.Updated)
	}
}

func decisionWord(d explainedDecision) string {
	in := "out"
	if d.In {
		in = "in"
	}
	switch {
	case d.Never && d.MinScore > 0:
		return fmt.Sprintf("out: nowhere near, below half of %d points", d.MinScore)
	case d.Never:
		return "out: nothing was decided"
	case d.Verdict == news.VerdictAll:
		return "in: " + d.Verdict.Reason()
	case d.Detail != "":
		return fmt.Sprintf("%s with %d of %d points: %s (%s); rule of configuration %d", in, d.Score, d.MinScore, d.Verdict.Reason(), d.Detail, d.Rule)
	}
	return fmt.Sprintf("%s with %d of %d points: %s; rule of configuration %d", in, d.Score, d.MinScore, d.Verdict.Reason(), d.Rule)
}

// at is a place in the configuration; empty for a country's Topic, whose words do not stand there.
func (d explainedDecision) at(line int) string {
	switch {
	case news.IsCountry(d.Topic):
		return ""
	case line == 0:
		return "  no longer in " + filepath.Base(d.file)
	}
	return fmt.Sprintf("  %s:%d", filepath.Base(d.file), line)
}

func roleWord(s news.Span) string {
	if s.Group != "" {
		return string(s.Role) + " " + s.Group
	}
	return string(s.Role)
}

func pointsWord(points int) string {
	if points == 0 {
		return ""
	}
	return ", " + counted(points, "point")
}

func (e *explanation) acts() {
	if len(e.record.Acts) == 0 {
		return
	}
	e.linef("\nActs")
	for _, a := range e.record.Acts {
		undone := ""
		if !a.InForce() {
			undone = fmt.Sprintf("; undone by %s at %s: %s", a.Undone.By, stamp(a.Undone.At), a.Undone.Why)
		}
		in := ""
		if a.Topic != "" {
			in = " " + a.Topic
		}
		e.linef("  %s %s%s, by %s at %s: %s%s", a.ID[:8], a.Kind, in, a.By, stamp(a.At), printable(a.Why), undone)
	}
}
