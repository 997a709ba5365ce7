package world

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"wireroom/news"
)

//go:embed stories/*.yaml topics.yaml
var files embed.FS

// An outlet is one file of stories/: an invented publisher and all that it will ever report.
type outlet struct {
	ID        string      `yaml:"id"`   // slug; the first segment of all its paths
	Name      string      `yaml:"name"` // for people
	About     string      `yaml:"about"`
	Language  string      `yaml:"language"`
	Country   string      `yaml:"country"`
	Kind      news.Kind   `yaml:"kind"`
	Owner     news.Owner  `yaml:"owner"`
	Tier      int         `yaml:"tier"`
	Republish news.Rights `yaml:"republish"`

	Format   string        `yaml:"format"`   // rss, atom, rdf or json
	Path     string        `yaml:"path"`     // of its feed, as people have it in their lists
	MovedTo  string        `yaml:"moved_to"` // where the feed lives now; empty: at Path
	Charset  string        `yaml:"charset"`  // of the feed; empty: UTF-8
	MaxAge   time.Duration `yaml:"max_age"`  // how long its feed may be cached
	NoGUIDs  bool          `yaml:"no_guids"` // its feed gives no identifiers
	Relative bool          `yaml:"relative"` // its feed gives links without a host
	FullText bool          `yaml:"full"`     // its feed carries whole texts, not only the first paragraph
	Faults   []fault       `yaml:"faults"`   // in order of time

	Reports []script `yaml:"reports"`
	Cycle   cycle    `yaml:"cycle"`
}

// A fault is a time during which an outlet's feed answers badly, counted from the start.
type fault struct {
	From   time.Duration `yaml:"from"`
	Until  time.Duration `yaml:"until"`
	Status int           `yaml:"status"` // 200 is a page of HTML in the feed's place
	Retry  time.Duration `yaml:"retry"`  // Retry-After; 0: none
}

// A script is a report as planned: what it says and when it appears.
type script struct {
	Slug       string        `yaml:"slug"`
	At         time.Duration `yaml:"at"` // since the start; negative: before it
	Title      string        `yaml:"title"`
	Text       string        `yaml:"text"` // paragraphs between blank lines; one that begins with "<" is HTML
	Authors    []string      `yaml:"authors"`
	Categories []string      `yaml:"categories"`
	Picture    string        `yaml:"picture"` // name of a drawn picture; see picture.go
	Audio      string        `yaml:"audio"`   // name of a sound; see picture.go
	Reading    string        `yaml:"reading"` // a blog platform's reading time
	Mirrors    string        `yaml:"mirrors"` // outlet/slug whose first title and text it repeats
	Link       string        `yaml:"link"`    // path and query in place of its own page's
	Edits      []edit        `yaml:"edits"`   // in order of time
}

// An edit is a later version of a report under the same identity. Empty fields stay as they were.
type edit struct {
	After time.Duration `yaml:"after"` // the report's appearance
	Title string        `yaml:"title"`
	Text  string        `yaml:"text"`
}

// A cycle keeps an outlet alive after its scripts have run out: its texts return in turn, numbered.
type cycle struct {
	From  time.Duration `yaml:"from"`
	Every time.Duration `yaml:"every"` // 0: the outlet has no cycle
	Name  string        `yaml:"name"`  // what the numbered series is called
	Texts []script      `yaml:"texts"`
}

// ruleBook is topics.yaml.
type ruleBook struct {
	Exclude []string `yaml:"exclude"`
	Topics  []rule   `yaml:"topics"`
}

// A rule is a news.Topic in the form of the configuration.
type rule struct {
	Slug     string              `yaml:"slug"`
	Title    string              `yaml:"title"`
	All      bool                `yaml:"all"`
	Strong   []string            `yaml:"strong"`
	Weak     []string            `yaml:"weak"`
	Exclude  []string            `yaml:"exclude"`
	Require  map[string][]string `yaml:"require"`
	MinScore int                 `yaml:"min_score"`
}

func (r rule) topic() news.Topic {
	t := news.Topic{Slug: r.Slug, Title: r.Title, Rule: news.Rule{
		All: r.All, Strong: r.Strong, Weak: r.Weak, Exclude: r.Exclude, Require: r.Require, MinScore: r.MinScore,
	}}
	if !r.All && t.Rule.MinScore == 0 {
		t.Rule.MinScore = news.DefaultMinScore
	}
	return t
}

// load reads the embedded files into a World.
func load(start time.Time) (*World, error) {
	w := &World{start: start}
	if err := read("topics.yaml", &w.rules); err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "stories/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", err)
	}
	for _, name := range names {
		var o outlet
		if err := read(name, &o); err != nil {
			return nil, err
		}
		if err := o.check(); err != nil {
			return nil, fmt.Errorf("check %s: %w", name, err)
		}
		w.outlets = append(w.outlets, o)
	}
	slices.SortFunc(w.outlets, func(a, b outlet) int { return cmp.Compare(a.ID, b.ID) })
	return w, w.mirror()
}

func read(name string, into any) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := yaml.UnmarshalWithOptions(b, into, yaml.Strict()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// check reports the first thing about o that would make it unservable.
func (o outlet) check() error {
	if o.ID == "" || !strings.HasPrefix(o.Path, "/"+o.ID+"/") {
		return fmt.Errorf("path %q does not lie under /%s/", o.Path, o.ID)
	}
	if _, ok := renderers[o.Format]; !ok {
		return fmt.Errorf("unknown format %q: want rss, atom, rdf or json", o.Format)
	}
	if err := cmp.Or(o.Kind.Validate(), o.Owner.Validate(), o.Republish.Validate()); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, s := range slices.Concat(o.Reports, o.Cycle.Texts) {
		if s.Slug == "" || seen[s.Slug] {
			return fmt.Errorf("report %q: slug is missing or used twice", s.Slug)
		}
		seen[s.Slug] = true
		if (s.Title == "" || s.Text == "") && s.Mirrors == "" {
			return fmt.Errorf("report %q: title or text is missing", s.Slug)
		}
	}
	return nil
}

// mirror fills the reports that repeat another outlet's copy.
func (w *World) mirror() error {
	originals := map[string]script{}
	for _, o := range w.outlets {
		for _, s := range o.Reports {
			originals[o.ID+"/"+s.Slug] = s
		}
	}
	for _, o := range w.outlets {
		for i, s := range o.Reports {
			if s.Mirrors == "" {
				continue
			}
			original, ok := originals[s.Mirrors]
			if !ok || original.Mirrors != "" {
				return fmt.Errorf("report %s/%s mirrors %q, which is no original", o.ID, s.Slug, s.Mirrors)
			}
			o.Reports[i].Title, o.Reports[i].Text = original.Title, original.Text
		}
	}
	return nil
}
