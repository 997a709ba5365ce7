package publish

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/google/uuid"

	"wireroom/news"
)

// correctionsKept is how many edits a Topic's corrections list: as many as a head holds entries at most.
const correctionsKept = 100

// A Corrections is the list of edits that the published reports of a Topic have had. Rendering is a pure function of its
// fields.
type Corrections struct {
	Site     Site
	Topic    news.Topic
	TopicID  string
	Edits    []news.Correction // newest first
	Newest   time.Time         // when the newest was seen; zero for none
	Interval time.Duration     // of the Topic
}

// Render returns the document in one format. An error means a fault of the program.
func (c Corrections) Render(format Format) ([]byte, error) { return c.sheet().render(format) }

func (c Corrections) sheet() sheet {
	title := firstOf(line(c.Topic.Title), c.Topic.Slug)
	s := sheet{
		site: c.Site, id: "urn:uuid:" + correctionsID(c.TopicID), title: title + ": corrections",
		description: "What publishers have changed in reports after they were published under " + title + ".",
		home:        c.Site.TopicURL(c.Topic.Slug), updated: c.Newest.UTC(), interval: c.Interval, current: nowhere, older: nowhere,
		self: func(f Format) string { return c.Site.BaseURL + correctionsPath(c.Topic.Slug, f) },
	}
	for _, edit := range c.Edits {
		if e, ok := c.entry(edit); ok {
			s.entries = append(s.entries, e)
			s.updated = latest(s.updated, e.updated)
		}
	}
	return s
}

// correctionsID is the id of a Topic's corrections, which must differ from the Topic's own.
func correctionsID(topic string) string {
	space, err := uuid.Parse(topic)
	if err != nil {
		return topic // every Topic has one
	}
	return uuid.NewSHA1(space, []byte("corrections")).String()
}

func correctionsPath(slug string, f Format) string {
	return topicPath(slug) + "/corrections." + string(f)
}

// entry is an edit as an entry of the list; false for one that changed neither title nor text.
func (c Corrections) entry(edit news.Correction) (entry, bool) {
	class := ClassOf(edit.Before.Item, edit.After.Item)
	if class == ClassNone {
		return entry{}, false
	}
	report, story := edit.After, c.Site.StoryURL(edit.Story)
	at := momentOf(edit)
	e := entry{
		uuid: edit.ID, title: titleOfEdit(edit), language: languageOf(report),
		link: firstOf(webURL(report.Item.URL), story), story: story, published: at, updated: at,
		authors: []string{firstOf(line(report.Source.Name), report.Source.ID)},
		topics:  ownTopics(c.Topic), categories: []string{string(class)},
		source: originOf(report), class: class, summary: sentences[class],
	}
	e.full = `<p lang="en">` + html.EscapeString(sentences[class]) + `</p>` + comparisonHTML(edit)
	return e, true
}

// titleOfEdit is the headline as it is now, or, of a report that has lost it, as it was.
func titleOfEdit(edit news.Correction) string {
	if line(edit.After.Item.Title) == "" && line(edit.Before.Item.Title) != "" {
		return titleOf(edit.Before)
	}
	return titleOf(edit.After)
}

// sentences say in words what a class is.
var sentences = map[Class]string{
	ClassGone: "The report is gone.", ClassRetraction: "The report was retracted.", ClassTypo: "Spelling was mended.",
	ClassNumber: "A number was changed.", ClassHeadline: "The headline was changed.", ClassText: "The text was changed.",
}

// momentOf is when an edit was seen, with its id behind the milliseconds: two edits of one Poll differ, and for ever.
func momentOf(edit news.Correction) time.Time {
	sum := sha256.Sum256([]byte(edit.ID))
	nanos := binary.BigEndian.Uint32(sum[:4]) % uint32(time.Millisecond)
	return edit.At.UTC().Truncate(time.Millisecond).Add(time.Duration(nanos))
}

// comparisonHTML shows headline and text before and after, no more of them than the Source allows.
func comparisonHTML(edit news.Correction) string {
	headline := wordDiff(line(edit.Before.Item.Title), line(edit.After.Item.Title))
	text := excerpted(wordDiff(mayBeShown(edit.Before), mayBeShown(edit.After)))
	var out strings.Builder
	writeComparison(&out, "Headline", headline)
	writeComparison(&out, "Text", text)
	if out.Len() == 0 {
		return `<p lang="en">The change is in what may not be shown here.</p>`
	}
	return out.String()
}

// mayBeShown is the text of a report as far as its Source allows, on one line.
func mayBeShown(r news.Report) string {
	if full := fullOf(r.Item, r.Source.Republish); full != "" {
		return news.OneLine(news.PlainText(full))
	}
	return news.OneLine(summaryOf(r.Item, r.Source.Republish))
}

func writeComparison(out *strings.Builder, what string, all []stretch) {
	if len(changesOf(all)) == 0 {
		return
	}
	out.WriteString(`<p><span lang="en">` + what + `:</span> `)
	for _, s := range all {
		tag := map[fate]string{cut: "del", added: "ins"}[s.Was]
		if tag == "" {
			out.WriteString(html.EscapeString(s.Text))
			continue
		}
		out.WriteString("<" + tag + ">" + html.EscapeString(s.Text) + "</" + tag + ">")
	}
	out.WriteString(`</p>`)
}

func (s *Server) renderCorrections(ctx context.Context, k key, state listed) (*document, error) {
	edits, err := s.store.Corrections(ctx, k.slug, correctionsKept)
	if err != nil {
		return nil, fmt.Errorf("corrections of %s: %w", k.slug, err)
	}
	list := Corrections{Site: s.site, Topic: state.Topic, TopicID: state.ID, Edits: edits, Newest: state.Edited, Interval: state.Interval}
	return list.sheet().document(k.format, cacheControl(maxAge(state.Interval)))
}
