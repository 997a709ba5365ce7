package publish

import (
	"html"
	"mime"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"wireroom/curate"
	"wireroom/news"
)

// relatedLimit is how many other reports an entry lists; all are on the Story's page. Copies of the same text are always
// listed. In ten days of 162 feeds no more than one Story in a thousand has more.
const relatedLimit = 20

// entry is what every format says of an Entry, already cleaned, with no more than the Source allows.
type entry struct {
	uuid      string // of the Story
	title     string
	language  string // BCP 47; empty if not known
	link      string // of the original report; the Story's page where it has none
	story     string // the Story's page
	published time.Time
	updated   time.Time

	authors    []string         // at least one: the Source stands in
	topics     []news.TopicName // that the Story is in, this one first, unless it is a country's
	others     []news.TopicName // the same without this one
	countries  []curate.Place   // that the lead is about, the strongest first
	categories []string         // the Source's own

	note string // an editor's, a line; empty if there is none

	source     origin
	class      Class  // of an edit; empty for an entry of a Topic
	summary    string // plain text
	full       string // HTML; empty unless the Source allows all
	also       []related
	more       int         // further reports, not in also
	counts     storyCounts // of all reports; zero for an entry that is no Story
	enclosures []news.Enclosure
	image      string
}

// origin is what an entry says of the Source of its lead.
type origin struct {
	news.Source
	url     string // absolute, without credentials; empty if it is no web address
	updated time.Time
}

// related is another report of the same Story.
type related struct {
	title, url, source, language string
	copy                         bool // the same text
}

// entries reads an Edition. An id that was there before is left out: no document has two entries with one id.
func (f Feed) entries() []entry {
	out := make([]entry, 0, len(f.Edition.Entries))
	seen := make(map[string]bool, len(f.Edition.Entries))
	for _, e := range f.Edition.Entries {
		if !seen[e.Story.ID] {
			seen[e.Story.ID] = true
			out = append(out, f.entry(e))
		}
	}
	keepShort(out)
	return out
}

func (f Feed) entry(e news.Entry) entry {
	it, src := e.Story.Lead.Item, e.Story.Lead.Source
	story := f.Site.StoryURL(e.Story.ID)
	others := f.Edition.Siblings[e.Story.ID]
	also, more := relatedOf(e.Story.Also, f.Site)
	return entry{
		uuid:  e.Story.ID,
		title: titleOf(e.Story.Lead), language: languageOf(e.Story.Lead),
		link: firstOf(webURL(it.URL), story), story: story,
		published: e.Published.UTC(), updated: latest(e.Updated, e.Published).UTC(),
		authors: authorsOf(e.Story.Lead),
		topics:  append(ownTopics(f.Edition.Topic), others...), others: others,
		countries: countriesOf(e.Story.Lead), categories: lines(it.Categories),
		note: news.OneLine(clean(e.Note)), source: originOf(e.Story.Lead),
		summary: summaryOf(it, src.Republish), full: fullOf(it, src.Republish),
		also: also, more: more, counts: countsOf(e.Story),
		enclosures: enclosuresOf(it, src.Republish), image: imageOf(it, src.Republish),
	}
}

// point is the middle of the country that the entry is about most, as GeoRSS has it; "" for none.
func (e entry) point() string {
	if len(e.countries) == 0 {
		return ""
	}
	p := e.countries[0]
	return strconv.FormatFloat(p.Latitude, 'f', -1, 64) + " " + strconv.FormatFloat(p.Longitude, 'f', -1, 64)
}

// titleOf returns the headline; where the Source gave none, the beginning of what may be shown of the text, or the
// Source's name.
func titleOf(r news.Report) string {
	if t := line(r.Item.Title); t != "" {
		return t
	}
	if s := line(summaryOf(r.Item, r.Source.Republish)); s != "" {
		return news.Cut(s, 80)
	}
	return firstOf(line(r.Source.Name), "Untitled")
}

// languageOf returns the Item's language, else its Source's, in canonical form; "" for what is no language tag.
func languageOf(r news.Report) string {
	return languageTag(firstOf(r.Item.Language, r.Source.Language))
}

func authorsOf(r news.Report) []string {
	var names []string
	for _, a := range r.Item.Authors {
		names = append(names, withoutAddress(line(a)))
	}
	if names = lines(names); len(names) > 0 {
		return names
	}
	return []string{firstOf(line(r.Source.Name), r.Source.ID, "Unknown")}
}

// withoutAddress returns the name of an author who comes with a mail address, in either of the usual orders; "" for an
// address alone. Addresses are not passed on: harvesters read feeds.
func withoutAddress(author string) string {
	if !strings.Contains(author, "@") {
		return author
	}
	if _, rest, ok := strings.Cut(author, "("); ok {
		return line(strings.TrimRight(rest, ") "))
	}
	if a, err := mail.ParseAddress(author); err == nil {
		return line(a.Name)
	}
	return ""
}

// originOf dates the Source by its Item: no other date of the feed that carried it is kept. A change dated after it was
// seen is not believed.
func originOf(r news.Report) origin {
	o := origin{Source: r.Source, url: webURL(r.Source.PrintURL()), updated: r.Item.Published.UTC()}
	o.Name, o.Rights = firstOf(line(o.Name), o.ID), line(o.Rights)
	if changed := r.Item.Updated; changed.After(o.updated) && !changed.After(r.Item.Seen) {
		o.updated = changed.UTC()
	}
	return o
}

func relatedOf(reports []news.Report, site Site) (out []related, more int) {
	others := 0
	for _, r := range reports {
		u := webURL(r.Item.URL)
		if u == "" {
			continue
		}
		if r.DuplicateOf == "" {
			if others++; others > relatedLimit {
				more++
				continue
			}
		}
		out = append(out, related{
			title: titleOf(r), url: u, source: firstOf(line(r.Source.Name), r.Source.ID),
			language: languageOf(r), copy: r.DuplicateOf != "",
		})
	}
	return out, more
}

// related are the links of an entry beside its own: the other reports, each address once, then the Story's page. Of feeds
// of one publisher the same page often comes twice.
func (e entry) related() []related {
	all := make([]related, 0, len(e.also)+1)
	seen := map[string]bool{e.link: true}
	for _, r := range e.also {
		if seen[r.url] {
			continue
		}
		seen[r.url] = true
		r.title = labelOf(r.source + ": " + r.title)
		all = append(all, r)
	}
	if !seen[e.story] {
		all = append(all, related{title: "All reports, and why the story is here", url: e.story, language: "en"})
	}
	return all
}

// html is the body of an entry: the editor's note, what the Source allows, who else tells it, and whose it is.
func (e entry) html() string {
	return e.noteHTML() + firstOf(e.full, paragraphs(e.summary)) + e.alsoHTML() + e.attribution()
}

func (e entry) noteHTML() string {
	if e.note == "" {
		return ""
	}
	return `<p lang="en"><strong>Editor’s note:</strong> ` + html.EscapeString(e.note) + `</p>`
}

// attribution ends every body: the Source by name, with a link to the report, and its line of rights.
func (e entry) attribution() string {
	line := `<p lang="en">Read it at <a href="` + html.EscapeString(e.link) + `">` + html.EscapeString(e.source.Name) + `</a>.`
	if e.source.Rights != "" {
		line += " " + html.EscapeString(e.source.Rights)
	}
	return line + "</p>"
}

func (e entry) alsoHTML() string {
	var out strings.Builder
	out.WriteString(e.counts.html())
	e.list(&out, "Also at", true)
	e.list(&out, "Also reported by", false)
	if e.more > 0 {
		out.WriteString(`<p lang="en"><a href="` + html.EscapeString(e.story) + `">All reports of this story</a></p>`)
	}
	return out.String()
}

func (e entry) list(out *strings.Builder, heading string, copies bool) {
	open := false
	for _, r := range e.also {
		if r.copy != copies {
			continue
		}
		if !open {
			out.WriteString(`<p lang="en">` + heading + `:</p><ul>`)
			open = true
		}
		out.WriteString(`<li>` + html.EscapeString(r.source) + `: <a href="` + html.EscapeString(r.url) + `"`)
		if r.language != "" {
			out.WriteString(` lang="` + r.language + `"`)
		}
		out.WriteString(`>` + html.EscapeString(r.title) + `</a></li>`)
	}
	if open {
		out.WriteString(`</ul>`)
	}
}

// mediaType returns the type without parameters in lower case, "" for what is none.
func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil || !strings.Contains(t, "/") {
		return ""
	}
	return t
}

// namesKept is how many authors or categories of one Item are passed on. Real Items have a handful; more is a fault of
// the Source, or spam.
const namesKept = 32

// lines cleans each text and leaves out empty ones, repetitions, and what goes beyond namesKept.
func lines(all []string) []string {
	var out []string
	for _, s := range all {
		if len(out) == namesKept {
			break
		}
		if s = line(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// id is the same in all formats, for ever.
func (e entry) id() string { return "urn:uuid:" + e.uuid }
