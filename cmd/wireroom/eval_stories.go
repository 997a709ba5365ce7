package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"wireroom/aggregator/cluster"
	"wireroom/news"
)

type evalStories struct {
	Data    string  `help:"The labelled set, JSON lines." required:"" type:"path" placeholder:"FILE"`
	Split   string  `help:"Take one part of the events only, such as 1/2." placeholder:"K/N"`
	Shuffle *uint64 `help:"Place the items in an order made of this seed, not in the file's." placeholder:"SEED"`
	Runs    int     `help:"So many orders, of this seed and the next ones; their mean is printed." default:"1" placeholder:"K"`
	Tau     float64 `help:"The score from which an item joins a story (${default} is the server's)." default:"0.22" placeholder:"TAU"`
	Time    string  `help:"What dates an item: ts, date, seq, none, or the first of these that there is (auto)." enum:"auto,ts,date,seq,none" default:"auto" placeholder:"FIELD"`
	Curve   bool    `help:"A line for each of many tau."`
	JSON    bool    `help:"Print JSON." name:"json"`
}

// Run places the items of a labelled set one after the other with an engine that knows nothing yet, and prints how well
// its stories agree with the events.
func (cmd evalStories) Run(env *environment) error {
	if cmd.Runs < 1 {
		return usageError{errors.New("eval: --runs: want at least 1")}
	}
	if cmd.Runs > 1 && cmd.Shuffle == nil {
		return usageError{errors.New("eval: --runs says how many orders --shuffle makes: give --shuffle a seed")}
	}
	lines, err := readLabelled(cmd.Data)
	if err != nil {
		return err
	}
	if err := setTimes(lines, cmd.Time); err != nil {
		return fmt.Errorf("eval %s: %w", cmd.Data, err)
	}
	if lines, err = split(lines, cmd.Split); err != nil {
		return err
	}
	if len(lines) == 0 {
		return fmt.Errorf("eval %s: there is no item in it", cmd.Data)
	}
	return cmd.print(env, lines)
}

func (cmd evalStories) print(env *environment, lines []labelled) error {
	if cmd.JSON && !cmd.Curve {
		return json.NewEncoder(env.stdout).Encode(cmd.measure(lines, cmd.Tau, env.clock))
	}
	taus := []float64{cmd.Tau}
	if cmd.Curve {
		taus = curve()
	}
	for i, tau := range taus {
		s := cmd.measure(lines, tau, env.clock)
		switch {
		case cmd.JSON:
			if err := json.NewEncoder(env.stdout).Encode(struct {
				Tau    float64 `json:"tau"`
				Scores scores  `json:"scores"`
			}{tau, s}); err != nil {
				return err
			}
			continue
		case i == 0:
			fmt.Fprintln(env.stdout, "tau   items  stories  bcubed p/r/f1      pairs p/r/f1       ari   nmi   µs/item")
		}
		if _, err := fmt.Fprintf(env.stdout, "%.2f  %5d  %7.1f  %.3f %.3f %.3f  %.3f %.3f %.3f  %.3f %.3f  %.0f\n", tau, s.Items,
			s.Stories, s.BCubed.P, s.BCubed.R, s.BCubed.F1, s.Pairs.P, s.Pairs.R, s.Pairs.F1, s.ARI, s.NMI, s.USPerItem); err != nil {
			return err
		}
	}
	return nil
}

// curve returns the taus of --curve.
func curve() (taus []float64) {
	for percent := 2; percent <= 50; percent += 2 {
		taus = append(taus, float64(percent)/100)
	}
	return taus
}

func (cmd evalStories) measure(lines []labelled, tau float64, clock func() time.Time) scores {
	runs := make([]scores, cmd.Runs)
	for k := range runs {
		order := make([]int, len(lines))
		for i := range order {
			order[i] = i
		}
		if cmd.Shuffle != nil {
			r := rand.New(rand.NewPCG(*cmd.Shuffle+uint64(k), 0))
			r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		runs[k] = group(lines, order, tau, clock)
	}
	return mean(runs)
}

// group places the lines in an order, each as an item of a source of its own, and scores the stories.
func group(lines []labelled, order []int, tau float64, clock func() time.Time) scores {
	e := cluster.New(tau)
	originals := make(map[news.Key]news.Original)
	stories := make([]int64, len(lines))
	start := clock()
	for n, i := range order {
		number := int64(n + 1)
		c := cluster.NewCandidate(cluster.Report{Ref: number, Story: number, Source: fmt.Sprint(number), Title: lines[i].Title,
			Text: lines[i].text(), Published: lines[i].at, Seen: lines[i].at}, "")
		stories[i] = e.Sort(c, originals).Story
	}
	took := clock().Sub(start)
	events := make([]string, len(lines))
	for i := range lines {
		events[i] = lines[i].event()
	}
	s := compare(groupNumbers(events), groupNumbers(stories))
	s.USPerItem = float64(took.Microseconds()) / float64(len(lines))
	return s
}
