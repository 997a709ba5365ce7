package main

import (
	"context"
	"strconv"

	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

type sourcesCommand struct {
	listFormat
	Sick bool `help:"Only those in trouble."`
}

// Run lists the Sources that the store has.
func (cmd sourcesCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		all, err := db.Sources(ctx)
		if err != nil {
			return err
		}
		l := listing{columns: []string{"id", "url", "state", "next_poll", "reason", "etag", "last_modified", "failures", "error"}}
		for _, s := range all {
			if cmd.Sick && isWell(s.State) {
				continue
			}
			l.rows = append(l.rows, []string{s.ID, s.PrintURL(), stateWord(s), stamp(s.State.NextPoll), s.State.Reason,
				s.State.ETag, s.State.LastModified, strconv.Itoa(s.State.Failures), s.State.Error})
		}
		return cmd.print(env.stdout, l)
	})
}

func isWell(st news.SourceState) bool { return st.Error == "" && !st.Gone }

// stateWord says in one word how a Source is.
func stateWord(s news.SourceStatus) string {
	switch {
	case s.Disabled:
		return "disabled"
	case s.State.Gone:
		return "gone"
	case s.State.LastPoll.IsZero():
		return "new"
	case s.State.Outcome == news.OutcomeNotAFeed:
		return "not a feed"
	case s.State.Failures > 0:
		return "failing"
	case s.State.Outcome == news.OutcomeDamaged:
		return "damaged"
	}
	return "fine"
}

type itemsCommand struct {
	listFormat
	Source string `help:"Only of this source." placeholder:"ID"`
	Topic  string `help:"Only in this topic." placeholder:"SLUG"`
	Limit  int    `help:"At most so many; 0 for all." default:"100"`
}

// Run lists Items, newest first.
func (cmd itemsCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		all, err := db.Items(ctx, cmd.Source, cmd.Topic, cmd.Limit)
		if err != nil {
			return err
		}
		l := listing{columns: []string{"id", "source", "story", "published", "title", "url"}}
		for _, it := range all {
			l.rows = append(l.rows, []string{it.ID, it.Source, it.Story, stamp(it.Published), it.Title, it.URL})
		}
		return cmd.print(env.stdout, l)
	})
}

// withStore runs fn on the configured store.
func withStore(ctx context.Context, env *environment, fn func(*config.Config, *store.DB) error) error {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, c.Store)
	if err != nil {
		return err
	}
	err = fn(c, db)
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	return err
}
