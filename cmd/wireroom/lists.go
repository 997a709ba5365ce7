package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

type sourcesCommand struct {
	listFormat
	Sick bool `help:"Only those in trouble."`
}

// Run lists the Sources that the store has, or, before the first Poll, those of the configuration.
func (cmd sourcesCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(c *config.Config, db *store.DB) error {
		all, err := db.Sources(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 { // nothing is stored yet
			for _, s := range c.Sources {
				all = append(all, news.SourceStatus{Source: s, State: news.SourceState{NextPoll: env.clock(), Reason: "new"}})
			}
		}
		l := listing{columns: []string{"id", "url", "state", "next_poll", "reason", "etag", "last_modified", "failures", "error", "repairs", "since", "why"}}
		for _, s := range all {
			if cmd.Sick && !s.State.Health.Sick() {
				continue
			}
			why := s.State.Health.Why
			if s.State.Health.State == news.HealthMoved {
				why = moved(env, c, s)
			}
			trouble := s.State.Error
			if cmd.Format == "table" {
				if why == trouble {
					why = "" // it stands beside it
				}
				trouble = beside(asConfigured(s.Source), trouble)
			}
			l.rows = append(l.rows, []string{s.ID, asConfigured(s.Source), s.Word(), stamp(s.State.NextPoll), s.State.Reason,
				s.State.ETag, s.State.LastModified, strconv.Itoa(s.State.Failures), trouble, repairWords(s.State.Repairs), stamp(s.State.Health.Since), why})
		}
		return cmd.print(env.stdout, l)
	})
}

// escapedName is the name of a variable in the path of a URL that was written anew.
var escapedName = regexp.MustCompile(`\$%7B([A-Za-z0-9_]+)%7D`)

// asConfigured is a Source's URL as its file has it, but for credentials.
func asConfigured(s news.Source) string { return escapedName.ReplaceAllString(s.PrintURL(), "$${$1}") }

// beside is an error as it stands in a row with the URL that it begins with: a cell is short, and its end says what is wrong.
func beside(url, trouble string) string {
	for _, step := range [...]string{"get ", "parse "} {
		if rest, ok := strings.CutPrefix(trouble, step+url+": "); ok {
			return rest
		}
	}
	return trouble
}

// moved says what to write where in the configuration for a Source that has moved.
func moved(env *environment, c *config.Config, s news.SourceStatus) string {
	place := env.configPath
	if line, ok := c.Lines[s.ID]; ok {
		place = fmt.Sprintf("%s:%d", place, line)
	}
	return fmt.Sprintf("it has moved for good: in %s, change the url of source %s from %s to %s", place, s.ID, s.PrintURL(), news.WithoutCredentials(s.State.URL))
}

// repairWords lists the repairs that a Source's documents needed, and how many needed each.
func repairWords(repairs map[string]int) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(repairs)) {
		words = append(words, fmt.Sprintf("%s %d", name, repairs[name]))
	}
	return strings.Join(words, ", ")
}

type subscribersCommand struct{ listFormat }

// Run lists the subscriptions of the hub, without what only the subscriber knows: its address but for the host, its secret.
func (cmd subscribersCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		all, err := db.Subscriptions(ctx)
		if err != nil {
			return err
		}
		l := listing{columns: []string{"host", "feed", "until", "asks", "next_try", "failures", "why"}}
		for _, s := range all {
			next := ""
			if s.Tries > 0 || s.Wish.Mode != "" {
				next = stamp(s.NextTry)
			}
			l.rows = append(l.rows, []string{s.Host(), s.TopicURL, stamp(s.Until), string(s.Wish.Mode), next, strconv.Itoa(s.Tries), s.Reason})
		}
		return cmd.print(env.stdout, l)
	})
}

type itemsCommand struct {
	listFormat
	Source string `help:"Only of this source." placeholder:"ID"`
	Topic  string `help:"Only in this topic; country:ua is one, too." placeholder:"SLUG"`
	Limit  int    `help:"At most so many; 0 for all." default:"100"`
}

// Run lists Items, newest first.
func (cmd itemsCommand) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		if err := cmd.check(ctx, db); err != nil {
			return err
		}
		all, err := db.Items(ctx, cmd.Source, cmd.Topic, cmd.Limit)
		if err != nil {
			return err
		}
		l := listing{columns: []string{"id", "source", "story", "published", "title", "url", "page", "page_reason"}}
		for _, it := range all {
			l.rows = append(l.rows, []string{it.ID, it.Source, it.Story, stamp(it.Published), it.Title, it.URL, it.Page, it.PageReason})
		}
		return cmd.print(env.stdout, l)
	})
}

// check fails where the listing asks for what is not there, which an empty list would not tell.
func (cmd itemsCommand) check(ctx context.Context, db *store.DB) error {
	if cmd.Source != "" {
		sources, err := db.Sources(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(sources, func(s news.SourceStatus) bool { return s.ID == cmd.Source }) {
			return fmt.Errorf("there is no source %s in the store: wireroom sources lists them", cmd.Source)
		}
	}
	if cmd.Topic == "" {
		return nil
	}
	list := db.Topics
	if news.IsCountry(cmd.Topic) {
		list = db.Countries
	}
	topics, err := list(ctx)
	if err != nil {
		return err
	}
	var slugs []string
	for _, t := range topics {
		slugs = append(slugs, t.Slug)
	}
	if !slices.Contains(slugs, cmd.Topic) {
		return fmt.Errorf("there is no topic %s in the store: there are %s", cmd.Topic, strings.Join(slugs, ", "))
	}
	return nil
}

// withStore runs fn on the configured store.
func withStore(ctx context.Context, env *environment, fn func(*config.Config, *store.DB) error) error {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	db, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	if _, err = db.Configuration(ctx); errors.Is(err, news.ErrNotFound) {
		fmt.Fprintln(env.stderr, "nothing is stored yet: run wireroom poll or wireroom run first")
		err = nil
	}
	if err == nil {
		err = fn(c, db)
	}
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	return err
}
