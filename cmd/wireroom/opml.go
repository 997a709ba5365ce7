package main

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/language"

	"wireroom/config"
	"wireroom/news"
	"wireroom/publish"
)

type opmlCommand struct {
	Import opmlImport `cmd:"" help:"Print the sources of an OPML file as YAML, or add them to a configuration."`
	Export opmlExport `cmd:"" help:"Print the configured feeds as OPML."`
}

type opmlImport struct {
	File string `arg:"" help:"The OPML file; - for standard input."`
	Into string `help:"Add them to this configuration, whose comments and order stay." placeholder:"CONFIG" type:"path"`
}

type opmlExport struct{}

// Run prints the configured feeds, without credentials.
func (opmlExport) Run(env *environment) error {
	c, err := env.loadConfig()
	if err != nil {
		return err
	}
	sources := make([]news.SourceStatus, len(c.Sources))
	for i, s := range c.Sources {
		sources[i].Source = s
	}
	body, err := publish.SourcesOPML(sources)
	if err != nil {
		return err
	}
	_, err = env.stdout.Write(body)
	return err
}

// Run reads an OPML file and prints or adds what is new in it.
func (cmd opmlImport) Run(env *environment) error {
	feeds, err := cmd.read(env.stdin)
	if err != nil {
		return err
	}
	feeds = slices.DeleteFunc(feeds, func(f listedFeed) bool {
		if feedHost(f.XMLURL) != "" {
			return false
		}
		fmt.Fprintf(env.stderr, "left out: %s: only http:// and https:// can be polled\n", f.XMLURL)
		return true
	})
	if cmd.Into == "" {
		text, err := config.WriteSources(newSources(feeds, nil), 2)
		if err != nil {
			return err
		}
		_, err = io.WriteString(env.stdout, "sources:\n"+text)
		return err
	}
	data, err := os.ReadFile(cmd.Into)
	if err != nil {
		return usageError{fmt.Errorf("--into: %w", err)}
	}
	c, err := config.Parse(cmd.Into, data, env.lookup)
	if err != nil {
		return usageError{err}
	}
	sources := newSources(feeds, c.Sources)
	added, err := config.AddSources(cmd.Into, data, sources, env.lookup)
	if err != nil {
		return usageError{err}
	}
	if err := replaceFile(cmd.Into, added); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "%s added to %s; %d of the file were there already\n", counted(len(sources), "source"), cmd.Into, len(feeds)-len(sources))
	return err
}

// replaceFile puts a file of other contents in the place of one, with the same rights, at once.
func replaceFile(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	beside := path + ".new"
	if err := os.WriteFile(beside, data, info.Mode().Perm()); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	return nil
}

// A listedFeed is what an OPML file says of a feed, or of a folder of feeds.
type listedFeed struct {
	Text     string       `xml:"text,attr"`
	Title    string       `xml:"title,attr"`
	XMLURL   string       `xml:"xmlUrl,attr"`
	Language string       `xml:"language,attr"`
	Outlines []listedFeed `xml:"outline"`
	Others   []xml.Attr   `xml:",any,attr"`
}

// address is the URL of the feed, however its attribute is spelled; empty for none. feed: in front is what browsers were
// once told a feed by.
func (f listedFeed) address() string {
	address := f.XMLURL
	for _, a := range f.Others {
		if address == "" && strings.EqualFold(a.Name.Local, "xmlUrl") {
			address = a.Value
		}
	}
	address = strings.TrimSpace(address)
	if rest, ok := strings.CutPrefix(address, "feed://"); ok {
		return "http://" + rest
	}
	return strings.TrimPrefix(address, "feed:")
}

// feedHost is the host of a URL that a source can have; empty for any other.
func feedHost(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.Hostname()
}

// opmlMost is the largest OPML file that is read, in bytes: two thousand feeds take 0.4 MiB.
const opmlMost = 8 << 20

func (cmd opmlImport) read(stdin io.Reader) ([]listedFeed, error) {
	from := stdin
	if cmd.File != "-" {
		file, err := os.Open(cmd.File)
		if err != nil {
			return nil, usageError{err}
		}
		defer file.Close() // only read from: nothing can be lost
		from = file
	}
	data, err := io.ReadAll(io.LimitReader(from, opmlMost+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", cmd.File, err)
	}
	if len(data) > opmlMost {
		return nil, usageError{fmt.Errorf("%s is larger than %d bytes: is it the right file?", cmd.File, opmlMost)}
	}
	feeds, err := feedsOf(data)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", cmd.File, err)}
	}
	return feeds, nil
}

// feedsOf returns the outlines of an OPML document that name a feed, in the order of the document.
func feedsOf(data []byte) ([]listedFeed, error) {
	var document struct {
		XMLName  xml.Name     `xml:"opml"`
		Outlines []listedFeed `xml:"body>outline"`
	}
	reader := xml.NewDecoder(bytes.NewReader(data))
	reader.Strict = false // names with a bare & are common
	reader.CharsetReader = charset.NewReaderLabel
	if err := reader.Decode(&document); err != nil {
		return nil, fmt.Errorf("this is no OPML: %w", err)
	}
	var feeds []listedFeed
	var collect func([]listedFeed)
	collect = func(all []listedFeed) {
		for _, o := range all {
			if o.XMLURL = o.address(); o.XMLURL != "" {
				feeds = append(feeds, o)
			}
			collect(o.Outlines)
		}
	}
	collect(document.Outlines)
	return feeds, nil
}

// newSources makes sources of feeds, each of an id of its own, but for those whose URL is there already.
func newSources(feeds []listedFeed, have []news.Source) (sources []news.Source) {
	urls, ids := map[string]bool{}, map[string]bool{}
	for _, s := range have {
		urls[sameFeed(strings.ReplaceAll(s.URL, "$$", "$"))] = true
		for _, id := range append([]string{s.ID}, s.Was...) {
			ids[id] = true
		}
	}
	for _, f := range feeds {
		host := feedHost(f.XMLURL)
		if host == "" || urls[sameFeed(f.XMLURL)] {
			continue
		}
		urls[sameFeed(f.XMLURL)] = true
		name := news.OneLine(cmp.Or(f.Title, f.Text, host))
		id := freeID(cmp.Or(config.SlugOf(name), config.SlugOf(host), "source"), ids)
		ids[id] = true
		sources = append(sources, news.Source{ID: id, URL: f.XMLURL, Name: name, Language: tagOf(f.Language)})
	}
	return sources
}

// sameFeed is a URL without what does not make it another feed: scheme, credentials, a final slash.
func sameFeed(rawURL string) string {
	plain := news.WithoutCredentials(rawURL)
	_, rest, _ := strings.Cut(plain, "://")
	return strings.ToLower(strings.TrimSuffix(rest, "/"))
}

func freeID(wanted string, taken map[string]bool) string {
	id := wanted
	for n := 2; taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", wanted, n)
	}
	return id
}

// tagOf returns a language as configurations have it; empty for what is none, as "unknown".
func tagOf(text string) string {
	tag, err := language.Raw.Parse(strings.TrimSpace(text))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
