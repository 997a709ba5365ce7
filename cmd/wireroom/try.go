package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"wireroom/aggregator/parse"
	"wireroom/news"
)

type tryCommand struct {
	Address   string `arg:"" optional:"" help:"The URL or the file of a feed, sitemap or page." placeholder:"URL|FILE"`
	Base      string `help:"The URL that a file came from, for relative links." placeholder:"URL"`
	As        string `help:"Read it as feed, sitemap or html, like a source's format; html if --item is given, else feed." enum:",feed,sitemap,html" default:"" placeholder:"FORMAT"`
	Item      string `help:"Of a page: the CSS selector of its items, like a source's selectors." placeholder:"CSS"`
	Link      string `help:"Within an item: its link; else the first one." placeholder:"CSS"`
	Title     string `help:"Within an item: its title; else the text of the link." placeholder:"CSS"`
	Date      string `help:"Within an item: its date." placeholder:"CSS"`
	Summary   string `help:"Within an item: its summary." placeholder:"CSS"`
	Canonical bool   `help:"Read lines of PATH<TAB>URL and print what each file holds as one JSON object a line."`
	FullText  bool   `help:"Read the page of an article instead, and print its full text." name:"fulltext"`
	asking
	listFormat
}

// Run reads one feed as the worker would, without storing anything, and prints what it found, what had to be repaired,
// and what was left out. With --canonical it does so for many files, in a form that programs compare.
func (cmd tryCommand) Run(ctx context.Context, env *environment) error {
	if cmd.Canonical {
		return canonical(env.stdin, env.stdout)
	}
	if cmd.Address == "" {
		return usageError{errors.New("try: name the URL or the file of a feed")}
	}
	if cmd.format() == news.FormatHTML && cmd.Item == "" && !cmd.FullText {
		return usageError{errors.New("try: to read a page, say by --item what CSS selector finds its items")}
	}
	body, contentType, address, err := cmd.read(ctx, env)
	if err != nil {
		return err
	}
	if cmd.FullText {
		return fullText(env.stdout, body, contentType, address)
	}
	doc, err := cmd.parse(body, contentType, address)
	if err != nil {
		return err
	}
	return cmd.show(env, doc)
}

// format is what the document is to be read as.
func (cmd tryCommand) format() news.Format {
	switch {
	case cmd.As != "":
		return news.Format(cmd.As)
	case cmd.Item != "", cmd.FullText:
		return news.FormatHTML
	}
	return news.FormatFeed
}

func (cmd tryCommand) parse(body []byte, contentType, address string) (*parse.Document, error) {
	switch cmd.format() {
	case news.FormatSitemap:
		return parse.ParseSitemap(body, contentType, address)
	case news.FormatHTML:
		return parse.ParsePage(body, contentType, address,
			news.Selectors{Item: cmd.Item, Link: cmd.Link, Title: cmd.Title, Date: cmd.Date, Summary: cmd.Summary})
	}
	return parse.Parse(body, contentType, address)
}

// read gets the document: from a file, or politely from its URL.
func (cmd tryCommand) read(ctx context.Context, env *environment) (body []byte, contentType, address string, err error) {
	if !strings.HasPrefix(cmd.Address, "http://") && !strings.HasPrefix(cmd.Address, "https://") {
		if body, err = os.ReadFile(cmd.Address); errors.Is(err, os.ErrNotExist) {
			err = fmt.Errorf("%w: a URL begins with http:// or https://", err)
		}
		return body, "", cmd.Base, err
	}
	res, err := cmd.get(ctx, env, cmd.Address, cmd.format())
	if err != nil {
		return nil, "", "", err
	}
	fmt.Fprintf(env.stderr, "%s: %d bytes, %s, etag %q, last-modified %q, max-age %v\n",
		res.URL, len(res.Body), res.ContentType, res.ETag, res.LastModified, res.MaxAge)
	if res.Damaged {
		fmt.Fprintln(env.stderr, "damaged:", res.Damage)
	}
	return res.Body, res.ContentType, res.URL, nil
}

// shownSitemaps is how many of an index are named.
const shownSitemaps = 3

// show prints the items as a listing on standard output, and what there is to say of the document beside it.
func (cmd tryCommand) show(env *environment, doc *parse.Document) error {
	notes := env.stderr
	fmt.Fprintf(notes, "%q: %d items\n", doc.Title, len(doc.Entries))
	if len(doc.Repairs) > 0 {
		fmt.Fprintln(notes, "repaired:", strings.Join(doc.Repairs, ", "))
	}
	if doc.Damaged != "" {
		fmt.Fprintln(notes, "damaged:", doc.Damaged)
	}
	for _, reason := range doc.Skipped {
		fmt.Fprintln(notes, "skipped:", reason)
	}
	if len(doc.Sitemaps) > 0 {
		fmt.Fprintf(notes, "an index of %d sitemaps, of which the worker reads the newest; try one of them:\n", len(doc.Sitemaps))
		for _, child := range doc.NewestSitemaps(shownSitemaps) {
			fmt.Fprintln(notes, " ", child.URL, stamp(child.LastMod))
		}
	}
	l := listing{columns: []string{"published", "title", "url", "guid", "authors", "categories", "text"}}
	at := env.clock()
	for _, e := range doc.Entries {
		it := e.Item("try", at)
		l.rows = append(l.rows, []string{stamp(it.Stated), it.Title, it.URL, it.GUID, strings.Join(it.Authors, ", "),
			strings.Join(it.Categories, ", "), it.Text()})
	}
	return cmd.print(env.stdout, l)
}

// longestLine bounds a line of PATH and URL.
const longestLine = 64 << 10

// canonical answers each line of PATH<TAB>URL by one of JSON. A file that cannot be read is an answer too.
func canonical(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	answers := bufio.NewWriter(out)
	for lines.Scan() {
		path, address, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			return usageError{fmt.Errorf("try --canonical: %q: want PATH, a tab, and the URL the file came from", lines.Text())}
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		answers.Write(parse.Canonical(path, data, address)) // an error stays until Flush
		answers.WriteByte('\n')
		if err := answers.Flush(); err != nil {
			return err
		}
	}
	return lines.Err()
}
