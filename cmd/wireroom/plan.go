package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"wireroom/config"
	"wireroom/curate"
	"wireroom/news"
	"wireroom/store"
)

type planCommand struct {
	listFormat
	Stories bool `help:"List each story that would enter or leave."`
	Yes     bool `help:"Agree to this configuration, whatever it changes: run, work and poll then apply it."`
}

// Help is what --help says beyond the flags.
func (planCommand) Help() string {
	return "Name the new configuration with --config. Nothing is changed: what is stored is decided anew, and what would come of it is printed."
}

// Run prints what would change in each Topic if the configuration were applied.
func (cmd planCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(c *config.Config, db *store.DB) error {
		change, err := planChange(ctx, db, configurationOf(c), c.Plan.Limit)
		if err != nil {
			return err
		}
		if err := cmd.show(ctx, env.stdout, db, change); err != nil || !cmd.Yes {
			return err
		}
		if err := db.Consent(ctx, change.hash, env.clock()); err != nil {
			return err
		}
		fmt.Fprintf(env.stderr, "agreed: run, work and poll will apply %s as it is now\n", env.configPath)
		return nil
	})
}

// A change is a configuration held against what is stored.
type change struct {
	hash      string
	same      bool // it is in force already
	consented bool
	limit     int
	plan      curate.Plan
}

// configurationOf is the part of the configuration file that is kept in the store, with the Topics that countries have by
// themselves.
func configurationOf(c *config.Config) news.Configuration {
	next := news.Configuration{
		Sources: c.Sources, Topics: slices.Concat(c.Topics, curate.CountryTopics()), Exclude: c.Exclude,
		Gazetteer: curate.GazetteerVersion(),
	}
	if c.UpdateOn != news.UpdateNever {
		next.UpdateOn = c.UpdateOn
	}
	return next
}

// planBatch is how many Items are read at a time; a thousand texts are about 4 MB.
const planBatch = 1000

// planChange decides what is stored by the rules of next.
func planChange(ctx context.Context, db *store.DB, next news.Configuration, limit int) (change, error) {
	c, planner, err := beginChange(ctx, db, next, limit)
	if err != nil {
		return c, err
	}
	if err := addAll(ctx, db, planner); err != nil {
		return c, err
	}
	c.plan = planner.Plan()
	return c, nil
}

// beginChange holds next against what stands, and returns a Planner that no Item was added to.
func beginChange(ctx context.Context, db *store.DB, next news.Configuration, limit int) (change, *curate.Planner, error) {
	hash, err := next.Hash()
	if err != nil {
		return change{}, nil, err
	}
	standing, err := db.Standing(ctx, hash)
	if err != nil {
		return change{}, nil, err
	}
	planner, err := curate.NewPlanner(next, standing)
	if err != nil {
		return change{}, nil, usageError{err}
	}
	live, err := standing.Configuration.Hash()
	if err != nil {
		return change{}, nil, err
	}
	return change{hash: hash, same: live == hash, consented: standing.Consented, limit: limit}, planner, nil
}

// addAll adds everything that was sorted to a plan.
func addAll(ctx context.Context, db *store.DB, planner *curate.Planner) error {
	for after := int64(0); ; {
		items, err := db.SortedAfter(ctx, after, planBatch)
		if err != nil || len(items) == 0 {
			return err
		}
		for _, u := range items {
			planner.Add(u)
		}
		after = items[len(items)-1].Ref
	}
}

// refused returns why the change is not applied unasked, or nil.
func (c change) refused(path string) error {
	largest := c.plan.Largest()
	if c.same || c.consented || c.limit == 0 || len(largest.Enter) <= c.limit {
		return nil
	}
	return tooMuchError{hash: c.hash, topic: largest.Slug, stories: len(largest.Enter), limit: c.limit, path: path}
}

// A tooMuchError says that a configuration would let more Stories into a Topic at once than nobody has agreed to.
type tooMuchError struct {
	hash           string
	topic          string
	stories, limit int
	path           string
}

func (e tooMuchError) Error() string {
	return fmt.Sprintf("%d stories would enter the topic %s at once, and plan.limit is %d: see them with wireroom --config %s plan, "+
		"and agree with wireroom --config %[4]s plan --yes", e.stories, e.topic, e.limit, e.path)
}

// show prints the plan in the format that is wanted.
func (cmd planCommand) show(ctx context.Context, w io.Writer, db *store.DB, c change) error {
	if cmd.Format != "json" && !cmd.Stories {
		if err := cmd.print(w, c.summary()); err != nil || cmd.Format == "tsv" {
			return err
		}
		return c.remarks(w)
	}
	var stories []int64
	for _, t := range c.plan.Topics {
		stories = append(append(stories, t.Enter...), t.Leave...)
	}
	names, err := db.StoryNames(ctx, stories)
	if err != nil {
		return err
	}
	if cmd.Format == "json" {
		return c.json(w, names)
	}
	return cmd.print(w, c.stories(names))
}

func (c change) summary() listing {
	l := listing{columns: []string{"topic", "enter", "leave", "stay", "sealed", "daily_before", "daily_after", "note"}}
	for _, t := range c.plan.Topics {
		l.rows = append(l.rows, []string{t.Slug, strconv.Itoa(len(t.Enter)), strconv.Itoa(len(t.Leave)), strconv.Itoa(t.Stay),
			strconv.Itoa(t.Sealed), perDay(t.Before), perDay(t.After), noteOn(t)})
	}
	return l
}

func perDay(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

func noteOn(t curate.TopicPlan) string {
	switch {
	case t.New:
		return "new"
	case t.Redecided:
		return "changed"
	}
	return "as it is"
}

func (c change) stories(names map[int64]news.StoryName) listing {
	l := listing{columns: []string{"topic", "change", "story", "title"}}
	for _, t := range c.plan.Topics {
		for _, group := range []struct {
			change  string
			stories []int64
		}{{"enter", t.Enter}, {"leave", t.Leave}} {
			for _, n := range group.stories {
				l.rows = append(l.rows, []string{t.Slug, group.change, names[n].ID, names[n].Title})
			}
		}
	}
	return l
}

// mostRemarks is how many overlaps and terms a person is shown; JSON has all of them.
const mostRemarks = 12

// remarks prints, for people, what no row of a topic says.
func (c change) remarks(w io.Writer) error {
	var out strings.Builder
	p := c.plan
	fmt.Fprintf(&out, "\n%d items decided, daily volumes over %d days.", p.Items, p.Days)
	if p.Waiting > 0 {
		fmt.Fprintf(&out, " %d items wait to be sorted and are not in this.", p.Waiting)
	}
	out.WriteByte('\n')
	if len(p.Removed) > 0 {
		fmt.Fprintf(&out, "Removed, and answered as gone from then on: %s. An alias of another topic would keep one.\n", strings.Join(p.Removed, ", "))
	}
	for _, o := range p.Overlaps[:min(len(p.Overlaps), mostRemarks)] {
		fmt.Fprintf(&out, "%s and %s share %d stories.\n", o.A, o.B, o.Stories)
	}
	if len(p.Unmatched) > 0 {
		terms := make([]string, 0, mostRemarks)
		for _, u := range p.Unmatched[:min(len(p.Unmatched), mostRemarks)] {
			terms = append(terms, fmt.Sprintf("%s (%s)", u.Term, u.Path()))
		}
		fmt.Fprintf(&out, "%d terms were never found, as %s.\n", len(p.Unmatched), strings.Join(terms, ", "))
	}
	if c.same {
		out.WriteString("This configuration is in force already.\n")
	} else if err := c.refused("FILE"); err != nil {
		fmt.Fprintf(&out, "It will not be applied unasked: %v.\n", err)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// planJSON is the plan for programs. Fields are added, not changed.
type planJSON struct {
	Hash      string        `json:"hash"`
	InForce   bool          `json:"in_force"`
	NeedsYes  bool          `json:"needs_yes"`
	Consented bool          `json:"consented"`
	Items     int           `json:"items"`
	Waiting   int           `json:"waiting"`
	Days      int           `json:"days"`
	Topics    []topicJSON   `json:"topics"`
	Removed   []string      `json:"removed"`
	Overlaps  []overlapJSON `json:"overlaps"`
	Unmatched []termJSON    `json:"unmatched"`
}

type topicJSON struct {
	Topic       string      `json:"topic"`
	Note        string      `json:"note"`
	Enter       []storyJSON `json:"enter"`
	Leave       []storyJSON `json:"leave"`
	Stay        int         `json:"stay"`
	Sealed      int         `json:"sealed"`
	DailyBefore float64     `json:"daily_before"`
	DailyAfter  float64     `json:"daily_after"`
}

type storyJSON struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type overlapJSON struct {
	Topics  [2]string `json:"topics"`
	Stories int       `json:"stories"`
}

type termJSON struct {
	Term string `json:"term"`
	Path string `json:"path"`
}

func (c change) json(w io.Writer, names map[int64]news.StoryName) error {
	p := c.plan
	out := planJSON{
		Hash: c.hash, InForce: c.same, NeedsYes: c.refused("") != nil, Consented: c.consented, Items: p.Items, Waiting: p.Waiting,
		Days: p.Days, Topics: []topicJSON{}, Removed: append([]string{}, p.Removed...), Overlaps: []overlapJSON{}, Unmatched: []termJSON{},
	}
	named := func(stories []int64) []storyJSON {
		all := make([]storyJSON, len(stories))
		for i, n := range stories {
			all[i] = storyJSON(names[n])
		}
		return all
	}
	for _, t := range p.Topics {
		out.Topics = append(out.Topics, topicJSON{t.Slug, noteOn(t), named(t.Enter), named(t.Leave), t.Stay, t.Sealed, t.Before, t.After})
	}
	for _, o := range p.Overlaps {
		out.Overlaps = append(out.Overlaps, overlapJSON{[2]string{o.A, o.B}, o.Stories})
	}
	for _, u := range p.Unmatched {
		out.Unmatched = append(out.Unmatched, termJSON{u.Term, u.Path()})
	}
	return writeJSON(w, out)
}
