package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

type explainCommand struct {
	Item   string `arg:"" optional:"" help:"The item: its id, the beginning of it, or its URL; or a story, for the report that leads it."`
	Topic  string `arg:"" optional:"" help:"Only this topic, also where it came nowhere near."`
	Format string `help:"How to print: text or json." enum:"text,json" default:"text"`
	Replay bool   `help:"Make every stored decision again, and tell which would come out otherwise."`
}

// Run tells the whole story of an item: how it came, what it is, where it stands and why.
func (cmd explainCommand) Run(ctx context.Context, env *environment) error {
	if (cmd.Item == "") != cmd.Replay {
		return usageError{errors.New("name an item, or give --replay alone: wireroom items lists the items")}
	}
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		if cmd.Replay {
			return replayAll(ctx, env, db)
		}
		record, err := cmd.record(ctx, db)
		if err != nil {
			return err
		}
		lines, err := config.LoadLines(env.configPath)
		if err != nil {
			return err
		}
		e := explanation{explained: explainedOf(record, lines, env.configPath), record: record, mark: markBrackets}
		if isTerminal(env.stdout) {
			e.mark = markUnderline
		}
		if cmd.Format == "json" {
			encoder := json.NewEncoder(env.stdout)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			return encoder.Encode(e.explained)
		}
		_, err = fmt.Fprint(env.stdout, e.text())
		return err
	})
}

// record reads what explains the item, as far as the topic asked for is concerned.
func (cmd explainCommand) record(ctx context.Context, db *store.DB) (record news.ItemRecord, err error) {
	id, err := db.FindItem(ctx, cmd.Item)
	if errors.Is(err, news.ErrNotFound) {
		if story, storyErr := db.FindStory(ctx, cmd.Item); storyErr == nil {
			id, err = leadOf(ctx, db, story)
		}
	}
	if err != nil {
		return record, err
	}
	if record, err = db.Explain(ctx, id); err != nil || cmd.Topic == "" {
		return record, err
	}
	var slugs []string
	for _, t := range record.Topics {
		slugs = append(slugs, t.Slug)
	}
	if !slices.Contains(slugs, cmd.Topic) {
		slugs = slices.DeleteFunc(slugs, news.IsCountry)
		return record, fmt.Errorf("there is no topic %s: there are %s", cmd.Topic, strings.Join(slugs, ", "))
	}
	record.Topics = slices.DeleteFunc(record.Topics, func(t news.Topic) bool { return t.Slug != cmd.Topic })
	record.Decisions = slices.DeleteFunc(record.Decisions, func(d news.Decision) bool { return d.Topic != cmd.Topic })
	record.Entries = slices.DeleteFunc(record.Entries, func(e news.EntryRecord) bool { return e.Topic != cmd.Topic })
	return record, nil
}

func leadOf(ctx context.Context, db *store.DB, story string) (string, error) {
	record, err := db.Story(ctx, story)
	return record.Story.Lead.Item.ID, err
}

// An explained item is what explain prints as JSON.
type explained struct {
	Item      news.Item           `json:"item"`
	Text      string              `json:"text"` // that was matched
	Source    news.Source         `json:"source"`
	Poll      *explainedPoll      `json:"poll,omitempty"`
	KnownBy   []string            `json:"known_by"`
	Versions  int                 `json:"versions"`
	Page      string              `json:"page,omitempty"`
	Canonical string              `json:"canonical,omitempty"`
	Unsorted  bool                `json:"unsorted,omitempty"`
	Withdrawn string              `json:"withdrawn,omitempty"`
	Story     *explainedStory     `json:"story,omitempty"`
	Decisions []explainedDecision `json:"decisions"`
	Entries   []explainedEntry    `json:"entries"`
	Acts      []deskEntry         `json:"acts"`
}

type explainedPoll struct {
	Number  int64        `json:"number"`
	At      string       `json:"at"`
	Outcome news.Outcome `json:"outcome"`
	New     int          `json:"new"`
}

type explainedStory struct {
	ID       string            `json:"id"`
	Placed   string            `json:"placed,omitempty"`
	Lead     bool              `json:"lead"`
	Reports  int               `json:"reports"`
	Grouping news.Grouping     `json:"grouping"`
	Titles   map[string]string `json:"titles,omitempty"`
}

// explainedDecision is a Decision with the line of each term in the configuration, in the order of its spans; 0 for one that
// is not there any more.
type explainedDecision struct {
	news.Decision
	Line  int   `json:"line,omitempty"` // of the topic
	Lines []int `json:"lines,omitempty"`
	Never bool  `json:"never,omitempty"` // it came nowhere near: nothing is stored
	file  string
}

type explainedEntry struct {
	Topic     string `json:"topic"`
	Story     string `json:"story"`
	Number    int64  `json:"number"`
	Page      int    `json:"page"`
	Shown     bool   `json:"shown"`
	Published string `json:"published"`
	Updated   string `json:"updated"`
}

func explainedOf(r news.ItemRecord, lines config.Lines, file string) explained {
	e := explained{
		Item: r.Item, Text: r.Item.Text(), Source: withoutSecrets(r.Source), KnownBy: r.KnownBy, Versions: r.Versions, Page: r.Page, Canonical: r.Canonical,
		Unsorted: r.Unsorted, Withdrawn: stamp(r.Withdrawn), Decisions: []explainedDecision{}, Entries: []explainedEntry{}, Acts: []deskEntry{},
	}
	if r.Poll.Number > 0 {
		e.Poll = &explainedPoll{r.Poll.Number, stamp(r.Poll.At), r.Poll.Outcome, r.Poll.New}
	}
	if r.Story != "" {
		e.Story = &explainedStory{ID: r.Story, Placed: r.Placed, Lead: r.Lead, Reports: r.Reports, Grouping: r.Grouping, Titles: r.Titles}
	}
	for _, t := range r.Topics {
		if news.IsCountry(t.Slug) && !slices.ContainsFunc(r.Decisions, func(d news.Decision) bool { return d.Topic == t.Slug }) {
			continue
		}
		e.Decisions = append(e.Decisions, explainedDecisionOf(t, r.Decisions, lines, file))
	}
	for _, entry := range r.Entries {
		e.Entries = append(e.Entries, explainedEntry{entry.Topic, entry.Story, entry.Number, entry.Page, entry.Shown,
			stamp(entry.Published), stamp(entry.Updated)})
	}
	for _, a := range r.Acts {
		e.Acts = append(e.Acts, deskEntryOf(a))
	}
	return e
}

// withoutSecrets is a Source as it may be shown to anyone.
func withoutSecrets(s news.Source) news.Source {
	s.URL, s.UserAgent, s.Headers, s.BasicAuth, s.Bearer = s.PrintURL(), "", nil, "", ""
	return s
}

func explainedDecisionOf(t news.Topic, decisions []news.Decision, lines config.Lines, file string) explainedDecision {
	out := explainedDecision{Decision: news.Decision{Topic: t.Slug, MinScore: t.Rule.MinScore}, Line: lines.Topic(t.Slug), Never: true, file: file}
	for _, d := range decisions {
		if d.Topic == t.Slug {
			out.Decision, out.Never = d, false
		}
	}
	for _, s := range out.Spans {
		out.Lines = append(out.Lines, lines.Term(t.Slug, s))
	}
	return out
}
