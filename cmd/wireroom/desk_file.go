package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"wireroom/aggregator"
	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

// A deskDocument is a desk as a file: its acts in the order in which they were done. Ids of stories and items are the same in
// every store that polls the same sources.
type deskDocument struct {
	Acts []deskEntry `yaml:"acts"`
}

// A deskEntry is one act in a file.
type deskEntry struct {
	ID     string      `yaml:"id"`
	Act    string      `yaml:"act"`
	At     time.Time   `yaml:"at"`
	By     string      `yaml:"by"`
	Why    string      `yaml:"why"`
	Title  string      `yaml:"title,omitempty"` // for people; not read
	Story  string      `yaml:"story,omitempty"`
	Other  string      `yaml:"other,omitempty"`
	Topic  string      `yaml:"topic,omitempty"`
	From   string      `yaml:"from,omitempty"`
	Items  []string    `yaml:"items,omitempty"`
	Source string      `yaml:"source,omitempty"`
	Text   string      `yaml:"text,omitempty"`
	Undone *deskUndone `yaml:"undone,omitempty"`
}

type deskUndone struct {
	At  time.Time `yaml:"at"`
	By  string    `yaml:"by"`
	Why string    `yaml:"why"`
}

func deskEntryOf(a news.Act) deskEntry {
	e := deskEntry{
		ID: a.ID, Act: string(a.Kind), At: a.At, By: a.By, Why: a.Why, Title: a.Title, Story: a.Story, Other: a.Other, Topic: a.Topic,
		From: a.From, Items: a.Items, Source: a.Source, Text: a.Text,
	}
	if !a.InForce() {
		e.Undone = &deskUndone{a.Undone.At, a.Undone.By, a.Undone.Why}
	}
	return e
}

// act is the entry as an Act, or why it is none.
func (e deskEntry) act() (news.Act, error) {
	a := news.Act{
		ID: e.ID, Kind: news.ActKind(e.Act), At: e.At.UTC().Truncate(time.Millisecond), By: e.By, Why: e.Why, Story: e.Story, Other: e.Other,
		Topic: e.Topic, From: e.From, Items: e.Items, Source: e.Source, Text: e.Text,
	}
	if e.Undone != nil {
		a.Undone = news.Undoing{At: e.Undone.At.UTC().Truncate(time.Millisecond), By: e.Undone.By, Why: e.Undone.Why}
	}
	_, err := uuid.Parse(e.ID)
	switch {
	case err != nil:
		err = fmt.Errorf("id %q: want a UUID, as wireroom desk export writes it", e.ID)
	case a.At.IsZero():
		err = errors.New("has no time: write at: 2026-01-02T15:04:05Z")
	case e.Undone != nil && (a.Undone.At.IsZero() || a.Undone.By == ""):
		err = errors.New("undone: has no time or nobody who did it")
	default:
		err = a.Kind.Validate()
	}
	if err == nil {
		err = a.Validate()
	}
	return a, err
}

type deskExport struct {
	Out string `help:"Write to a file instead of standard output; an older one is replaced." placeholder:"FILE"`
}

// Run writes all acts.
func (cmd deskExport) Run(ctx context.Context, env *environment) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		acts, err := db.Acts(ctx)
		if err != nil {
			return err
		}
		text, err := writeDesk(acts)
		if err != nil {
			return err
		}
		if cmd.Out != "" {
			return os.WriteFile(cmd.Out, text, 0o644)
		}
		_, err = env.stdout.Write(text)
		return err
	})
}

// writeDesk writes acts as a file.
func writeDesk(acts []news.Act) ([]byte, error) {
	doc := deskDocument{Acts: []deskEntry{}}
	for _, a := range acts {
		doc.Acts = append(doc.Acts, deskEntryOf(a))
	}
	return yaml.Marshal(doc)
}

// readDesk reads what writeDesk has written, or a person. It names every act that is none.
func readDesk(text []byte) (acts []news.Act, err error) {
	var doc deskDocument
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i, e := range doc.Acts {
		a, wrong := e.act()
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("act %d: %w", i+1, wrong))
		}
		acts = append(acts, a)
	}
	slices.SortStableFunc(acts, func(a, b news.Act) int { return a.At.Compare(b.At) })
	return acts, err
}

// deskLimit is the largest file that is read, in bytes: a hundred thousand acts.
const deskLimit = 64 << 20

type deskImport struct {
	File string `arg:"" help:"The file; - for standard input."`
}

// Run takes over the acts of a file. What an act names may not be here yet: the act is left out then, and can be taken over by
// another import.
func (cmd deskImport) Run(ctx context.Context, env *environment) error {
	text, err := cmd.read(env)
	if err != nil {
		return err
	}
	acts, err := readDesk(text)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", cmd.File, err)}
	}
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		return fromSorterSeat(ctx, db, func(seat news.Seat) error {
			return importActs(ctx, env, db, seat, acts)
		})
	})
}

func (cmd deskImport) read(env *environment) ([]byte, error) {
	from := env.stdin
	if cmd.File != "-" {
		file, err := os.Open(cmd.File)
		if err != nil {
			return nil, usageError{err}
		}
		defer file.Close() // only read from: nothing can be lost
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, deskLimit+1))
	if err == nil && len(text) > deskLimit {
		err = usageError{fmt.Errorf("%s is larger than %d bytes: is it the right file?", cmd.File, deskLimit)}
	}
	return text, err
}

func importActs(ctx context.Context, env *environment, db *store.DB, seat news.Seat, acts []news.Act) error {
	taken, known, missing := 0, 0, 0
	for _, act := range acts {
		out, err := db.Act(ctx, seat, act)
		switch {
		case errors.Is(err, news.ErrNotFound):
			missing++
			fmt.Fprintf(env.stderr, "left out for now: act %s: %v\n", act.ID, err)
		case err != nil:
			return fmt.Errorf("act %s: %w", act.ID, err)
		case out.Known:
			known++
		default:
			taken++
		}
		if err := db.RenewSeat(ctx, seat, aggregator.SorterLease); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.stdout, "%s taken over, %d known already, %d left out since what they name is not in the store\n", counted(taken, "act"), known, missing)
	return nil
}
