package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"wireroom/aggregator/fetch"
	"wireroom/aggregator/parse"
	"wireroom/config"
	"wireroom/news"
)

type tryCommand struct {
	Address   string `arg:"" optional:"" help:"The URL or the file of a feed." placeholder:"URL|FILE"`
	Base      string `help:"The URL that a file came from, for relative links." placeholder:"URL"`
	UserAgent string `help:"Send this User-Agent." placeholder:"TEXT"`
	BasicAuth string `help:"Send these credentials; $${NAME} is taken from the environment." placeholder:"USER:PASSWORD"`
	Bearer    string `help:"Send this token; $${NAME} is taken from the environment." placeholder:"TOKEN"`
	HTTP1     bool   `help:"Never use HTTP/2." name:"http1"`
	Canonical bool   `help:"Read lines of PATH<TAB>URL and print what each file holds as one JSON object a line."`
	FullText  bool   `help:"Read the page of an article instead, and print its full text." name:"fulltext"`
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
	body, contentType, address, err := cmd.read(ctx, env)
	if err != nil {
		return err
	}
	if cmd.FullText {
		return fullText(env.stdout, body, contentType, address)
	}
	doc, err := parse.Parse(body, contentType, address)
	if err != nil {
		return err
	}
	return cmd.show(env, doc)
}

// read gets the document: from a file, or politely from its URL.
func (cmd tryCommand) read(ctx context.Context, env *environment) (body []byte, contentType, address string, err error) {
	if !strings.HasPrefix(cmd.Address, "http://") && !strings.HasPrefix(cmd.Address, "https://") {
		body, err = os.ReadFile(cmd.Address)
		return body, "", cmd.Base, err
	}
	source, err := config.ExpandSource(news.Source{URL: cmd.Address, UserAgent: cmd.UserAgent, BasicAuth: cmd.BasicAuth, Bearer: cmd.Bearer}, env.lookup)
	if err != nil {
		return nil, "", "", usageError{err}
	}
	client, err := env.tryClient()
	if err != nil {
		return nil, "", "", err
	}
	defer client.Close()
	res, err := client.Get(ctx, fetch.Request{URL: source.URL, UserAgent: source.UserAgent, BasicAuth: source.BasicAuth, Bearer: source.Bearer, HTTP1: cmd.HTTP1})
	switch {
	case err != nil:
		return nil, "", "", err
	case res.Status != 200:
		return nil, "", "", fmt.Errorf("%s answers %d: nothing to read", res.URL, res.Status)
	}
	fmt.Fprintf(env.stderr, "%s: %d bytes, %s, etag %q, last-modified %q, max-age %v\n",
		res.URL, len(res.Body), res.ContentType, res.ETag, res.LastModified, res.MaxAge)
	if res.Damaged {
		fmt.Fprintln(env.stderr, "damaged:", res.Damage)
	}
	return res.Body, res.ContentType, res.URL, nil
}

// tryClient is as the configuration's fetch section says, where there is a configuration.
func (env *environment) tryClient() (*fetch.Client, error) {
	c, err := config.Load(env.configPath, env.lookup)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fetch.New(fetch.Config{UserAgent: "wireroom/" + version, Clock: env.clock})
	case err != nil:
		return nil, usageError{err}
	}
	return fetch.New(fetchConfig(c, env.clock))
}

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
