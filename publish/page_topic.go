package publish

import (
	"time"

	"wireroom/curate"
	"wireroom/news"
)

// topicView is a Topic's page.
type topicView struct {
	Slug, Title string
	Updated     time.Time
	Stories     []storyView
	Older       int // number of the newest sealed page; 0 if there is none
}

// storyView is a Story in a list.
type storyView struct {
	ID, Title, Language string
	Link                string // to the original; empty if it has none
	Published           time.Time
	Note                string // of an editor's
	Summary             string // plain text, no more than the Source allows
	Source              sourceView
	Topics              []news.TopicName // others that it is in
	Countries           []news.TopicName // that it is about
	Also                []alsoView
	More                int
	Marked, MarkedText  []segment // title and summary with what was searched for; nil where nothing was
}

// sourceView is a Source as a reader should see it beside a headline.
type sourceView struct{ ID, Name, Country, Kind, Rights string }

type alsoView struct {
	Title, Link, Source, Language string
	Copy                          bool
}

// topic renders a Topic's page from its head.
func (p *pages) topic(f Feed) (*document, error) {
	t := f.Edition.Topic
	v := topicView{Slug: t.Slug, Title: f.title(), Updated: f.Updated(), Older: f.Edition.Pages}
	for _, e := range f.entries() {
		v.Stories = append(v.Stories, storyViewOf(e))
	}
	return p.document("topic", pageView{
		Title: f.title() + " · Wireroom", Description: f.description(), Path: topicPath(t.Slug),
		Feeds: feedLinks(t.Slug, f.title()), Data: p.site.listOf(f.title(), topicPath(t.Slug), v.Stories), Main: v,
	}, maxAge(f.Interval), f.Updated())
}

func storyViewOf(e entry) storyView {
	v := storyView{
		ID: e.uuid, Title: e.title, Language: e.language, Published: e.published, Note: e.note, Summary: e.summary,
		Source: sourceViewOf(e.source), Topics: e.others, Countries: countryNames(e.countries), More: e.more,
	}
	if e.link != e.story {
		v.Link = e.link
	}
	shown := 0
	for _, r := range e.also {
		if !r.copy {
			if shown++; shown > othersOnPage {
				v.More++
				continue
			}
		}
		v.Also = append(v.Also, alsoView{Title: r.title, Link: r.url, Source: r.source, Language: r.language, Copy: r.copy})
	}
	return v
}

// othersOnPage is how many other reports a story lists on a page with other stories, beside all copies: enough to see who tells
// it, and little enough for the next story to be seen. Feeds have more (relatedLimit).
const othersOnPage = 5

// digestLength is how many characters of a summary stand below the first headline of a Topic on the front page: two or three
// lines.
const digestLength = 150

// Digest is the beginning of the summary.
func (v storyView) Digest() string { return news.Cut(news.OneLine(v.Summary), digestLength) }

func countryNames(all []curate.Place) []news.TopicName {
	var names []news.TopicName
	for _, p := range all {
		names = append(names, news.TopicName{Slug: news.CountrySlug(p.Code), Title: p.Title})
	}
	return names
}

func sourceViewOf(o origin) sourceView {
	return sourceView{ID: o.ID, Name: o.Name, Country: o.Country, Kind: string(o.Kind), Rights: o.Rights}
}
