package publish

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"wireroom/curate"
	"wireroom/news"
)

// recordView is a Story's page.
type recordView struct {
	Lead      reportView
	Note      string // an editor's
	FirstSeen time.Time
	Also      []reportView
	Topics    []news.TopicName
	Countries []news.TopicName
	Decisions []decisionView
	Counts    storyCounts
	Edits     []editView // of the lead, the newest first
}

// editView is an edit of the lead: what was cut and what was added.
type editView struct {
	At          time.Time
	Sentence    string
	Title, Text []stretch // empty where nothing changed, or nothing of it may be shown
	Unshown     bool      // the change is in what may not be shown
}

// Cut and Added are for the templates.
func (s stretch) Cut() bool   { return s.Was == cut }
func (s stretch) Added() bool { return s.Was == added }

// reportView is a report with the places that decided marked.
type reportView struct {
	Title     []segment
	Text      [][]segment // by paragraphs; the last ends with … where there is more than may be shown
	Plain     string
	Language  string
	Link      string
	Published time.Time
	Authors   []string
	Source    sourceView
	Copy      bool
	Why       string // how a copy was known
}

// segment is a piece of text, marked or not.
type segment struct {
	Text string
	Mark bool
}

type decisionView struct {
	news.Decision
	Title  string // of the Topic
	Reason string // the verdict in words
}

func (s *Server) storyPage(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if u, err := uuid.Parse(id); err != nil || u.String() != id {
		return news.ErrNotFound
	}
	topics, err := s.catalog.topics(r.Context())
	if err != nil {
		return unavailable(err)
	}
	return s.serveSeen(w, r, storyPath(id), topics.stamp+s.minute(), costPage, func() (*document, error) {
		record, err := s.store.Story(r.Context(), id)
		if err != nil {
			return nil, storeError(err)
		}
		if now := record.Story.ID; now != id { // merged into another by an editor, who may take that back
			s.redirectFor(w, r, storyPath(now), storyCaching)
			return nil, nil
		}
		return s.pages.story(id, record, topics)
	})
}

// storyCaching is for how long a Story's address is believed to lead to another.
const storyCaching = "public, max-age=300"

func (p *pages) story(id string, rec news.StoryRecord, topics *topicList) (*document, error) {
	v := recordView{
		Lead: reportViewOf(rec.Story.Lead, rec.Decisions), Note: news.OneLine(clean(rec.Note)), FirstSeen: rec.FirstSeen, Topics: rec.Topics,
		Countries: rec.Countries,
	}
	for _, r := range rec.Story.Also {
		v.Also = append(v.Also, reportViewOf(r, nil))
	}
	v.Counts, v.Edits = countsOf(rec.Story), editsOf(rec.Story.Lead, rec.Earlier)
	for _, d := range rec.Decisions {
		v.Decisions = append(v.Decisions, decisionViewOf(d, topics))
	}
	return p.document("story", pageView{
		Title: v.Lead.Plain + " · Wireroom", Path: storyPath(id),
		Description: firstOf(news.Cut(news.OneLine(summaryOf(rec.Story.Lead.Item, rec.Story.Lead.Source.Republish)), 200),
			"All reports of this story, and why it is where it is."),
		Article: true, Data: p.site.articleOf(id, rec.Story), Main: v,
	}, 5*time.Minute, time.Time{})
}

// editsOf compares each version of a report with the one before it, as far as its Source allows it to be shown.
func editsOf(now news.Report, earlier []news.Report) (all []editView) {
	for _, before := range earlier {
		if class := ClassOf(before.Item, now.Item); class != ClassNone {
			v := editView{At: now.Item.Seen.UTC(), Sentence: sentences[class]}
			v.Title = changedOnly(wordDiff(line(before.Item.Title), line(now.Item.Title)))
			v.Text = changedOnly(excerpted(wordDiff(mayBeShown(before), mayBeShown(now))))
			v.Unshown = len(v.Title)+len(v.Text) == 0
			all = append(all, v)
		}
		now = before
	}
	return all
}

// changedOnly returns a comparison, or nothing where nothing has changed.
func changedOnly(all []stretch) []stretch {
	if len(changesOf(all)) == 0 {
		return nil
	}
	return all
}

// decisionViewOf says a Decision in words: countries by their names, for a country's own Topic and where a rule asks for some.
func decisionViewOf(d news.Decision, topics *topicList) decisionView {
	if d.Verdict == news.VerdictAbout {
		codes := strings.Split(d.Detail, ", ")
		for i, code := range codes {
			codes[i] = countryName(code)
		}
		d.Detail = strings.Join(codes, ", ")
	}
	v := decisionView{Decision: d, Title: topics.title(d.Topic), Reason: d.Verdict.Reason()}
	if code, ok := news.CountryOf(d.Topic); ok {
		v.Title = "Countries: " + countryName(code)
	}
	return v
}

// countryName returns a country's name by its code, or the code where it has none.
func countryName(code string) string {
	if p, known := curate.CountryByCode(code); known {
		return p.Title
	}
	return code
}

// reportViewOf shows of the text what the Source allows. Marks are those of the Decisions that took the report in.
func reportViewOf(r news.Report, decisions []news.Decision) reportView {
	it := r.Item
	v := reportView{
		Plain: titleOf(r), Language: languageOf(r), Link: webURL(it.URL), Published: it.Published.UTC(),
		Authors: bylineOf(r), Source: sourceViewOf(originOf(r)), Copy: r.DuplicateOf != "", Why: r.Why,
	}
	title, text := news.SpansOf(it.Text(), slices.DeleteFunc(slices.Clone(decisions), func(d news.Decision) bool { return !d.In }))
	if r.Source.FullText && r.Source.Republish != news.RightsFull {
		text = ownSpans(it, text)
	}
	v.Title = marked(it.Title, title)
	if strings.TrimSpace(it.Title) == "" {
		v.Title = []segment{{Text: v.Plain}}
	}
	shown, whole := shownText(it.Text(), r.Source.Republish)
	v.Text = byParagraphs(marked(shown, text))
	if n := len(v.Text); n > 0 && !whole {
		v.Text[n-1] = append(v.Text[n-1], segment{Text: " …"})
	}
	return v
}

// ownSpans leaves of the spans of a text that may have been decided by its page's those that lie where it is the Item's
// own for sure: in the summary, with which every text of it begins.
func ownSpans(it news.Item, text []news.Span) []news.Span {
	own := len(strings.TrimSuffix(news.PlainText(it.Summary), "…"))
	return slices.DeleteFunc(text, func(s news.Span) bool { return s.End > own })
}

// bylineOf returns the authors, but for a Source that stands in for them.
func bylineOf(r news.Report) []string {
	return slices.DeleteFunc(authorsOf(r), func(name string) bool { return name == line(r.Source.Name) })
}

// shownText returns the beginning of an Item's text that its Source allows.
func shownText(text string, rights news.Rights) (shown string, whole bool) {
	switch rights {
	case news.RightsHeadline:
		return "", text == ""
	case news.RightsFull:
		return text, true
	}
	return excerpt(text, excerptLength)
}

// marked cuts text at the spans.
func marked(text string, spans []news.Span) (out []segment) {
	for _, p := range news.Marks(text, spans) {
		out = append(out, segment{Text: clean(p.Text), Mark: p.Marked})
	}
	return out
}

// byParagraphs cuts a text at its line ends, and leaves out lines without words.
func byParagraphs(text []segment) (out [][]segment) {
	var paragraph []segment
	end := func() {
		if slices.ContainsFunc(paragraph, func(s segment) bool { return strings.TrimSpace(s.Text) != "" }) {
			out = append(out, paragraph)
		}
		paragraph = nil
	}
	for _, s := range text {
		for i, piece := range strings.Split(s.Text, "\n") {
			if i > 0 {
				end()
			}
			if piece != "" {
				paragraph = append(paragraph, segment{Text: piece, Mark: s.Mark})
			}
		}
	}
	end()
	return out
}
