package main

import (
	"context"
	"fmt"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

type discoverCommand struct {
	Address string `arg:"" help:"The URL of a page." placeholder:"URL"`
	asking
	listFormat
}

// Run asks for one page and lists the feeds that it links to as its own. No address is guessed.
func (cmd discoverCommand) Run(ctx context.Context, env *environment) error {
	res, err := cmd.get(ctx, env, cmd.Address, news.FormatFeed)
	if err != nil {
		return err
	}
	l := listing{columns: []string{"url", "type", "title"}}
	for _, f := range parse.Discover(res.Body, res.ContentType, res.URL) {
		l.rows = append(l.rows, []string{f.URL, f.Type, f.Title})
	}
	if len(l.rows) == 0 {
		fmt.Fprintln(env.stderr, cmd.nothing(res.Body, res.ContentType, res.URL))
	}
	return cmd.print(env.stdout, l)
}

// nothing says what an empty list means.
func (cmd discoverCommand) nothing(body []byte, contentType, address string) string {
	if _, err := parse.Parse(body, contentType, address); err == nil {
		return "this is a feed itself: give a source its URL"
	}
	return "the page names no feed: look for one on the site, or read the page itself with format: html (wireroom try --item shows what that finds)"
}
