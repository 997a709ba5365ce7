package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"wireroom/curate"
	"wireroom/news"
	"wireroom/store"
)

// replayChunk is how many items are decided again at a time.
const replayChunk = 200

// A replayer makes stored decisions again, each under the configuration that its rule came with.
type replayer struct {
	store  *store.DB
	facts  map[string]news.Source // as they are now, by id
	topics []news.TopicState
	rules  map[int]*replayRules // by configuration
}

type replayRules struct {
	*curate.Rules
	topics  []news.Topic
	sources map[string]news.Source
}

func newReplayer(ctx context.Context, db *store.DB) (*replayer, error) {
	facts, err := db.SourceFacts(ctx)
	if err != nil {
		return nil, err
	}
	topics, err := db.Topics(ctx)
	return &replayer{db, facts, topics, make(map[int]*replayRules)}, err
}

// replayAll makes every stored decision again whose text is still there.
func replayAll(ctx context.Context, env *environment, db *store.DB) error {
	r, err := newReplayer(ctx, db)
	if err != nil {
		return err
	}
	decisions, differing := 0, 0
	for after := int64(0); ; {
		all, last, err := db.Decided(ctx, after, replayChunk)
		if err != nil {
			return err
		}
		if last == after {
			break
		}
		after = last
		for _, decided := range all {
			decisions += len(decided.Decisions)
			different, err := r.differences(ctx, decided)
			if err != nil {
				return err
			}
			differing += len(different)
			for _, line := range different {
				fmt.Fprintln(env.stdout, line)
			}
		}
	}
	if differing > 0 {
		return fmt.Errorf("%d of %s come out otherwise", differing, counted(decisions, "decision"))
	}
	_, err = fmt.Fprintf(env.stdout, "%s made again, all as stored\n", counted(decisions, "decision"))
	return err
}

// differences names the decisions that come out otherwise than they are stored.
func (r *replayer) differences(ctx context.Context, decided news.Decided) (lines []string, err error) {
	again := make(map[int][]news.Decision) // by configuration
	for _, want := range decided.Decisions {
		rules, err := r.rulesOf(ctx, want.Rule)
		if err != nil {
			return nil, err
		}
		if _, done := again[want.Rule]; !done {
			again[want.Rule] = rules.Decide(r.subject(rules, decided.Item))
		}
		slug, rule := want.Topic, want.Rule
		want.Topic, want.Rule = r.slugThen(rules, slug), 0
		i := slices.IndexFunc(again[rule], func(d news.Decision) bool { return d.Topic == want.Topic })
		if i < 0 || !reflect.DeepEqual(again[rule][i], want) {
			lines = append(lines, fmt.Sprintf("item %s, version %d, topic %s, configuration %d", decided.Item.ID, decided.Item.Version, slug, rule))
		}
	}
	return lines, nil
}

func (r *replayer) rulesOf(ctx context.Context, number int) (*replayRules, error) {
	if rules, ok := r.rules[number]; ok {
		return rules, nil
	}
	c, err := r.store.ConfigurationOf(ctx, number)
	if err != nil {
		return nil, err
	}
	compiled, err := curate.Compile(c.Topics, c.Exclude)
	if err != nil {
		return nil, fmt.Errorf("configuration %d: %w", number, err)
	}
	rules := &replayRules{compiled, c.Topics, make(map[string]news.Source)}
	for _, s := range c.Sources {
		rules.sources[s.ID] = s
	}
	r.rules[number] = rules
	return rules, nil
}

// subject is the Item with the facts that its Source had in the configuration, under whatever id it had there; of a Source that
// was not in it any more, those it has kept.
func (r *replayer) subject(rules *replayRules, it news.Item) curate.Subject {
	now := r.facts[it.Source]
	for _, id := range append([]string{it.Source}, now.Was...) {
		if then, ok := rules.sources[id]; ok {
			it.Source = id
			return curate.Subject{Item: it, Source: then, Text: it.Text()}
		}
	}
	return curate.Subject{Item: it, Source: now, Text: it.Text()}
}

// slugThen is the slug that a Topic had in a configuration.
func (r *replayer) slugThen(rules *replayRules, slug string) string {
	for _, t := range r.topics {
		if t.Slug != slug {
			continue
		}
		for _, name := range append([]string{slug}, t.Aliases...) {
			if slices.ContainsFunc(rules.topics, func(then news.Topic) bool { return then.Slug == name }) {
				return name
			}
		}
	}
	return slug
}
