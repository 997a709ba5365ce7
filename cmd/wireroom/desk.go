package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wireroom/config"
	"wireroom/news"
	"wireroom/store"
)

// deskCommand is the editors' desk. An act is done on the store, in one transaction; servers show it within a second.
type deskCommand struct {
	Pin      pinCommand      `cmd:"" help:"Put a story into a topic, and keep it there whatever the rule says."`
	Unpin    unpinCommand    `cmd:"" help:"Undo a pin."`
	Hide     hideCommand     `cmd:"" help:"Take a story out of a topic's head, or of all."`
	Unhide   unhideCommand   `cmd:"" help:"Undo a hide."`
	Note     noteCommand     `cmd:"" help:"Show a line of yours with a story, in every format."`
	Withdraw withdrawCommand `cmd:"" help:"Take a story, an item or a source out of every output at once, sealed pages included."`
	Move     moveCommand     `cmd:"" help:"Move a story from one topic to another."`
	Merge    mergeCommand    `cmd:"" help:"Make two stories one; the first keeps its id, the other's address leads there."`
	Split    splitCommand    `cmd:"" help:"Make some items of a story a story of their own."`
	Eject    ejectCommand    `cmd:"" help:"Take one item out of its story; it is a story of its own then."`
	Lead     leadCommand     `cmd:"" help:"Let an item lead its story."`
	Undo     undoCommand     `cmd:"" help:"Undo an act."`
	Log      deskLogCommand  `cmd:"" help:"List the acts, the newest first."`
	Export   deskExport      `cmd:"" help:"Write all acts as YAML, to be kept in git."`
	Import   deskImport      `cmd:"" help:"Take over the acts of a file; what is there already stays as it is."`
}

// actFlags are the flags of every act.
type actFlags struct {
	By  string `help:"Who does it." required:"" placeholder:"NAME"`
	Why string `help:"Why." required:"" placeholder:"TEXT"`
	At  string `help:"Take this time as now; not before the newest poll." placeholder:"RFC3339"`
}

// do does the act that build makes once the store is open.
func (f actFlags) do(ctx context.Context, env *environment, build func(db *store.DB) (news.Act, error)) error {
	return withStore(ctx, env, func(_ *config.Config, db *store.DB) error {
		at, err := f.now(ctx, env, db)
		if err != nil {
			return err
		}
		act, err := build(db)
		if err != nil {
			return err
		}
		act.At, act.By, act.Why = at, f.By, f.Why
		if act.Kind == news.ActNote && act.Text == "" {
			act.Text = f.Why
		}
		var out news.ActOutcome
		err = fromSorterSeat(ctx, db, func(seat news.Seat) (err error) {
			out, err = db.Act(ctx, seat, act)
			return err
		})
		if err == nil {
			_, err = fmt.Fprintln(env.stdout, told(act, out))
		}
		return err
	})
}

// now is the time of the act: the clock, or --at.
func (f actFlags) now(ctx context.Context, env *environment, db *store.DB) (time.Time, error) {
	now, err := pollCommand{At: f.At}.now(env)
	if err != nil || f.At == "" {
		return now().UTC().Truncate(time.Millisecond), err
	}
	newest, err := db.NewestPoll(ctx)
	if err == nil && now().Before(newest) {
		err = usageError{fmt.Errorf("--at %s is before the newest poll, %s: time cannot go back", f.At, newest.Format(time.RFC3339))}
	}
	return now(), err
}

// fromSorterSeat runs fn in the Sorter's seat: nothing is sorted meanwhile.
func fromSorterSeat(ctx context.Context, db *store.DB, fn func(news.Seat) error) error {
	seat, err := takeSorterSeat(ctx, db)
	if err != nil {
		return err
	}
	return errors.Join(fn(seat), db.LeaveSeat(context.WithoutCancel(ctx), seat))
}

// told says in a line what an act, or its undoing, did.
func told(asked news.Act, out news.ActOutcome) string {
	var parts []string
	if out.Items > 0 {
		parts = append(parts, counted(out.Items, "item"))
	}
	if out.Entries > 0 {
		parts = append(parts, counted(out.Entries, "entry"))
	}
	if out.Pages > 0 {
		parts = append(parts, counted(out.Pages, "sealed page")+" written anew")
	}
	what := "no feed changes"
	if len(out.Topics) > 0 {
		what = strings.Join(append(parts, "in "+topicWords(out.Topics)), ", ")
	}
	line := fmt.Sprintf("%s %s: %s", out.Act.Kind, subject(out.Act), what)
	if asked.Kind == news.ActUndo {
		return "undone: " + line
	}
	if out.Act.Other != "" && out.Act.Kind != news.ActMerge {
		line += "; the new story is " + out.Act.Other
	}
	return fmt.Sprintf("%s; undo it with: wireroom desk undo %s --by NAME --why TEXT", line, out.Act.ID[:8])
}

// subject is what an act is about, for people.
func subject(a news.Act) string {
	if a.Source != "" {
		return "source " + a.Source
	}
	return fmt.Sprintf("%q", shorten(a.Title))
}

// topicWords lists Topics, and counts those of countries.
func topicWords(slugs []string) string {
	named := slices.DeleteFunc(slices.Clone(slugs), news.IsCountry)
	if n := len(slugs) - len(named); n > 0 {
		named = append(named, counted(n, "country"))
	}
	return strings.Join(named, ", ")
}

// counted is "1 entry", "2 entries".
func counted(n int, what string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(what, "y"):
		what = strings.TrimSuffix(what, "y") + "ies"
	default:
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

type pinCommand struct {
	actFlags
	storyArg
	Topic string `arg:"" help:"Slug of the topic."`
}

// storyArg is the argument of what is done to a Story.
type storyArg struct {
	Story string `arg:"" help:"The story: its id or the beginning of it, the address of its page, or an item in it."`
}

// Run pins.
func (cmd pinCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		return onStory(ctx, db, cmd.Story, news.Act{Kind: news.ActPin, Topic: cmd.Topic})
	})
}

// onStory completes an Act by the Story that text names.
func onStory(ctx context.Context, db *store.DB, text string, act news.Act) (_ news.Act, err error) {
	act.Story, err = db.FindStory(ctx, text)
	return act, err
}

// perhapsTopic is the argument of what is done in one Topic or in all.
type perhapsTopic struct {
	Topic string `arg:"" optional:"" help:"Slug of the topic; all without it."`
}

type hideCommand struct {
	actFlags
	storyArg
	perhapsTopic
}

// Run hides.
func (cmd hideCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		return onStory(ctx, db, cmd.Story, news.Act{Kind: news.ActHide, Topic: cmd.Topic})
	})
}

type noteCommand struct {
	actFlags
	storyArg
	perhapsTopic
	Text string `help:"The line that readers see; the text of --why without it."`
}

// Run notes.
func (cmd noteCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		return onStory(ctx, db, cmd.Story, news.Act{Kind: news.ActNote, Topic: cmd.Topic, Text: cmd.Text})
	})
}

type withdrawCommand struct {
	actFlags
	Target string `arg:"" help:"A story, item:ID, or source:ID."`
}

// Run withdraws.
func (cmd withdrawCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (act news.Act, err error) {
		act = news.Act{Kind: news.ActWithdraw}
		if source, ok := strings.CutPrefix(cmd.Target, "source:"); ok {
			act.Source = source
			return act, nil
		}
		if item, ok := strings.CutPrefix(cmd.Target, "item:"); ok {
			id, err := db.FindItem(ctx, item)
			act.Items = []string{id}
			return act, err
		}
		return onStory(ctx, db, cmd.Target, act)
	})
}

type moveCommand struct {
	actFlags
	storyArg
	Topic string `arg:"" help:"Slug of the topic that it enters."`
	From  string `help:"Slug of the topic that it leaves; needed where it is in several that do not take everything." placeholder:"SLUG"`
}

// Run moves.
func (cmd moveCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		act, err := onStory(ctx, db, cmd.Story, news.Act{Kind: news.ActMove, Topic: cmd.Topic, From: cmd.From})
		if err == nil && act.From == "" {
			act.From, err = leaves(ctx, db, act)
		}
		return act, err
	})
}

// leaves returns the one Topic with rules that the Story is in, beside the one that it is to enter.
func leaves(ctx context.Context, db *store.DB, act news.Act) (string, error) {
	record, err := db.Story(ctx, act.Story)
	if err != nil {
		return "", err
	}
	topics, err := db.Topics(ctx)
	if err != nil {
		return "", err
	}
	takesAll := make(map[string]bool)
	for _, t := range topics {
		takesAll[t.Slug] = t.Rule.All
	}
	var in []string
	for _, t := range record.Topics {
		if t.Slug != act.Topic && !takesAll[t.Slug] {
			in = append(in, t.Slug)
		}
	}
	switch len(in) {
	case 0:
		return "", fmt.Errorf("the story is in no topic that it could leave: use wireroom desk pin")
	case 1:
		return in[0], nil
	}
	return "", usageError{fmt.Errorf("the story is in %s: say which it leaves, with --from SLUG", strings.Join(in, ", "))}
}

type mergeCommand struct {
	actFlags
	storyArg
	Other string `arg:"" help:"The story that becomes part of it."`
}

// Run merges.
func (cmd mergeCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		other, err := db.FindStory(ctx, cmd.Other)
		if err != nil {
			return news.Act{}, err
		}
		return onStory(ctx, db, cmd.Story, news.Act{Kind: news.ActMerge, Other: other})
	})
}

type splitCommand struct {
	actFlags
	storyArg
	Items []string `arg:"" help:"The items that leave it: ids, the beginnings of them, or URLs."`
}

// Run splits.
func (cmd splitCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		act := news.Act{Kind: news.ActSplit}
		for _, text := range cmd.Items {
			id, err := db.FindItem(ctx, text)
			if err != nil {
				return act, err
			}
			act.Items = append(act.Items, id)
		}
		return onStory(ctx, db, cmd.Story, act)
	})
}

type ejectCommand struct {
	actFlags
	Item string `arg:"" help:"The item: its id, the beginning of it, or its URL."`
}

// Run ejects.
func (cmd ejectCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		id, err := db.FindItem(ctx, cmd.Item)
		if err != nil {
			return news.Act{}, err
		}
		return onStory(ctx, db, id, news.Act{Kind: news.ActEject, Items: []string{id}})
	})
}

type leadCommand struct {
	actFlags
	storyArg
	Item string `arg:"" help:"The item that is to lead it."`
}

// Run sets the lead.
func (cmd leadCommand) Run(ctx context.Context, env *environment) error {
	return cmd.do(ctx, env, func(db *store.DB) (news.Act, error) {
		id, err := db.FindItem(ctx, cmd.Item)
		if err != nil {
			return news.Act{}, err
		}
		return onStory(ctx, db, cmd.Story, news.Act{Kind: news.ActLead, Items: []string{id}})
	})
}
