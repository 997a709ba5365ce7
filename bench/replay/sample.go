package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
)

// A drawn item is what one needs to judge a decision by eye.
type drawn struct {
	title, source, verdict, detail, spans string
	score                                 int
}

// writeSample draws items that each topic took, and items that it nearly took, and writes them with their texts.
func writeSample(ctx context.Context, opt options, feeds []feed, db figuresDB, topics []topicFigures) error {
	texts := make(map[string]string)
	for _, f := range feeds {
		for _, it := range f.items {
			texts[textKey(f.id, it.Title)] = it.Description
		}
	}
	var b strings.Builder
	for n, t := range topics {
		for taken, name := range []string{"nearly in", "in"} {
			all, err := db.decided(ctx, t.slug, taken)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "\n===== %s: %s, of %d\n", t.slug, name, len(all))
			random := rand.New(rand.NewPCG(opt.seed, uint64(2*n+taken)))
			random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for i, d := range all[:min(opt.each, len(all))] {
				fmt.Fprintf(&b, "%2d. [%s, %d %s %s] %s\n    %s\n    %s\n", i+1, d.source, d.score, d.verdict, d.detail, d.title,
					texts[textKey(d.source, d.title)], strings.ReplaceAll(d.spans, "\n", "; "))
			}
		}
	}
	if err := os.WriteFile(opt.sample, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write sample: %w", err)
	}
	return nil
}

// textKey names an item by its source and its title, which the program stores as plain text.
func textKey(source, title string) string { return source + " " + plainTitle(title) }

// decided lists the items that a topic took (1) or nearly took (0), in the Sorter's order.
func (db figuresDB) decided(ctx context.Context, slug string, taken int) (all []drawn, err error) {
	err = db.query(ctx, `
		select v.title, s.id, d.verdict, d.detail, d.spans, d.score
		from decisions d
		join topics t on t.n = d.topic and t.rule = d.rule and t.slug = $1
		join items i on i.n = d.item and i.version = d.version and i.duplicate_of is null
		join versions v on v.item = i.n and v.version = i.version
		join sources s on s.n = i.source
		where d.taken = $2
		order by i.seq`,
		func(scan func(...any) error) error {
			var d drawn
			err := scan(&d.title, &d.source, &d.verdict, &d.detail, &d.spans, &d.score)
			all = append(all, d)
			return err
		}, slug, taken)
	return all, err
}
