package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

type undoCommand struct {
	actFlags
	Act string `arg:"" help:"The act: its id or the beginning of it; wireroom desk log lists them."`
}

// Run undoes an act.
func (cmd undoCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(*store.DB) (news.Act, error) {
		return news.Act{Kind: news.ActUndo, Undoes: cmd.Act}, nil
	})
}

type unpinCommand struct {
	actFlags
	storyArg
	perhapsTopic
}

// Run undoes a pin.
func (cmd unpinCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		return undoingOf(ctx, db, news.ActPin, cmd.Story, cmd.Topic)
	})
}

type unhideCommand struct {
	actFlags
	storyArg
	perhapsTopic
}

// Run undoes a hide.
func (cmd unhideCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		return undoingOf(ctx, db, news.ActHide, cmd.Story, cmd.Topic)
	})
}

// undoingOf finds the one act of a kind that is in force on a Story, in a Topic where one is named.
func undoingOf(ctx context.Context, db *store.DB, kind news.ActKind, text, topic string) (undo news.Act, err error) {
	story, err := db.FindStory(ctx, text)
	if err != nil {
		return undo, err
	}
	acts, err := db.Acts(ctx)
	if err != nil {
		return undo, err
	}
	acts = slices.DeleteFunc(acts, func(a news.Act) bool {
		return a.Kind != kind || a.Story != story || !a.InForce() || topic != "" && a.Topic != topic
	})
	switch len(acts) {
	case 0:
		return undo, fmt.Errorf("no %s of that story is in force: wireroom desk log lists the acts", kind)
	case 1:
		return news.Act{Kind: news.ActUndo, Undoes: acts[0].ID}, nil
	}
	var topics []string
	for _, a := range acts {
		topics = append(topics, topicWord(a.Topic))
	}
	return undo, usageError{fmt.Errorf("there are several, in %s: name the topic, or use wireroom desk undo", strings.Join(topics, ", "))}
}

// topicWord names a Topic, or all of them.
func topicWord(slug string) string {
	if slug == "" {
		return "all topics"
	}
	return slug
}

type deskLogCommand struct {
	listFormat
	InForce bool `help:"Only those that are not undone."`
}

// Run lists the acts.
func (cmd deskLogCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		acts, err := db.Acts(ctx)
		if err != nil {
			return err
		}
		slices.Reverse(acts)
		if cmd.InForce {
			acts = slices.DeleteFunc(acts, func(a news.Act) bool { return !a.InForce() })
		}
		if cmd.Format == "table" {
			return cmd.print(env.stdout, shortLog(acts))
		}
		l := listing{columns: []string{"id", "at", "act", "by", "why", "title", "story", "topic", "from", "other", "items", "source", "text",
			"undone", "undone_by", "undone_why"}}
		for _, a := range acts {
			l.rows = append(l.rows, []string{a.ID, stamp(a.At), string(a.Kind), a.By, a.Why, a.Title, a.Story, a.Topic, a.From, a.Other,
				strings.Join(a.Items, " "), a.Source, a.Text, stamp(a.Undone.At), a.Undone.By, a.Undone.Why})
		}
		return cmd.print(env.stdout, l)
	})
}

// shortLog is the log as it fits a screen: what each act is about in words, and ids as far as they are needed to undo it.
func shortLog(acts []news.Act) listing {
	l := listing{columns: []string{"act", "at", "by", "what", "where", "why", "undone"}}
	for _, a := range acts {
		undone := ""
		if !a.InForce() {
			undone = fmt.Sprintf("%s by %s: %s", stamp(a.Undone.At), a.Undone.By, a.Undone.Why)
		}
		where := a.Topic
		if a.From != "" {
			where = a.From + " to " + a.Topic
		}
		l.rows = append(l.rows, []string{a.ID[:8], stamp(a.At), a.By, string(a.Kind) + " " + subject(a), where, a.Why, undone})
	}
	return l
}
